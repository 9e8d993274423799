"""Who said no to a proposal earlier, in words."""

from collections.abc import Iterable

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from families.models import SupportOffer
from matching.bench.search import Search
from matching.models import Proposal
from matching.wording import words


def said_no(search: Search, offers: Iterable[SupportOffer]) -> dict[int, str]:
    """Who said no and when, by key of the offer; the latest no of each."""
    asked = {one.pk: one for one in offers}
    proposals = (
        Proposal.objects.declined_lately(search.on)
        .filter(request=search.request, offer__in=asked)
        .order_by("closed_on", "pk")
    )
    return {one.offer_id: _sentence(search, one, asked) for one in proposals}


def _sentence(
    search: Search, proposal: Proposal, asked: dict[int, SupportOffer]
) -> str:
    by_support = proposal.support_answer == Proposal.Answer.NO
    family = (
        search.label(asked[proposal.offer_id])
        if by_support
        else search.names.request(search.request.family.household)
    )
    return _("%(family)s said no on %(date)s.") % {
        "family": capfirst(family),
        "date": words.day(proposal.closed_on),
    }
