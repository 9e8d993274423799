"""The office keeps users, coordinators and officials."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from buurtgezinnen.tests.office import CANARY, audited, errors_of, page, send
from families.models import (
    Coordinator,
    User,
)
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MunicipalityFactory,
    OfficialFactory,
    PartnershipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    """Somebody of the office, without the rights of a superuser, logged in."""
    user = UserFactory(is_organisation=True, email="kantoor@buurt.example")
    client.force_login(user)
    return user


@pytest.mark.django_db(transaction=True)
def test_user_is_made_without_a_password_and_gets_a_link(client, office):
    response = send(
        client,
        page(User, "add"),
        {"email": "Nieuw@Buurt.Example", "name": "Nieuw", "is_active": "on"},
    )

    user = User.objects.get(email="nieuw@buurt.example")
    assert response["Location"] == page(User, "changelist")
    assert user.has_usable_password() is False
    assert [message.to for message in mail.outbox] == [["nieuw@buurt.example"]]
    assert mail.outbox[0].body.count("/inloggen/wachtwoord/") == 1
    assert audited() == [("created", "user", "email name")]


@pytest.mark.django_db(transaction=True)
def test_user_is_made_when_the_mail_server_is_away(client, office, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    send(
        client,
        page(User, "add"),
        {"email": "nieuw@buurt.example", "name": "Nieuw", "is_active": "on"},
    )

    said = client.get(page(User, "changelist")).context["messages"]
    assert [message.level_tag for message in said] == ["success", "warning"]
    assert User.objects.filter(email="nieuw@buurt.example").count() == 1


def test_user_with_the_address_of_another_is_refused(client, office):
    response = send(
        client, page(User, "add"), {"email": "KANTOOR@buurt.example", "name": "Twee"}
    )

    assert response.status_code == 422
    assert list(errors_of(response)) == ["email"]
    assert User.objects.count() == 1


def test_link_for_a_password_is_sent_again_from_the_list(client, office):
    users = UserFactory.create_batch(2)
    UserFactory()

    send(
        client,
        page(User, "changelist"),
        {
            "action": "mail_password_link",
            "_selected_action": [user.pk for user in users],
        },
    )

    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        user.email for user in users
    )


def test_old_address_no_longer_logs_in_after_a_change(client, office):
    user = UserFactory(email="oud@buurt.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=True)

    send(
        client,
        page(User, "change", user.pk),
        {"email": "nieuw@buurt.example", "name": user.name, "is_active": "on"},
    )

    user.refresh_from_db()
    assert user.email == "nieuw@buurt.example"
    assert EmailAddress.objects.filter(user=user).count() == 0
    assert audited() == [("changed", "user", "email")]


def test_another_address_ends_the_sessions_of_before(client, office):
    user = CoordinatorFactory().user
    theirs = Client()
    theirs.force_login(user)
    answers = {"email": "nieuw@buurt.example", "name": user.name, "is_active": "on"}

    before = theirs.get("/werk/").status_code
    send(client, page(User, "change", user.pk), answers)

    assert (before, theirs.get("/werk/").status_code) == (200, 302)


@pytest.mark.parametrize("field", ["is_active", "is_organisation"])
def test_nobody_locks_themselves_out(client, office, field):
    answers = {
        "email": office.email,
        "name": office.name,
        "is_active": "on",
        "is_organisation": "on",
    }
    del answers[field]

    response = send(client, page(User, "change", office.pk), answers)

    office.refresh_from_db()
    assert response.status_code == 422
    assert list(errors_of(response)) == [field]
    assert getattr(office, field) is True


def test_superuser_stays_of_the_organisation(client, office):
    superuser = UserFactory(organisation=True)

    response = send(
        client,
        page(User, "change", superuser.pk),
        {"email": superuser.email, "name": superuser.name, "is_active": "on"},
    )

    assert response.status_code == 422
    assert list(errors_of(response)) == ["is_organisation"]


def test_user_form_offers_no_password_and_no_superuser(client, office):
    response = client.get(page(User, "add"))

    assert list(response.context["adminform"].form.fields) == [
        "email",
        "name",
        "is_organisation",
        "is_active",
    ]


def coordinator_answers(user, municipalities, **changes):
    return {
        "user": user.pk,
        "municipalities": [row.pk for row in municipalities],
        "telephone": "06 12 34 56 78",
        "working_days": ["0", "2", "4"],
        "leave_from": "",
        "leave_until": "",
        "deputy": "",
        "deputy_from": "",
        "deputy_until": "",
    } | changes


def test_coordinator_is_made_with_municipalities_and_working_days(client, office):
    towns = MunicipalityFactory.create_batch(2)
    PartnershipFactory(municipalities=towns)
    user = UserFactory()

    send(client, page(Coordinator, "add"), coordinator_answers(user, towns))

    coordinator = Coordinator.objects.get()
    assert set(coordinator.municipalities.all()) == set(towns)
    assert coordinator.working_days == 0b0010101
    assert str(coordinator.telephone) == "+31612345678"


def test_the_office_gives_itself_no_view_of_families(client, office):
    town = MunicipalityFactory()
    PartnershipFactory(municipalities=[town])
    colleague = UserFactory(is_organisation=True)

    refusals = [
        send(client, page(Coordinator, "add"), coordinator_answers(user, [town]))
        for user in (office, colleague)
    ]

    assert [list(errors_of(one)) for one in refusals] == [["user"], ["user"]]
    assert Coordinator.objects.count() == 0


def test_a_coordinator_is_not_of_the_office_too(client, office):
    user = CoordinatorFactory().user
    answers = {"email": user.email, "name": user.name, "is_active": "on"}

    response = send(
        client, page(User, "change", user.pk), answers | {"is_organisation": "on"}
    )

    assert list(errors_of(response)) == ["is_organisation"]


def test_coordinators_work_in_municipalities_that_take_part(client, office):
    here, former, _far = MunicipalityFactory.create_batch(3)
    PartnershipFactory(municipalities=[here])
    coordinator = CoordinatorFactory(municipalities=[former])

    response = client.get(page(Coordinator, "change", coordinator.pk))

    field = response.context["adminform"].form["municipalities"]
    assert {choice.data["label"] for choice in field} == {str(here), str(former)}
    assert {choice.data["type"] for choice in field} == {"checkbox"}


def test_an_older_page_does_not_undo_what_a_colleague_saved(client, office):
    stays, goes = MunicipalityFactory.create_batch(2)
    PartnershipFactory(municipalities=[stays, goes])
    coordinator = CoordinatorFactory(municipalities=[stays, goes])
    url = page(Coordinator, "change", coordinator.pk)
    both = coordinator_answers(coordinator.user, [stays, goes])
    both["seen"] = client.get(url).context["adminform"].form.seen
    one = both | {"municipalities": [stays.pk]}

    saved = send(client, url, one)
    refused = send(client, url, both)

    assert (saved.status_code, refused.status_code) == (302, 422)
    assert list(errors_of(refused)) == ["__all__"]
    assert refused.context["adminform"].form.seen == both["seen"]
    assert list(coordinator.municipalities.all()) == [stays]


@pytest.mark.parametrize("factory_", [UserFactory, OfficialFactory, PartnershipFactory])
def test_pages_of_the_office_carry_what_they_showed(client, office, factory_):
    row = factory_()

    response = client.get(page(type(row), "change", row.pk))

    seen = response.context["adminform"].form.seen
    assert response.content.decode().count(f'name="seen" value="{seen}"') == 1


def test_coordinator_form_shows_the_days_that_are_worked(client, office):
    coordinator = CoordinatorFactory(working_days=0b0010101)

    response = client.get(page(Coordinator, "change", coordinator.pk))

    form = response.context["adminform"].form
    assert form["working_days"].value() == [0, 2, 4]


def test_coordinator_with_unchanged_days_leaves_no_word_of_them(client, office):
    coordinator = CoordinatorFactory(working_days=0b0010101)
    answers = coordinator_answers(
        coordinator.user, coordinator.municipalities.all(), telephone="06 87654321"
    )

    send(client, page(Coordinator, "change", coordinator.pk), answers)

    assert audited() == [("changed", "coordinator", "telephone")]


@pytest.mark.parametrize("days", [[], ["7"], ["x"]])
def test_coordinator_works_on_days_of_the_week(client, office, days):
    town = MunicipalityFactory()
    PartnershipFactory(municipalities=[town])
    answers = coordinator_answers(UserFactory(), [town], working_days=days)

    response = send(client, page(Coordinator, "add"), answers)

    assert response.status_code == 422
    assert list(errors_of(response)) == ["working_days"]


def test_autocomplete_finds_users_by_name(client, office):
    user = UserFactory(name=CANARY)

    response = client.get(
        "/beheer/autocomplete/",
        {
            "app_label": "families",
            "model_name": "coordinator",
            "field_name": "user",
            "term": "kanarie",
        },
    )

    assert response.json()["results"] == [{"id": str(user.pk), "text": CANARY}]


def test_autocomplete_knows_no_family(client, office):
    HouseholdFactory(name=CANARY, coordinator=CoordinatorFactory())

    response = client.get(
        "/beheer/autocomplete/",
        {
            "app_label": "families",
            "model_name": "requestfamily",
            "field_name": "household",
            "term": CANARY,
        },
    )

    assert response.status_code == 403
