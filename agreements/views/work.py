"""Pages of the coordinator: what a pair agreed on, since when, and how it changes."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from django.views.decorators.vary import vary_on_headers

from agreements import services, suggestions, timeline, wording
from agreements.forms import ConfirmForm, DayForm, StopForm, VersionEditor
from agreements.history import History, terms_of, with_families
from agreements.models import AgreementVersion
from agreements.timeline import Terms
from agreements.wording import ChangeInWords, Line, Names
from matching.models import Pairing

Kind = AgreementVersion.Kind
ADD, PREVIEW, SAVE = "voeg-toe", "bekijk", "bewaar"


@dataclass(frozen=True)
class ShownItem:
    """An item as a page shows it."""

    title: str
    sentences: str
    note: str


@dataclass(frozen=True)
class ShownChange:
    """What differs between two versions, as a page shows it."""

    changes: list[ChangeInWords]
    hours: Line | None

    @property
    def count(self) -> int:
        """How many items are new, stop or change."""
        return len(self.changes)


@dataclass(frozen=True)
class ShownVersion:
    """A line of the history."""

    version: AgreementVersion
    former: AgreementVersion | None
    summary: list[str]
    waits_for: list[str]
    hours: str
    holds_today: bool


@require_safe
def agreement_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """What holds today, or on any day, and how it came to be."""
    history = _history(request, reference)
    today = timezone.localdate()
    form = DayForm(request.GET or None, today=today)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    day, known_on = asked.get("op") or today, asked.get("bekend")
    known_at = None if known_on is None else _end_of(known_on)
    in_force = history.in_force_on(day, known_at=known_at)
    context = _context(
        history,
        form=form,
        day=day,
        known_on=known_on,
        is_today=day == today and known_on is None,
        in_force=in_force,
        items=_shown(terms_of(in_force), history.names),
        hours=wording.hours_a_month(timeline.totals(terms_of(in_force))),
        upcoming=[
            one
            for one in timeline.known(history.versions)
            if one.effective_from > today and not history.is_over_on(one.effective_from)
        ],
        is_over=history.is_over_on(day),
        draft=history.draft,
        line=_line(history, today),
        days_waiting=_days_waiting(history.draft, today),
        draft_waits_for=_waits_for(history.draft, history.names),
    )
    return _render(request, "agreement_detail.html", context, form)


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_change(request: HttpRequest, reference: str) -> HttpResponse:
    """The next version, or the first one; an open draft is gone on with."""
    history = _history(request, reference, adults=True)
    if history.pairing.ended_on:
        return _to_what_was(request, history)
    today = timezone.localdate()
    draft = history.draft
    initial: dict[str, Any] = {"effective_from": _first_of_next_month(today)}
    if draft is not None and draft.kind != Kind.CORRECTION:
        start = draft.terms()
        initial = {"effective_from": draft.effective_from, "reason": draft.reason}
    elif history.last is None:
        start = suggestions.first_items(
            history.pairing, children=tuple(history.children)
        )
        initial = {"effective_from": max(today, history.pairing.started_on)}
    else:
        start = terms_of(history.last)
    return _editor(request, history, start=start, initial=initial, today=today)


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def version_correct(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """What should have stood in a version that counts."""
    history = _history(request, reference, adults=True)
    version = _numbered(history, number)
    if not version.is_current or version.kind == Kind.STOP:
        raise Http404
    return _editor(
        request,
        history,
        start=version.terms(),
        initial={},
        today=timezone.localdate(),
        corrects=version,
    )


@require_safe
def version_detail(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One version: what it says, who said yes, and what it changed."""
    history = _history(request, reference, adults=True)
    return _version_page(request, history, _numbered(history, number))


@require_POST
def version_confirm(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Notes that a family said yes."""
    history = _history(request, reference, adults=True)
    version = _numbered(history, number)
    form = ConfirmForm(
        request.POST, history=history, version=version, today=timezone.localdate()
    )
    if not form.is_valid():
        return _version_page(request, history, version, form=form)
    try:
        services.confirm(
            version, **form.cleaned_data, by=request.user, at=timezone.now()
        )
    except services.Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, _settled_or_waiting(version))
    return redirect(version)


@require_POST
def version_discard(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Puts a draft away."""
    history = _history(request, reference)
    version = _numbered(history, number)
    try:
        services.discard_draft(version, by=request.user, at=timezone.now())
    except services.Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, _("The change is put away. You can still read it."))
    return redirect(history.agreement)


@require_safe
def version_print(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One version on paper, with lines to sign."""
    history = _history(request, reference)
    version = _numbered(history, number)
    context = _context(
        history,
        version=version,
        items=_shown(version.terms(), history.names),
        hours=wording.hours_a_month(timeline.totals(version.terms())),
    )
    return render(request, "agreements/version_print.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_stop(request: HttpRequest, reference: str) -> HttpResponse:
    """Stops the agreements on the word of one family."""
    history = _history(request, reference)
    if history.pairing.ended_on:
        return _to_what_was(request, history)
    today = timezone.localdate()
    form = StopForm(request.POST or None, history=history, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            version = services.stop(
                history.pairing,
                effective_from=form.cleaned_data["effective_from"],
                said=form.said(),
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
                row_version=history.row_version,
            )
        except services.Refused as refused:
            form.add_error("effective_from", refused.message)
        else:
            messages.success(
                request, _("The agreements stop. Both can still read them.")
            )
            return redirect(version)
    in_force = history.in_force_on(today)
    items = _shown(terms_of(in_force), history.names)
    context = _context(history, form=form, items=items, in_force=in_force)
    return _render(request, "agreement_stop.html", context, form)


def _editor(
    request: HttpRequest,
    history: History,
    *,
    start: tuple[Terms, ...],
    initial: dict[str, Any],
    today: dt.date,
    corrects: AgreementVersion | None = None,
) -> HttpResponse:
    """Shows, previews or records a version, by the button that was pressed."""
    known = {"history": history, "start": start, "today": today, "corrects": corrects}
    pressed = request.POST.get("doen", SAVE) if request.method == "POST" else ""
    if pressed == ADD:
        editor = VersionEditor.with_one_more(request.POST, **known)
        return _show_editor(request, editor, pressed)
    data = request.POST if request.method == "POST" else None
    editor = VersionEditor(data, **known, initial=initial)
    valid = request.method == "POST" and editor.is_valid()
    if valid and pressed == SAVE:
        version = _record(editor, request=request, corrects=corrects)
        if version is not None:
            messages.success(request, _settled_or_waiting(version))
            return redirect(version)
        # Somebody was first: show what differs from what holds now.
        return _show_editor(request, editor, pressed)
    if pressed == SAVE and editor.is_stale_only:
        twin = _twin(editor, by=request.user)
        if twin is not None:
            return redirect(twin)
    return _show_editor(request, editor, pressed)


def _record(
    editor: VersionEditor, *, request: HttpRequest, corrects: AgreementVersion | None
) -> AgreementVersion | None:
    """The recorded version; None, with the reason on the form, where it is refused."""
    form, history = editor.form, editor.history
    values = {
        "items": editor.terms(),
        "reason": form.cleaned_data["reason"],
        "confirmations": form.said(),
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


def _twin(editor: VersionEditor, *, by: Any) -> AgreementVersion | None:
    """The newest version where it is this very form, sent twice by the same person."""
    newest = max(editor.history.versions, key=lambda one: one.number, default=None)
    if newest is None or newest.recorded_by != by:
        return None
    same_terms = not timeline.difference(newest.terms(), _renumbered(editor, newest))
    same_day = newest.effective_from == editor.form.day
    return newest if same_terms and same_day else None


def _renumbered(editor: VersionEditor, newest: AgreementVersion) -> tuple[Terms, ...]:
    """The items of the form with the lines that the first time gave to new ones."""
    others = {
        item.line
        for one in editor.history.versions
        if one != newest
        for item in one.terms()
    }
    day = editor.form.day or editor.form.today
    said = editor.formset.terms()
    tidied = (timeline.tidy(one, effective_from=day) for one in said)
    return timeline.numbered(tidied, taken=others)


def _show_editor(
    request: HttpRequest, editor: VersionEditor, pressed: str
) -> HttpResponse:
    form, formset, history = editor.form, editor.formset, editor.history
    adding = pressed == ADD
    incomplete = adding or (formset.is_bound and not formset.is_valid())
    terms = () if incomplete else _terms_so_far(editor)
    day = form.day or form.today
    base = form.corrects or history.in_force_on(day) or history.last
    faulty = not adding and bool(incomplete or (form.is_bound and form.errors))
    context = _context(
        history,
        form=form,
        formset=formset,
        corrects=form.corrects,
        draft=history.draft,
        base=base,
        day=form.day,
        shown=None if incomplete else _difference(terms_of(base), terms, history.names),
        hours=wording.hours_a_month(timeline.totals(terms)),
        remarks=suggestions.remarks(
            history.pairing, terms, history.names, on=day, by=request.user
        )
        if terms
        else [],
        readers=_for_readers(history, terms, on=day) if terms else [],
        is_first=not history.versions,
        faulty=faulty,
    )
    if request.htmx and pressed == PREVIEW:
        return render(request, "agreements/_preview.html", context)
    status = 422 if faulty else 200
    return render(request, "agreements/agreement_change.html", context, status=status)


def _terms_so_far(editor: VersionEditor) -> tuple[Terms, ...]:
    """The items that can be read; before anything was sent, those to start from."""
    if editor.form.is_bound:
        return editor.terms()
    return editor.start


def _version_page(
    request: HttpRequest,
    history: History,
    version: AgreementVersion,
    *,
    form: ConfirmForm | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    other = _compared_with(request, history, version)
    waits_for = wording.waits_for(version, history.names)
    is_over = history.is_over_on(version.effective_from)
    may_say_yes = not is_over and (
        version.is_draft or (version.is_current and version.one_side_is_enough)
    )
    if (
        form is None
        and may_say_yes
        and len(version.confirmations.all()) < len(services.Side)
    ):
        form = ConfirmForm(history=history, version=version, today=today)
    terms = version.terms()
    context = _context(
        history,
        version=version,
        form=form,
        waits_for=waits_for,
        items=_shown(terms, history.names),
        hours=wording.hours_a_month(timeline.totals(terms)),
        confirmations=[
            (wording.capfirst(getattr(history.names, one.side).name), one)
            for one in version.confirmations.all()
        ],
        other=other,
        others=[one for one in history.versions if one != version],
        shown=_difference(terms_of(other), terms, history.names) if other else None,
        readers=_for_readers(history, terms, on=today),
        can_correct=version.is_current and version.kind != Kind.STOP and not is_over,
        successor=_successor(history, version),
    )
    return _render(request, "version_detail.html", context, form)


def _compared_with(
    request: HttpRequest, history: History, version: AgreementVersion
) -> AgreementVersion | None:
    """The version asked for with `?tegen=`, else the one that this one changed."""
    asked = request.GET.get("tegen", "")
    if asked.isascii() and asked.isdecimal() and len(asked) <= 4:  # noqa: PLR2004 - digits
        found = history.numbered(int(asked))
        if found is None or found == version:
            raise Http404
        return found
    if asked:
        raise Http404
    return history.former(version)


def _successor(history: History, version: AgreementVersion) -> AgreementVersion | None:
    """The version that took the place of a superseded one."""
    if version.superseded_at is None or version.settled_at is None:
        return None
    return next(
        (
            one
            for one in history.versions
            if one.number > version.number
            and one.settled_at == version.superseded_at
            and (one.effective_from == version.effective_from or one.kind == Kind.STOP)
        ),
        None,
    )


def _history(request: HttpRequest, reference: str, *, adults: bool = False) -> History:
    visible = Pairing.objects.visible_to(request.user)
    pairing = get_object_or_404(
        with_families(visible, adults=adults), reference=reference
    )
    return History.of(pairing)


def _to_what_was(request: HttpRequest, history: History) -> HttpResponse:
    """Of a pairing that has ended nothing new is agreed on."""
    messages.warning(request, str(services.PairingHasEnded.message))
    return redirect("agreements:agreement-detail", history.pairing.reference)


def _numbered(history: History, number: int) -> AgreementVersion:
    version = history.numbered(number)
    if version is None:
        raise Http404
    return version


def _context(history: History, **more: Any) -> dict[str, Any]:
    pairing = history.pairing
    return {
        "history": history,
        "pairing": pairing,
        "request_household": pairing.request.family.household,
        "support_household": pairing.offer.family.household,
        **more,
    }


def _render(
    request: HttpRequest, template: str, context: dict[str, Any], form: Any
) -> HttpResponse:
    status = 422 if form is not None and form.errors else 200
    return render(request, f"agreements/{template}", context, status=status)


def _shown(items: tuple[Terms, ...], names: Names) -> list[ShownItem]:
    return [
        ShownItem(wording.title(one, names), wording.sentences(one, names), one.note)
        for one in items
    ]


def _difference(
    before: tuple[Terms, ...], after: tuple[Terms, ...], names: Names
) -> ShownChange:
    return ShownChange(
        wording.difference(before, after, names), wording.hours_line(before, after)
    )


def _for_readers(
    history: History, items: tuple[Terms, ...], *, on: dt.date
) -> list[tuple[str, list[str]]]:
    """What each family reads, under its name."""
    return [
        (
            getattr(history.names, reader).name,
            [wording.sentences(one, history.names_for(reader, on=on)) for one in items],
        )
        for reader in ("support", "request")
    ]


def _line(history: History, today: dt.date) -> list[ShownVersion]:
    """The history, newest first by the day from which it holds."""
    in_force = history.in_force_on(today)
    ordered = sorted(
        history.versions, key=lambda one: (one.effective_from, one.number), reverse=True
    )
    shown = []
    for version in ordered:
        former = history.former(version)
        shown.append(
            ShownVersion(
                version,
                former,
                wording.summary(terms_of(former), version.terms(), history.names),
                _waits_for(version, history.names),
                wording.hours_a_month(timeline.totals(version.terms())),
                holds_today=version == in_force,
            )
        )
    return shown


def _waits_for(version: AgreementVersion | None, names: Names) -> list[str]:
    if version is None or not version.is_draft:
        return []
    return wording.waits_for(version, names)


def _days_waiting(draft: AgreementVersion | None, today: dt.date) -> int:
    if draft is None:
        return 0
    return (today - timezone.localdate(draft.recorded_at)).days


def _settled_or_waiting(version: AgreementVersion) -> str:
    if version.is_current:
        return _("Both families know. The agreements count.")
    return _("It is written down. It counts when both families have said yes.")


def _first_of_next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _end_of(day: dt.date) -> dt.datetime:
    """The last moment of a day, in the time zone of the site."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max))
