"""Reads of agreements, by date of validity and by date of knowledge."""

import datetime as dt
from typing import Self

from django.db.models import OuterRef, Q, Subquery

from families.querysets import ScopedQuerySet
from matching.querysets import PairQuerySet


class AgreementQuerySet(PairQuerySet):
    """Agreements."""

    request_path = "pairing__request__family__household__municipality__in"
    offer_path = "pairing__offer__family__household__municipality__in"


class VersionQuerySet(PairQuerySet):
    """Versions of agreements."""

    request_path = "agreement__pairing__request__family__household__municipality__in"
    offer_path = "agreement__pairing__offer__family__household__municipality__in"

    def current(self) -> Self:
        """Settled versions, without those that a correction replaced."""
        return self.filter(settled_at__isnull=False, superseded_at=None)

    def draft(self) -> Self:
        """Versions that are not settled yet; at most one per agreement."""
        return self.filter(settled_at=None, superseded_at=None)

    def as_known_at(self, instant: dt.datetime) -> Self:
        """Versions that counted at `instant`, by what had been recorded then."""
        return self.filter(
            Q(superseded_at=None) | Q(superseded_at__gt=instant),
            settled_at__lte=instant,
        )

    def in_force_on(self, day: dt.date, *, known_at: dt.datetime | None = None) -> Self:
        """The version in force on `day`, for each agreement that had one by then.

        None after the last day of the pairing, once its end was written down.

        Args:
            day: the day asked about.
            known_at: answers by what was known then; None is by what is known now.
        """
        known = self.current() if known_at is None else self.as_known_at(known_at)
        started = known.filter(effective_from__lte=day)
        same = started.filter(agreement=OuterRef("agreement"))
        latest = same.order_by("-effective_from").values("pk")[:1]
        over = Q(agreement__pairing__ended_on__lt=day)
        if known_at is not None:
            over &= Q(agreement__pairing__ended_at__lte=known_at)
        return started.filter(pk=Subquery(latest)).exclude(over)


class VersionRowQuerySet(PairQuerySet):
    """Rows that belong to one version."""

    request_path = (
        "version__agreement__pairing__request__family__household__municipality__in"
    )
    offer_path = (
        "version__agreement__pairing__offer__family__household__municipality__in"
    )


class AskingQuerySet(VersionRowQuerySet):
    """Askings for a yes."""

    def standing(self) -> Self:
        """Without those that were taken back."""
        return self.filter(taken_back_at=None)


class WantedChangeQuerySet(VersionRowQuerySet):
    """What families want to be different."""

    def open(self) -> Self:
        """Those that nobody has talked about yet."""
        return self.filter(handled_at=None)


class AgreementRowQuerySet(PairQuerySet):
    """Rows that belong to one agreement, and can be taken back."""

    request_path = "agreement__pairing__request__family__household__municipality__in"
    offer_path = "agreement__pairing__offer__family__household__municipality__in"

    def counted(self) -> Self:
        """Without those that were taken back."""
        return self.filter(taken_back_at=None)


class EvaluationQuerySet(PairQuerySet):
    """Evaluations."""

    request_path = "pairing__request__family__household__municipality__in"
    offer_path = "pairing__offer__family__household__municipality__in"

    def open(self) -> Self:
        """Those without an outcome."""
        return self.filter(closed_on=None)


class EvaluationRowQuerySet(PairQuerySet):
    """The answers of families in evaluations."""

    request_path = "evaluation__pairing__request__family__household__municipality__in"
    offer_path = "evaluation__pairing__offer__family__household__municipality__in"


class BaselineQuerySet(ScopedQuerySet):
    """First answers of families."""

    municipality_path = "household__municipality"


class StrainQuerySet(PairQuerySet):
    """Pairings under strain."""

    request_path = "pairing__request__family__household__municipality__in"
    offer_path = "pairing__offer__family__household__municipality__in"

    def open(self) -> Self:
        """Those without an outcome."""
        return self.filter(closed_on=None)


class StrainTalkQuerySet(PairQuerySet):
    """Talks about strain, each with one side."""

    request_path = "strain__pairing__request__family__household__municipality__in"
    offer_path = "strain__pairing__offer__family__household__municipality__in"
