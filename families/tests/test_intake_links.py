"""Links by which a family opens its application, and the page they open."""

import datetime as dt

import pytest
import time_machine

from families.models import AccessLink, AuditEvent, SupportOffer, SupportRequest, Task
from families.services.reach import application_of, issue_link, open_link
from families.tests.applying import apply, send, served
from families.tests.factories import (
    MembershipFactory,
    SupportRequestFactory,
)

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
STATUS = AccessLink.Purpose.STATUS


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def link_to(application: SupportRequest | SupportOffer) -> tuple[str, AccessLink]:
    """A token for a new parent in the household of the application."""
    household = application.family.household
    person = MembershipFactory(household=household).person
    token = issue_link(person, purpose=STATUS, about=application.reference, at=MONDAY)
    return token, AccessLink.objects.get()


@pytest.mark.django_db
def test_link_keeps_only_the_fingerprint_of_256_random_bits():
    token, link = link_to(SupportRequestFactory())

    assert len(token) == 43
    assert token not in str(vars(link))
    assert link.expires_at - MONDAY == dt.timedelta(hours=336)


@pytest.mark.django_db
def test_link_opens_for_fourteen_days():
    request = SupportRequestFactory()
    token, link = link_to(request)

    opened = open_link(token, purpose=STATUS, at=MONDAY + dt.timedelta(days=13))

    assert opened == link
    assert application_of(opened, on=MONDAY.date()) == request


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["altered", "expired", "used", "revoked"])
def test_dead_links_open_nothing_and_look_alike(client, change):
    token, link = link_to(SupportRequestFactory())
    unknown = client.get(f"/mijn/link/{'x' * 43}/")
    if change == "altered":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    elif change == "expired":
        AccessLink.objects.update(
            created_at=MONDAY - dt.timedelta(days=15), expires_at=MONDAY
        )
    else:
        setattr(link, f"{change}_at", MONDAY)
        link.save()

    response = client.get(f"/mijn/link/{token}/")

    assert response.status_code == unknown.status_code == 404
    # The menu of languages names the address itself.
    same = [
        page.content.replace(address.encode(), b"")
        for page, address in ((response, token), (unknown, "x" * 43))
    ]
    assert same[0] == same[1]
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert response.headers["Cache-Control"] == "no-store"
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "👩‍👧", "..", "%ff"])
def test_nonsense_tokens_are_just_not_there(client, token):
    assert client.get(f"/mijn/link/{token}/").status_code == 404


@pytest.mark.django_db
def test_each_answer_costs_one_query_to_find_out(django_assert_num_queries):
    token, _link = link_to(SupportRequestFactory())

    for one in (token, "x" * 43):
        with django_assert_num_queries(1):
            open_link(one, purpose=STATUS, at=MONDAY)


@pytest.mark.django_db
def test_link_of_who_left_the_household_opens_nothing():
    request = SupportRequestFactory()
    token, link = link_to(request)
    link.person.memberships.update(until_on=dt.date(2026, 11, 22))

    opened = open_link(token, purpose=STATUS, at=MONDAY)
    assert application_of(opened, on=MONDAY.date()) is None


@pytest.mark.django_db
def test_link_of_one_family_never_opens_another():
    other = SupportRequestFactory()
    request = SupportRequestFactory()
    token, _link = link_to(request)
    AccessLink.objects.update(about=other.reference)

    opened = open_link(token, purpose=STATUS, at=MONDAY)
    assert application_of(opened, on=MONDAY.date()) is None


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["steun-vragen", "steun-geven"])
def test_confirmation_leads_to_the_status_page(client, kind):
    served(user__name="Sanne Voorbeeld")
    apply(client, kind)

    response = send(client, f"/{kind}/klaar/", {})
    link = response.headers["Location"]
    seen = client.get(link)
    page = client.get(send(client, link, {}).headers["Location"])

    assert seen.status_code == page.status_code == 200
    assert seen.headers["Cache-Control"] == page.headers["Cache-Control"] == "no-store"
    assert page.context["promise"] == Task.objects.get()
    assert [step["now"] for step in page.context["steps"]] == [
        False,
        True,
        False,
        False,
        False,
        False,
    ]
    words = " ".join(page.content.decode().split())
    assert "Sanne Voorbeeld belt je uiterlijk <strong>" in words
