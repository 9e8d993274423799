"""What holds for every page of the office."""

import factory
import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from agreements.models import HouseRules
from agreements.tests.factories import HouseRulesFactory
from buurtgezinnen.admin.organisation import site
from buurtgezinnen.tests.office import CANARY, audited, page, send
from families.models import (
    CheckedTranslation,
    Coordinator,
    Household,
    Municipality,
    MunicipalityOfficial,
    Partnership,
    PostcodeArea,
    SchoolHoliday,
    User,
)
from families.tests.factories import (
    CheckedTranslationFactory,
    CoordinatorFactory,
    HouseholdFactory,
    MunicipalityFactory,
    OfficialFactory,
    PartnershipFactory,
    PostcodeAreaFactory,
    SchoolHolidayFactory,
    UserFactory,
)
from matching.models import Rules
from matching.tests.factories import RulesFactory

pytestmark = pytest.mark.django_db


class NewRulesFactory(RulesFactory):
    version = factory.Sequence(lambda n: 10 + n)


LISTS = {
    User: (UserFactory, 4),
    Coordinator: (CoordinatorFactory, 5),  # and their municipalities
    MunicipalityOfficial: (OfficialFactory, 5),  # and their partnerships
    Municipality: (MunicipalityFactory, 4),
    Partnership: (PartnershipFactory, 4),
    PostcodeArea: (PostcodeAreaFactory, 4),
    SchoolHoliday: (SchoolHolidayFactory, 4),
    Rules: (NewRulesFactory, 4),
    HouseRules: (HouseRulesFactory, 4),
    CheckedTranslation: (CheckedTranslationFactory, 4),
}


@pytest.fixture
def office(client):
    """Somebody of the office, without the rights of a superuser, logged in."""
    user = UserFactory(is_organisation=True, email="kantoor@buurt.example")
    client.force_login(user)
    return user


def test_no_model_of_a_family_is_registered():
    assert {m for m in apps.get_models() if site.is_registered(m)} == set(LISTS)


@pytest.mark.parametrize(
    "user",
    [
        lambda: CoordinatorFactory().user,
        lambda: OfficialFactory().user,
        UserFactory,
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "/beheer/",
        "/beheer/login/",
        "/beheer/families/user/",
        "/beheer/families/user/{pk}/change/",
        "/beheer/autocomplete/?app_label=families&model_name=coordinator"
        "&field_name=user&term=K",
    ],
)
def test_others_find_nothing_here(client, user, path):
    user = user()
    client.force_login(user)

    response = client.get(path.format(pk=user.pk), follow=True)

    assert response.status_code == 404


def test_anonymous_logs_in_where_everybody_does(client):
    response = client.get("/beheer/families/user/", follow=True)

    assert response.redirect_chain[-1] == (
        f"{reverse('account_login')}?next=/beheer/families/user/",
        302,
    )


def test_index_lists_what_is_kept_here(client, office):
    response = client.get("/beheer/")

    listed = [
        [model["model"] for model in models]
        for _title, models in response.context["sections"]
    ]
    assert {model for models in listed for model in models} == set(LISTS)


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("n_rows", [1, 3])
def test_list_takes_as_many_queries_for_any_number_of_rows(
    client, office, django_assert_num_queries, model, n_rows
):
    rows, n_queries = LISTS[model]
    rows.create_batch(n_rows)

    # session, user, count, rows; and the session that lives on: savepoint, read,
    # write, release
    with django_assert_num_queries(n_queries + 4):
        response = client.get(page(model, "changelist"))

    assert set(response.context["cl"].result_list) == set(model.objects.all())


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (Municipality, "households__name__icontains"),
        (Municipality, "households__isnull"),
        (Municipality, "households__request_family__requests__remarks__contains"),
        (Partnership, "pairings__request__reference__startswith"),
        (PostcodeArea, "locations__street__icontains"),
        (PostcodeArea, "locations"),
        (User, "password__startswith"),
        (User, "coordinator__households__name__startswith"),
        (Coordinator, "households__reference__startswith"),
        (Rules, "proposals__snapshot__contains"),
    ],
)
@pytest.mark.parametrize("value", ["K", "1"])
def test_no_question_is_answered_otherwise_than_an_unknown_one(
    client, office, model, lookup, value
):
    HouseholdFactory(name="K")
    path = page(model, "changelist")

    response = client.get(path, {lookup: value})
    unknown = client.get(path, {"no_such_field": value})

    assert (response.status_code, response["Location"]) == (302, f"{path}?e=1")
    assert (unknown.status_code, unknown["Location"]) == (302, f"{path}?e=1")


def test_filters_of_the_page_are_answered(client, office):
    inactive = UserFactory(is_active=False)

    response = client.get(page(User, "changelist"), {"is_active__exact": "0"})

    assert list(response.context["cl"].result_list) == [inactive]


def test_key_of_a_family_leads_nowhere(client, office):
    household = HouseholdFactory()
    content_type = ContentType.objects.get_for_model(Household)

    response = client.get(f"/beheer/r/{content_type.pk}/{household.pk}/")

    assert response.status_code == 404


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("kind", ["delete", "history"])
def test_nothing_is_deleted_and_history_is_the_audit_log(client, office, model, kind):
    row = LISTS[model][0]()

    response = send(client, page(model, kind, row.pk), {"post": "yes"})

    assert response.status_code in {403, 404}
    assert model.objects.filter(pk=row.pk).count() == 1


@pytest.mark.parametrize("key", ["0", "9" * 30, "x"])
def test_unknown_rows_do_not_exist(client, office, key):
    assert client.get(page(User, "change", key)).status_code == 404


def test_no_name_stands_in_a_log(client, office):
    user = UserFactory(name=CANARY)

    send(
        client,
        page(User, "change", user.pk),
        {"email": user.email, "name": f"{CANARY} Twee", "is_active": "on"},
    )

    assert LogEntry.objects.count() == 0
    assert audited() == [("changed", "user", "name")]


@pytest.mark.parametrize("model", [CheckedTranslation, Partnership])
def test_title_of_a_form_begins_with_a_capital(client, office, model):
    response = client.get(page(model, "add"))

    title = response.context["title"]
    assert response.status_code == 200
    assert title == title[0].upper() + title[1:]


def test_empty_list_of_translations_says_what_to_do(client, office):
    words = (
        "Nog geen taal nagekeken. Voeg er een toe als een moedertaalspreker alle"
        " teksten heeft gelezen."
    )

    empty = client.get(page(CheckedTranslation, "changelist")).content.decode()
    CheckedTranslationFactory()
    full = client.get(page(CheckedTranslation, "changelist")).content.decode()

    assert [one.count(words) for one in (empty, full)] == [1, 0]
