from dataclasses import replace

import pytest

from families.models import SupportOffer, SupportRequest
from families.tests.factories import (
    HouseholdFactory,
    MunicipalityFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    UserFactory,
)
from families.vocabulary import SupportKind, mask_of
from matching.core.rank import rank_offers
from matching.core.rules import CODES, DEFAULT_RULES, Weights
from matching.engine.backtest import latest_choices, n_first
from matching.engine.encode import encode
from matching.engine.snapshots import unsaved_proposal
from matching.models import Proposal
from matching.services.rules import rules_in_use
from matching.tests.factories import A_WEEK_ON, MONDAY, ProposalFactory

pytestmark = pytest.mark.django_db

BY_RULES = Weights.from_rules(DEFAULT_RULES)


def by_one(code):
    """Weights by which a single criterion decides."""
    alone = tuple(float(one == code) for one in CODES)
    return replace(BY_RULES, weights=alone)


def choice(*, first, **outcome):
    """A proposal for who asks two kinds every week, with two to choose from.

    One offers both kinds, seldom; the other one kind, every week. By the rules the
    first of them stands first.
    """
    town = MunicipalityFactory()
    home = HouseholdFactory(municipality=town)
    both = mask_of([SupportKind.PLAY, SupportKind.MEAL])
    request = SupportRequestFactory(family__household=home, kinds=both)
    offers = [
        SupportOfferFactory(
            family__household__municipality=town, kinds=kinds, frequency=often
        )
        for kinds, often in ((both, "monthly"), (mask_of([SupportKind.PLAY]), "weekly"))
    ]
    found = encode(
        SupportRequest.objects.filter(pk=request.pk),
        SupportOffer.objects.filter(pk__in=[one.pk for one in offers]),
        on=MONDAY,
    )
    ranking = rank_offers(found.pool, 0, BY_RULES)
    proposal = unsaved_proposal(
        found, ranking, 0, int(ranking.cols[0 if first else 1]), rules=rules_in_use()
    )
    for name, value in outcome.items():
        setattr(proposal, name, value)
    proposal.made_on, proposal.hold_until = MONDAY, A_WEEK_ON
    proposal.made_by = UserFactory()
    proposal.save()
    return proposal


def test_choices_are_ranked_again_by_any_weights():
    choice(first=True)
    choice(first=True)
    choice(first=False)

    made = latest_choices().made

    assert n_first(made, BY_RULES) == 2
    assert n_first(made, by_one("kinds")) == 2
    assert n_first(made, by_one("frequency")) == 1


def test_choices_stay_as_they_were_when_families_change():
    choice(first=False)
    SupportOffer.objects.update(kinds=1, moments=None, frequency="")
    SupportRequest.objects.update(kinds=0)

    made = latest_choices().made

    assert (n_first(made, BY_RULES), n_first(made, by_one("frequency"))) == (0, 1)


def test_accepted_choices_are_told_apart():
    choice(first=True)
    yes = {"support_answer": "yes", "request_answer": "yes"}
    days = {"support_answered_on": MONDAY, "request_answered_on": MONDAY}
    choice(first=True, outcome="accepted", closed_on=MONDAY, **yes, **days)

    choices = latest_choices()

    assert (len(choices.made), len(choices.accepted)) == (2, 1)
    assert n_first(choices.accepted, BY_RULES) == 1


def test_choice_without_rivals_or_taken_back_does_not_count():
    ProposalFactory()
    choice(first=True, outcome="withdrawn", closed_on=MONDAY)
    request = SupportRequestFactory()
    offer = SupportOfferFactory(
        family__household__municipality=request.family.household.municipality
    )
    found = encode(
        SupportRequest.objects.filter(pk=request.pk),
        SupportOffer.objects.filter(pk=offer.pk),
        on=MONDAY,
    )
    ranking = rank_offers(found.pool, 0, BY_RULES)
    alone = unsaved_proposal(found, ranking, 0, 0, rules=rules_in_use())
    ProposalFactory(snapshot=alone.snapshot)

    choices = latest_choices()

    assert (choices.made, choices.n_uncounted) == ((), 2)


def test_only_the_latest_choices_are_looked_at():
    choice(first=True)
    latest = choice(first=False)
    Proposal.objects.filter(pk=latest.pk).update(made_on=A_WEEK_ON)

    made = latest_choices(most=1).made

    assert [n_first(made, BY_RULES), n_first(made, by_one("frequency"))] == [0, 1]


@pytest.mark.parametrize("n_choices", [1, 3])
def test_choices_take_one_query(django_assert_num_queries, n_choices):
    for _number in range(n_choices):
        choice(first=True)

    with django_assert_num_queries(1):
        choices = latest_choices()

    assert n_first(choices.made, BY_RULES) == n_choices
