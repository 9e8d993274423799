"""Brothers and sisters apart, each with a request, or together in one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from families.facts import facts_of
from families.forms.siblings import MergeForm, SplitForm
from families.models import Household, SupportRequest
from families.services import siblings
from families.services.households import NotPossibleNow
from families.services.wishes import WishRows
from families.views.scope import household_or_404, wish_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def wish_split(request: HttpRequest, reference: str, wish: str) -> HttpResponse:
    """Search a support family for some of the children apart."""
    household = household_or_404(request, reference)
    found = _request_or_404(household, wish)
    on = timezone.localdate()
    children = list(found.children.order_by("pk"))
    if not siblings.may_split(found):
        messages.info(request, _("That is not possible in this stage."))
        return redirect(household)
    typed = request.POST if request.method == "POST" else None
    form = SplitForm(typed, children=children, on=on)
    if form.is_valid():
        leaving = form.cleaned_data["children"]
        try:
            siblings.split_request(found, leaving, on=on, by=request.user)
        except (NotPossibleNow, siblings.NobodyLeft):
            messages.info(request, _("Somebody else was just before. Look once more."))
        else:
            messages.success(
                request,
                _("Each has a request now. You can make them one again below."),
            )
        return redirect(household)
    context = {"household": household, "wish": found, "form": form}
    status = 422 if form.errors else 200
    return render(request, "families/wish_split.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def wish_merge(request: HttpRequest, reference: str, wish: str) -> HttpResponse:
    """Make two requests of a family one again, as long as nothing happened."""
    household = household_or_404(request, reference)
    found = _request_or_404(household, wish)
    on = timezone.localdate()
    others = siblings.others_to_merge(found)
    if not others:
        messages.info(request, _("There is no other request in the same stage."))
        return redirect(household)
    typed = request.POST if request.method == "POST" else None
    form = MergeForm(typed, others=others, on=on)
    if form.is_valid():
        other = form.cleaned_data["other"]
        try:
            siblings.merge_requests(found, other, by=request.user)
        except (NotPossibleNow, SupportRequest.DoesNotExist):
            messages.info(request, _("Somebody else was just before. Look once more."))
        except siblings.SomethingHappened:
            messages.error(
                request,
                _(
                    "These stay two requests: with the newer one something happened"
                    " already. There is a contact, a proposal or a pairing."
                ),
            )
        else:
            messages.success(request, _("It is one request again."))
        return redirect(household)
    context = {
        "household": household,
        "wish": found,
        "form": form,
        "differences": _differences([found, *others]),
    }
    status = 422 if form.errors else 200
    return render(request, "families/wish_merge.html", context, status=status)


def _request_or_404(household: Household, wish: str) -> SupportRequest:
    found = wish_or_404(household, wish)
    if not isinstance(found, SupportRequest):
        raise Http404
    return found


def _differences(requests: list[SupportRequest]) -> list[dict[str, Any]]:
    """What the requests say differently; the oldest one keeps its words."""
    on = timezone.localdate()
    kept, *others = sorted(requests, key=lambda one: one.pk)
    first = facts_of(WishRows.of(kept, on=on), (), on=on)
    found = []
    for other in others:
        facts = facts_of(WishRows.of(other, on=on), (), on=on)
        found += [
            {"label": one.label, "kept": one.words, "lost": two.words}
            for one, two in zip(first, facts, strict=True)
            if one.words != two.words and one.name != "children"
        ]
    return found
