import json

import numpy as np
import pytest

from families.models import SupportOffer, SupportRequest
from families.tests.factories import (
    WEDNESDAY_AFTERNOON,
    HouseholdFactory,
    LocationFactory,
    MunicipalityFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from matching.core.explain import explain
from matching.core.rank import rank_offers
from matching.engine.encode import encode
from matching.engine.snapshots import RIVALS_KEPT, pool_of, reasons_of, unsaved_proposal
from matching.models import Proposal
from matching.services.rules import rules_in_use, weights_of
from matching.tests.factories import MONDAY

pytestmark = pytest.mark.django_db


def pool_with(n_offers):
    """A request and so many offers of one municipality, encoded and ranked."""
    municipality = MunicipalityFactory()
    household = HouseholdFactory(municipality=municipality)
    LocationFactory(household=household)
    SupportRequestFactory(family__household=household)
    SupportOfferFactory.create_batch(
        n_offers, family__household__municipality=municipality
    )
    found = encode(SupportRequest.objects.all(), SupportOffer.objects.all(), on=MONDAY)
    return found, rank_offers(found.pool, 0, weights_of(rules_in_use()))


def test_unsaved_proposal_keeps_all_that_was_seen():
    found, ranking = pool_with(1)

    proposal = unsaved_proposal(found, ranking, 0, 0, rules=rules_in_use())

    seen = json.loads(proposal.snapshot)
    assert proposal.pk is None
    assert (proposal.request_id, proposal.offer_id) == (
        found.requests[0],
        found.offers[0],
    )
    assert (proposal.score, proposal.band) == (ranking.score[0], "strong")
    assert (seen["rules"], seen["score"], seen["chosen"]) == (1, proposal.score, 0)
    assert seen["request"]["moments"] == WEDNESDAY_AFTERNOON
    assert seen["request"]["max_distance_m"] is None
    assert [one["places_free"] for one in seen["rivals"]] == [1]
    assert sum(one["points"] for one in seen["reasons"]) == pytest.approx(
        proposal.score, abs=7
    )


def test_pool_of_gives_the_choice_as_it_stood_after_the_families_changed():
    found, ranking = pool_with(3)
    chosen = int(ranking.cols[1])
    weights = weights_of(rules_in_use())
    proposal = unsaved_proposal(found, ranking, 0, chosen, rules=rules_in_use())
    SupportOffer.objects.update(kinds=1, moments=None)

    pool, col = pool_of(proposal)

    again = rank_offers(pool, 0, weights)
    assert col == 1
    assert again.cols.tolist() == [0, 1, 2]
    assert again.score.tolist() == ranking.score.tolist()
    assert pool.offers.key.tolist() == found.pool.offers.key[ranking.cols].tolist()
    assert np.isnan(pool.offers.x_m).all()
    then = explain(found.pool, 0, chosen, weights)
    assert [one.points for one in explain(pool, 0, col, weights)] == [
        one.points for one in then
    ]
    assert reasons_of(proposal) == list(then)


def test_the_chosen_one_is_kept_also_when_many_rank_before_it():
    found, ranking = pool_with(RIVALS_KEPT + 2)
    last = int(ranking.cols[-1])
    proposal = unsaved_proposal(found, ranking, 0, last, rules=rules_in_use())

    pool, col = pool_of(proposal)

    assert (len(pool.offers), col) == (RIVALS_KEPT, RIVALS_KEPT - 1)
    assert pool.offers.key[col] == found.offers[last]


def test_pool_of_fills_what_an_older_snapshot_does_not_have():
    found, ranking = pool_with(1)
    proposal = unsaved_proposal(found, ranking, 0, 0, rules=rules_in_use())
    seen = json.loads(proposal.snapshot)
    seen["offer"] = seen.pop("rivals")[0]
    del seen["may_meet"], seen["chosen"], seen["request"]["custody"]
    seen["request"]["of_old"] = 3
    proposal.snapshot = json.dumps(seen)

    pool, col = pool_of(proposal)

    assert (len(pool.offers), col) == (1, 0)
    assert pool.requests.custody.tolist() == [0]
    assert pool.may_meet.tolist() == [[True]]


def test_pool_of_a_proposal_without_rows_is_none():
    assert pool_of(Proposal(snapshot="{}")) is None
