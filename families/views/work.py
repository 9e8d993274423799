"""Pages of the coordinator: the list of families, contacts and tasks."""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from families import lists, people
from families.forms.contact import FormKeyForm, NoteContactForm
from families.forms.household import FamilyFilterForm
from families.forms.tasks import LaterForm, RowLaterForm, TaskForm
from families.models import ContactMoment, Household, NoteDraft, Task
from families.services import contact, note_drafts, resting, tasks
from families.views.scope import household_or_404

ROWS_ON_A_PAGE = 25
MOST_CHOICES = 20
UNDO_SALT = "families.task-later"
UNDO_SECONDS = 24 * 3600


@require_safe
def family_list(request: HttpRequest) -> HttpResponse:
    """Families, those who wait longest first; `?lijst=wacht` is the waiting list."""
    on = timezone.localdate()
    form = FamilyFilterForm(request.GET, user=request.user)
    waiting = request.GET.get("lijst") == "wacht"
    visible = Household.objects.visible_to(request.user)
    if waiting:
        found = lists.waiting_list(visible)
    else:
        found = lists.family_list(visible, **form.chosen())
    pages = Paginator(lists.loaded(found, on=on), ROWS_ON_A_PAGE)
    page = pages.get_page(request.GET.get("pagina"))
    context = {
        "form": form,
        "waiting": waiting,
        "page": page,
        "rows": [lists.family_row(household, on=on) for household in page],
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "families/family_list.html", context)


@require_safe
def contact_create(request: HttpRequest) -> HttpResponse:
    """Choose the family: who asks attention first, then who was spoken last."""
    on = timezone.localdate()
    visible = Household.objects.visible_to(request.user)
    found = lists.recent_first(lists.loaded(visible, on=on), on=on)[:MOST_CHOICES]
    rows = [lists.family_row(household, on=on) for household in found]
    begun = NoteDraft.objects.visible_to(request.user).select_related("household")
    context = {"rows": rows, "drafts": begun.order_by("-updated_at")[:MOST_CHOICES]}
    return render(request, "families/contact_create.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_note(request: HttpRequest, reference: str) -> HttpResponse:
    """Note a call, visit or message, and what comes next."""
    household = household_or_404(request, reference)
    today = timezone.localdate()
    if request.method == "POST":
        form = NoteContactForm(request.POST, household=household, today=today)
        if form.is_valid():
            if _is_noted(request, household, **form.cleaned_data):
                return redirect(household)
            form.renew_key()
        _keep_draft(request, household)
    else:
        draft = note_drafts.draft_of(household, by=request.user)
        form = NoteContactForm(household=household, today=today, draft=draft)
    members = household.members
    context = {
        "household": household,
        "person": people.contact_person(members, today),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "families/contact_note.html", context, status=status)


@require_POST
def contact_draft(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep what is being typed, or throw away what was begun."""
    visible = Household.objects.visible_to(request.user)
    household = get_object_or_404(visible, reference=reference)
    if "discard" not in request.POST:
        _keep_draft(request, household)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    form = FormKeyForm(request.POST)
    if form.is_valid():
        key = form.cleaned_data["form_key"]
        note_drafts.forget(household, form_key=key, by=request.user)
        messages.success(request, _("What you had begun is erased."))
    return redirect("families:contact-note", reference=reference)


def _keep_draft(request: HttpRequest, household: Household) -> None:
    form = FormKeyForm(request.POST)
    if form.is_valid():
        note_drafts.keep(
            household,
            dict(request.POST.lists()),
            form_key=form.cleaned_data["form_key"],
            at=timezone.now(),
            by=request.user,
        )


@require_POST
def contact_no_answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Nobody answered: one press, and the next try is planned."""
    household = household_or_404(request, reference)
    form = FormKeyForm(request.POST)
    if not form.is_valid():
        return redirect("families:contact-note", reference=reference)
    noted = _is_noted(
        request,
        household,
        kind=ContactMoment.Kind.TELEPHONE,
        outcome=ContactMoment.Outcome.NO_ANSWER,
        happened_on=timezone.localdate(),
        form_key=form.cleaned_data["form_key"],
    )
    return redirect("today" if noted else household)


def _is_noted(request: HttpRequest, household: Household, **said: Any) -> bool:
    """Whether a contact was written down, after telling so."""
    try:
        noted = contact.note_contact(
            household, **said, at=timezone.now(), by=request.user
        )
    except contact.KeyOfAnother:
        messages.error(
            request,
            _("Nothing was noted: this form was used for another family. Try again."),
        )
        return False
    _tell_noted(request, household, noted)
    return True


def _tell_noted(
    request: HttpRequest, household: Household, noted: contact.Noted
) -> None:
    names = {"name": household.name}
    if not noted.is_new:
        messages.info(request, _("This contact was noted already."))
    elif noted.next_try_on is None:
        messages.success(request, _("The contact is noted."))
    else:
        names["day"] = _in_words(noted.next_try_on)
        messages.success(
            request,
            _("Noted: no answer at the %(name)s family. Next try: %(day)s.") % names,
        )
    if noted.may_end:
        messages.info(
            request,
            _(
                "You tried the %(name)s family three times. You may close this kindly:"
                " send a friendly message and choose ‘Stop’ on the page of the family."
            )
            % names,
        )


def _task_or_404(household: Household, form: TaskForm) -> Task:
    if not form.is_valid():
        raise Http404
    task: Task = form.cleaned_data["task"]
    return task


@require_POST
def task_later(request: HttpRequest, reference: str) -> HttpResponse:
    """Let a task rest, or a row without one, with a way back on the next page."""
    household = household_or_404(request, reference)
    if "row" in request.POST:
        return _row_later(request, household)
    form = LaterForm(request.POST, household=household)
    task = _task_or_404(household, form)
    former = (
        task.pk,
        task.due_on.isoformat(),
        task.later_until.isoformat() if task.later_until else None,
    )
    until = timezone.localdate() + form.cleaned_data["wait"]
    try:
        tasks.put_off(task, until=until, by=request.user)
    except tasks.TaskIsDone:
        messages.info(request, _("This was done already."))
        return redirect("today")
    _offer_undo(request, household, until, former)
    return redirect("today")


def _row_later(request: HttpRequest, household: Household) -> HttpResponse:
    form = RowLaterForm(request.POST)
    if not form.is_valid():
        raise Http404
    on = timezone.localdate()
    until = on + form.cleaned_data["wait"]
    key, now = form.cleaned_data["row"], timezone.now()
    rest = resting.let_rest(household, key, until=until, at=now, by=request.user)
    _offer_undo(request, household, until, (rest.pk, on.isoformat(), None))
    return redirect("today")


def _offer_undo(
    request: HttpRequest,
    household: Household,
    until: dt.date,
    former: tuple[int, str, str | None],
) -> None:
    request.session["put_off"] = {
        "reference": household.reference,
        "until": until.isoformat(),
        "token": signing.dumps(former, salt=UNDO_SALT),
    }


@require_POST
def task_restore(request: HttpRequest, reference: str) -> HttpResponse:
    """Undo what `task_later` did, by the signed former dates."""
    household = household_or_404(request, reference)
    try:
        pk, due_on, later_until = signing.loads(
            request.POST.get("token", ""), salt=UNDO_SALT, max_age=UNDO_SECONDS
        )
    except signing.BadSignature as error:
        raise Http404 from error
    task = get_object_or_404(household.tasks, pk=pk)
    if resting.is_rest(task):
        return _wake(request, task)
    try:
        tasks.take_back(
            task,
            due_on=dt.date.fromisoformat(due_on),
            later_until=dt.date.fromisoformat(later_until) if later_until else None,
            by=request.user,
        )
    except tasks.TaskIsDone:
        messages.info(request, _("This was done already."))
    else:
        messages.success(request, _("It stands on ‘Today’ again."))
    return redirect("today")


@require_POST
def task_today(request: HttpRequest, reference: str) -> HttpResponse:
    """Bring a task that rests back to today."""
    household = household_or_404(request, reference)
    task = _task_or_404(household, TaskForm(request.POST, household=household))
    if resting.is_rest(task):
        return _wake(request, task)
    try:
        tasks.take_back(task, due_on=task.due_on, later_until=None, by=request.user)
    except tasks.TaskIsDone:
        messages.info(request, _("This was done already."))
    else:
        messages.success(request, _("It stands on ‘Today’ again."))
    return redirect("today")


def _wake(request: HttpRequest, rest: Task) -> HttpResponse:
    """Bring a row back; only who let it rest sees that it does."""
    if rest.done_by != request.user:
        raise Http404
    resting.wake(rest, by=request.user)
    messages.success(request, _("It stands on ‘Today’ again."))
    return redirect("today")


@require_POST
def task_done(request: HttpRequest, reference: str) -> HttpResponse:
    """Mark a task as done."""
    household = household_or_404(request, reference)
    task = _task_or_404(household, TaskForm(request.POST, household=household))
    try:
        tasks.finish(task, at=timezone.now(), by=request.user)
    except tasks.TaskIsDone:
        messages.info(request, _("This was done already."))
    else:
        messages.success(request, _("Done. You find it below, to undo it."))
    return redirect("today")


@require_POST
def task_reopen(request: HttpRequest, reference: str) -> HttpResponse:
    """Undo that a task was done."""
    household = household_or_404(request, reference)
    task = _task_or_404(household, TaskForm(request.POST, household=household))
    if resting.is_rest(task):
        raise Http404
    try:
        tasks.reopen(task, by=request.user)
    except tasks.AlreadyToBeCalled:
        messages.info(request, _("This family is to be called already."))
    else:
        messages.success(request, _("It stands on ‘Today’ again."))
    return redirect("today")


def _in_words(day: dt.date) -> str:
    return date_format(day, "l j F")
