"""How a family stands, what happens next, and what waits for its answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from agreements.own import own_agreements, written_in
from buurtgezinnen import panels
from buurtgezinnen.views.mine.door import Visit, own_page
from families.models import SupportOffer, SupportRequest
from families.services import own
from families.services.doubles import goes_on_as
from matching.own import reached as reached_together

# The way of an application, and which part of it a stage is.
COURSE = (
    gettext_lazy("Applied"),
    gettext_lazy("Talk"),
    gettext_lazy("We look for a family"),
    gettext_lazy("Getting to know each other"),
    gettext_lazy("Trial period"),
    gettext_lazy("Fixed agreements"),
)
REACHED = {
    SupportRequest.Stage.APPLIED: 1,
    SupportRequest.Stage.TALKING: 1,
    SupportRequest.Stage.WAITING: 2,
    SupportRequest.Stage.PROPOSED: 2,
    SupportRequest.Stage.PAIRED: 3,
    SupportOffer.Stage.AVAILABLE: 2,
}


@require_safe
@own_page
def mine_home(request: HttpRequest, *, visit: Visit) -> HttpResponse:
    """Where the family is on its way, and what it can do."""
    on = timezone.localdate()
    promise = own.next_promise(visit.household.merged_into or visit.household)
    together = reached_together(visit.application)
    context = {
        "visit": visit,
        "tab": "home",
        "steps": course(visit.application, together),
        "together": together is not None,
        "goes_on_as": goes_on_as(visit.application),
        "promise": promise,
        "late": promise is not None and promise.due_on < on,
        "rows": panels.own_rows(visit.person, visit.household, on=on),
        "may_stop": own.may_stop(visit.application),
    }
    return render(request, "mine/home.html", context)


@require_safe
@own_page
def mine_agreements(request: HttpRequest, *, visit: Visit) -> HttpResponse:
    """What holds in each running pairing, in sentences."""
    on = timezone.localdate()
    waiting = panels.own_rows(visit.person, visit.household, on=on)
    context = {
        "visit": visit,
        "tab": "agreements",
        "agreements": own_agreements(visit.household, on=on),
        "rows": [row for row in waiting if row.action == "agreement"],
        "written_in": written_in(),
    }
    return render(request, "mine/agreements.html", context)


@require_POST
@own_page
def mine_open(request: HttpRequest, *, visit: Visit) -> HttpResponse:
    """Goes to the page where one of these is answered, by a fresh link."""
    now = timezone.now()
    url = panels.own_link(
        visit.person,
        visit.household,
        action=request.POST.get("action", ""),
        about=request.POST.get("about", ""),
        at=now,
        on=timezone.localdate(now),
    )
    if url is None:
        messages.info(request, _("You need not answer this any more."))
        return redirect("mine-home")
    return redirect(url)


def course(
    application: SupportRequest | SupportOffer, together: int | None
) -> list[dict[str, object]]:
    """The parts of the way, each with its state; [] for what rests or has ended.

    Args:
        application: the request or offer.
        together: how far its furthest running pairing is; None without one.
    """
    reached = REACHED.get(application.stage) if together is None else together
    if reached is None:
        return []
    return [
        {"name": name, "done": number < reached, "now": number == reached}
        for number, name in enumerate(COURSE)
    ]
