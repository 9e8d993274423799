"""What every template knows."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from buurtgezinnen import languages
from buurtgezinnen.demo import accounts


def site(request: HttpRequest) -> dict[str, Any]:
    """The organisation's telephone number, languages, and who can log in to the demo.

    What takes time is a function, called by the templates that show it.
    """
    known = {
        "organisation_phone": settings.ORGANISATION_PHONE,
        "demo": settings.DEMO,
        "language_links": partial(languages.language_links, request),
        "alternates": partial(languages.alternates, request),
        "is_unchecked": languages.is_unchecked,
    }
    if settings.DEMO:
        known |= {
            "demo_accounts": accounts.ACCOUNTS,
            "demo_password": accounts.PASSWORD,
        }
    return known
