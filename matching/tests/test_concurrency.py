"""Many coordinators who want the same place at the same moment.

Proof that the locks matter is to take them away by hand. MUTATIONS
"""

from collections import Counter

import pytest

from buurtgezinnen.tests.concurrency import together
from families.tests.factories import (
    CoordinatorFactory,
    SupportOfferFactory,
)
from matching.models import Pairing, PairingChild, Proposal
from matching.services.pairings import start_pairing
from matching.services.proposals import NoPlaceFree
from matching.tests.factories import MONDAY, ProposalFactory

CALLERS = 20


def accepted_by_all(n_places, **kwargs):
    """Twenty proposals for one support family, to which every family said yes."""
    offer = SupportOfferFactory(family__places=n_places, **kwargs)
    return offer, ProposalFactory.create_batch(CALLERS, offer=offer, both_yes=True)


def outcomes(results):
    """How often each thing happened, an exception by its type."""
    return Counter(
        type(one) if isinstance(one, Exception) else "paired" for one in results
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("n_places", [1, 2, 3])
def test_start_pairing_fills_every_place_and_no_more(n_places):
    offer, proposals = accepted_by_all(n_places)
    lead = CoordinatorFactory()

    results = together(
        CALLERS,
        lambda i: start_pairing(proposals[i], on=MONDAY, by=lead.user, lead=lead),
    )

    assert outcomes(results) == {"paired": n_places, NoPlaceFree: CALLERS - n_places}
    taken = Pairing.objects.running().filter(offer=offer)
    assert taken.count() == n_places
    assert offer.family.places.filter(pairing=None).count() == 0
    assert PairingChild.objects.count() == n_places
    accepted = Proposal.objects.filter(outcome=Proposal.Outcome.ACCEPTED)
    assert {p.pk for p in accepted} == {p.proposal_id for p in taken}
