"""How a family comes in on its own pages, and leaves them."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from buurtgezinnen.views.mine.door import KEY, NEXT, let_in, unseen, where_to
from families.forms.own import CodeForm, LoginForm
from families.services import login_codes
from families.views.guard import refuse, refused

ASKED = "own_asked"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine_login(request: HttpRequest) -> HttpResponse:
    """Asks for the code of the application; what follows is the same for each code."""
    form = LoginForm(request.POST if request.method == "POST" else None)
    page = "mine/login.html"
    if not form.is_valid():
        status = 422 if form.errors else 200
        return unseen(render(request, page, {"form": form}, status=status))
    reference, now = form.cleaned_data["reference"], timezone.now()
    refusal = refused(request, form, door="mine-login")
    if refusal:
        return unseen(refuse(request, page, {"form": form}, refusal))
    rests = login_codes.tried("mine-login", reference, at=now)
    if rests:
        context = {"form": form, "rests": rests}
        return unseen(refuse(request, page, context, rests))
    login_codes.send_login_code.enqueue(reference, get_language())
    request.session[ASKED] = reference
    return unseen(redirect(_with_next(request, "mine-code")))


@login_not_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def mine_code(request: HttpRequest) -> HttpResponse:
    """Asks for the code that was mailed or read out, and lets in who has it."""
    reference = request.session.get(ASKED)
    if reference is None:
        return unseen(redirect(_with_next(request, "mine-login")))
    form = CodeForm(request.POST if request.method == "POST" else None)
    page, context = "mine/code.html", {"form": form, "again": _with_next(request)}
    if form.is_valid():
        now = timezone.now()
        refusal = refused(request, form, door="mine-code")
        if refusal:
            return unseen(refuse(request, page, context, refusal))
        rests = login_codes.tried("mine-code", reference, at=now)
        if rests:
            return unseen(refuse(request, page, context | {"rests": rests}, rests))
        code, on = form.cleaned_data["code"], timezone.localdate(now)
        came_in = login_codes.redeem(reference, code, at=now, on=on)
        if came_in:
            let_in(request, came_in.person, came_in.application)
            request.session.pop(ASKED, None)
            return unseen(redirect(where_to(request)))
        form.add_error("code", _("This code is not right, or it is too old."))
    status = 422 if form.errors else 200
    return unseen(render(request, page, context, status=status))


@login_not_required
@require_POST
def mine_leave(request: HttpRequest) -> HttpResponse:
    """Shuts the door: nothing in this browser opens the own pages any more."""
    if KEY in request.session:
        request.session.flush()
    response = redirect("mine-login")
    response.headers["Clear-Site-Data"] = '"cache"'
    return unseen(response)


def _with_next(request: HttpRequest, name: str = "mine-login") -> str:
    """The address of a page of the door, with where they want to go."""
    wanted = where_to(request)
    if wanted == reverse("mine-home"):
        return reverse(name)
    return reverse(name, query={NEXT: wanted})
