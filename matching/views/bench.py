"""Who waits, who fits, and what to do when nobody does."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from families.models import SupportOffer, SupportRequest
from matching import words
from matching.forms import ExcludeForm, LookAgainForm
from matching.models import Exclusion, Proposal
from matching.services.proposals import (
    OPEN_TO_PROPOSALS,
    exclude_pair,
    lift_exclusion,
    look_again,
)
from matching.workbench import Names, bench_of, may_be_proposed_by, waiting_lines

PER_PAGE = 25
LOOK_AGAIN_AFTER_DAYS = 20


@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """The waiting list, each with the best band that anybody has."""
    today = timezone.localdate()
    waiting = (
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
    """The workbench: candidates for one request, with all reasons."""
    support_request = _visible_request(request, reference)
    today = timezone.localdate()
    look_form = LookAgainForm(today=today, initial={"due_on": _look_again_on(request)})
    context = {
        **_about(support_request),
        "bench": bench_of(
            support_request,
            user=request.user,
            on=today,
            everything=request.GET.get("alles") == "1",
        ),
        "look_form": look_form,
        "exclude_form": ExcludeForm(today=today, auto_id=False),
    }
    return render(request, "matching/bench.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def offer_exclude(request: HttpRequest, reference: str, offer: str) -> HttpResponse:
    """Says that a support family is not suitable for a request."""
    support_request = _visible_request(request, reference)
    support_offer = _offered(request, offer)
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
        messages.success(request, _("This family is not proposed to them any more."))
        return redirect("matching:bench", support_request.reference)
    context = {
        **_about(support_request),
        "form": form,
        "support": Names(request.user).support(support_offer.family.household),
    }
    status = 422 if form.errors else 200
    return render(request, "matching/offer_exclude.html", context, status=status)


@require_POST
def exclusion_lift(request: HttpRequest, reference: str, offer: str) -> HttpResponse:
    """Takes back that a pair is not suitable."""
    support_request = _visible_request(request, reference)
    exclusion = get_object_or_404(
        Exclusion.objects.visible_to(request.user).filter(lifted_on=None),
        request=support_request,
        offer__reference=offer,
    )
    lift_exclusion(exclusion, on=timezone.localdate(), by=request.user)
    messages.success(request, _("This family can be proposed again."))
    return redirect("matching:bench", support_request.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def request_later(request: HttpRequest, reference: str) -> HttpResponse:
    """Not now: plans to look for a match once more."""
    support_request = _visible_request(request, reference)
    form = LookAgainForm(
        request.POST if request.method == "POST" else None,
        today=timezone.localdate(),
        initial={"due_on": _look_again_on(request)},
    )
    if form.is_valid():
        look_again(support_request, **form.cleaned_data, by=request.user)
        messages.success(
            request,
            _("We remind you on %(date)s to look again.")
            % {"date": words.day(form.cleaned_data["due_on"])},
        )
        return redirect("matching:request-list")
    context = {**_about(support_request), "form": form}
    status = 422 if form.errors else 200
    return render(request, "matching/request_later.html", context, status=status)


def _visible_request(request: HttpRequest, reference: str) -> SupportRequest:
    visible = SupportRequest.objects.visible_to(request.user).select_related(
        "family__household__municipality", "family__household__coordinator"
    )
    return get_object_or_404(visible, reference=reference)


def _offered(request: HttpRequest, reference: str) -> SupportOffer:
    offered = may_be_proposed_by(request.user).select_related(
        "family__household__municipality", "family__household__coordinator"
    )
    return get_object_or_404(offered, reference=reference)


def _look_again_on(request: HttpRequest) -> Any:
    coordinator = request.user.coordinator
    return coordinator.promise(timezone.localdate(), LOOK_AGAIN_AFTER_DAYS)


def _about(support_request: SupportRequest) -> dict[str, Any]:
    """What every page about a request shows of it."""
    today = timezone.localdate()
    household = support_request.family.household
    return {
        "support_request": support_request,
        "household": household,
        "name": words.family_name(household),
        "facts": words.asked_in_words(support_request, on=today),
        "days_waiting": support_request.days_waiting(today),
        "not_asked": words.not_asked_yet(support_request),
        "open_to_proposals": support_request.stage in OPEN_TO_PROPOSALS,
        "open_proposals": Proposal.objects.open().filter(request=support_request),
    }
