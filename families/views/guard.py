"""The limits of public doors, as pages meet them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from families.forms.guard import GuardedForm
from families.models import IntakeCount
from families.services.doors import Refusal, knock, network_of
from families.services.intake.counting import count

TOO_MANY_REQUESTS = 429


def refused(
    request: HttpRequest,
    form: GuardedForm,
    *,
    door: str,
    email: str = "",
    kind: str = "",
) -> Refusal | None:
    """Counts a valid post, before anything is written; a refusal when it is too much.

    Args:
        request: the post.
        form: what was sent; tells whether a program seems to have sent it.
        door: one of `families.services.doors.DOORS`.
        email: the address that a mail would go to, if any.
        kind: of application, where refusals are to be counted with it.
    """
    at = timezone.now()
    refusal = knock(
        door,
        network=network_of(remote_address(request)),
        at=at,
        email=email,
        automatic=form.looks_automatic(at),
    )
    if refusal and kind:
        count(
            IntakeCount.What.REFUSED,
            kind=kind,
            language=get_language(),
            on=timezone.localdate(at),
        )
    return refusal


def refuse(
    request: HttpRequest, template: str, context: dict[str, Any], refusal: Refusal
) -> HttpResponse:
    """The same page with what was typed, and when it may be sent again."""
    response = render(
        request, template, {**context, "refusal": refusal}, status=TOO_MANY_REQUESTS
    )
    response.headers["Retry-After"] = str(refusal.seconds)
    return response


def remote_address(request: HttpRequest) -> str:
    """Where a request comes from; a proxy is believed only where there is one of ours.

    The last address in the header is the one that our own proxy saw: anything before
    it was sent along and may be invented.
    """
    if settings.BEHIND_PROXY:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "")
        return told.rpartition(",")[2]
    return request.META.get("REMOTE_ADDR", "")
