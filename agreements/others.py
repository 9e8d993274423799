"""What the families of a pairing agreed on with others."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from agreements.core import rhythm, timeline
from agreements.core.calendar import Period
from agreements.models import AgreementVersion
from families.models import User
from matching.models import Pairing

YEAR = rhythm.WEEKS_A_YEAR * rhythm.WEEK


@dataclass(frozen=True)
class Others:
    """What the families agreed on with others, in the year from a day.

    Attributes:
        of_request: the agreements of the request family.
        of_support: the agreements of the support family.
        hosted: those of them in which the support family gives support.
    """

    first: dt.date
    of_request: list[Period]
    of_support: list[Period]
    hosted: list[Period]

    @property
    def last(self) -> dt.date:
        return self.first + YEAR - rhythm.DAY

    @classmethod
    def of(cls, pairing: Pairing, *, on: dt.date, by: User) -> "Others":
        """What holds between the families and others, as far as `by` may see it."""
        asks, gives = pairing.request.family, pairing.offer.family
        households = {asks.household_id, gives.household_id}
        versions = (
            AgreementVersion.objects.visible_to(by)
            .current()
            .filter(
                Q(agreement__pairing__request__family__household__in=households)
                | Q(agreement__pairing__offer__family__household__in=households),
                agreement__pairing__ended_on=None,
            )
            .exclude(agreement__pairing=pairing)
            .select_related(
                "agreement__pairing__request__family",
                "agreement__pairing__offer__family",
            )
            .prefetch_related("items__children")
            .order_by("agreement_id", "effective_from")
        )
        found = cls(on, [], [], [])
        for agreement, line in groupby(versions, key=lambda one: one.agreement):
            periods = [
                (version.terms(), begin, end)
                for version, begin, end in timeline.periods(line)
            ]
            other = agreement.pairing
            asking = other.request.family.household_id
            giving = other.offer.family.household_id
            if asks.household_id in (asking, giving):
                found.of_request.extend(periods)
            if gives.household_id in (asking, giving):
                found.of_support.extend(periods)
            if gives.household_id == giving:
                found.hosted.extend(periods)
        return found
