"""The link in a mail that opens a family's own pages."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from buurtgezinnen.views.mine.door import let_in, visit_of
from families.models import AccessLink
from families.services.reach import application_of, open_link, use_link


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine_link(request: HttpRequest, token: str) -> HttpResponse:
    """One button that exchanges the link for a way in, once, and cleans the address.

    Opening the page changes nothing: a mail scanner that opens links uses none up. Each
    link that opens nothing gives the same page.
    """
    now = timezone.now()
    link = open_link(token, purpose=AccessLink.Purpose.STATUS, at=now)
    on = timezone.localdate(now)
    application = application_of(link, on=on) if link else None
    if request.method != "POST":
        page = "link" if application else "link_gone"
        status = 200 if application else 404
        return _not_kept(render(request, f"mine/{page}.html", status=status))
    if link and link.person and application and use_link(link, at=now):
        let_in(request, link.person, application)
    elif visit_of(request) is None:
        return _not_kept(render(request, "mine/link_gone.html", status=404))
    # A second press finds the door open.
    return _not_kept(redirect("mine-home"))


def _not_kept(response: HttpResponse) -> HttpResponse:
    # The address is the key: no page that is opened from here may learn it. Not
    # "no-referrer": then a browser hides where a press on the button comes from, and
    # the protection against forged forms refuses it.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
