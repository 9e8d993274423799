"""The editor: the next version, or a correction of one."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from agreements import services, suggestions, wording
from agreements.core import timeline
from agreements.core.timeline import NO_FRAME, Frame, Terms
from agreements.forms import VersionEditor
from agreements.forms.quick_days import first_of_next_month
from agreements.history import History, terms_of
from agreements.models import AgreementVersion, Asking
from agreements.shown.asked import still_wanted
from agreements.shown.planned import FirstTimes, first_times
from agreements.shown.versions import (
    difference,
    for_readers,
    said_yes,
    settled_or_waiting,
    shown_items,
)
from agreements.views.scope import (
    context_of,
    history_or_404,
    to_what_was,
    version_or_404,
)
from agreements.wording import frames
from families.models import User

Kind = AgreementVersion.Kind
ADD, PREVIEW, SAVE = "voeg-toe", "bekijk", "bewaar"
# What follows names the item, or the day.
COPY, FROM_DAY = "kopieer-", "vanaf-"


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_change(request: HttpRequest, reference: str) -> HttpResponse:
    """The next version, or the first one; an open draft is gone on with."""
    history = history_or_404(request, reference, adults=True)
    if history.pairing.ended_on:
        return to_what_was(request, history)
    today = timezone.localdate()
    start, frame, initial = _to_start_from(history, today)
    return _editor(
        request, history, start=start, frame=frame, initial=initial, today=today
    )


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def version_correct(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """What should have stood in a version that counts."""
    history = history_or_404(request, reference, adults=True)
    version = version_or_404(history, number)
    if request.method == "POST":
        # Who corrected it meanwhile is told of, and nothing that was typed is lost.
        version = history.corrected_by(version) or version
    if not history.can_correct(version):
        raise Http404
    draft = history.draft
    again = draft if draft and history.corrects(draft) == version else None
    start = again or history.to_correct_from(version)
    return _editor(
        request,
        history,
        start=start.terms(),
        frame=replace(start.frame(), house_rules=None),
        initial={"reason": again.reason} if again else {},
        today=timezone.localdate(),
        corrects=version,
    )


def _to_start_from(
    history: History, today: dt.date
) -> tuple[tuple[Terms, ...], Frame, dict[str, Any]]:
    """The items, the frame and the date of the next version, before anybody typed."""
    pairing, last, draft = history.pairing, history.last, history.draft
    if draft is not None and draft.kind != Kind.CORRECTION:
        values = {"effective_from": draft.effective_from, "reason": draft.reason}
        return draft.terms(), replace(draft.frame(), house_rules=None), values
    if last is not None:
        day = first_of_next_month(today)
        # After a stop, what held before it is gone on with.
        held = history.to_correct_from(last)
        frame = suggestions.next_frame(pairing, held.frame(), on=day)
        return held.terms(), frame, {"effective_from": day}
    day = max(today, pairing.started_on)
    children = tuple(history.children_on(day))
    items = suggestions.first_items(pairing, children=children)
    return items, suggestions.first_frame(pairing, on=day), {"effective_from": day}


def _editor(
    request: HttpRequest,
    history: History,
    *,
    start: tuple[Terms, ...],
    frame: Frame,
    initial: dict[str, Any],
    today: dt.date,
    corrects: AgreementVersion | None = None,
) -> HttpResponse:
    """Shows, previews or records a version, by the button that was pressed."""
    known = {
        "history": history,
        "start": start,
        "frame": frame,
        "today": today,
        "corrects": corrects,
    }
    data = request.POST if request.method == "POST" else None
    pressed = "" if data is None else data.get("doen", SAVE)
    if pressed == ADD or pressed.startswith(COPY):
        like = pressed.removeprefix(COPY)
        editor = VersionEditor.with_one_more(data, like=like, **known)
        return _show_editor(request, editor, ADD)
    if pressed.startswith(FROM_DAY):
        return _from_day(request, pressed.removeprefix(FROM_DAY), **known)
    editor = VersionEditor(data, **known, initial=initial)
    # A preview asks too: what it compares with depends on the day that was typed.
    valid = editor.is_valid()
    if valid and pressed == SAVE:
        version = _record(editor, request=request, corrects=corrects)
        if version is not None:
            messages.success(request, _written(version, editor))
            return redirect(version)
    elif pressed == SAVE and editor.is_stale_only:
        twin = history.sent_before(
            editor.formset.terms(),
            frame=editor.form.frame,
            effective_from=editor.form.day,
            by=request.user,
        )
        if twin is not None:
            messages.success(request, _written(twin, editor))
            return redirect(twin)
    return _show_editor(request, editor, pressed)


def _from_day(request: HttpRequest, word: str, **known: Any) -> HttpResponse:
    """The editor with one of its quick days filled in; what is not done is no fault."""
    editor = VersionEditor(request.POST, **known)
    days = {one.word: one.day for one in editor.form.quick_days}
    if word in days and not known["corrects"]:
        editor = VersionEditor.from_day(request.POST, days[word], **known)
    if editor.is_valid():
        return _show_editor(request, editor, PREVIEW)
    editor.hush()
    return _show_editor(request, editor, ADD)


def _written(version: AgreementVersion, editor: VersionEditor) -> str:
    """What to tell of a version, and of the links that the coordinator brings."""
    by_hand = [
        getattr(editor.history.names, question.side).name
        for question in editor.form.questions()
        if question.way != Asking.Way.MAIL
    ]
    return settled_or_waiting(version, by_hand=by_hand)


def _record(
    editor: VersionEditor, *, request: HttpRequest, corrects: AgreementVersion | None
) -> AgreementVersion | None:
    """The recorded version; None, with the reason on the form, where it is refused."""
    form, history = editor.form, editor.history
    if editor.changes_nothing:
        form.add_error(None, _("Nothing changes. First choose what will be different."))
        return None
    values = {
        "items": editor.terms(),
        "frame": form.frame,
        "reason": form.cleaned_data["reason"],
        "confirmations": form.said(),
        "questions": form.questions(),
        "replaces": history.draft,
        "row_version": history.row_version,
        "by": request.user,
        "at": timezone.now(),
    }
    try:
        if corrects is not None:
            return services.correct(corrects, **values)
        return services.record_version(
            history.pairing, effective_from=form.day, kind=form.kind, **values
        )
    except services.ChangedMeanwhile:
        form.add_error(None, form.stale_message)
    except services.Refused as refused:
        form.add_error(None, refused.message)
    return None


def _show_editor(
    request: HttpRequest, editor: VersionEditor, pressed: str
) -> HttpResponse:
    form, formset, history = editor.form, editor.formset, editor.history
    adding = pressed == ADD
    incomplete = adding or (formset.is_bound and not formset.is_valid())
    terms = () if incomplete else _terms_so_far(editor)
    day = form.day or form.today
    newer = form.newer
    base = newer or form.corrects or history.in_force_on(day) or history.last
    framed = editor.framed(terms)
    faulty = not adding and bool(incomplete or (form.is_bound and form.errors))
    context = context_of(
        history,
        form=form,
        formset=formset,
        corrects=form.corrects,
        draft=history.draft,
        wishes=still_wanted(
            history,
            history.draft,
            form.corrects or history.in_force_on(form.today),
            user=request.user,
            on=form.today,
        ),
        yes_to_draft=said_yes(history.draft, history.names),
        base=base,
        newer=newer,
        newer_items=shown_items(terms_of(newer), history.names),
        newer_frame=frames.sentences(newer.frame(), history.names, on=form.today)
        if newer
        else [],
        day=form.day,
        shown=None
        if incomplete
        else difference(
            terms_of(base),
            terms,
            history.names,
            between=(base.frame() if base else NO_FRAME, framed.frame),
        ),
        frame=frames.sentences(framed.frame, history.names, on=form.today),
        house_rules=framed.house_rules,
        stage_hint=frames.stage_hint(history.pairing, framed.frame),
        hours=wording.hours_a_month(timeline.totals(terms)),
        first_times=_first_times(editor, terms),
        remarks=_remarks(editor, terms, by=request.user) if terms else [],
        readers=for_readers(history, terms, on=day) if terms else [],
        is_first=not history.versions,
        faulty=faulty,
    )
    if request.htmx and pressed == PREVIEW:
        return render(request, "agreements/_preview.html", context)
    status = 422 if faulty else 200
    return render(request, "agreements/agreement_change.html", context, status=status)


def _first_times(editor: VersionEditor, terms: tuple[Terms, ...]) -> list[FirstTimes]:
    """When each item takes place first, where its first day can be read."""
    form = editor.form
    day = form.day if form.is_bound else form.day or form.initial.get("effective_from")
    if day is None or not terms:
        return []
    tidied = (timeline.tidy(one, effective_from=day) for one in terms)
    items = timeline.numbered(tidied, taken=editor.history.lines)
    return first_times(editor.history, items, on=day)


def _remarks(editor: VersionEditor, terms: tuple[Terms, ...], *, by: User) -> list[str]:
    """What to look at once more."""
    form, history = editor.form, editor.history
    found = suggestions.remarks(
        history.pairing, terms, history.names, on=form.day or form.today, by=by
    )
    durations = frames.remark(form.frame, history.names)
    return [*found, durations] if durations else found


def _terms_so_far(editor: VersionEditor) -> tuple[Terms, ...]:
    """The items that can be read; before anything was sent, those to start from."""
    if editor.form.is_bound:
        return editor.terms()
    return editor.start
