"""Locks on the rows that a rule about places reads, always in the same order.

Support family, request, then the rest: two callers that want the same rows queue up
and never wait for each other crosswise.
"""

from families.models import SupportFamily, SupportOffer, SupportRequest
from matching.models import Pairing, Proposal


def lock_support_family(pk: int) -> None:
    """Locks the support family, with whose places and offers nobody else deals now."""
    SupportFamily.objects.select_for_update(no_key=True).get(pk=pk)


def lock_families(*, support_family_id: int, request_id: int) -> SupportRequest:
    """Locks the support family and then the request, which is returned as it is now."""
    lock_support_family(support_family_id)
    return SupportRequest.objects.select_for_update(no_key=True).get(pk=request_id)


def lock_offer(pk: int) -> SupportOffer:
    """The offer as it is now; both families are locked by the caller."""
    return (
        SupportOffer.objects.select_for_update(of=("self",), no_key=True)
        .select_related("family__household__coordinator")
        .get(pk=pk)
    )


def lock_proposal(proposal: Proposal) -> Proposal:
    """The proposal as it is now, with both families locked before it."""
    lock_families(
        support_family_id=proposal.offer.family_id, request_id=proposal.request_id
    )
    return (
        Proposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "request__family__household__municipality",
            "request__family__household__coordinator",
            "offer__family__household__municipality",
            "offer__family__household__coordinator",
        )
        .get(pk=proposal.pk)
    )


def lock_pairing(pairing: Pairing) -> Pairing:
    """The pairing as it is now, with both families locked before it."""
    lock_families(
        support_family_id=pairing.offer.family_id, request_id=pairing.request_id
    )
    return (
        Pairing.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "request__family__household", "offer__family__household", "proposal"
        )
        .get(pk=pairing.pk)
    )
