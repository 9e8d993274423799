"""The pipeline, and one pairing with the step that comes next."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from families.models import User
from families.services.households import ChangedMeanwhile
from matching import words
from matching.forms import EndForm, IntroductionForm, StepForm, TrialForm
from matching.models import Pairing
from matching.pipeline import (
    COORDINATORS,
    HOUSEHOLDS,
    heads,
    pipeline,
    step_line,
    step_name,
)
from matching.services import pairings
from matching.services.screening import VogMissing, adults_without_vog
from matching.views.conflicts import conflict

Stage = Pairing.Stage

STEP_FORMS = {
    Stage.INTRODUCTION: TrialForm,
    Stage.TRIAL: StepForm,
    Stage.ACTIVE: StepForm,
}
DONE = {
    Stage.INTRODUCTION: gettext_lazy("The introduction is planned."),
    Stage.TRIAL: gettext_lazy("The trial has started."),
    Stage.ACTIVE: gettext_lazy("The pairing runs."),
    Stage.INDEPENDENT: gettext_lazy("They go on without guidance."),
}


@require_safe
def pairing_list(request: HttpRequest) -> HttpResponse:
    """The pipeline in groups; each card has one next step."""
    *groups, ended = pipeline(request.user, on=timezone.localdate())
    context = {"groups": groups, "ended": ended}
    return render(request, "matching/pairing_list.html", context)


@require_safe
def pairing_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Both families, where they stand, and the step that comes next."""
    pairing = _visible(request, reference)
    return _show(request, pairing, _step_form(pairing))


@require_POST
def pairing_step(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes the next step; a step that may not be taken says why."""
    pairing = _visible(request, reference)
    form = _step_form(pairing, request.POST, replan="introduction_on" in request.POST)
    if form is None:
        return conflict(
            request,
            pairings.StepNotPossible(pairing.stage),
            "matching:pairing-detail",
            pairing.reference,
        )
    if not form.is_valid():
        return _show(request, pairing, form, status=422)
    try:
        moved = _take_step(pairing, form, by=request.user)
    except VogMissing as missing:
        return _show(request, pairing, form, missing=missing.people, status=422)
    except ChangedMeanwhile:
        form.tell_stale()
        return _show(request, pairing, form, status=422)
    except pairings.StepNotPossible as fact:
        return conflict(request, fact, "matching:pairing-detail", pairing.reference)
    messages.success(request, DONE[Stage(moved.stage)])
    return redirect(pairing)


def _take_step(pairing: Pairing, form: Any, *, by: User) -> Pairing:
    given = form.cleaned_data
    if isinstance(form, IntroductionForm):
        return pairings.plan_introduction(
            pairing, **given, row_version=form.current_version, by=by
        )
    step = {
        Stage.INTRODUCTION: pairings.start_trial,
        Stage.TRIAL: pairings.activate,
        Stage.ACTIVE: pairings.make_independent,
    }[Stage(pairing.stage)]
    return step(pairing, **given, by=by)


@require_POST
def pairing_step_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes back a step that was recorded today by mistake."""
    pairing = _visible(request, reference)
    try:
        pairings.take_back_last_step(pairing, on=timezone.localdate(), by=request.user)
    except pairings.StepNotPossible as fact:
        return conflict(request, fact, "matching:pairing-detail", pairing.reference)
    messages.success(request, _("The step is taken back."))
    return redirect(pairing)


@require_http_methods(["GET", "HEAD", "POST"])
def pairing_end(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks why and what comes after, then ends the pairing."""
    pairing = _visible(request, reference)
    if pairing.ended_on:
        return redirect(pairing)
    today = timezone.localdate()
    form = EndForm(
        request.POST if request.method == "POST" else None,
        earliest=pairings.last_step(pairing).on,
        today=today,
        initial={"on": today, "place": "rest"},
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            pairings.end_pairing(
                pairing,
                on=given["on"],
                reason=given["reason"],
                text=given["text"],
                child_told=given["child_told"],
                free_place_now=given["place"] == "free",
                request_goes_on_waiting=given["request"] == "waits",
                by=request.user,
            )
        except pairings.StepNotPossible as fact:
            return conflict(request, fact, "matching:pairing-detail", pairing.reference)
        messages.success(request, _("The pairing is rounded off."))
        return redirect(pairing)
    context = _about(request, pairing) | {"form": form}
    status = 422 if form.errors else 200
    return render(request, "matching/pairing_end.html", context, status=status)


@require_POST
def place_free(request: HttpRequest, reference: str) -> HttpResponse:
    """After a rest: the place of an ended pairing can be used again."""
    pairing = _visible(request, reference)
    try:
        pairings.free_place(pairing, by=request.user)
    except pairings.StepNotPossible as fact:
        return conflict(request, fact, "matching:pairing-detail", pairing.reference)
    messages.success(request, _("The place is free again."))
    return redirect(pairing)


def _visible(request: HttpRequest, reference: str) -> Pairing:
    visible = Pairing.objects.visible_to(request.user)
    related = visible.select_related(
        *HOUSEHOLDS, *COORDINATORS, "lead__user", "partnership"
    )
    return get_object_or_404(related, reference=reference)


def _step_form(
    pairing: Pairing, sent: Any = None, *, replan: bool = False
) -> IntroductionForm | StepForm | None:
    """The form of the next step; None where only rounding off is left."""
    today = timezone.localdate()
    if pairing.stage == Stage.INTRODUCTION and (
        replan or pairing.introduction_on is None
    ):
        return IntroductionForm(sent, pairing=pairing, today=today)
    kind = STEP_FORMS.get(Stage(pairing.stage))
    if kind is None:
        return None
    initial = {"on": today}
    if kind is TrialForm:
        initial["trial_until"] = TrialForm.usual_end(today)
    return kind(
        sent,
        earliest=pairings.last_step(pairing).on,
        today=today,
        initial=initial,
    )


def _replan_form(pairing: Pairing) -> IntroductionForm | None:
    """The form that moves an introduction that was planned."""
    if pairing.stage != Stage.INTRODUCTION or pairing.introduction_on is None:
        return None
    return IntroductionForm(
        pairing=pairing,
        today=timezone.localdate(),
        auto_id="replan_%s",
        initial={"introduction_on": pairing.introduction_on},
    )


def _ended_rows(pairing: Pairing) -> list[dict[str, Any]]:
    return [
        {"term": _("Why"), "value": pairing.get_end_reason_display()},
        {"term": _("In words"), "value": pairing.end_text},
        {"term": _("What the child is told"), "value": pairing.child_told},
    ]


def _about(request: HttpRequest, pairing: Pairing) -> dict[str, Any]:
    request_head, support_head = heads(pairing, request.user, told=True)
    return {
        "pairing": pairing,
        "heads": [request_head, support_head],
        "request_head": request_head,
        "support_head": support_head,
        "line": step_line(pairing, on=timezone.localdate()),
        "section": "pairings",
    }


def _show(
    request: HttpRequest,
    pairing: Pairing,
    form: IntroductionForm | StepForm | None,
    *,
    missing: list[Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    gate = pairing.stage == Stage.INTRODUCTION
    steps = list(pairing.stages.select_related("by").order_by("pk"))
    context = _about(request, pairing) | {
        "form": form,
        "replan_form": _replan_form(pairing) if form else None,
        "ended_rows": _ended_rows(pairing),
        "step": step_name(pairing),
        "refused": missing is not None,
        "without_vog": adults_without_vog(pairing.offer.family, on=today)
        if gate
        else [],
        "steps": steps,
        "can_go_back": pairings.can_be_taken_back(steps[-1], on=today),
        "children": words.names_of(
            row.child
            for row in pairing.pairing_children.select_related("child").order_by("pk")
        ),
    }
    return render(request, "matching/pairing_detail.html", context, status=status)
