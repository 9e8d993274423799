"""The door of a family's own pages: who is in, and who must knock first."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from buurtgezinnen.views.errors import logged_out
from families.models import (
    AuditEvent,
    Household,
    Person,
    SupportOffer,
    SupportRequest,
)
from families.services.audit import record
from families.services.reach import application_for

KEY = "own"
NEXT = "verder"
# However busy: after half a day the door is shut. Half an hour idle ends the session.
OPEN_AT_MOST = dt.timedelta(hours=10)
SHOWN = {HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY}


@dataclass(frozen=True)
class Visit:
    """Somebody of a family on its own pages.

    Attributes:
        person: who is in; lives in the household today.
        household: the family.
        application: the request or the offer by whose code or link they came in.
    """

    person: Person
    household: Household
    application: SupportRequest | SupportOffer

    @property
    def first_name(self) -> str:
        """What they are greeted by."""
        return (self.person.name.split() or [""])[0]

    @property
    def asks(self) -> bool:
        """Whether they came in for what the family asks, not for what it gives."""
        return isinstance(self.application, SupportRequest)


def own_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for a family that came in by its code or link; gives it as `visit`.

    Others go to the page where one comes in, and from there back here. What a family
    sent after its time was over is kept. Each page that is shown is a read.
    """

    @login_not_required
    @wraps(view)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        visit = visit_of(request)
        if visit is None and request.method == "POST" and request.POST:
            return unseen(logged_out(request, login="mine-login"))
        if visit is None:
            return unseen(_to_the_door(request))
        response = view(request, *args, visit=visit, **kwargs)
        if response.status_code in SHOWN:
            record(visit.application, verb="read", by=AuditEvent.ActorKind.FAMILY)
        return unseen(response)

    return page


def visit_of(request: HttpRequest) -> Visit | None:
    """Who is in; None for who is not, stayed too long, was shut out or moved away."""
    known = request.session.get(KEY)
    now = timezone.now()
    if known is None or now - dt.datetime.fromisoformat(known["since"]) > OPEN_AT_MOST:
        return None
    person = Person.objects.filter(pk=known["person"]).first()
    if person is None or known.get("shut_out", "") != _shut_out(person):
        return None
    reference = known["application"]
    application = application_for(person, reference, on=timezone.localdate(now))
    if application is None or application.family.household_id != known["household"]:
        return None
    return Visit(person, application.family.household, application)


def let_in(
    request: HttpRequest, person: Person, application: SupportRequest | SupportOffer
) -> None:
    """Opens the own pages in this browser, under a new key of the session."""
    request.session.cycle_key()
    request.session[KEY] = {
        "person": person.pk,
        "household": application.family.household_id,
        "application": application.reference,
        "since": timezone.now().isoformat(),
        "shut_out": _shut_out(person),
    }


def stay_in(request: HttpRequest, person: Person) -> None:
    """Keeps who changed how it is reached in, in this browser and no other."""
    person.refresh_from_db(fields=["shut_out_at"])
    request.session[KEY] |= {"shut_out": _shut_out(person)}
    request.session.modified = True


def _shut_out(person: Person) -> str:
    return person.shut_out_at.isoformat() if person.shut_out_at else ""


def where_to(request: HttpRequest) -> str:
    """The page that was asked for before coming in, if it is an own page."""
    asked = request.GET.get(NEXT, "")
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    if own and asked.startswith(reverse("mine-login")):
        return asked
    return reverse("mine-home")


def unseen(response: HttpResponse) -> HttpResponse:
    """Nobody keeps what an own page shows, or learns where it stands."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _to_the_door(request: HttpRequest) -> HttpResponse:
    door = reverse("mine-login")
    # A button has no page of its own to come back to.
    if request.method != "GET" or request.path == reverse("mine-home"):
        return redirect(door)
    return redirect(f"{door}?{urlencode({NEXT: request.path})}")
