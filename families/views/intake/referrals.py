"""The list of a professional who referred before: how far, never what was said."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from families.forms.intake.referring import OwnListForm
from families.services import referrals
from families.views.guard import refuse, refused

ASK = "families/referral_list_ask.html"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Mails the link to the list; the answer is the same whoever asks."""
    form = OwnListForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, ASK, {"form": form}, status=status)
    email = form.cleaned_data["email"]
    if refusal := refused(request, form, door="later", email=email):
        return refuse(request, ASK, {"form": form}, refusal)
    referrals.ask_own_list(email, language=get_language())
    return redirect("intake:refer-list-asked")


@login_not_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same for everybody: a link is on its way to whom we know."""
    return render(request, "families/referral_list_asked.html")


@login_not_required
@require_safe
def list_link(request: HttpRequest, token: str) -> HttpResponse:
    """The list behind a link. Looking at it, as mail scanners do, uses nothing up."""
    referrer = referrals.open_list(token, at=timezone.now())
    if referrer is None:
        return _private(render(request, "families/referral_list_gone.html", status=404))
    context = {"rows": referrals.list_of(referrer, on=timezone.localdate())}
    return _private(render(request, "families/referral_list.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    """Nobody keeps the page, lists it or learns its address; it posts nothing."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
