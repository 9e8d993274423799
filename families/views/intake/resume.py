"""Going on later: asking for a link or a code, and coming back with it."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from families.forms.intake.later import CodeForLaterForm, CodeForm, LinkForLaterForm
from families.forms.steps import INTAKES
from families.models import IntakeDraft
from families.services.intake import drafts
from families.views.guard import refuse, refused
from families.views.intake.visit import Visit, cookie_name, with_key

LATER = "families/intake_later.html"
RESUME = "families/intake_resume.html"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def later(request: HttpRequest, kind: str) -> HttpResponse:
    """Where the link goes, or that a code is wanted; the page after it has either."""
    visit = Visit.of(request, kind)
    if visit.draft is None:
        return redirect(visit.url("start"))
    wants_code = "code" in request.POST
    typed = request.POST if request.method == "POST" else None
    link = LinkForLaterForm(None if wants_code else typed)
    code = CodeForLaterForm(typed if wants_code else None)
    context = {
        "visit": visit,
        "form": link,
        "code_form": code,
        "days": settings.DRAFT_DAYS,
        "back_url": visit.step_url(visit.answers.missing),
    }
    form = code if wants_code else link
    if not form.is_valid():
        return render(request, LATER, context, status=422 if form.errors else 200)
    email = "" if wants_code else link.cleaned_data["email"]
    refusal = refused(request, form, door="later", email=email, kind=visit.intake.kind)
    if refusal:
        return refuse(request, LATER, context, refusal)
    try:
        context |= _kept(visit.draft, email, visit)
    except drafts.DraftGone:
        return redirect(visit.url("start"))
    return render(request, "families/intake_later_kept.html", context)


def _kept(draft: IntakeDraft, email: str, visit: Visit) -> dict[str, object]:
    """What the page tells after it; a code is shown this once."""
    if email:
        drafts.link_for_later(draft, email, at=visit.at)
        return {"email": email, "until": draft.expires_at}
    code = drafts.code_for_later(draft, at=visit.at)
    return {"code": code, "until": draft.expires_at}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Asks for the code; every code leads on, so that this page tells of none."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, RESUME, {"form": form}, status=status)
    if refusal := refused(request, form, door="resume"):
        return refuse(request, RESUME, {"form": form}, refusal)
    token = drafts.carry_code(form.cleaned_data["code"])
    return redirect("intake:resume-link", token=token)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def resume_link(request: HttpRequest, token: str) -> HttpResponse:
    """How far somebody was; going on gives this browser a key of its own."""
    draft = drafts.find_saved(token, at=timezone.now())
    visit = _visit_of(draft) if draft else None
    if visit is None:
        context = {"form": CodeForm(), "days": settings.DRAFT_DAYS}
        response = render(
            request, "families/intake_resume_gone.html", context, status=404
        )
    elif request.method == "POST":
        response = _go_on(request, visit)
    else:
        missing = visit.answers.missing
        context = {
            "visit": visit,
            "number": visit.intake.number(missing) if missing else 0,
            "until": visit.draft.expires_at,
        }
        response = render(request, "families/intake_resume_found.html", context)
    # The address is the key: no other site may learn it. The button needs an origin.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def _visit_of(draft: IntakeDraft) -> Visit | None:
    """The application that a draft belongs to; None where it has no pages here."""
    for kind, intake in INTAKES.items():
        if intake.kind == draft.kind:
            return Visit(kind, intake, timezone.now(), draft, None, was_away=False)
    return None


def _go_on(request: HttpRequest, visit: Visit) -> HttpResponse:
    """To the first page without an answer, or to a new beginning.

    Beginning anew erases nothing: the links that were sent still open the answers.
    """
    if "anew" in request.POST:
        response = redirect(visit.url("start"))
        response.delete_cookie(cookie_name(visit.intake))
        return response
    response = redirect(visit.step_url(visit.answers.missing))
    if Visit.of(request, visit.kind).draft == visit.draft:
        # A second press: this browser has its key.
        return response
    key = drafts.browser_key(visit.draft, at=visit.at)
    return with_key(response, visit.intake, key)
