"""Pages of one note: change it, add to it, take it back, empty it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from families.forms.contact import AdditionForm, NoteChangeForm, RedactForm
from families.models import ContactMoment, Household
from families.services import contact, notes
from families.services.households import ChangedMeanwhile
from families.views.scope import household_or_404


def note_or_404(
    request: HttpRequest, household: Household, note: uuid.UUID
) -> ContactMoment:
    """A standing note about the household of which the user may read the words."""
    readable = household.contacts.readable_by(request.user).select_related("by")
    return get_object_or_404(readable, form_key=note)


@require_http_methods(["GET", "HEAD", "POST"])
def note_change(request: HttpRequest, reference: str, note: uuid.UUID) -> HttpResponse:
    """Change a fresh note of one's own; later it can be added to."""
    household = household_or_404(request, reference)
    found = note_or_404(request, household, note)
    if not found.may_be_changed_by(request.user, at=timezone.now()):
        return _only_to_be_added_to(request, reference, note)
    typed = request.POST if request.method == "POST" else None
    form = NoteChangeForm(typed, note=found, today=timezone.localdate())
    if form.is_valid():
        try:
            notes.change_note(
                found,
                **form.cleaned_data,
                row_version=form.current_version,
                at=timezone.now(),
                by=request.user,
            )
        except notes.NoLongerOwn:
            return _only_to_be_added_to(request, reference, note)
        except ChangedMeanwhile:
            form.tell_stale()
        else:
            messages.success(request, _("The note is kept as it is now."))
            return redirect("family-course", reference=reference)
    context = {"household": household, "form": form, "note": found}
    status = 422 if form.errors else 200
    return render(request, "families/note_change.html", context, status=status)


def _only_to_be_added_to(
    request: HttpRequest, reference: str, note: uuid.UUID
) -> HttpResponse:
    messages.info(
        request,
        _("This note cannot be changed any more. You can add to it."),
    )
    return redirect("families:note-add", reference=reference, note=note)


@require_http_methods(["GET", "HEAD", "POST"])
def note_add(request: HttpRequest, reference: str, note: uuid.UUID) -> HttpResponse:
    """Add to a note what it lacks, or what is wrong in it."""
    household = household_or_404(request, reference)
    found = note_or_404(request, household, note)
    form = AdditionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            notes.add_to_note(found, **form.cleaned_data, by=request.user)
        except contact.KeyOfAnother:
            form.add_error(None, _("This form was used before. Send it again."))
            form.renew_key()
        except notes.NoteIsEmpty:
            messages.info(request, _("This note was emptied meanwhile."))
            return redirect("family-course", reference=reference)
        else:
            messages.success(request, _("It stands beneath the note."))
            return redirect("family-course", reference=reference)
    context = {"household": household, "form": form, "note": found}
    status = 422 if form.errors else 200
    return render(request, "families/note_add.html", context, status=status)


@require_POST
def note_take_back(
    request: HttpRequest, reference: str, note: uuid.UUID
) -> HttpResponse:
    """Take back a fresh note of one's own, with what followed from it."""
    household = household_or_404(request, reference)
    own = household.contacts.filter(by=request.user)
    found = get_object_or_404(own, form_key=note)
    try:
        notes.take_back(found, at=timezone.now(), by=request.user)
    except notes.NoteIsEmpty:
        messages.info(request, _("This note was taken back already."))
    except notes.NoLongerOwn:
        return _only_to_be_added_to(request, reference, note)
    else:
        messages.success(
            request, _("The note is taken back, and so is what followed from it.")
        )
    return redirect(household)


@require_http_methods(["GET", "HEAD", "POST"])
def note_redact(request: HttpRequest, reference: str, note: uuid.UUID) -> HttpResponse:
    """Empty a note that stands in the wrong place; it may move to another family."""
    household = household_or_404(request, reference)
    found = note_or_404(request, household, note)
    others = Household.objects.visible_to(request.user).exclude(pk=household.pk)
    typed = request.POST if request.method == "POST" else None
    form = RedactForm(typed, families=others.filter(merged_into=None))
    if form.is_valid():
        try:
            moved = notes.redact(
                found, **form.cleaned_data, at=timezone.now(), by=request.user
            )
        except notes.NoteIsEmpty:
            messages.info(request, _("This note was emptied already."))
        else:
            _tell_emptied(request, moved)
        return redirect("family-course", reference=reference)
    context = {"household": household, "form": form, "note": found}
    status = 422 if form.errors else 200
    return render(request, "families/note_redact.html", context, status=status)


def _tell_emptied(request: HttpRequest, moved: ContactMoment | None) -> None:
    if moved is None:
        messages.success(request, _("The note is emptied."))
        return
    said = _("The note is emptied here. It stands with the %(name)s family now.")
    messages.success(request, said % {"name": moved.household.name})
