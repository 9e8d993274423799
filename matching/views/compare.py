"""Two or three support families beside each other."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matching.bench.compare import FEWEST, MOST, choices_of, comparison_of
from matching.bench.search import search_for
from matching.views.scope import about, visible_offers, visible_request


@require_safe
def compare(request: HttpRequest, reference: str) -> HttpResponse:
    """The families named by `?met=a,b,c`, rows that differ first."""
    support_request = visible_request(request, reference)
    named = _named(request.GET)
    chosen = visible_offers(request, named[:MOST])
    if len(chosen) < FEWEST:
        messages.info(request, _("Choose two or three families to compare."))
        return redirect("matching:bench", support_request.reference)
    search = search_for(
        support_request, user=request.user, on=timezone.localdate(), also=chosen
    )
    context = {
        **about(support_request),
        "comparison": comparison_of(search, chosen),
        "choices": choices_of(search, chosen),
        "too_many": len(named) > MOST,
    }
    return render(request, "matching/compare.html", context)


def _named(asked: QueryDict) -> list[str]:
    """The references in an address, each once: `?met=a,b` or `?met=a&met=b`."""
    named = [part for one in asked.getlist("met") for part in one.split(",") if part]
    if not all(part.isascii() and part.isalnum() for part in named):
        raise Http404
    return list(dict.fromkeys(named))
