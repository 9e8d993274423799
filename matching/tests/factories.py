"""Makes the smallest valid rows of matching; traits are states."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from families.models import Consent, SupportRequest
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    ScreeningCheckFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    UserFactory,
)
from matching.core.rules import DEFAULT_RULES
from matching.models import (
    Exclusion,
    Lesson,
    Look,
    Pairing,
    PairingChild,
    PairingStage,
    Proposal,
    Rules,
)

MONDAY = dt.date(2026, 11, 23)
MONDAY_MORNING = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
A_WEEK_ON = dt.date(2026, 11, 30)


def agrees_to_meet(household):
    """Lets an adult of a household, with a VOG, agree to be introduced."""
    members = household.memberships.filter(role="parent").select_related("person")
    first = members.order_by("pk").first()
    if first is None:
        first = MembershipFactory(household=household)
        ScreeningCheckFactory(person=first.person, shown=True)
    Consent.objects.get_or_create(
        person=first.person,
        purpose=Consent.Purpose.INTRODUCE,
        withdrawn_at=None,
        defaults={"text_version": "2026-11", "given_at": MONDAY_MORNING},
    )
    return first.person


def both_agree_to_meet(pairing):
    """A pairing of which both families agreed to be introduced."""
    for side in (pairing.request, pairing.offer):
        agrees_to_meet(side.family.household)
    return pairing


class RulesFactory(DjangoModelFactory):
    """Version 1, which a migration made; other versions on request."""

    class Meta:
        model = Rules
        django_get_or_create = ("version",)

    version = 1
    weights = factory.LazyFunction(lambda: dict(DEFAULT_RULES))
    reason = "First rules."


class ProposalFactory(DjangoModelFactory):
    """An open proposal that nobody answered; `both_yes` waits for the start.

    Both families were called, unless it is `ready`: then nobody was asked yet. Who
    said yes agreed to be introduced.
    """

    class Meta:
        model = Proposal
        skip_postgeneration_save = True

    class Params:
        ready = factory.Trait(
            support_way="",
            support_asked_at=None,
            request_way="",
            request_asked_at=None,
        )
        support_yes = factory.Trait(support_answer="yes", support_answered_on=MONDAY)
        both_yes = factory.Trait(
            support_answer="yes",
            support_answered_on=MONDAY,
            request_answer="yes",
            request_answered_on=MONDAY,
        )
        declined = factory.Trait(
            support_answer="no",
            support_answered_on=MONDAY,
            outcome="declined",
            reason="moments",
            closed_on=MONDAY,
        )

    request = factory.SubFactory(
        SupportRequestFactory, stage=SupportRequest.Stage.PROPOSED
    )
    offer = factory.SubFactory(SupportOfferFactory)
    rules = factory.SubFactory(RulesFactory)
    band = Proposal.Band.GOOD
    score = 7000
    snapshot = '{"reasons": []}'
    made_on = MONDAY
    made_by = factory.SubFactory(UserFactory)
    hold_until = A_WEEK_ON
    support_way = Proposal.Way.TELEPHONE
    support_asked_at = MONDAY_MORNING
    request_way = Proposal.Way.TELEPHONE
    request_asked_at = MONDAY_MORNING

    @factory.post_generation
    def yes(self, create, extracted, **kwargs):
        for side in (self.request, self.offer):
            said = "request" if side is self.request else "support"
            if getattr(self, f"{said}_answer") == Proposal.Answer.YES:
                agrees_to_meet(side.family.household)


class ExclusionFactory(DjangoModelFactory):
    class Meta:
        model = Exclusion

    request = factory.SubFactory(SupportRequestFactory)
    offer = factory.SubFactory(SupportOfferFactory)
    reason = Proposal.Reason.CLICK
    from_on = MONDAY
    made_by = factory.SubFactory(UserFactory)


class PairingFactory(DjangoModelFactory):
    """An introduction in the first free place, with the children of the request."""

    class Meta:
        model = Pairing
        skip_postgeneration_save = True

    class Params:
        trial = factory.Trait(stage="trial", trial_until=dt.date(2027, 1, 4))
        active = factory.Trait(stage="active")
        independent = factory.Trait(stage="independent")
        ended = factory.Trait(
            stage="ended",
            ended_on=MONDAY,
            ended_at=dt.datetime.combine(MONDAY, dt.time(12), dt.UTC),
            end_reason="goal_reached",
            place=None,
        )

    request = factory.SubFactory(
        SupportRequestFactory, stage=SupportRequest.Stage.PAIRED
    )
    offer = factory.SubFactory(SupportOfferFactory)
    place = factory.LazyAttribute(
        lambda pairing: (
            pairing.offer.family.places.filter(pairing=None).order_by("number").first()
        )
    )
    lead = factory.SubFactory(CoordinatorFactory)
    started_on = MONDAY

    @factory.post_generation
    def children(self, create, extracted, **kwargs):
        PairingChild.objects.bulk_create(
            PairingChild(
                pairing=self,
                child=child,
                support_family=self.offer.family,
                joined_on=self.started_on,
                left_on=self.ended_on,
            )
            for child in self.request.children.all()
        )

    @factory.post_generation
    def history(self, create, extracted, **kwargs):
        for stage in Pairing.Stage.values:
            PairingStage.objects.create(
                pairing=self, stage=stage, on=self.started_on, by=self.lead.user
            )
            if stage == self.stage:
                break


class LessonFactory(DjangoModelFactory):
    """A declined proposal from which nothing follows; give `consequence` for more."""

    class Meta:
        model = Lesson

    proposal = factory.SubFactory(ProposalFactory, declined=True)
    consequence = Lesson.Consequence.NONE
    decided_on = MONDAY
    decided_by = factory.SelfAttribute("proposal.made_by")


class LookFactory(DjangoModelFactory):
    """Somebody looked on a Monday and looks again a week later."""

    class Meta:
        model = Look

    request = factory.SubFactory(SupportRequestFactory)
    on = MONDAY
    again_on = A_WEEK_ON
    by = factory.SubFactory(UserFactory)
