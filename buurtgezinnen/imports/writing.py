"""Makes a family of a row that was judged, in the transaction of who calls this."""

import datetime as dt
import uuid

from buurtgezinnen.imports.agreed import agree
from buurtgezinnen.imports.checks import first_stage
from buurtgezinnen.imports.found import Family
from buurtgezinnen.imports.pairs import Pair
from families.models import (
    Consent,
    ContactMoment,
    Coordinator,
    FactSource,
    Household,
    ImportedRow,
    ImportRun,
    Location,
    Membership,
    Municipality,
    Person,
    Place,
    ScreeningCheck,
    SupportFamily,
    SupportOffer,
    SupportRequest,
    Task,
)
from families.services import consents, screening, tasks
from families.services.audit import record
from families.services.intake.making import make_offer, make_request
from families.services.intake.rows import join
from families.services.intake.telephone import guide_in
from families.services.intake.told import (
    ContactTold,
    HouseTold,
    RequestTold,
    SupportTold,
    WishesTold,
)
from families.services.sources import note_application
from families.services.stages import change_stage, start_stage
from matching.services.taking_over import take_over

# A family that nobody called yet is called within so many working days from today.
CALL_WITHIN_DAYS = 10
# Who brings in an old VOG is reminded of it a month later, sixty days beforehand.
ASK_AGAIN_AFTER_DAYS = 90


class Writer:
    """Makes the families of one run.

    Attributes:
        guides: who guides the families of each municipality, by its key.
        made: each row with the key of what it asks or gives, by its number.
    """

    def __init__(self, run: ImportRun, *, on: dt.date, at: dt.datetime) -> None:
        self.run, self.on, self.at, self.by = run, on, at, run.by
        self.guides: dict[int, Coordinator] = {}
        self.made: dict[int, tuple[Family, int]] = {}

    def write(self, family: Family) -> None:
        """Makes the household that a row becomes."""
        guide = self._guide(family.home.municipality)
        wishes, adults = (
            self._request(family, guide)
            if family.side == "request"
            else self._offer(family, guide)
        )
        household = wishes.family.household
        self._home(household, family)
        self._first_adult(adults[0], family)
        start_stage(wishes, on=family.waiting_since, by=self.by)
        for made in (household, wishes):
            record(made, verb="created", by=self.by)
        source = FactSource.Source.OTHERS
        note_application(wishes, on=family.waiting_since, source=source, by=self.by)
        if family.pair_with:
            # Its stage follows from the pairing.
            pass
        elif first_stage(family):
            due_on = guide.promise(self.on, CALL_WITHIN_DAYS)
            tasks.plan(
                household,
                Task.Kind.FIRST_CALL,
                due_on,
                coordinator=guide,
                by=self.by,
            )
        else:
            change_stage(wishes, to=family.stage, on=self.on, by=self.by)
        self._course(wishes, adults[0], family)
        ImportedRow.objects.create(
            municipality=family.home.municipality,
            key_hash=family.key_hash,
            household=household,
            run=self.run,
        )
        self.made[family.number] = (family, wishes.pk)

    def pair(self, pair: Pair) -> None:
        """Brings together who were so before they came here."""
        family, request_pk = self.made[pair.number]
        offers = SupportOffer.objects.select_related("family")
        offer = (
            offers.get(reference=pair.offer)
            if pair.offer
            else offers.get(pk=self.made[pair.giver][1])
        )
        request = SupportRequest.objects.select_related(
            "family__household__municipality"
        ).get(pk=request_pk)
        pairing = take_over(
            request,
            offer,
            stage=family.pair_stage,
            started_on=family.pair_since or self.on,
            on=self.on,
            by=self.by,
            lead=self._guide(family.home.municipality),
        )
        if family.agreed is not None:
            agree(
                pairing,
                family.agreed,
                kinds=family.kinds[0],
                on=self.on,
                at=self.at,
                by=self.by,
            )

    def _request(
        self, family: Family, guide: Coordinator
    ) -> tuple[SupportRequest, list[Person]]:
        told = RequestTold(
            home=family.home,
            children=(),
            wishes=_wishes_told(family),
            contact=_contact_told(family),
        )
        request, parent = make_request(
            told, guide, on=self.on, came_by=Household.CameBy.FILE
        )
        household = request.family.household
        others = [
            join(household, Membership.Role.PARTNER, on=self.on, name=name)
            for name in family.adults
        ]
        request.children.set(self._children(household, family))
        request.waiting_since = family.waiting_since
        request.max_distance_km = family.distance
        request.preferred_language = family.languages[1]
        request.save(
            update_fields=["waiting_since", "max_distance_km", "preferred_language"]
        )
        return request, [parent, *others]

    def _offer(
        self, family: Family, guide: Coordinator
    ) -> tuple[SupportOffer, list[Person]]:
        told = SupportTold(
            home=family.home,
            house=HouseTold(has_children=True if family.children else None),
            wishes=_wishes_told(family),
            contact=_contact_told(family),
            vog_is_asked=False,
        )
        offer, first = make_offer(
            told, guide, on=self.on, came_by=Household.CameBy.FILE
        )
        gives = offer.family
        others = [
            join(gives.household, Membership.Role.PARTNER, on=self.on, name=name)
            for name in family.adults
        ]
        self._children(gives.household, family)
        self._places(gives, family)
        offer.waiting_since = family.waiting_since
        offer.max_distance_km = family.distance
        offer.ages = family.ages
        offer.save(update_fields=["waiting_since", "max_distance_km", "ages"])
        adults = [first, *others]
        self._screen(gives.household, adults, family)
        return offer, adults

    def _places(self, gives: SupportFamily, family: Family) -> None:
        Place.objects.bulk_create(
            Place(family=gives, number=number) for number in range(2, family.places + 1)
        )

    def _children(self, household: Household, family: Family) -> list[Person]:
        return [
            join(
                household,
                Membership.Role.CHILD,
                on=self.on,
                name=child.name,
                birth_year=child.birth_year,
                birth_month=child.birth_month,
                age_told=child.age,
                age_told_on=None if child.age is None else self.on,
            )
            for child in family.children
        ]

    def _home(self, household: Household, family: Family) -> None:
        if family.street:
            home = Location.objects.get(household=household)
            home.street = family.street
            home.save(update_fields=["street"])

    def _first_adult(self, person: Person, family: Family) -> None:
        mask, _first, other = family.languages
        if mask:
            person.languages, person.language_other = mask, other
            person.save(update_fields=["languages", "language_other"])

    def _screen(
        self, household: Household, adults: list[Person], family: Family
    ) -> None:
        """Asks who has shown no VOG yet; a document that was seen keeps its day."""
        seen = [*family.vog_on, *[None] * (len(adults) - len(family.vog_on))]
        for adult, seen_on in zip(adults, seen, strict=True):
            check = ScreeningCheck.objects.create(
                person=adult,
                kind=ScreeningCheck.Kind.VOG,
                state=ScreeningCheck.State.ASKED,
                asked_on=None if seen_on else self.on,
            )
            record(check, verb="created", by=self.by, fields=["state"])
            if seen_on is not None:
                screening.shown(
                    check,
                    household,
                    seen_on=seen_on,
                    ask_again_on=self._ask_again(seen_on),
                    at=self.at,
                    by=self.by,
                )

    def _ask_again(self, seen_on: dt.date) -> dt.date:
        """When to ask for a new one; of an old one not all on the first day."""
        soonest = self.on + dt.timedelta(days=ASK_AGAIN_AFTER_DAYS)
        return max(screening.ask_again_around(seen_on), soonest)

    def _course(
        self, wishes: SupportRequest | SupportOffer, person: Person, family: Family
    ) -> None:
        household = wishes.family.household
        if family.agreed_on is not None:
            consents.give(
                person,
                purpose=Consent.Purpose.CONTACT_AND_SEARCH,
                how=Consent.How.TELEPHONE,
                given_at=consents.moment_of(family.agreed_on, at=self.at),
                by=self.by,
            )
        if family.contacted_on is not None:
            is_asked = isinstance(wishes, SupportRequest)
            contact = ContactMoment.objects.create(
                household=household,
                request=wishes if is_asked else None,
                offer=None if is_asked else wishes,
                kind=ContactMoment.Kind.TELEPHONE,
                outcome=ContactMoment.Outcome.REACHED,
                happened_on=family.contacted_on,
                text=family.contact_text,
                by=self.by,
                form_key=uuid.uuid4(),
            )
            record(contact, verb="created", by=self.by, fields=["outcome"])

    def _guide(self, municipality: Municipality) -> Coordinator:
        if municipality.pk not in self.guides:
            self.guides[municipality.pk] = guide_in(
                municipality, on=self.on, by=self.by
            )
        return self.guides[municipality.pk]


def _contact_told(family: Family) -> ContactTold:
    return ContactTold(name=family.name, telephone=family.telephone, email=family.email)


def _wishes_told(family: Family) -> WishesTold:
    mask, other = family.kinds
    return WishesTold(
        kinds=mask, kinds_other=other, moments=family.moments, remarks=family.note
    )
