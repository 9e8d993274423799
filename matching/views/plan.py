"""The best plan for everybody: worked out, held to choices, put ready as proposals."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from matching.forms.plan import BadChoice, Choices
from matching.plan.chosen import Chosen
from matching.plan.page import plan_page
from matching.plan.ready import Outcome, put_ready


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """The plan by the choices in the address; what is sent becomes an address."""
    choices = Choices.read(request.GET)
    if request.method == "POST":
        try:
            return redirect(choices.sent(request.POST).url())
        except BadChoice:
            return _show(request, choices, problem=_unreadable())
    return _show(request, choices)


@require_POST
def plan_ready(request: HttpRequest) -> HttpResponse:
    """Puts the ticked pairs ready as proposals, each for itself; nobody is asked."""
    try:
        choices = Choices.read(request.GET).sent(request.POST)
    except BadChoice:
        return _show(request, Choices.read(request.GET), problem=_unreadable())
    if not choices.ticked:
        return _show(request, choices, problem=_("Tick at least one pair first."))
    chosen = Chosen.of(choices, request.user)
    outcomes = put_ready(
        chosen.pairs(choices.ticked), on=timezone.localdate(), by=request.user
    )
    _tell(request, outcomes)
    ready = (
        pair
        for pair, one in zip(choices.ticked, outcomes, strict=True)
        if one.proposal is not None
    )
    return redirect(choices.after(ready).url())


def _show(request: HttpRequest, choices: Choices, *, problem: str = "") -> HttpResponse:
    context = {
        "plan": plan_page(choices, user=request.user, on=timezone.localdate()),
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "matching/plan.html", context, status=status)


def _tell(request: HttpRequest, outcomes: list[Outcome]) -> None:
    """Says what became of each pair; what went wrong comes with its reason."""
    n_ready = sum(one.proposal is not None for one in outcomes)
    if n_ready:
        text = ngettext(
            "%(n)d proposal lies ready. Nobody was asked yet: that stands on Today.",
            "%(n)d proposals lie ready. Nobody was asked yet: that stands on Today.",
            n_ready,
        )
        messages.success(request, text % {"n": n_ready})
    for one in outcomes:
        if one.proposal is None:
            text = _("Not put ready: %(request)s and %(support)s. %(why)s")
            pair = {"request": one.request, "support": one.support, "why": one.why_not}
            messages.warning(request, text % pair)


def _unreadable() -> str:
    return _("We could not read what you chose. Nothing was changed.")
