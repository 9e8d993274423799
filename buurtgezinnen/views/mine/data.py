"""All that we hold about a family, and what it can ask about that."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from buurtgezinnen import languages
from buurtgezinnen.own_data.collected import as_document, collect, left_out
from buurtgezinnen.own_data.subject import Subject
from buurtgezinnen.views.mine.door import Visit, own_page
from families.forms.own_data import CorrectForm, EraseForm
from families.models import AuditEvent, OwnRequest
from families.services import own_data
from families.services.audit import record

FAMILY = AuditEvent.ActorKind.FAMILY
# The same for everybody: a name of a file tells nobody of whom it is.
FILE_NAME = "mijn-gegevens.json"


@require_safe
@own_page
def mine_data(request: HttpRequest, *, visit: Visit) -> HttpResponse:
    """What the family can do with its data, and what it asked before."""
    asked = OwnRequest.objects.filter(
        household=visit.household,
        person=visit.person,
        kind__in=own_data.ABOUT_DATA,
    )
    context = {
        "tab": "data",
        "asked": list(asked.order_by("-asked_at", "-pk")),
        "older": _subject(visit).older_children,
    }
    return render(request, "mine/data.html", context)


@require_safe
@own_page
def mine_data_all(request: HttpRequest, *, visit: Visit) -> HttpResponse:
    """Everything we hold about this person and the own children, to read or print."""
    language = languages.of_our_words()
    with translation.override(language):
        context = {
            "tab": "data",
            "groups": collect(_subject(visit)),
            "left_out": left_out(),
            "at": timezone.now(),
            "language": language,
        }
    return render(request, "mine/data_all.html", context)


@require_safe
@own_page
def mine_data_download(request: HttpRequest, *, visit: Visit) -> HttpResponse:
    """The same as a file, for a computer."""
    with translation.override(languages.of_our_words()):
        document = as_document(_subject(visit), at=timezone.now())
    record(visit.household, verb="read", by=FAMILY, fields=["download"])
    pretty = {"ensure_ascii": False, "indent": 1}
    response = JsonResponse(document, json_dumps_params=pretty)
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def mine_data_correct(request: HttpRequest, *, visit: Visit) -> HttpResponse:
    """Says what is not right; a coordinator changes it or says why not."""
    form = CorrectForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        now = timezone.now()
        try:
            own_data.ask_to_correct(
                visit.person,
                visit.household,
                **form.cleaned_data,
                at=now,
                on=timezone.localdate(now),
            )
        except own_data.KeyOfAnother:
            form = CorrectForm(initial={"text": form.cleaned_data["text"]})
        else:
            messages.success(request, _("We got it. You see here what we do with it."))
            return redirect("mine-data")
    context = {
        "tab": "data",
        "form": form,
        "due_on": own_data.term_of(timezone.localdate()),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "mine/data_correct.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def mine_data_erase(request: HttpRequest, *, visit: Visit) -> HttpResponse:
    """Asks to be erased, or takes that back; the page says honestly what happens."""
    sent = request.POST if request.method == "POST" else None
    if sent is not None and "back" in sent:
        return _take_back(request, visit)
    form = EraseForm(sent)
    if form.is_valid():
        now = timezone.now()
        try:
            own_data.ask_to_erase(
                visit.person,
                visit.household,
                **form.cleaned_data,
                at=now,
                on=timezone.localdate(now),
            )
        except own_data.KeyOfAnother:
            form = EraseForm(initial={"text": form.cleaned_data["text"]})
        else:
            messages.success(request, _("We got it. You see here what we do with it."))
            return redirect("mine-data")
    waiting = own_data.open_erasure(visit.household)
    context = {
        "tab": "data",
        "form": form,
        "open": waiting,
        "is_own": waiting is not None and waiting.person_id == visit.person.pk,
        "due_on": own_data.term_of(timezone.localdate()),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "mine/data_erase.html", context, status=status)


def _take_back(request: HttpRequest, visit: Visit) -> HttpResponse:
    waiting = own_data.open_erasure(visit.household)
    # Another adult of the home asked for it itself.
    if waiting is not None and waiting.person_id != visit.person.pk:
        waiting = None
    try:
        if waiting is not None:
            own_data.take_back_erasure(waiting, at=timezone.now())
    except own_data.AlreadySettled:
        waiting = None
    if waiting is None:
        messages.info(request, _("There is nothing to take back any more."))
    else:
        messages.success(request, _("You took it back. We keep everything."))
    return redirect("mine-data")


def _subject(visit: Visit) -> Subject:
    return Subject(visit.person, visit.household, timezone.localdate())
