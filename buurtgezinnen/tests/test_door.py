"""What every request meets before a view, and what every answer carries."""

from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.urls import path, resolve

from buurtgezinnen.urls import urlpatterns as site_urlpatterns
from families.models import AuditEvent
from families.services.audit import record
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MunicipalityFactory,
    RequestFamilyFactory,
    SupportRequestFactory,
)

POLICY = (
    "default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; img-src 'self'; script-src 'self'; "
    "style-src 'self'"
)


class AsStored:
    """Reads a session as a thief would who knows Django."""

    def loads(self, data: bytes) -> bytes:
        return data


def broken(request):
    raise RuntimeError("boom")


broken.login_required = False
urlpatterns = [*site_urlpatterns, path("stuk/", broken, name="broken")]


def policy_of(response) -> str:
    given = response.headers["Content-Security-Policy"]
    return "; ".join(sorted(part.strip() for part in given.split(";")))


EXPECTED = "; ".join(sorted(POLICY.split("; ")))


@pytest.mark.django_db
@pytest.mark.urls("buurtgezinnen.tests.test_door")
@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/", 200),
        ("/inloggen/", 200),
        ("/werk/", 302),
        ("/bestaat-niet/", 404),
        ("/beheer/", 302),
        ("/gemeente/", 302),
        ("/stuk/", 500),
        ("/%00/", 400),
        ("/?naam=%00", 400),
    ],
)
def test_every_answer_carries_one_strict_policy(url, status):
    client = Client(raise_request_exception=False)

    response = client.get(url)

    assert response.status_code == status
    assert policy_of(response) == EXPECTED
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_files_are_refused_at_the_door(client):
    response = client.post("/inloggen/", {"login": "x"})

    assert response.status_code == 415
    assert policy_of(response) == EXPECTED


@pytest.mark.django_db
def test_a_body_over_256_kb_is_refused_at_the_door(client):
    form = "application/x-www-form-urlencoded"

    large = client.post("/inloggen/", "a=" + "x" * 262_143, content_type=form)
    fits = client.post("/inloggen/", "a=" + "x" * 262_142, content_type=form)

    assert (large.status_code, fits.status_code) == (413, 200)


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["-1", "9" * 5000])
def test_a_length_that_is_no_length_is_refused(client, length):
    response = client.generic("POST", "/inloggen/", CONTENT_LENGTH=length)

    assert response.status_code == 413


@pytest.mark.django_db
def test_nul_in_a_cookie_is_refused(client):
    response = client.get("/", HTTP_COOKIE='sessionid="abcdefgh\\000ijkl"')

    assert response.status_code == 400


@pytest.mark.django_db
def test_names_in_messages_stay_out_of_cookies_and_readable_rows(client):
    coordinator = CoordinatorFactory()
    household = RequestFamilyFactory(
        household=HouseholdFactory(
            municipality=coordinator.municipalities.get(), name="De Geheimzinnige"
        )
    ).household
    client.force_login(coordinator.user)

    client.post(
        f"/werk/gezinnen/{household.reference}/geen-gehoor/",
        "form_key=0b5c34f6-1f0e-4c8e-9f53-0d6f5c4f6a11",
        content_type="application/x-www-form-urlencoded",
    )

    assert set(client.cookies) == {"sessionid"}
    session = Session.objects.get()
    assert "_messages" in session.get_decoded()
    readable = signing.loads(
        session.session_data,
        salt="django.contrib.sessions.SessionStore",
        serializer=AsStored,
    )
    assert readable.startswith(b"gAAAA")


@pytest.mark.django_db
def test_pages_of_families_are_audited_when_read_and_when_refused(client):
    here, elsewhere = MunicipalityFactory.create_batch(2)
    coordinator = CoordinatorFactory(municipalities=[here])
    own = RequestFamilyFactory(household=HouseholdFactory(municipality=here)).household
    other = RequestFamilyFactory(
        household=HouseholdFactory(municipality=elsewhere)
    ).household
    client.force_login(coordinator.user)

    client.get(own.get_absolute_url())
    client.get(other.get_absolute_url())

    rows = AuditEvent.objects.order_by("pk")
    assert list(rows.values_list("actor", "verb", "object_reference")) == [
        (coordinator.user.pk, "read", own.reference),
        (coordinator.user.pk, "denied", other.reference),
    ]
    assert len(set(rows.values_list("request_id", flat=True))) == 2


@pytest.mark.django_db
def test_a_form_shown_again_is_a_read_of_all_that_its_address_names(client):
    coordinator = CoordinatorFactory()
    household = HouseholdFactory(municipality=coordinator.municipalities.get())
    wish = SupportRequestFactory(family=RequestFamilyFactory(household=household))
    client.force_login(coordinator.user)

    response = client.post(
        f"/werk/gezinnen/{household.reference}/wens/{wish.reference}/stoppen/",
        "reason=",
        content_type="application/x-www-form-urlencoded",
    )

    rows = AuditEvent.objects.order_by("pk")
    assert response.status_code == 422
    assert list(rows.values_list("verb", "object_reference", "page")) == [
        ("read", household.reference, "families:wish-close"),
        ("read", wish.reference, "families:wish-close"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("/werk/", "today"),
        ("/werk/gezinnen/", "families:family-list"),
        ("/werk/contact/", "families:contact-create"),
        ("/werk/matchen/", "matching:request-list"),
        ("/werk/koppelingen/", "matching:pairing-list"),
    ],
)
def test_a_list_of_families_is_a_read(client, url, page):
    coordinator = CoordinatorFactory()
    client.force_login(coordinator.user)

    client.get(url)

    rows = AuditEvent.objects.order_by("pk")
    assert list(
        rows.values_list("verb", "object_type", "object_reference", "page")
    ) == [("read", "list", "", page)]


@pytest.mark.django_db
def test_who_read_or_changed_a_family_is_one_question(client):
    coordinator = CoordinatorFactory()
    household = HouseholdFactory(municipality=coordinator.municipalities.get())
    client.force_login(coordinator.user)

    client.get(household.get_absolute_url())
    record(household, verb="changed", by=coordinator.user, fields=["dog"])

    rows = AuditEvent.objects.filter(object_reference=household.reference)
    assert list(rows.order_by("pk").values_list("verb", "object_type", "page")) == [
        ("read", "page", "family-detail"),
        ("changed", "household", ""),
    ]


def test_staff_without_a_second_factor_only_reach_the_page_to_make_one(
    client, settings, db
):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(CoordinatorFactory().user)

    response = client.get("/werk/")

    assert response.status_code == 302
    assert resolve(response["location"]).view_name == "mfa_activate_totp"


@pytest.mark.django_db
def test_what_was_typed_outlives_the_session(client):
    household = RequestFamilyFactory().household

    response = client.post(
        f"/werk/gezinnen/{household.reference}/contact/",
        urlencode({"text": "Lang gesprek\nover de zwemles", "password": "geheim"}),
        content_type="application/x-www-form-urlencoded",
    )

    page = response.content.decode()
    assert response.status_code == 403
    assert "Lang gesprek\nover de zwemles" in page
    assert "geheim" not in page
    assert household.name not in page


@pytest.mark.django_db
def test_the_address_of_a_button_opened_as_a_page_says_what_to_do(client):
    coordinator = CoordinatorFactory()
    client.force_login(coordinator.user)

    response = client.get("/werk/gezinnen/0000000000/geen-gehoor/")

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "Druk nog een keer op de knop" in response.content.decode()
