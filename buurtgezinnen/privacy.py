"""Privacy mode: pages of coordinators for where others look along."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from families import privacy

COOKIE, ON = "privacy", "aan"


def is_on(request: HttpRequest) -> bool:
    """Whether this device asked to hide names, addresses and numbers."""
    return request.COOKIES.get(COOKIE) == ON


def privacy_mode(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Takes out of pages, and of what the next page will tell, what is private.

    Files and what somebody writes in a field are left as they are.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not is_on(request) or not request.path.startswith("/werk/"):
            return get_response(request)
        with privacy.remembered():
            response = get_response(request)
            _hide_in_messages(request)
            is_page = response.get("Content-Type", "").startswith("text/html")
            if is_page and not response.streaming:
                page = response.content.decode(response.charset)
                response.content = privacy.hide_in_page(page)
        return response

    return middleware


def _hide_in_messages(request: HttpRequest) -> None:
    """What this request tells was read here, and is shown by the next one."""
    # The public way to read them would count them as shown.
    told = messages.get_messages(request)._queued_messages  # noqa: SLF001
    for message in told:
        hidden = privacy.hide(str(message.message))
        if hidden != message.message:
            message.message = hidden
