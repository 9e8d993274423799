"""The pipeline, and one pairing with the step that comes next."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from families.models import Person
from families.services.households import ChangedMeanwhile
from matching.forms import (
    ActiveForm,
    ChildForm,
    IntroductionForm,
    PairingForm,
    StepBackForm,
    TrialForm,
)
from matching.models import Pairing
from matching.proposing.ended import end_rows, sides_of_end
from matching.proposing.meeting import hindrances
from matching.proposing.pipeline import (
    COORDINATORS,
    HOUSEHOLDS,
    heads,
    pipeline,
    step_line,
)
from matching.proposing.told import told_of
from matching.services import pairings
from matching.services.meeting import ChildSaysNo, NotAgreedToMeet
from matching.services.screening import VogMissing, adults_without_vog
from matching.views.conflicts import conflict
from matching.wording import words
from matching.wording.names import Names

Stage = Pairing.Stage
CHILD_DOUBTS = {Pairing.ChildAnswer.NO, Pairing.ChildAnswer.NOT_YET}

STEP_FORMS: dict[str, type[PairingForm]] = {
    form.step: form for form in (IntroductionForm, TrialForm, ActiveForm)
}
TAKE = {
    Stage.INTRODUCTION: pairings.plan_introduction,
    Stage.TRIAL: pairings.start_trial,
    Stage.ACTIVE: pairings.activate,
}
WENT = {
    Stage.INTRODUCTION: gettext_lazy("Pairing started"),
    Stage.TRIAL: gettext_lazy("Trial started"),
    Stage.ACTIVE: gettext_lazy("Pairing running"),
    Stage.INDEPENDENT: gettext_lazy("On without guidance"),
    Stage.ENDED: gettext_lazy("Pairing rounded off"),
}
DONE = {
    Stage.INTRODUCTION: gettext_lazy("The introduction is planned."),
    Stage.TRIAL: gettext_lazy("The trial has started."),
    Stage.ACTIVE: gettext_lazy("The pairing runs."),
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
    return _show(request, _visible(request, reference))


@require_POST
def pairing_step(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes the step of the form that was sent; one that may not be taken says why."""
    pairing = _visible(request, reference)
    step = request.POST.get("step", "")
    if step not in _steps(pairing):
        taken = pairings.StepNotPossible(pairing.stage)
        return conflict(request, taken, "matching:pairing-detail", reference)
    form = _step_form(pairing, step, request.POST)
    if not form.is_valid():
        return _show(request, pairing, form, status=422)
    known = {"row_version": form.current_version, "today": form.today}
    try:
        TAKE[step](pairing, **form.cleaned_data, **known, by=request.user)
    except (VogMissing, NotAgreedToMeet, ChildSaysNo) as why:
        missing = why.people if isinstance(why, VogMissing) else None
        return _show(request, pairing, form, missing=missing, status=422)
    except ChangedMeanwhile:
        form.tell_stale()
    except pairings.BeforeTheStart:
        form.tell_too_early()
    except pairings.StepNotPossible as fact:
        return conflict(request, fact, "matching:pairing-detail", reference)
    else:
        messages.success(request, DONE[step])
        return redirect(pairing)
    return _show(request, pairing, form, status=422)


@require_POST
def pairing_step_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes back a step that was recorded today by mistake."""
    pairing = _visible(request, reference)
    form = StepBackForm(
        request.POST, today=timezone.localdate(), row_version=pairing.row_version
    )
    if not form.is_valid():
        changed = ChangedMeanwhile(reference)
        return conflict(request, changed, "matching:pairing-detail", reference)
    try:
        pairings.take_back_last_step(
            pairing,
            row_version=form.current_version,
            at=timezone.now(),
            by=request.user,
        )
    except (ChangedMeanwhile, pairings.StepNotPossible) as fact:
        return conflict(request, fact, "matching:pairing-detail", reference)
    messages.success(request, _("The step is taken back."))
    return redirect(pairing)


@require_POST
def pairing_child(request: HttpRequest, reference: str) -> HttpResponse:
    """Writes down what the child says after the introduction."""
    pairing = _visible(request, reference)
    form = _child_form(pairing, request.POST)
    if form is None:
        taken = pairings.StepNotPossible(pairing.stage)
        return conflict(request, taken, "matching:pairing-detail", reference)
    if not form.is_valid():
        return _show(request, pairing, child_form=form, status=422)
    try:
        pairings.record_child_answer(
            pairing,
            **form.cleaned_data,
            row_version=form.current_version,
            by=request.user,
        )
    except (
        ChangedMeanwhile,
        pairings.BeforeTheStart,
        pairings.StepNotPossible,
    ) as fact:
        return conflict(request, fact, "matching:pairing-detail", reference)
    messages.success(request, _("The answer of the child is recorded."))
    return redirect(pairing)


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


def _steps(pairing: Pairing) -> tuple[str, ...]:
    """The steps that have a form now, the usual one first.

    To go on without guidance and to end are chosen on a page of agreements, which
    settles what still waits there.
    """
    if pairing.stage == Stage.INTRODUCTION:
        planned = pairing.introduction_on is not None
        return (Stage.TRIAL, Stage.INTRODUCTION) if planned else (Stage.INTRODUCTION,)
    return (Stage.ACTIVE,) if pairing.stage == Stage.TRIAL else ()


def _step_form(
    pairing: Pairing, step: str, sent: Any = None, *, auto_id: str = "id_%s"
) -> PairingForm:
    """The form of one step, with what it usually says."""
    today = timezone.localdate()
    initial = {
        "on": today,
        "trial_until": TrialForm.usual_end(today),
        "introduction_on": pairing.introduction_on,
    }
    return STEP_FORMS[step](
        sent,
        row_version=pairing.row_version,
        today=today,
        initial=initial,
        auto_id=auto_id,
    )


def _without_vog(pairing: Pairing) -> list[Person]:
    """Whose VOG bars the usual step that comes next."""
    steps = _steps(pairing)
    family, today = pairing.offer.family, timezone.localdate()
    return adults_without_vog(family, on=today, step=steps[0]) if steps else []


def _child_form(pairing: Pairing, sent: Any = None) -> ChildForm | None:
    """The form for what the child says; None before they met and after the end."""
    today = timezone.localdate()
    met_on = pairing.introduction_on
    if met_on is None or met_on > today or pairing.stage == Stage.ENDED:
        return None
    return ChildForm(
        sent,
        auto_id="child_%s",
        row_version=pairing.row_version,
        today=today,
        met_on=met_on,
        initial={
            "child_answer": pairing.child_answer,
            "child_answered_on": pairing.child_answered_on or today,
            "child_words": pairing.child_words,
        },
    )


def _end(pairing: Pairing, names: Names) -> dict[str, Any]:
    """How it ended, and what each family said about that, for who may read it."""
    if not pairing.ended_on:
        return {}
    return {
        "ended_rows": end_rows(pairing, names),
        "ended_sides": sides_of_end(pairing, names),
    }


def _about(request: HttpRequest, pairing: Pairing) -> dict[str, Any]:
    request_head, support_head = heads(pairing, request.user, told=True)
    return {
        "pairing": pairing,
        "heads": [request_head, support_head],
        "request_head": request_head,
        "support_head": support_head,
        "line": step_line(pairing, Names(request.user), on=timezone.localdate()),
        "section": "pairings",
    }


def _show(
    request: HttpRequest,
    pairing: Pairing,
    sent: PairingForm | None = None,
    *,
    child_form: ChildForm | None = None,
    missing: list[Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    history = list(pairing.stages.counted().select_related("by").order_by("pk"))
    context = _about(request, pairing) | {
        "form": sent or child_form,
        "child_form": child_form or _child_form(pairing),
        # A reason to talk before the trial, not a bar.
        "child_doubts": pairing.stage == Stage.INTRODUCTION
        and pairing.child_answer in CHILD_DOUBTS,
        "told": told_of(pairing, on=today) if not pairing.ended_on else [],
        "forms": [
            sent
            if sent and sent.step == step
            else _step_form(pairing, step, auto_id=f"{step}_%s")
            for step in _steps(pairing)
        ],
        **_end(pairing, Names(request.user)),
        "refused": missing is not None,
        "without_vog": missing or _without_vog(pairing),
        "hindrances": hindrances(
            pairing.request, pairing.offer, Names(request.user), on=today
        )
        if pairing.stage == Stage.INTRODUCTION
        else [],
        "steps": [(one, WENT[Stage(one.stage)]) for one in history],
        "can_go_back": pairings.can_be_taken_back(history[-1], on=today),
        "children": words.names_of(
            row.child
            for row in pairing.pairing_children.select_related("child").order_by("pk")
        ),
    }
    return render(request, "matching/pairing_detail.html", context, status=status)
