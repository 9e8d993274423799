"""What the tests of the pages about agreements share."""

import datetime as dt

from django.urls import reverse
from django.utils.http import urlencode

from agreements.models import Agreement, AgreementVersion, Confirmation
from agreements.tests.factories import (
    NOON,
    THURSDAY,
    make_version,
    wednesdays,
)

DAY = dt.timedelta(days=1)
MARCH = dt.date(2026, 3, 1)
FORM = "application/x-www-form-urlencoded"
SENTENCE = (
    "Elke woensdag van 13.00 tot 17.00 uur speelt Noor bij gezin Willems. Gezin De"
    " Boer brengt. Gezin Willems brengt terug. In de schoolvakantie niet."
)
# Name, whether it is about one version, and how it may be asked for.
PAGES = [
    ("agreement-detail", False, {"GET", "HEAD"}),
    ("agreement-change", False, {"GET", "HEAD", "POST"}),
    ("agreement-stop", False, {"GET", "HEAD", "POST"}),
    ("version-detail", True, {"GET", "HEAD"}),
    ("version-correct", True, {"GET", "HEAD", "POST"}),
    ("version-confirm", True, {"POST"}),
    ("version-discard", True, {"POST"}),
    ("version-print", True, {"GET", "HEAD"}),
]


def url(pairing, name, number=1):
    numbered = {name: numbered for name, numbered, _methods in PAGES}.get(name, False)
    args = [pairing.reference, number] if numbered else [pairing.reference]
    return reverse(f"agreements:{name}", args=args)


def send_data(client, address, data, **more):
    """Posts data in which a name may stand more than once, as a browser does."""
    body = urlencode(data, doseq=True)
    return client.post(address, body, content_type=FORM, **more)


def all_written():
    """What any page of agreements could have changed."""
    return (
        list(AgreementVersion.objects.order_by("pk").values()),
        list(Confirmation.objects.order_by("pk").values()),
        list(Agreement.objects.order_by("pk").values()),
    )


def change_of(pairing, **more):
    """A second version, of Thursdays from March; it waits unless said otherwise."""
    item = wednesdays(pairing, line=1, weekdays=THURSDAY)
    values = {"effective_from": MARCH, "items": [item], "at": NOON + DAY}
    return make_version(pairing, **values | {"settled": False} | more)


def links_of(response):
    """Where the page of agreements can lead to change them."""
    text = response.content.decode()
    return [name for name in ("nieuw", "stoppen") if f"/{name}/" in text]
