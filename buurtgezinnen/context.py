"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The organisation's telephone number and whether this is the demo."""
    return {
        "organisation_phone": settings.ORGANISATION_PHONE,
        "demo": settings.DEMO,
    }
