import datetime as dt
from urllib.parse import urlencode

import factory
import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.test import Client
from django.urls import reverse

from agreements.models import HouseRules
from agreements.tests.factories import HouseRulesFactory
from buurtgezinnen.admin.organisation import site
from families.models import (
    AuditEvent,
    Coordinator,
    Household,
    Municipality,
    MunicipalityOfficial,
    Partnership,
    PartnershipTerm,
    PostcodeArea,
    SchoolHoliday,
    User,
    partnership_on,
)
from families.school_holidays import holidays_of
from families.tests.factories import (
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

CANARY = "Kanarievogel"


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
}


@pytest.fixture
def office(client):
    """Somebody of the office, without the rights of a superuser, logged in."""
    user = UserFactory(is_organisation=True, email="kantoor@buurt.example")
    client.force_login(user)
    return user


def page(model, kind, *args):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}"
    return reverse(name, args=args, current_app="organisation")


def send(client, url, answers):
    return client.post(
        url,
        urlencode(answers, doseq=True),
        content_type="application/x-www-form-urlencoded",
    )


def errors_of(response):
    return response.context["adminform"].form.errors.get_json_data()


def audited():
    return list(
        AuditEvent.objects.order_by("pk").values_list("verb", "object_type", "fields")
    )


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


def test_neighbours_are_neighbours_of_each_other(client, office):
    here, there = MunicipalityFactory.create_batch(2)
    PartnershipFactory(municipalities=[there])

    send(
        client,
        page(Municipality, "change", here.pk),
        {
            "name": here.name,
            "slug": here.slug,
            "cbs_code": here.cbs_code,
            "neighbours": [there.pk],
            "terms-TOTAL_FORMS": 0,
            "terms-INITIAL_FORMS": 0,
        },
    )

    assert list(there.neighbours.all()) == [here]


def test_neighbours_are_chosen_among_those_that_take_part(client, office):
    here, there, former, _far = MunicipalityFactory.create_batch(4)
    PartnershipFactory(municipalities=[here, there])
    here.neighbours.add(former)

    response = client.get(page(Municipality, "change", here.pk))

    field = response.context["adminform"].form["neighbours"]
    assert [choice.data["label"] for choice in field] == [str(there), str(former)]
    # A list of boxes: what select2 draws is no list to a screen reader.
    assert {choice.data["type"] for choice in field} == {"checkbox"}


def partnership_answers(terms, n_before=0, **changes):
    answers = {
        "name": "Aalsmeer",
        "employer": "",
        "target": 25,
        "counting_rule": "trial",
        "reporting_year_month": 1,
        "small_count": 5,
        "renews_on": "",
        "state": "open",
        "terms-TOTAL_FORMS": len(terms),
        "terms-INITIAL_FORMS": n_before,
    }
    for number, term in enumerate(terms):
        answers |= {f"terms-{number}-{name}": value for name, value in term.items()}
    return answers | changes


def test_partnership_is_made_with_its_municipalities(client, office):
    town = MunicipalityFactory()
    term = {"municipality": town.pk, "starts_on": "01-01-2026"}

    send(client, page(Partnership, "add"), partnership_answers([term]))

    assert [str(term) for term in PartnershipTerm.objects.all()] == [
        f"{town} 2026-01-01"
    ]
    assert [event[:2] for event in audited()] == [("created", "partnership")]


def test_municipality_leaves_by_a_term_without_a_partnership(client, office):
    town = MunicipalityFactory()
    partnership = PartnershipFactory(municipalities=[town])
    term = town.terms.get()

    send(
        client,
        page(Municipality, "change", town.pk),
        {
            "name": town.name,
            "slug": town.slug,
            "cbs_code": town.cbs_code,
            "terms-TOTAL_FORMS": 2,
            "terms-INITIAL_FORMS": 1,
            "terms-0-id": term.pk,
            "terms-0-municipality": town.pk,
            "terms-0-partnership": partnership.pk,
            "terms-0-starts_on": "01-01-2025",
            "terms-1-municipality": town.pk,
            "terms-1-partnership": "",
            "terms-1-starts_on": "01-07-2026",
        },
    )

    assert partnership_on(town, dt.date(2026, 6, 30)) == partnership
    assert partnership_on(town, dt.date(2026, 7, 1)) is None


@pytest.mark.parametrize(
    ("starts_on", "target"), [("2026-01-01", 10), ("2999-01-01", 30)]
)
def test_what_years_are_counted_by_stands_fast_once_they_began(
    client, office, starts_on, target
):
    partnership = PartnershipFactory(
        municipalities=[MunicipalityFactory()],
        municipalities__starts_on=dt.date.fromisoformat(starts_on),
    )
    answers = partnership_answers([], name="Anders", target=30)

    send(client, page(Partnership, "change", partnership.pk), answers)

    partnership.refresh_from_db()
    assert (partnership.name, partnership.target) == ("Anders", target)


def test_official_keeps_the_partnership_of_before(client, office):
    official = OfficialFactory()
    renewed = PartnershipFactory()
    both = [official.partnerships.get(), renewed]

    send(
        client,
        page(MunicipalityOfficial, "change", official.pk),
        {"user": official.user_id, "partnerships": [one.pk for one in both]},
    )

    assert set(official.partnerships.all()) == set(both)


def test_term_of_a_partnership_is_not_deleted(client, office):
    partnership = PartnershipFactory(municipalities=[MunicipalityFactory()])
    term = partnership.terms.get()
    answers = {
        "id": term.pk,
        "partnership": partnership.pk,
        "municipality": term.municipality_id,
        "starts_on": "01-01-2025",
        "DELETE": "on",
    }

    send(
        client,
        page(Partnership, "change", partnership.pk),
        partnership_answers([answers], n_before=1),
    )

    assert list(partnership.terms.all()) == [term]


@pytest.mark.parametrize("changes", [{"small_count": 7}, {"reporting_year_month": 13}])
def test_partnership_keeps_to_its_rules(client, office, changes):
    response = send(
        client, page(Partnership, "add"), partnership_answers([], **changes)
    )

    assert response.status_code == 422
    assert Partnership.objects.count() == 0


def test_postcodes_are_found_by_their_digits(client, office):
    areas = [PostcodeAreaFactory(postcode="1431") for _municipality in range(2)]
    PostcodeAreaFactory(postcode="1432")

    response = client.get(page(PostcodeArea, "changelist"), {"q": "1431"})

    assert set(response.context["cl"].result_list) == set(areas)


def test_postcodes_are_not_changed_by_hand(client, office):
    area = PostcodeAreaFactory(latitude=52.267)

    response = send(client, page(PostcodeArea, "change", area.pk), {"latitude": "51"})

    area.refresh_from_db()
    assert (response.status_code, area.latitude) == (403, 52.267)


def test_the_office_says_when_schools_close_and_in_which_region(client, office):
    town = MunicipalityFactory(holiday_region="")
    days = {"first_on": "19-12-2026", "last_on": "3-1-2027"}

    send(
        client,
        page(SchoolHoliday, "add"),
        {"region": "north", "name": "Kerstvakantie", **days},
    )
    send(
        client,
        page(Municipality, "change", town.pk),
        {
            "name": town.name,
            "slug": town.slug,
            "cbs_code": town.cbs_code,
            "holiday_region": "north",
            "terms-TOTAL_FORMS": 0,
            "terms-INITIAL_FORMS": 0,
        },
    )

    town.refresh_from_db()
    christmas = dt.date(2026, 12, 19), dt.date(2027, 1, 3)
    assert holidays_of(town.holiday_region, *christmas) == [christmas]
    assert audited() == [
        ("created", "schoolholiday", "first_on last_on name region"),
        ("changed", "municipality", "holiday_region"),
    ]


def test_a_holiday_that_ends_before_it_starts_is_refused(client, office):
    answers = {
        "region": "north",
        "name": "Kerstvakantie",
        "first_on": "19-12-2026",
        "last_on": "18-12-2026",
    }

    response = send(client, page(SchoolHoliday, "add"), answers)

    assert response.status_code == 422
    assert SchoolHoliday.objects.count() == 0


def test_no_name_stands_in_a_log(client, office):
    user = UserFactory(name=CANARY)

    send(
        client,
        page(User, "change", user.pk),
        {"email": user.email, "name": f"{CANARY} Twee", "is_active": "on"},
    )

    assert LogEntry.objects.count() == 0
    assert audited() == [("changed", "user", "name")]


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
