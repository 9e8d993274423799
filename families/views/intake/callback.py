"""Asking to be called instead of filling in a form."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from families import texts
from families.forms.intake.callback import CallbackForm
from families.services.intake import calling
from families.services.intake.drafts import DraftGone, close_elsewhere
from families.services.intake.routing import NotServed
from families.views.guard import refuse, refused
from families.views.intake.pages import CONFIRMATION_SHOWN
from families.views.intake.visit import Visit, with_key

TEMPLATE = "families/intake_callback.html"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def callback(request: HttpRequest, kind: str) -> HttpResponse:
    """A name, a number and a moment; what was filled in before comes along."""
    visit = Visit.of(request, kind)
    if visit.sent and visit.at - visit.sent.submitted_at <= CONFIRMATION_SHOWN:
        return redirect(visit.url("done"))
    answers = visit.answers
    form = CallbackForm(
        request.POST if request.method == "POST" else None, answers=answers
    )
    context = {
        "visit": visit,
        "form": form,
        "text": texts.of_call(asks=visit.intake.asks),
        "back_url": visit.step_url(answers.missing)
        if visit.draft
        else visit.url("start"),
    }
    if not form.is_valid():
        return render(request, TEMPLATE, context, status=422 if form.errors else 200)
    told = form.told()
    refusal = refused(
        request,
        form,
        door="callback",
        email=told.contact.email if told.contact.may_leave_message else "",
        kind=visit.intake.kind,
    )
    if refusal:
        return refuse(request, TEMPLATE, context, refusal)
    draft, key = visit.draft, ""
    if draft is None:
        key = str(form.cleaned_data["form_key"])
        draft = calling.draft_of_press(
            key, kind=visit.intake.kind, language=get_language(), at=visit.at
        )
    try:
        calling.ask_for_call(draft, told, on=answers.on, at=visit.at)
        close_elsewhere(draft, key or visit.key)
    except NotServed:
        gone = {
            "visit": visit,
            "municipality": told.home.municipality,
            "back_url": visit.url("callback"),
        }
        return render(request, "families/intake_unserved.html", gone)
    except DraftGone:
        return redirect(visit.url("callback"))
    return with_key(redirect(visit.url("done")), visit.intake, key)
