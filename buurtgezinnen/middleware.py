"""What happens to every request, before and after its view."""

import uuid
from collections.abc import Callable
from http import HTTPStatus

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import ResolverMatch
from django.utils import translation

from buurtgezinnen.views.errors import logged_out
from families.models import AuditEvent
from families.request_ids import request_id
from families.services import audit

GetResponse = Callable[[HttpRequest], HttpResponse]

MOST_BYTES = 256 * 1024
# The one page that takes a file, and how much of one with what comes around it.
TAKES_FILES = "/werk/invoeren/"
MOST_BYTES_OF_A_FILE = 11 * 1024 * 1024
# A longer number is larger than any body, and too long to read as one.
MOST_DIGITS = 12


def refuse_hostile_requests(get_response: GetResponse) -> GetResponse:
    """Refuses at the door what no page here takes: most files, huge bodies, NUL."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request_id.set(uuid.uuid4().hex)
        nul = (
            "\0" in request.path
            or "%00" in request.META.get("QUERY_STRING", "")
            or any("\0" in value for value in request.COOKIES.values())
        )
        if nul:
            return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)
        # One page takes files, and only from who has a session; elsewhere nothing of
        # one is ever read.
        is_file = request.content_type.startswith("multipart/")
        takes_it = (
            request.path == TAKES_FILES
            and settings.SESSION_COOKIE_NAME in request.COOKIES
        )
        if is_file and not takes_it:
            refusal = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
            return render(request, "400.html", status=refusal)
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_number = length.isdecimal() and len(length) <= MOST_DIGITS
        most = MOST_BYTES_OF_A_FILE if is_file else MOST_BYTES
        if not is_number or int(length) > most:
            too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            return render(request, "413.html", status=too_large)
        return get_response(request)

    return middleware


def speak_the_language_of_the_address(get_response: GetResponse) -> GetResponse:
    """Dutch, or the language that the address begins with.

    Never the one the browser asks for: a colleague whose browser speaks English works
    in Dutch, and an address says the same to everybody. Afterwards the thread speaks
    what it spoke before: a refusal at the door of the next request is in its language.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        in_path = translation.get_language_from_path(request.path_info)
        language = in_path or settings.LANGUAGE_CODE
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def private_responses(get_response: GetResponse) -> GetResponse:
    """Forbids to keep what was sent to somebody who is logged in, or to a family."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Permissions-Policy"] = (
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        if "Cache-Control" not in response.headers and not request.path.startswith(
            "/" + settings.STATIC_URL.lstrip("/")
        ):
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def explain_wrong_method(get_response: GetResponse) -> GetResponse:
    """Gives a page to who opens the address of a button, as after logging in again."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        wrong = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        if not wrong or request.method != "GET" or response.content:
            return response
        page = render(request, "405.html", status=response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


class KeepWhatWasTyped:
    """Offers a form again that was sent after the session ended."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_given: object
    ) -> HttpResponse | None:
        """The page with the form, where a login would have thrown it away."""
        closed = getattr(view, "login_required", True)
        if closed and request.POST and not request.user.is_authenticated:
            return logged_out(request)
        return None


# Where somebody without a second factor may still go: to make one, or to leave.
WITHOUT_SECOND_FACTOR = {
    "account_logout",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
}


class RequireSecondFactor:
    """Sends staff without a second factor to the page where they make one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, *_view: object
    ) -> HttpResponseRedirect | None:
        """A redirect when the second factor is still missing."""
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        if request.resolver_match.view_name in WITHOUT_SECOND_FACTOR:
            return None
        if get_adapter().is_mfa_enabled(request.user, ["totp"]):
            return None
        return redirect("mfa_activate_totp")


class OnlyCoordinatorsAtWork:
    """Answers 404 below /werk/ to whoever is no coordinator, logged in or not there.

    Behind it every read still starts at `visible_to`; this keeps officials and the
    office from empty pages that are not theirs.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_given: object
    ) -> None:
        """Nothing, or a refusal.

        Raises:
            Http404: somebody logged in is no coordinator.
        """
        user = request.user
        stranger = user.is_authenticated and not user.is_coordinator
        # A calendar has a key of its own and logs in nowhere.
        closed = getattr(view, "login_required", True)
        if closed and stranger and request.path.startswith("/werk/"):
            raise Http404


# What addresses call the references in them.
REFERENCES = ("reference", "wish", "person", "offer")
# Pages without a reference that show families.
LISTS = {
    "today",
    "families:family-list",
    "families:contact-create",
    "matching:request-list",
    "matching:pairing-list",
    "report-list",
    "year-end-list",
}
RENDERED = {HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY}


def audit_reads(get_response: GetResponse) -> GetResponse:
    """Writes who opened, or was refused, a page about families.

    A form that is shown again with its errors shows the family as much as the page
    before it. In a transaction of its own, after the view: a refusal survives a
    rollback. Without the rows the page is not given: an unlogged read must not happen.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        is_list = match is not None and match.view_name in LISTS
        shown = [""] if is_list else _named(match)
        if not shown or not request.user.is_authenticated:
            return response
        if response.status_code == HTTPStatus.NOT_FOUND:
            verb = AuditEvent.Verb.DENIED
        elif response.status_code in RENDERED:
            verb = AuditEvent.Verb.READ
        else:
            return response
        AuditEvent.objects.bulk_create(
            AuditEvent(
                actor=request.user,
                actor_kind=audit.kind_of(request.user),
                verb=verb,
                object_type=AuditEvent.LIST if is_list else AuditEvent.PAGE,
                object_reference=reference,
                page=match.view_name,
                request_id=request_id.get(),
            )
            for reference in shown
        )
        return response

    return middleware


def _named(match: ResolverMatch | None) -> list[str]:
    """The references in an address."""
    given = match.kwargs if match else {}
    return [given[name] for name in REFERENCES if name in given]
