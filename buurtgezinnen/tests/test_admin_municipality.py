import datetime as dt

import pytest
import time_machine
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from buurtgezinnen.admin.municipality import site
from families.models import Household, Partnership
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    OfficialFactory,
    PartnershipFactory,
    SupportRequestFactory,
    UserFactory,
)
from matching.tests.factories import PairingFactory
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

CANARY = "Kanarievogel"
FIGURES = "/gemeente/"
LIST = "/gemeente/families/partnership/"


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def official(client):
    """An official of a partnership with one municipality, logged in."""
    partnership = PartnershipFactory(
        name="Eigen samenwerking", target=25, municipalities=[MunicipalityFactory()]
    )
    official = OfficialFactory(partnerships=[partnership])
    client.force_login(official.user)
    official.partnership = partnership
    return official


def private_family(partnership):
    """A family with the canary in every text, paired for the partnership."""
    request = SupportRequestFactory(
        family__household__municipality=partnership.municipalities.get(),
        family__household__name=CANARY,
        family__upbringing=CANARY,
        remarks=CANARY,
    )
    MembershipFactory(household=request.family.household, person__name=CANARY)
    request.stages.update(reason=CANARY)
    PairingFactory(
        partnership=partnership, request=request, trial=True, child_told=CANARY
    )
    return request.family.household


def shown(response):
    """The figures on the page, as label and text."""
    return {
        row.label: row.figure
        for section in response.context["sections"]
        for row in section.rows
    }


def change_page(partnership):
    return f"{LIST}{partnership.pk}/change/"


def test_only_the_partnership_is_registered():
    assert [model for model in apps.get_models() if site.is_registered(model)] == [
        Partnership
    ]


@pytest.mark.parametrize("path", [FIGURES, LIST, "/gemeente/no/such/page/"])
def test_anonymous_logs_in_where_everybody_does(client, path):
    response = client.get(path, follow=True)

    assert response.redirect_chain[-1] == (
        f"{reverse('account_login')}?next={path}",
        302,
    )


@pytest.mark.parametrize(
    "user",
    [
        lambda: CoordinatorFactory().user,
        lambda: UserFactory(organisation=True),
        UserFactory,
    ],
)
@pytest.mark.parametrize("path", [FIGURES, LIST, "/gemeente/login/", "change"])
def test_others_find_nothing_here(client, user, path):
    partnership = PartnershipFactory()
    client.force_login(user())

    path = change_page(partnership) if path == "change" else path
    response = client.get(path, follow=True)

    assert response.status_code == 404


def test_an_official_who_left_must_log_in(client, official):
    official.user.is_active = False
    official.user.save()

    response = client.get(FIGURES)

    assert response.status_code == 302


def test_login_of_who_is_logged_in_leads_to_the_figures(client, official):
    response = client.get("/gemeente/login/?next=https://evil.example/")

    assert response["Location"] == FIGURES


def test_figures_are_those_of_the_own_partnership(client, official):
    other = PartnershipFactory(municipalities=[MunicipalityFactory()])
    private_family(official.partnership)
    for _family in range(2):
        private_family(other)

    response = client.get(FIGURES)

    assert shown(response) == {
        "Koppelingen gemaakt": "1",
        "Afgesproken voor een heel jaar": "25",
        "Lopend aan het begin": "0",
        "Nieuw gemaakt": "1",
        "Afgerond": "0",
        "Verder zonder begeleiding": "0",
        "Lopend aan het eind": "1",
        "Wachtend aan het begin": "0",
        "Gaan wachten": "1",
        "Niet meer wachtend": "0",
        "Wachtend aan het eind": "1",
        "Tijd tot een koppeling": "niet getoond",
        "Gezinnen die steun vroegen": "1",
        "Gezinnen die steun aanboden": "0",
        "Steungezinnen beschikbaar": "0",
        "Kinderen bereikt": "1",
    }


def test_figures_stand_beside_what_they_count(client, official):
    response = client.get(FIGURES)

    undefined = [
        row.label
        for section in response.context["sections"]
        for row in section.rows
        if not row.definition
    ]
    assert undefined == []


def test_figures_of_an_earlier_year_are_chosen_from_a_list(client, official):
    private_family(official.partnership)

    response = client.get(FIGURES, {"jaar": "2025"})

    assert response.context["years"] == [(2026, "2026"), (2025, "2025")]
    assert response.context["year"].starts_on.year == 2025
    assert shown(response)["Kinderen bereikt"] == "0"


def test_figures_of_a_broken_year_are_called_by_both(client, official):
    Partnership.objects.update(reporting_year_month=9)

    response = client.get(FIGURES)

    assert response.context["years"] == [
        (2026, "2026–2027"),
        (2025, "2025–2026"),
        (2024, "2024–2025"),
    ]


@pytest.mark.parametrize(
    "year",
    ["", "2024", "2027", "x", "2026 ", "-2026", "2026.0", "٢٠٢٦", "9" * 400, "2026'--"],
)
def test_figures_of_another_year_do_not_exist(client, official, year):
    response = client.get(FIGURES, {"jaar": year})

    assert response.status_code == 404


def test_figures_of_each_own_partnership_are_chosen_by_name(client, official):
    before = official.partnership
    after = PartnershipFactory(
        name="Na verlenging",
        municipalities=before.municipalities.all(),
        municipalities__starts_on=dt.date(2026, 7, 1),
    )
    official.partnerships.add(after)

    newest = client.get(FIGURES)
    oldest = client.get(FIGURES, {"samenwerking": before.pk, "jaar": "2025"})

    assert newest.context["partnership"] == after
    assert newest.context["partnerships"] == [after, before]
    assert oldest.context["partnership"] == before
    assert oldest.context["year"].starts_on.year == 2025


@pytest.mark.parametrize("asked", ["other", "0", "", "x", "9" * 30, "\u0661"])
def test_figures_of_another_partnership_do_not_exist(client, official, asked):
    other = PartnershipFactory(municipalities=[MunicipalityFactory()])

    asked = other.pk if asked == "other" else asked
    response = client.get(FIGURES, {"samenwerking": asked})

    assert response.status_code == 404


def test_official_without_a_partnership_reads_nothing(client):
    client.force_login(OfficialFactory(partnerships=[]).user)

    assert client.get(FIGURES).status_code == 404


def test_figures_are_only_read(client, official):
    response = send(client, FIGURES)

    assert response.status_code == 405


@pytest.mark.parametrize("n_families", [1, 3])
def test_figures_take_as_many_queries_for_any_number_of_families(
    client, official, django_assert_num_queries, n_families
):
    for _family in range(n_families):
        private_family(official.partnership)

    # session, user, official, partnership, first term, five of the figures, and the
    # session that lives on: savepoint, read, write, release
    with django_assert_num_queries(14):
        response = client.get(FIGURES)

    assert shown(response)["Kinderen bereikt"] == str(n_families)


def test_partnerships_are_only_the_own_one(client, official):
    PartnershipFactory(name=CANARY)

    response = client.get(LIST)

    assert list(response.context["cl"].result_list) == [official.partnership]
    assert CANARY not in response.content.decode()


def test_partnership_is_read_with_its_municipalities(client, official):
    response = client.get(change_page(official.partnership))

    assert response.context["original"] == official.partnership
    assert response.context["has_change_permission"] is False


def test_partnership_is_not_changed(client, official):
    response = send(client, change_page(official.partnership), target=1)

    official.partnership.refresh_from_db()
    assert (response.status_code, official.partnership.target) == (403, 25)


@pytest.mark.parametrize("key", ["other", "0", "9" * 30, "x", "1'--"])
def test_other_partnerships_do_not_exist(client, official, key):
    other = PartnershipFactory()
    key = str(other.pk) if key == "other" else key

    response = client.get(f"{LIST}{key}/change/")

    assert response.status_code == 404
    assert response.content == client.get(f"{LIST}123456789/change/").content


@pytest.mark.parametrize("page", ["list", "change", "figures"])
def test_no_page_has_a_word_of_a_family(client, official, page):
    household = private_family(official.partnership)
    path = {
        "list": LIST,
        "change": change_page(official.partnership),
        "figures": FIGURES,
    }[page]

    text = client.get(path).content.decode()

    assert [word for word in (CANARY, household.reference) if word in text] == []


@pytest.mark.parametrize("value", [CANARY[:1], "1"])
@pytest.mark.parametrize(
    "lookup",
    [
        "municipalities__households__name__icontains",
        "municipalities__households__isnull",
        "pairings",
        "pairings__isnull",
        "pairings__request__remarks__startswith",
        "pairings__lead__user__password__startswith",
        "officials__user__email__startswith",
        "terms__municipality__households__persons__name",
        "name__icontains",
        "pk",
    ],
)
def test_no_question_is_answered_otherwise_than_an_unknown_one(
    client, official, lookup, value
):
    private_family(official.partnership)

    response = client.get(LIST, {lookup: value})
    unknown = client.get(LIST, {"no_such_field": value})

    assert (response.status_code, response["Location"]) == (302, f"{LIST}?e=1")
    assert (unknown.status_code, unknown["Location"]) == (302, f"{LIST}?e=1")


@pytest.mark.parametrize(
    "query", [{"q": CANARY}, {"o": "1.2"}, {"o": "x"}, {"p": "9"}, {"all": "1"}]
)
def test_search_and_order_of_the_list_tell_nothing(client, official, query):
    private_family(official.partnership)

    response = client.get(LIST, query, follow=True)

    assert list(response.context["cl"].result_list) == [official.partnership]


@pytest.mark.parametrize(
    "path",
    [
        f"{LIST}add/",
        f"{LIST}{{pk}}/delete/",
        f"{LIST}{{pk}}/history/",
        "/gemeente/r/{content_type}/{household}/",
        "/gemeente/autocomplete/?app_label=families&model_name=household&term=K",
        "/gemeente/password_change/",
        "/gemeente/logout/",
        "/gemeente/families/household/",
        "/gemeente/families/user/",
        "/gemeente/families/partnership/{pk}/",
    ],
)
def test_django_pages_that_could_tell_more_tell_nothing(client, official, path):
    household = private_family(official.partnership)
    path = path.format(
        pk=official.partnership.pk,
        household=household.pk,
        content_type=ContentType.objects.get_for_model(Household).pk,
    )

    response = client.get(path, follow=True)

    text = response.content.decode()
    assert [word for word in (CANARY, household.reference) if word in text] == []
    assert response.status_code in {403, 404} or (
        response.redirect_chain[-1][0] == change_page(official.partnership)
    )


def test_app_index_leads_to_the_figures(client, official):
    response = client.get("/gemeente/families/")

    assert response["Location"] == FIGURES


@pytest.mark.parametrize(
    ("user", "location"),
    [
        (lambda: OfficialFactory().user, FIGURES),
        (lambda: UserFactory(organisation=True), "/beheer/"),
    ],
)
def test_admin_sends_each_to_their_own(client, user, location):
    client.force_login(user())

    response = client.get("/admin/")

    assert response["Location"] == location


def test_admin_does_not_exist_for_a_coordinator(client):
    client.force_login(CoordinatorFactory().user)

    assert client.get("/admin/").status_code == 404


def test_admin_of_an_anonymous_visitor_is_the_login(client):
    response = client.get("/admin/")

    assert response["Location"] == f"{reverse('account_login')}?next=/admin/"


def test_reading_leaves_no_log_entry(client, official):
    client.get(FIGURES)
    client.get(change_page(official.partnership))

    assert LogEntry.objects.count() == 0
