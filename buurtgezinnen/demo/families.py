"""The families of the demo, and what happened with each until it was ready."""

import datetime as dt
import random
import uuid

from django.conf import settings

from buurtgezinnen.demo import stories
from buurtgezinnen.demo.cast import ALSO_GIVES, Asks, Child, Gives
from buurtgezinnen.demo.days import noon
from families import moments, texts
from families.encryption import blind_index
from families.models import (
    Consent,
    ContactMoment,
    Coordinator,
    FactSource,
    Household,
    Location,
    Membership,
    Municipality,
    Person,
    Place,
    PostcodeArea,
    RequestFamily,
    ScreeningCheck,
    SupportFamily,
    SupportOffer,
    SupportRequest,
    Task,
    User,
)
from families.services import screening
from families.services.contact import note_contact
from families.services.sources import note_sources
from families.services.stages import change_stage, start_stage
from families.services.wishes import is_asked
from families.vocabulary import Demand, SupportKind, mask_of

SEED = 20_261_123
MORNING, AFTERNOON = 1 << 0, 1 << 1
# Somebody who applied this many days ago could not be reached twice.
HARD_TO_REACH = 5
# What is seen together with a family before it is available, besides every VOG.
SHARED_CHECKS = (
    ScreeningCheck.Kind.HOME_VISIT,
    ScreeningCheck.Kind.HOME_VISIT_2,
    ScreeningCheck.Kind.HOUSE_RULES,
    ScreeningCheck.Kind.PRIVACY,
)
THREE_YEARS = dt.timedelta(days=3 * 365 - 25)
# What people say at the first call, and what at the visit; the rest they filled in.
TOLD_BY_TELEPHONE = ("frequency", "duration_months")
TOLD_AT_A_VISIT = (
    "no_dog",
    "no_cat",
    "no_smoking",
    "children_at_home",
    "language_demand",
    "max_distance_km",
    "children_at_once",
)


class Families:
    """The families of the demo on one day, with everything that came before it."""

    def __init__(self, on: dt.date) -> None:
        self.on = on
        self.draw = random.Random(SEED)  # noqa: S311 - invented, not secret
        self.coordinators = {
            municipality.name: coordinator
            for coordinator in Coordinator.objects.select_related("user")
            for municipality in coordinator.municipalities.all()
        }
        self.telephones = iter(range(600_100_000, 600_199_999))

    # The families themselves

    def asks(self, told: Asks) -> list[SupportRequest]:
        """A family that asks, from its application to the stage it is in."""
        applied_on = self.on - dt.timedelta(days=told.days)
        household = self.household(told.surname, told.home, applied_on)
        family = RequestFamily.objects.create(
            household=household,
            upbringing=stories.UPBRINGING,
            reciprocity=stories.RECIPROCITY,
        )
        parent = self.parent(household, told, applied_on)
        children = [self.child(household, child, applied_on) for child in told.children]
        groups = [[child] for child in children] if told.apart else [children]
        requests = []
        for group in groups:
            request = SupportRequest.objects.create(
                family=family,
                kinds=told.kinds,
                moments=told.when,
                frequency=told.frequency,
                duration_months=told.months,
                max_distance_km=told.max_km,
                language_demand=told.language_demand,
                remarks=told.says,
                waiting_since=applied_on,
                **dict.fromkeys(told.limits, Demand.LIMIT),
                **dict.fromkeys(told.wishes, Demand.WISH),
            )
            request.children.set(group)
            start_stage(request, on=applied_on, by=None)
            requests.append(request)
        self.promise(household, applied_on, settings.CALL_WITHIN_DAYS_REQUEST)
        self.way_of_a_request(household, parent, requests, told, applied_on)
        if told.surname == ALSO_GIVES:
            self.also_gives(household, applied_on)
        return requests

    def gives(self, told: Gives) -> SupportOffer:
        """A family that gives, from its application to the stage it is in."""
        applied_on = self.on - dt.timedelta(days=told.days)
        household = self.household(told.surname, told.home, applied_on)
        for fact, value in told.facts:
            setattr(household, fact, value)
        household.save()
        family = SupportFamily.objects.create(
            household=household,
            experience=SupportFamily.Experience.PARENT if told.children else "",
            motivation=self.draw.choice(stories.MOTIVATION),
            has_children=bool(told.children),
        )
        for number in range(1, told.places + 1):
            Place.objects.create(family=family, number=number)
        adults = [self.parent(household, told, applied_on)]
        if told.adults > 1:
            adults.append(self.partner(household, applied_on))
        for age in told.children:
            self.child(household, Child("", age), applied_on)
        offer = SupportOffer.objects.create(
            family=family,
            kinds=told.kinds,
            moments=told.when,
            frequency=told.frequency,
            duration_months=told.months,
            max_distance_km=told.max_km,
            ages=mask_of(range(told.ages[0], told.ages[1] + 1)) if told.ages else 0,
            children_at_once=told.at_once,
            waiting_since=applied_on,
        )
        start_stage(offer, on=applied_on, by=None)
        self.promise(household, applied_on, settings.CALL_WITHIN_DAYS_SUPPORT)
        self.way_of_an_offer(household, adults, offer, told, applied_on)
        return offer

    def also_gives(self, household: Household, applied_on: dt.date) -> None:
        """A household that asks, and on Saturday has room for a younger child."""
        family = SupportFamily.objects.create(household=household, has_children=True)
        Place.objects.create(family=family, number=1)
        offer = SupportOffer.objects.create(
            family=family,
            kinds=mask_of([SupportKind.PLAY]),
            ages=mask_of(range(3, 8)),
            children_at_once=1,
            waiting_since=applied_on,
        )
        start_stage(offer, on=applied_on, by=None)

    def household(self, surname: str, home: tuple[str, str], on: dt.date) -> Household:
        """A home in a postcode, or without a fixed address."""
        postcode, name = home
        municipality = Municipality.objects.get(name=name)
        household = Household.objects.create(
            name=surname,
            municipality=municipality,
            coordinator=self.coordinators[name],
        )
        area = PostcodeArea.objects.filter(
            postcode=postcode, municipality=municipality
        ).first()
        Location.objects.create(
            household=household,
            kind=Location.Kind.HOME if area else Location.Kind.NONE,
            from_on=on,
            postcode=f"{postcode}AB" if area else "",
            area=area,
            # Spread a little, as homes in one postcode are.
            latitude=area and area.latitude + self.draw.uniform(-0.004, 0.004),
            longitude=area and area.longitude + self.draw.uniform(-0.006, 0.006),
        )
        return household

    def parent(self, household: Household, told: Asks | Gives, on: dt.date) -> Person:
        """Whom to call, who allowed us to."""
        telephone = f"+31{next(self.telephones)}"
        # Some give no address: those are called, or get a text.
        by_mail = int(telephone[-1]) % 3 != 0
        email = f"gezin{telephone[-6:]}@demo.example" if by_mail else ""
        person = Person.objects.create(
            name=told.parent,
            telephone=telephone,
            telephone_index=blind_index("telephone", telephone),
            email=email,
            email_index=blind_index("email", email),
            may_leave_message=getattr(told, "may_leave_message", True),
            call_dayparts=self.draw.choice((0, MORNING, AFTERNOON)),
            languages=told.languages,
        )
        Membership.objects.create(
            person=person, household=household, role=Membership.Role.PARENT, from_on=on
        )
        Consent.objects.create(
            person=person,
            purpose=Consent.Purpose.CONTACT_AND_SEARCH,
            text_version=texts.CONTACT_AND_SEARCH.version,
            given_at=noon(on),
        )
        return person

    def partner(self, household: Household, on: dt.date) -> Person:
        """The other adult."""
        person = Person.objects.create(name=self.draw.choice(("Jan", "Dewi", "Kaan")))
        Membership.objects.create(
            person=person, household=household, role=Membership.Role.PARTNER, from_on=on
        )
        return person

    def child(self, household: Household, told: Child, on: dt.date) -> Person:
        """A child; of two homes when it lives elsewhere in odd weeks."""
        person = Person.objects.create(
            name=told.name, age_told=told.age, age_told_on=on
        )
        Membership.objects.create(
            person=person,
            household=household,
            role=Membership.Role.CHILD,
            from_on=on,
            stays=moments.EVEN_WEEKS if told.even_weeks else None,
        )
        if told.even_weeks:
            other = self.household(household.name, ("1422", "Uithoorn"), on)
            Membership.objects.create(
                person=person,
                household=other,
                role=Membership.Role.CHILD,
                from_on=on,
                stays=moments.ODD_WEEKS,
            )
        return person

    # What happened with them

    def promise(self, household: Household, on: dt.date, working_days: int) -> None:
        """The first call, by the date that the family was told."""
        coordinator = household.coordinator
        Task.objects.create(
            household=household,
            coordinator=coordinator,
            kind=Task.Kind.FIRST_CALL,
            due_on=coordinator.promise(on, working_days),
            promised=True,
        )

    def note(
        self,
        household: Household,
        text: str,
        on: dt.date,
        *,
        kind: str = ContactMoment.Kind.TELEPHONE,
        outcome: str = ContactMoment.Outcome.REACHED,
        next_step: str = "",
        next_on: dt.date | None = None,
    ) -> None:
        """A contact, as its coordinator wrote it down."""
        note_contact(
            household,
            kind=kind,
            outcome=outcome,
            happened_on=on,
            at=noon(on),
            by=household.coordinator.user,
            form_key=uuid.UUID(int=self.draw.getrandbits(128)),
            text=text,
            next_step=next_step,
            next_on=next_on,
        )

    def told(
        self,
        wishes: SupportRequest | SupportOffer,
        called_on: dt.date,
        seen_on: dt.date,
    ) -> None:
        """How it is known what a family asks or gives: by telephone, or at a visit."""
        by = wishes.family.household.coordinator.user
        source = FactSource.Source
        for fields, how, on in (
            (TOLD_BY_TELEPHONE, source.TELEPHONE, called_on),
            (TOLD_AT_A_VISIT, source.VISIT, seen_on),
        ):
            known = [name for name in fields if is_asked(getattr(wishes, name, None))]
            note_sources(wishes, known, source=how, on=on, by=by)

    def way_of_a_request(
        self,
        household: Household,
        parent: Person,
        requests: list[SupportRequest],
        told: Asks,
        applied_on: dt.date,
    ) -> None:
        """Talks, and the stages they brought the requests to."""
        if told.stage == "applied":
            if told.days == HARD_TO_REACH:
                for days_ago in (2, 1):
                    tried_on = self.on - dt.timedelta(days=days_ago)
                    outcome = ContactMoment.Outcome.NO_ANSWER
                    self.note(household, stories.NO_ANSWER, tried_on, outcome=outcome)
            return
        called_on = self.day(applied_on, 2)
        self.note(household, self.draw.choice(stories.FIRST_TALK), called_on)
        if told.stage == "talking":
            step = self.draw.choice(stories.NEXT_STEPS)
            soon = self.on + dt.timedelta(days=self.draw.choice((-1, 0, 2)))
            text = self.draw.choice(stories.SECOND_TALK)
            self.note(household, text, called_on, next_step=step, next_on=soon)
            return
        visited_on = self.day(applied_on, 6)
        for request in requests:
            self.told(request, called_on, visited_on)
        visit = ContactMoment.Kind.VISIT
        self.note(
            household, self.draw.choice(stories.SECOND_TALK), visited_on, kind=visit
        )
        for request in requests:
            request.refresh_from_db()
            change_stage(
                request,
                to=told.stage,
                on=visited_on,
                by=household.coordinator.user,
            )

    def way_of_an_offer(
        self,
        household: Household,
        adults: list[Person],
        offer: SupportOffer,
        told: Gives,
        applied_on: dt.date,
    ) -> None:
        """Talks, screening, and the stage they brought the offer to."""
        if told.stage == "applied":
            return
        self.note(
            household, self.draw.choice(stories.SUPPORT_TALK), self.day(applied_on, 3)
        )
        for adult in adults:
            self.screen(household, adult, told.vog, applied_on)
        if told.stage == "talking":
            return
        offer.refresh_from_db()
        by = household.coordinator.user
        ready_on = self.day(applied_on, 15)
        self.told(offer, self.day(applied_on, 3), ready_on)
        self.shared_checks(adults[0], ready_on, by)
        change_stage(offer, to=SupportOffer.Stage.AVAILABLE, on=ready_on, by=by)
        if told.stage != SupportOffer.Stage.AVAILABLE:
            change_stage(offer, to=told.stage, on=self.day(applied_on, 30), by=by)

    def shared_checks(self, adult: Person, on: dt.date, by: User) -> None:
        """What is seen together with a family; one reference is enough for some."""
        for kind in SHARED_CHECKS:
            screening.done(adult, kind=kind, seen_on=on, today=on, by=by)
        screening.done(
            adult,
            kind=ScreeningCheck.Kind.REFERENCE,
            seen_on=on,
            today=on,
            by=by,
            spoken_with=stories.SPEAKS_FOR_THEM,
            outcome=ScreeningCheck.Outcome.GOOD,
        )
        screening.not_needed(
            adult,
            kind=ScreeningCheck.Kind.REFERENCE_2,
            note=stories.ONE_REFERENCE_IS_ENOUGH,
            today=on,
            by=by,
        )

    def screen(
        self, household: Household, adult: Person, vog: str, applied_on: dt.date
    ) -> None:
        """The VOG of one adult, as far as it came."""
        by = household.coordinator.user
        asked_on = self.day(applied_on, 3)
        if vog == "shown_long_ago":
            asked_on = self.on - THREE_YEARS
        check = screening.ask(
            adult, household, kind=ScreeningCheck.Kind.VOG, on=asked_on, by=by
        )
        if vog == "asked":
            return
        if vog in {"applied", "shown", "shown_long_ago"}:
            screening.applied(check, household, applied_on=self.day(asked_on, 2), by=by)
        if vog in {"shown", "shown_long_ago"}:
            seen_on = self.day(asked_on, 12)
            screening.shown(
                check,
                household,
                seen_on=seen_on,
                ask_again_on=screening.ask_again_around(seen_on),
                at=noon(seen_on),
                by=by,
            )
        elif vog != "applied":
            told_on = self.day(asked_on, 10)
            screening.not_given(
                check,
                household,
                state=vog,
                note=stories.NO_VOG_NEEDED if vog == "not_needed" else "",
                on=told_on,
                at=noon(told_on),
                by=by,
            )

    def day(self, start: dt.date, days: int) -> dt.date:
        """So many days after `start`, and never in the future."""
        return min(self.on, start + dt.timedelta(days=days))
