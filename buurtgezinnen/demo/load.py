"""Writes the invented families into a database, through the services of the site.

All dates are relative to a day, so that the demo is as fresh next year as today.
"""

import datetime as dt
import random
import uuid
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from agreements.models import HouseRules
from agreements.services import Yes, record_version
from agreements.timeline import Frame, Terms
from buurtgezinnen.demo import stories
from buurtgezinnen.demo.accounts import ACCOUNTS, PASSWORD, Account
from buurtgezinnen.demo.cast import (
    ALSO_GIVES,
    FOR_THE_PLAN,
    LISTENERS,
    NOBODY_FITS,
    SPECIAL,
    Asks,
    Child,
    Gives,
    Pair,
    asking,
    giving,
    pairs,
)
from families import geonames, moments
from families.encryption import blind_index
from families.models import (
    Consent,
    ContactMoment,
    Coordinator,
    Household,
    Location,
    Membership,
    Municipality,
    MunicipalityOfficial,
    Partnership,
    PartnershipTerm,
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
from families.services.postcodes import load_postcodes
from families.services.school_holidays import load_school_holidays, published
from families.services.stages import change_stage, start_stage
from families.vocabulary import Demand, SupportKind, mask_of
from matching.core.rank import rank_offers
from matching.engine.encode import encode
from matching.engine.snapshots import unsaved_proposal
from matching.models import Pairing, Proposal
from matching.proposing.drafts import Draft
from matching.services import pairings, proposals
from matching.services.asking import Asking, propose_and_ask
from matching.services.rules import rules_in_use, weights_of

SEED = 20_261_123
N_ASKING = 40
N_GIVING = 70
REGION = Path(settings.BASE_DIR) / "families" / "regions" / "aalsmeer.tsv"
# Schools of the province of Utrecht close with the middle of the country.
OF_THE_MIDDLE = "De Ronde Venen"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEDNESDAY, FRIDAY, SATURDAY = 1 << 2, 1 << 4, 1 << 5
MORNING, AFTERNOON = 1 << 0, 1 << 1
CONSENT_TEXT = "demo"
# Somebody who applied this many days ago could not be reached twice.
HARD_TO_REACH = 5
# A pairing older than this has a day for its introduction.
DAYS_TO_PLAN = 4
# The pairing of this many days has a change that one family still must confirm.
ONE_SIDE_ONLY = 120
# What is seen together with a family before it is available, besides every VOG.
SHARED_CHECKS = (
    ScreeningCheck.Kind.HOME_VISIT,
    ScreeningCheck.Kind.REFERENCE,
    ScreeningCheck.Kind.HOUSE_RULES,
)
THREE_YEARS = dt.timedelta(days=3 * 365 - 25)


def is_loaded() -> bool:
    """Whether the demo stands in the database already."""
    return User.objects.filter(email=ACCOUNTS[0].email).exists()


@transaction.atomic
def load(on: dt.date) -> None:
    """Writes accounts and families as they would stand on `on`."""
    region()
    staff()
    HouseRules.objects.create(
        number=1, text=stories.HOUSE_RULES, holds_from=dt.date(2020, 1, 1)
    )
    stage = Stage(on)
    told_apart = (*SPECIAL, *NOBODY_FITS, *FOR_THE_PLAN)
    asks = asking(N_ASKING - len(told_apart), seed=SEED)
    gives = giving(N_GIVING - len(LISTENERS), seed=SEED)
    together = pairs(asks, gives)
    for pair in together:
        stage.play(pair)
    for told in (*gives[len(together) :], *LISTENERS):
        stage.gives(told)
    for told in (*told_apart, *asks[len(together) :]):
        stage.asks(told)
    stage.propose_some()
    stage.keep_in_touch()
    stage.date_back()


def region() -> None:
    """Postcodes and school holidays; the municipalities take part with each other."""
    rows, _faults = geonames.read(REGION.read_text(encoding="utf-8").splitlines())
    load_postcodes(geonames.areas_of(rows), names=geonames.municipality_names(rows))
    load_school_holidays(published())
    Municipality.objects.exclude(name=OF_THE_MIDDLE).update(holiday_region="north")
    Municipality.objects.filter(name=OF_THE_MIDDLE).update(holiday_region="middle")
    municipalities = list(Municipality.objects.filter(name__in=names_of(ACCOUNTS)))
    for one in municipalities:
        one.neighbours.set(other for other in municipalities if other != one)


def names_of(accounts: Iterable[Account]) -> set[str]:
    """The municipalities where these accounts work."""
    return {place for account in accounts for place in account.places}


def staff() -> None:
    """Partnerships of two municipalities each, and everybody who can log in."""
    rules = (Partnership.CountingRule.TRIAL, Partnership.CountingRule.INTRODUCTION)
    officials = [account for account in ACCOUNTS if account.role == "official"]
    for account, rule in zip(officials, rules, strict=True):
        partnership = Partnership.objects.create(
            name=" en ".join(account.places),
            employer="Stichting Voorbeeld",
            target=12,
            counting_rule=rule,
        )
        for name in account.places:
            PartnershipTerm.objects.create(
                partnership=partnership,
                municipality=Municipality.objects.get(name=name),
                starts_on=dt.date(2020, 1, 1),
            )
        user = User.objects.create_user(account.email, PASSWORD, name=account.name)
        official = MunicipalityOfficial.objects.create(user=user)
        official.partnerships.add(partnership)
    for account in ACCOUNTS:
        if account.role == "organisation":
            User.objects.create_superuser(account.email, PASSWORD, name=account.name)
        if account.role == "coordinator":
            user = User.objects.create_user(account.email, PASSWORD, name=account.name)
            coordinator = Coordinator.objects.create(
                user=user, telephone=account.telephone
            )
            coordinator.municipalities.set(
                Municipality.objects.filter(name__in=account.places)
            )


class Stage:
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
            text_version=CONSENT_TEXT,
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
        for kind in SHARED_CHECKS:
            screening.done(adults[0], kind=kind, seen_on=ready_on, by=by)
        change_stage(offer, to=SupportOffer.Stage.AVAILABLE, on=ready_on, by=by)
        if told.stage != SupportOffer.Stage.AVAILABLE:
            change_stage(offer, to=told.stage, on=self.day(applied_on, 30), by=by)

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
                note="",
                on=told_on,
                at=noon(told_on),
                by=by,
            )

    # Together

    def play(self, pair: Pair) -> Pairing:
        """Two families from their applications to where they are now."""
        (request,) = self.asks(pair.asks)
        offer = self.gives(pair.gives)
        start = self.on - dt.timedelta(days=pair.days)
        lead = request.family.household.coordinator
        by = lead.user
        proposal = self.proposed(request, offer, start - dt.timedelta(days=8))
        for side in ("support", "request"):
            said_on = start - dt.timedelta(days=3)
            proposal.refresh_from_db()
            proposals.record_answer(
                proposal,
                row_version=proposal.row_version,
                side=side,
                yes=True,
                discussed_on=said_on,
                at=noon(said_on),
                on=said_on,
                by=by,
            )
        pairing = pairings.start_pairing(
            proposal, at=noon(start), on=start, by=by, lead=lead
        )
        if pair.days > DAYS_TO_PLAN:
            met_on = start + dt.timedelta(days=5)
            pairing = pairings.plan_introduction(
                pairing,
                introduction_on=met_on,
                today=met_on,
                row_version=pairing.row_version,
                by=by,
            )
        if pair.stage == Pairing.Stage.INTRODUCTION:
            return pairing
        trial_on = start + dt.timedelta(days=14)
        pairing = pairings.start_trial(
            pairing,
            on=trial_on,
            today=trial_on,
            row_version=pairing.row_version,
            by=by,
        )
        self.agree(pairing, pair, trial_on)
        for household in (request.family.household, offer.family.household):
            text = self.draw.choice(stories.PAIRING_NOTES)
            self.note(household, text, self.day(trial_on, 15))
        if pair.stage == Pairing.Stage.TRIAL:
            return pairing
        active_on = trial_on + dt.timedelta(weeks=settings.TRIAL_WEEKS)
        pairing = pairings.activate(
            pairing,
            on=active_on,
            today=active_on,
            row_version=pairing.row_version,
            by=by,
        )
        if pair.stage == Pairing.Stage.INDEPENDENT:
            guided = active_on + dt.timedelta(days=500)
            pairing = pairings.make_independent(
                pairing, on=guided, row_version=pairing.row_version, by=by
            )
        if pair.stage == Pairing.Stage.ENDED:
            ended_on = self.on - dt.timedelta(days=10)
            pairing = pairings.end_pairing(
                pairing,
                pairings.Ending(
                    on=ended_on,
                    reason=Pairing.EndReason.GOAL_REACHED,
                    text=stories.END_TEXT,
                    child_told=stories.CHILD_TOLD,
                ),
                row_version=pairing.row_version,
                at=noon(ended_on),
                by=by,
            )
        return pairing

    def proposed(self, request: SupportRequest, offer: SupportOffer, on: dt.date):
        """What the engine finds for these two, written down as a proposal."""
        request.refresh_from_db()
        offer.refresh_from_db()
        rules = rules_in_use()
        encoded = encode(
            SupportRequest.objects.filter(pk=request.pk),
            SupportOffer.objects.filter(pk=offer.pk),
            on=on,
        )
        ranking = rank_offers(encoded.pool, 0, weights_of(rules))
        return propose_and_ask(
            unsaved_proposal(encoded, ranking, 0, 0, rules=rules),
            Asking("support", Proposal.Way.TELEPHONE, ""),
            hold_until=on + dt.timedelta(days=14),
            at=noon(on),
            on=on,
            by=request.family.household.coordinator.user,
        )

    def agree(self, pairing: Pairing, pair: Pair, trial_on: dt.date) -> None:
        """The versions of what they agreed on, each grown out of the former."""
        by = pairing.lead.user
        children = tuple(child.pk for child in pairing.request.children.all())
        active_on = trial_on + dt.timedelta(weeks=settings.TRIAL_WEEKS)
        play = Terms(
            line=1,
            kind=SupportKind.PLAY,
            children=children,
            rhythm="every_n_weeks",
            every=2,
            first_on=next_weekday(trial_on, 2),
            weekdays=WEDNESDAY,
            starts_at=dt.time(13),
            ends_at=dt.time(17),
            brings="request_family",
            fetches="support_family",
        )
        weekly = Terms(
            line=1,
            kind=SupportKind.PLAY,
            children=children,
            rhythm="weekly",
            weekdays=WEDNESDAY,
            starts_at=dt.time(13),
            ends_at=dt.time(17),
            brings="request_family",
            fetches="support_family",
        )
        meal = Terms(
            line=2,
            kind=SupportKind.MEAL,
            children=children,
            rhythm="weekly",
            weekdays=FRIDAY,
            starts_at=dt.time(17),
            ends_at=dt.time(19),
            brings="support_family",
            fetches="request_family",
        )
        outing = Terms(
            line=3,
            kind=SupportKind.OUTING,
            children=children,
            rhythm="times_a_month",
            every=1,
            where="elsewhere",
        )
        grown = (
            (trial_on, (play,)),
            (active_on, (weekly,)),
            (active_on + dt.timedelta(days=60), (weekly, meal)),
            (self.on + dt.timedelta(days=8), (weekly, meal, outing)),
        )
        for number, (from_on, items) in enumerate(grown[: pair.n_versions]):
            waits = number == 1 and pair.days == ONE_SIDE_ONLY
            starts = self.on + dt.timedelta(days=8) if waits else from_on
            recorded_on = min(starts, self.on) - dt.timedelta(days=7)
            sides = ("support",) if waits else ("request", "support")
            record_version(
                pairing,
                effective_from=starts,
                items=items,
                by=by,
                at=noon(max(recorded_on, pairing.started_on)),
                frame=Frame(
                    trial_until=None if number else pairing.trial_until,
                    months_request=pairing.request.duration_months,
                    months_support=pairing.offer.duration_months,
                ),
                reason=stories.CHANGE_REASONS[number - 1] if number else "",
                confirmations=[
                    Yes(side, "discussed", max(recorded_on, pairing.started_on))
                    for side in sides
                ],
            )

    def propose_some(self) -> None:
        """Proposals that wait for an answer, one of them too long."""
        waiting = SupportRequest.objects.waiting().order_by("waiting_since", "pk")
        wanted = [
            request
            for request in waiting.select_related("family__household__municipality")
            if not request.remarks
        ]
        for request, days_ago in zip(wanted[:3], (1, 4, 12), strict=False):
            self.propose_best(request, self.on - dt.timedelta(days=days_ago))

    def propose_best(self, request: SupportRequest, on: dt.date) -> None:
        """The best offer for a request, held for a week."""
        rules = rules_in_use()
        coordinator = request.family.household.coordinator
        encoded = encode(
            SupportRequest.objects.filter(pk=request.pk),
            SupportOffer.objects.offered_to(coordinator.user).available(),
            on=on,
        )
        ranking = rank_offers(encoded.pool, 0, weights_of(rules))
        if not len(ranking.cols):
            return
        proposal = unsaved_proposal(
            encoded, ranking, 0, int(ranking.cols[0]), rules=rules
        )
        proposal.support_text = Draft.of(proposal, on=on).text("support")
        held = {"hold_until": on + dt.timedelta(days=7), "by": coordinator.user}
        household = proposal.offer.family.household
        if not coordinator.municipalities.filter(pk=household.municipality_id).exists():
            # A colleague knows this family, and asks it.
            proposals.propose(proposal, on=on, **held)
            return
        text = Asking("support", Proposal.Way.TEXT, proposal.support_text)
        propose_and_ask(proposal, text, at=noon(on), on=on, **held)

    def keep_in_touch(self) -> None:
        """A call to each family of what runs, now and then; of one pairing not."""
        silent = self.on - dt.timedelta(days=ONE_SIDE_ONLY)
        running = Pairing.objects.filter(stage=Pairing.Stage.ACTIVE)
        for pairing in running.exclude(started_on=silent).order_by("pk"):
            for wishes in (pairing.request, pairing.offer):
                for days_ago in (98, 56, 14):
                    text = self.draw.choice(stories.PAIRING_NOTES)
                    called_on = self.on - dt.timedelta(days=days_ago)
                    if called_on > pairing.started_on + dt.timedelta(days=42):
                        self.note(wishes.family.household, text, called_on)

    def date_back(self) -> None:
        """Gives what was written just now the dates it would have had."""
        for contact in ContactMoment.objects.all():
            contact.recorded_at = noon(contact.happened_on)
            contact.save(update_fields=["recorded_at"])
        for task in Task.objects.all():
            week_before = min(task.due_on - dt.timedelta(days=7), self.on)
            task.created_at = noon(week_before)
            if task.done_at:
                task.done_at = noon(min(task.due_on, self.on - dt.timedelta(days=1)))
            task.save(update_fields=["created_at", "done_at"])

    def day(self, start: dt.date, days: int) -> dt.date:
        """So many days after `start`, and never in the future."""
        return min(self.on, start + dt.timedelta(days=days))


def noon(on: dt.date) -> dt.datetime:
    """The middle of a day in the Netherlands."""
    return dt.datetime.combine(on, dt.time(12), AMSTERDAM)


def next_weekday(on: dt.date, weekday: int) -> dt.date:
    """The first such weekday on or after `on`; Monday is 0."""
    return on + dt.timedelta(days=(weekday - on.weekday()) % 7)
