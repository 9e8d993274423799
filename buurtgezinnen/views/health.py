"""For whoever watches over the site: does it live, and does it work?"""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

PLAIN = "text/plain; charset=utf-8"


@login_not_required
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answers as long as the process does."""
    return HttpResponse("ok\n", content_type=PLAIN)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers 503 while the database does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return HttpResponse("database\n", content_type=PLAIN, status=status)
    return HttpResponse("ok\n", content_type=PLAIN)
