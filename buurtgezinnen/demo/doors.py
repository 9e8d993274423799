"""Families of the demo that came by a referrer, came twice, or went away again."""

import datetime as dt
import uuid

from buurtgezinnen.demo import stories
from buurtgezinnen.demo.cast import CAME_TWICE, WENT_AWAY, Asks
from buurtgezinnen.demo.days import noon
from buurtgezinnen.demo.families import Families
from families import texts
from families.encryption import blind_index
from families.models import (
    AuditEvent,
    Consent,
    ContactMoment,
    Household,
    Person,
    PossibleDouble,
    Referral,
    Referrer,
    SupportRequest,
)
from families.services import merging, own
from families.services.doubles import note_doubles
from matching.services.withdrawing import withdraw_consent

FAMILY = AuditEvent.ActorKind.FAMILY
Stage = SupportRequest.Stage
# A referral of each of these stages: what its referrer reads is another each time.
REFERRED = (Stage.APPLIED, Stage.TALKING, Stage.WAITING, Stage.WITHDRAWN)
# A family that stopped by itself may take that back for a week.
DAYS_AGO = 2


class Doors:
    """How some families came in, and how some went, up to the day of the demo."""

    def __init__(self, families: Families) -> None:
        self.families = families
        self.on = families.on

    def referred(self) -> None:
        """Of families that are there, one of each stage was sent by the same GP."""
        referrer = Referrer.objects.create(
            **stories.REFERRER,
            email_index=blind_index("email", stories.REFERRER["email"]),
        )
        for stage in REFERRED:
            request = SupportRequest.objects.filter(stage=stage)
            self._refer(referrer, request.earliest("pk"))

    def _refer(self, referrer: Referrer, request: SupportRequest) -> None:
        household, received_on = request.family.household, request.waiting_since
        household.came_by = Household.CameBy.REFERRAL
        household.save()
        referral = Referral.objects.create(
            referrer=referrer,
            household=household,
            parents_agreed_on=received_on,
            text=stories.REFERRED_FOR,
        )
        referral.received_at = noon(received_on)
        Consent.objects.create(
            person=self._parent(household),
            purpose=Consent.Purpose.TELL_REFERRER,
            how=Consent.How.REFERRER,
            text_version=texts.TELL_REFERRER.version,
            given_at=noon(received_on),
        )
        self._told(referral, request)

    def _told(self, referral: Referral, request: SupportRequest) -> None:
        """What the referrer heard by then; the mails were sent long ago."""
        reached = request.family.household.contacts.filter(
            outcome=ContactMoment.Outcome.REACHED
        )
        if reached.exists():
            first = reached.earliest("happened_on")
            referral.called_told_at = noon(first.happened_on)
        if request.stage == Stage.WITHDRAWN:
            last = request.stages.latest("pk")
            referral.closed_told_at = noon(last.on)
        referral.save()

    def came_twice(self) -> None:
        """One family to compare with its first application, and one that was merged."""
        _to_compare, to_merge = (self._second(*told) for told in CAME_TWICE)
        by = to_merge.later.coordinator.user
        merging.merge(to_merge, {}, on=self.on, at=noon(self.on), by=by)

    def _second(self, first: Asks, second: Asks) -> PossibleDouble:
        [one] = self.families.asks(first)
        [two] = self.families.asks(second)
        person = self._parent(one.family.household)
        again = self._parent(two.family.household)
        again.telephone = person.telephone
        again.telephone_index = person.telephone_index
        again.save()
        [double] = note_doubles(two.family.household, on=self.on)
        return double

    def went_away(self) -> None:
        """One took back its consent, and one stopped and may still come back."""
        withdraws, stops = (self.families.asks(told)[0] for told in WENT_AWAY)
        on = self.on - dt.timedelta(days=DAYS_AGO)
        person = self._parent(withdraws.family.household)
        consent = person.consents.get(purpose=Consent.Purpose.CONTACT_AND_SEARCH)
        withdraw_consent(consent, at=noon(on), on=on, by=FAMILY)
        own.stop(
            stops,
            self._parent(stops.family.household),
            others_depend=lambda: False,
            text=stories.STOPS_BECAUSE,
            form_key=uuid.UUID(int=self.families.draw.getrandbits(128)),
            at=noon(on),
            on=on,
        )

    def _parent(self, household: Household) -> Person:
        return household.memberships.filter(role="parent").earliest("pk").person
