"""Search over all that a coordinator may see. What is looked for is in no address."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from families.encryption import fernet
from families.forms.search import SearchForm
from families.models import User
from families.search import search as search_families
from families.services.audit import record
from matching.proposing.pipeline import pairings_of

# Until the session ends, so that the back button and a reload find it again.
SOUGHT = "sought"
SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Ask, and what was found for what was asked last; `?nieuw` begins anew."""
    if request.method == "POST":
        return _ask(request)
    sought = None if "nieuw" in request.GET else _sought(request)
    if sought is None:
        return _page(request, SearchForm(user=request.user))
    form = SearchForm(sought, user=request.user)
    return _page(request, form, finds=form.is_valid())


def _ask(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, form, status=422)
    asked = {name: form.data.get(name, "") for name in form.fields}
    request.session[SOUGHT] = fernet().encrypt(json.dumps(asked).encode()).decode()
    record(request.user, verb="read", by=request.user, fields=["search"])
    return redirect("search")


def _sought(request: HttpRequest) -> dict[str, str] | None:
    kept = request.session.get(SOUGHT)
    if kept is None:
        return None
    asked: dict[str, str] = json.loads(fernet().decrypt(kept.encode()))
    return {name: value for name, value in asked.items() if value}


def _page(
    request: HttpRequest, form: SearchForm, *, finds: bool = False, status: int = 200
) -> HttpResponse:
    context = {"form": form, "section": "search"}
    if finds:
        context |= _found(request.user, form)
    return render(request, "search.html", context, status=status)


def _found(user: User, form: SearchForm) -> dict[str, object]:
    on = timezone.localdate()
    found = search_families(
        user,
        form.cleaned_data["zoek"],
        on=on,
        municipality=form.cleaned_data.get("gemeente"),
        in_notes=form.cleaned_data["notities"],
    )
    shown = found.families[:SHOWN]
    return {
        "found": found,
        "families": shown,
        "n_families": len(found.families),
        "pairings": pairings_of(user, [one.household for one in shown], on=on),
        "notes": found.notes[:SHOWN],
        "n_notes": len(found.notes),
        "most": SHOWN,
        "reads_notes": form.cleaned_data["notities"],
    }
