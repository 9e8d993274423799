"""Pages to note an application that came by telephone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from families.forms.steps import INTAKES
from families.forms.taken import TakenPage, one_more_row, read_out
from families.services.contact import KeyOfAnother
from families.services.intake.applying import application_in
from families.services.intake.routing import NotServed
from families.services.intake.telephone import take_down, takes_for
from families.views.scope import household_or_404


@require_safe
def application_new(request: HttpRequest) -> HttpResponse:
    """Choose whether the caller asks or gives."""
    on = timezone.localdate()
    context = {"municipalities": list(takes_for(request.user, on=on))}
    return render(request, "families/taken_choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def application_take(request: HttpRequest, side: str) -> HttpResponse:
    """All questions on one page; only what was told is filled in."""
    intake, on = INTAKES.get(side), timezone.localdate()
    if intake is None or not takes_for(request.user, on=on).exists():
        raise Http404
    typed = request.POST if request.method == "POST" else None
    grows = typed is not None and TakenPage.ADD in typed
    page = TakenPage(
        intake,
        user=request.user,
        on=on,
        typed=one_more_row(typed) if grows else typed,
        judged=not grows,
    )
    if typed is not None and not grows and page.is_valid():
        taken = _take(request, page)
        if taken is not None:
            return taken
    # The title of the page looks at `form`.
    context = {"page": page, "form": page, "text": read_out()}
    status = 422 if typed is not None and not grows else 200
    return render(request, "families/taken_page.html", context, status=status)


def _take(request: HttpRequest, page: TakenPage) -> HttpResponse | None:
    try:
        wishes = take_down(
            page.told(),
            **page.talk.cleaned_data,
            on=timezone.localdate(),
            at=timezone.now(),
            by=request.user,
        )
    except KeyOfAnother:
        messages.error(request, _("Nothing was noted: send it once more."))
        page.talk.renew_key()
        return None
    except NotServed:
        messages.error(request, _("No applications are taken there any more."))
        return None
    household = wishes.family.household
    return redirect("families:application-taken", reference=household.reference)


@require_safe
def application_taken(request: HttpRequest, reference: str) -> HttpResponse:
    """The code to read out."""
    household = household_or_404(request, reference)
    context = {"household": household, "application": application_in(household)}
    return render(request, "families/taken_done.html", context)
