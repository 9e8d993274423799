"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from buurtgezinnen.demo import accounts


def site(request: HttpRequest) -> dict[str, Any]:
    """The organisation's telephone number, and who can log in to the demo."""
    known = {"organisation_phone": settings.ORGANISATION_PHONE, "demo": settings.DEMO}
    if settings.DEMO:
        known |= {
            "demo_accounts": accounts.ACCOUNTS,
            "demo_password": accounts.PASSWORD,
        }
    return known
