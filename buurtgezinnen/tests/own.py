"""Families on their own pages, for tests."""

import datetime as dt
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

from families.models import (
    Household,
    Membership,
    Person,
    SupportOffer,
    SupportRequest,
)
from families.services.reach import issue_link
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    RequestFamilyFactory,
    SupportFamilyFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
ADDRESS = "amira@gezin.example"


def amira(household: Household, **told: object) -> Person:
    """The parent of a family, with an address."""
    known = {"name": "Amira El Amrani", "email": ADDRESS, "may_leave_message": True}
    person = PersonFactory(**known | {"telephone": "+31612345678"} | told)
    MembershipFactory(household=household, person=person)
    return person


def asking(*, stage: str = "waiting", **told: object) -> SupportRequest:
    """What the family of Amira asks; Ilse guides it."""
    household = _guided()
    amira(household, **told)
    family = RequestFamilyFactory(household=household)
    return SupportRequestFactory(family=family, stage=stage)


def giving(*, stage: str = "available", **told: object) -> SupportOffer:
    """What the family of Amira gives; Ilse guides it."""
    household = _guided()
    amira(household, **told)
    family = SupportFamilyFactory(household=household, places=2)
    return SupportOfferFactory(family=family, stage=stage)


def parent_of(application: SupportRequest | SupportOffer) -> Person:
    household = application.family.household
    parents = Membership.objects.filter(household=household, role="parent")
    return parents.order_by("pk").first().person


def come_in(
    client: Client,
    application: SupportRequest | SupportOffer,
    person: Person | None = None,
) -> Client:
    """The browser of a parent who came in by the link of a mail."""
    token = issue_link(
        person or parent_of(application),
        purpose="status",
        about=application.reference,
        at=timezone.now(),
    )
    response = send(client, f"/mijn/link/{token}/")
    assert response.headers["Location"] == "/mijn/overzicht/"
    return client


def send(client: Client, path: str, data: dict[str, object] | None = None):
    """A form as a browser sends it; no page takes another kind."""
    form = "application/x-www-form-urlencoded"
    return client.post(path, urlencode(data or {}, doseq=True), content_type=form)


def words_of(response) -> str:
    """What a page says, on one line."""
    return " ".join(response.content.decode().split())


def _guided() -> Household:
    ilse = CoordinatorFactory(user__name="Ilse Voorbeeld", telephone="+31611223344")
    municipality = ilse.municipalities.get()
    return HouseholdFactory(
        name="El Amrani", coordinator=ilse, municipality=municipality
    )
