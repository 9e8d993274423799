"""Who waits, who fits, and what to do when nobody does."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_list_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from families.models import SupportRequest
from matching.bench.left_out import groups_of, set_aside_today
from matching.bench.questions import Questions
from matching.bench.search import Search, search_for, search_in
from matching.bench.sketch import sketch_of
from matching.bench.waiting import waiting_lines, with_again_on
from matching.bench.workbench import CARDS_FIRST, Bench, bench_of
from matching.core.explain import SHOWN
from matching.engine.planning import plan_with
from matching.forms import ExcludeForm, LookAgainForm
from matching.models import Exclusion
from matching.proposing.sent import others_open, sent_for
from matching.recruitment import is_missing
from matching.services.exclusions import exclude_pair, lift_exclusions
from matching.services.looks import nobody_fits
from matching.views.scope import about, visible_offer, visible_request
from matching.wording import words
from matching.wording.names import Names

PER_PAGE = 25
LOOK_AGAIN_AFTER_DAYS = 20


@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """The waiting list, each with the best band that anybody has."""
    today = timezone.localdate()
    waiting = with_again_on(
        SupportRequest.objects.visible_to(request.user)
        .waiting()
        .select_related("family__household__municipality")
        .order_by("waiting_since", "pk")
    )
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("pagina"))
    lines = waiting_lines(page.object_list, user=request.user, on=today)
    context = {"page": page, "lines": lines}
    return render(request, "matching/request_list.html", context)


@require_safe
def bench(request: HttpRequest, reference: str) -> HttpResponse:
    """The workbench: candidates for one request, with all reasons.

    `?toon=5` shows five candidates, `?vanaf=6` those from the sixth place on, and
    `?buiten=alles` names everybody who is left out.
    """
    support_request = visible_request(request, reference)
    today = timezone.localdate()
    # Read once: what fits and what would unlock a match are two looks at one pool.
    found = plan_with(support_request, request.user, on=today)
    search = search_in(found, support_request, user=request.user, on=today)
    shown = _shown(search, request.GET)
    everybody = request.GET.get("buiten") == "alles"
    groups = groups_of(search, everybody=everybody)
    questions = Questions(search, found)
    just_sent = sent_for(support_request, search.names, at=timezone.now())
    look_form = LookAgainForm(today=today, initial={"due_on": _look_again_on(request)})
    context = {
        **about(support_request),
        "bench": shown,
        "sketch": sketch_of(search, shown.looked_at),
        "groups": groups,
        "everybody": everybody,
        "n_left_out": sum(group.n for group in groups),
        "set_aside_today": set_aside_today(search),
        "just_sent": just_sent,
        "open_proposals": others_open(support_request, search.names, sent=just_sent),
        "question": questions.that_matters,
        "unlocks": questions.that_unlock,
        "can_recruit": not shown.looked_at and is_missing(found),
        "opened_at": date_format(timezone.localtime(), "G.i"),
        "look_form": look_form,
        "exclude_form": ExcludeForm(today=today, auto_id=False),
    }
    return render(request, "matching/bench.html", context)


@require_safe
def bench_changed(request: HttpRequest, reference: str) -> HttpResponse:
    """Whether candidates changed since a page was opened; nothing if they did not."""
    support_request = visible_request(request, reference)
    search = search_for(support_request, user=request.user, on=timezone.localdate())
    if _shown(search, request.GET).stamp == request.GET.get("stempel"):
        return HttpResponse(status=204)
    context = {
        "support_request": support_request,
        "since": _time(request.GET.get("om", "")),
    }
    return render(request, "matching/_changed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def offer_exclude(request: HttpRequest, reference: str, offer: str) -> HttpResponse:
    """Says that a support family is not suitable for a request."""
    support_request = visible_request(request, reference)
    support_offer = visible_offer(request, offer)
    today = timezone.localdate()
    form = ExcludeForm(request.POST if request.method == "POST" else None, today=today)
    if form.is_valid():
        exclude_pair(
            support_request,
            support_offer,
            **form.cleaned_data,
            on=today,
            by=request.user,
        )
        # The page says so itself, with the way to take it back.
        return redirect("matching:bench", support_request.reference)
    context = {
        **about(support_request),
        "form": form,
        "support": Names(request.user).support(support_offer.family.household),
    }
    status = 422 if form.errors else 200
    return render(request, "matching/offer_exclude.html", context, status=status)


@require_POST
def exclusion_lift(request: HttpRequest, reference: str, offer: str) -> HttpResponse:
    """Takes back that two families do not suit, whatever request it was said about."""
    support_request = visible_request(request, reference)
    exclusions = get_list_or_404(
        Exclusion.objects.visible_to(request.user).filter(lifted_on=None),
        request__family=support_request.family_id,
        offer__family__offers__reference=offer,
    )
    lift_exclusions(exclusions, on=timezone.localdate(), by=request.user)
    messages.success(request, _("This family can be proposed again."))
    return redirect("matching:bench", support_request.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def request_later(request: HttpRequest, reference: str) -> HttpResponse:
    """Looked, nobody fits: kept with a day to look once more."""
    support_request = visible_request(request, reference)
    today = timezone.localdate()
    form = LookAgainForm(
        request.POST if request.method == "POST" else None,
        today=today,
        initial={"due_on": _look_again_on(request)},
    )
    if form.is_valid():
        nobody_fits(support_request, **form.cleaned_data, on=today, by=request.user)
        messages.success(
            request,
            _("We remind you on %(date)s to look again.")
            % {"date": words.day(form.cleaned_data["due_on"])},
        )
        return redirect("matching:request-list")
    context = {**about(support_request), "form": form}
    status = 422 if form.errors else 200
    return render(request, "matching/request_later.html", context, status=status)


def _shown(search: Search, asked: QueryDict) -> Bench:
    """The candidates that an address asks for."""
    first = _whole_number(asked.get("vanaf", ""), most=len(search.ranking.cols))
    if first > 1:
        return bench_of(search, first=first, most=SHOWN)
    most = SHOWN if asked.get("toon") == str(SHOWN) else CARDS_FIRST
    return bench_of(search, most=most)


def _whole_number(typed: str, *, most: int) -> int:
    """The number in an address, if it is one from 1 to `most`; else 1."""
    # Compared as text: a number of a thousand digits is no place either.
    return int(typed) if typed in {str(place) for place in range(1, most + 1)} else 1


def _time(typed: str) -> str:
    """A time as the page sent it along; "" where it is none."""
    try:
        time = dt.time.fromisoformat(typed.replace(".", ":").zfill(len("10:42")))
    except ValueError:
        return ""
    return date_format(time, "G.i")


def _look_again_on(request: HttpRequest) -> Any:
    coordinator = request.user.coordinator
    return coordinator.promise(timezone.localdate(), LOOK_AGAIN_AFTER_DAYS)
