"""One thing of each kind that has a page, to walk all addresses with."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Count
from django.utils import timezone

from agreements.models import AgreementVersion, Evaluation, HouseRules, WantedChange
from agreements.services import Question, ask, evaluations, link_hash
from agreements.services.exceptions import note_exception
from agreements.services.pauses import note_pause
from agreements.services.visits import note_visit
from agreements.tests.factories import make_version
from families.models import (
    Appointment,
    ContactMoment,
    Coordinator,
    Household,
    Municipality,
    Partnership,
    Person,
    PossibleDouble,
    Referral,
    RequestFamily,
    ScreeningCheck,
    SupportOffer,
    SupportRequest,
    Task,
    User,
)
from families.services.intake.drafts import begin_draft, carry_code, code_for_later
from families.services.reach import issue_link
from families.services.referrals import issue_list_link
from families.tests.factories import (
    AppointmentFactory,
    CheckedTranslationFactory,
    CoordinatorFactory,
    HouseholdFactory,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    OfficialFactory,
    PartnershipFactory,
    PostcodeAreaFactory,
    ReferralFactory,
    RequestFamilyFactory,
    SchoolHolidayFactory,
    ScreeningCheckFactory,
    SupportFamilyFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    TaskFactory,
)
from matching.core.rank import rank_offers
from matching.engine.encode import encode
from matching.models import Pairing, Proposal
from matching.services.asking import text_hash
from matching.services.rules import rules_in_use, weights_of
from matching.tests.factories import ExclusionFactory, PairingFactory, ProposalFactory

NOWHERE = "0000000000"


@dataclass(frozen=True)
class World:
    """A municipality with one thing of each kind that has a page."""

    municipality: Municipality
    partnership: Partnership
    coordinator: Coordinator
    official: User
    asking: Household
    giving: Household
    adult: Person
    request: SupportRequest
    offer: SupportOffer
    proposal: Proposal
    excluded_offer: SupportOffer
    pairing: Pairing
    version: AgreementVersion
    draft: AgreementVersion
    task: Task
    token: str
    answer_token: str
    yes_token: str
    evaluation: Evaluation
    evaluation_token: str
    double: PossibleDouble
    resume_token: str
    referral: Referral
    list_token: str
    note: ContactMoment
    appointment: Appointment

    @property
    def office(self) -> User:
        """Somebody of the organisation's office."""
        return User.objects.filter(is_organisation=True).first()

    def row_of(self, model: str) -> int:
        """The primary key of a row of `app_model`, as the admin's pages name it."""
        if model == "families_partnership":
            return self.partnership.pk
        app, _line, name = model.partition("_")
        return apps.get_model(app, name).objects.order_by("pk").last().pk

    def vanished(self) -> "Vanished":
        """The same kinds of things, of which none exists."""
        return Vanished()


@dataclass(frozen=True)
class Gone:
    """A thing that is not there."""

    reference: str = NOWHERE
    number: int = 1
    pk: int = 0
    stage: str = ""

    @property
    def form_key(self) -> uuid.UUID:
        """The key of no note."""
        return uuid.UUID(int=0)


class Vanished:
    """A world in which every reference leads nowhere."""

    resume_token = token = answer_token = yes_token = evaluation_token = list_token = (
        "x" * 43
    )

    def __getattr__(self, name: str) -> Gone:
        return Gone()

    def row_of(self, model: str) -> int:
        """No row has this primary key."""
        return Gone.pk


def home(municipality: Municipality) -> Household:
    household = HouseholdFactory(municipality=municipality)
    LocationFactory(household=household)
    return household


def make_world() -> World:
    """A world apart from all others."""
    municipality = MunicipalityFactory()
    partnership = PartnershipFactory(municipalities=[municipality])
    PostcodeAreaFactory(municipality=municipality)
    SchoolHolidayFactory()
    CheckedTranslationFactory()
    coordinator = CoordinatorFactory(municipalities=[municipality])
    official = OfficialFactory(partnerships=[partnership]).user
    asking, giving = home(municipality), home(municipality)
    parent = MembershipFactory(household=asking).person
    adult = MembershipFactory(household=giving).person
    ScreeningCheckFactory(person=adult, shown=True)
    ScreeningCheckFactory(person=adult, kind="home_visit", shown=True)
    task = TaskFactory(household=asking, coordinator=coordinator)
    family = RequestFamilyFactory(household=asking)
    support = SupportFamilyFactory(household=giving, places=3)
    offer = SupportOfferFactory(family=support)
    request = SupportRequestFactory(family=family)
    proposal = ProposalFactory(
        request=SupportRequestFactory(family=family, stage="proposed"), offer=offer
    )
    exclusion = ExclusionFactory(
        request=request,
        offer=SupportOfferFactory(
            family=SupportFamilyFactory(household=home(municipality))
        ),
    )
    pairing = PairingFactory(
        request=SupportRequestFactory(family=family, stage="paired"),
        offer=offer,
        lead=coordinator,
        started_on=dt.date(2026, 1, 5),
        trial=True,
    )
    _house_rules()
    version = make_version(pairing)
    _interrupt(version)
    draft = _draft_of(pairing, adult)
    evaluation = _evaluation_of(pairing)
    token = issue_link(
        parent, purpose="status", about=request.reference, at=timezone.now()
    )
    return World(
        municipality,
        partnership,
        coordinator,
        official,
        asking,
        giving,
        adult,
        request,
        offer,
        proposal,
        exclusion.offer,
        pairing,
        version,
        draft,
        task,
        token,
        _answer_link(proposal, adult),
        _yes_link(draft, adult),
        evaluation,
        _evaluation_link(evaluation, parent),
        _double(asking, giving),
        _way_to_a_draft(),
        *_referred(asking),
        _note(asking, coordinator),
        AppointmentFactory(household=asking, coordinator=coordinator),
    )


def _note(household: Household, coordinator: Coordinator) -> ContactMoment:
    """A fresh note of a talk."""
    return ContactMoment.objects.create(
        household=household,
        happened_on=timezone.localdate(),
        text="Zij willen graag voetballen.",
        by=coordinator.user,
    )


def _referred(household: Household) -> tuple[Referral, str]:
    """Who referred a family, with a link to the own list."""
    referral = ReferralFactory(household=household)
    return referral, issue_list_link(referral.referrer, at=timezone.now())


def _double(earlier: Household, later: Household) -> PossibleDouble:
    """Two families with the same telephone number."""
    return PossibleDouble.objects.create(
        earlier=earlier, later=later, same_telephone=True, same_email=False
    )


def _way_to_a_draft() -> str:
    """What stands in the address of a draft that was kept for another time."""
    now = timezone.now()
    draft, _key = begin_draft("request", language="nl", at=now)
    return carry_code(code_for_later(draft, at=now))


def _answer_link(proposal: Proposal, person: Person) -> str:
    """A link by which the support family answers a proposal."""
    text = text_hash("support", proposal.support_text)
    return issue_link(
        person,
        purpose="proposal",
        about=proposal.reference,
        at=timezone.now(),
        content_hash=text,
    )


def _draft_of(pairing: Pairing, adult: Person) -> AgreementVersion:
    """The draft of a pairing, about which the support family was asked and answered."""
    draft = pairing.agreement.versions.draft().first()
    by, now = pairing.lead.user, timezone.now()
    if draft is None:
        after = pairing.agreement.versions.latest("effective_from").effective_from
        draft = make_version(
            pairing,
            effective_from=after + dt.timedelta(days=300),
            by=by,
            settled=False,
        )
    ask(draft, Question("support", "text", adult), by=by, at=now)
    WantedChange.objects.create(
        version=draft,
        side="support",
        words="Liever een half uur later.",
        person=adult,
        recorded_at=now,
    )
    return draft


def _yes_link(draft: AgreementVersion, adult: Person) -> str:
    """A link by which the support family says yes to a draft."""
    return issue_link(
        adult,
        purpose="agreement",
        about=draft.agreement.pairing.reference,
        at=timezone.now(),
        content_hash=link_hash(draft, "support"),
    )


def _house_rules() -> None:
    """The house rules that hold everywhere."""
    HouseRules.objects.get_or_create(
        number=1, text="Kom op tijd.", holds_from=dt.date(2026, 1, 1)
    )


def _interrupt(version: AgreementVersion) -> None:
    """A pause, an exception and an extra visit of the agreements of a version."""
    pairing = version.agreement.pairing
    noted = {"by": pairing.lead.user, "at": timezone.now()}
    monday, wednesday = dt.date(2026, 3, 2), dt.date(2026, 3, 11)
    note_pause(pairing, from_on=monday, until_on=monday, side="", **noted)
    note_exception(pairing, line=1, on=wednesday, **noted)
    note_visit(pairing, on=monday, text="", **noted)


def _evaluation_of(pairing: Pairing) -> Evaluation:
    """The open evaluation of a pairing; it starts where there is none."""
    return pairing.evaluations.open().first() or evaluations.start(
        pairing,
        occasion=Evaluation.Occasion.EXTRA,
        due_on=timezone.localdate(),
        at=timezone.now(),
        by=pairing.lead.user,
    )


def _evaluation_link(evaluation: Evaluation, person: Person) -> str:
    """A link by which the request family says how it goes."""
    return issue_link(
        person,
        purpose="evaluation",
        about=evaluation.reference,
        at=timezone.now(),
        content_hash=evaluations.side_hash(evaluation, "request"),
    )


def demo_world() -> World:
    """The things of one coordinator of the demo that have most to show."""
    coordinator = Coordinator.objects.select_related("user").get(
        user__email="ilse@demo.example"
    )
    user = coordinator.user
    request = (
        SupportRequest.objects.visible_to(user)
        .waiting()
        .get(family__in=[family.pk for family in families_called("Droomstra")])
    )
    encoded = encode(
        SupportRequest.objects.filter(pk=request.pk),
        SupportOffer.objects.visible_to(user).available(),
        on=timezone.localdate(),
    )
    ranking = rank_offers(encoded.pool, 0, weights_of(rules_in_use()))
    offer = SupportOffer.objects.get(pk=encoded.offers[int(ranking.cols[0])])
    at_rest = (
        SupportOffer.objects.visible_to(user)
        .available()
        .filter(proposals=None, pairings=None)
        .first()
    )
    check = (
        ScreeningCheck.objects.visible_to(user)
        .current()
        .filter(state__in=("asked", "applied"))
        .select_related("person")
        .first()
    )
    pairing = (
        Pairing.objects.visible_to(user)
        .annotate(n_versions=Count("agreement__versions"))
        .order_by("-n_versions")
        .first()
    )
    parent = request.family.household.memberships.filter(role="parent").get().person
    proposal = (
        Proposal.objects.visible_to(user).open().filter(support_answer="waiting")
    ).first()
    # A link answers only what was asked.
    proposal.support_way, proposal.support_asked_at = "text", timezone.now()
    proposal.save(update_fields=["support_way", "support_asked_at"])
    giving = proposal.offer.family.household
    evaluation = _evaluation_of(pairing)
    paired = pairing.request.family.household
    giver = giving.memberships.filter(role="parent").first().person
    version = pairing.agreement.versions.current().order_by("-number").first()
    guests = pairing.offer.family.household.memberships.filter(role="parent")
    paired_with = guests.select_related("person").first().person
    draft = _draft_of(pairing, paired_with)
    CheckedTranslationFactory()
    referral, list_token = _referred(request.family.household)
    return World(
        municipality=request.family.household.municipality,
        partnership=pairing.partnership,
        coordinator=coordinator,
        official=pairing.partnership.officials.get().user,
        asking=request.family.household,
        giving=Household.objects.get(memberships__person=check.person),
        adult=check.person,
        request=request,
        offer=offer,
        proposal=proposal,
        excluded_offer=at_rest,
        pairing=pairing,
        version=version,
        draft=draft,
        task=Task.objects.visible_to(user).open().first(),
        token=issue_link(
            parent, purpose="status", about=request.reference, at=timezone.now()
        ),
        answer_token=_answer_link(proposal, giver),
        yes_token=_yes_link(draft, paired_with),
        evaluation=evaluation,
        evaluation_token=_evaluation_link(
            evaluation, paired.memberships.filter(role="parent").first().person
        ),
        referral=referral,
        list_token=list_token,
        appointment=AppointmentFactory(
            household=request.family.household, coordinator=coordinator
        ),
        double=_double(request.family.household, giving),
        resume_token=_way_to_a_draft(),
        note=_note(request.family.household, coordinator),
    )


def families_called(name: str) -> list[RequestFamily]:
    """Request families of this surname; names cannot be searched for."""
    return [
        family
        for family in RequestFamily.objects.select_related("household")
        if family.household.name == name
    ]
