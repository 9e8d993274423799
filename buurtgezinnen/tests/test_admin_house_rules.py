import datetime as dt
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from agreements.models import HouseRules
from agreements.tests.factories import make_pairing, make_version
from buurtgezinnen.tests.concurrency import together
from families.models import AuditEvent
from families.tests.factories import CoordinatorFactory, OfficialFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/beheer/agreements/houserules/"
ADD = f"{LIST}add/"
FIRST = "Kom op tijd.\n\nBel als iets niet lukt."
CALLERS = 6


@pytest.fixture
def office(client):
    """Somebody of the office, logged in."""
    user = UserFactory(is_organisation=True, name="Noor van kantoor")
    client.force_login(user)
    return user


@pytest.fixture
def rules():
    return HouseRules.objects.create(
        number=1, text=FIRST, holds_from=dt.date(2026, 1, 1)
    )


def typed(**changes):
    today = timezone.localdate()
    said = {
        "number": "2",
        "text": "Kom op tijd. Bel als het niet lukt.",
        "holds_from": f"{today.day}-{today.month}-{today.year}",
    }
    return said | changes


def send(client, answers, url=ADD):
    return client.post(
        url, urlencode(answers), content_type="application/x-www-form-urlencoded"
    )


def errors_of(response):
    form = response.context["adminform"].form
    return {name: list(found) for name, found in form.errors.items()}


def kept():
    return list(HouseRules.objects.order_by("number").values_list("number", "text"))


def test_a_new_number_starts_from_the_last_text(client, office, rules):
    form = client.get(ADD).context["adminform"].form

    assert (form["number"].value(), form["text"].value()) == (2, FIRST)
    assert form["holds_from"].value() == typed()["holds_from"]


def test_the_first_number_starts_empty_and_may_hold_since_long(client, office):
    form = client.get(ADD).context["adminform"].form

    response = send(client, typed(number="1", holds_from="1-1-2020"))

    assert (form["number"].value(), form["text"].value()) == (1, "")
    assert response.status_code == 302
    assert list(HouseRules.objects.values_list("number", "holds_from")) == [
        (1, dt.date(2020, 1, 1))
    ]


def test_a_new_number_is_kept_beside_the_old_one(client, office, rules):
    response = send(client, typed())

    assert response.status_code == 302
    assert kept() == [(1, FIRST), (2, "Kom op tijd. Bel als het niet lukt.")]
    made = HouseRules.objects.get(number=2)
    assert (made.made_by, made.holds_from) == (office, timezone.localdate())
    event = AuditEvent.objects.get(verb="created")
    assert (event.object_type, event.actor) == ("houserules", office)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"text": FIRST},
            {"text": ["Dit is de tekst van het laatste nummer. Verander iets."]},
        ),
        (
            {"holds_from": "1-1-2026"},
            {
                "holds_from": [
                    "Kies vandaag of later, en niet voordat het laatste nummer ingaat."
                ]
            },
        ),
        (
            {"number": "1"},
            {
                "__all__": [
                    "Een collega heeft intussen nummer 1 gemaakt. Bekijk dat eerst."
                ]
            },
        ),
    ],
)
def test_what_cannot_be_is_explained(client, office, rules, changes, errors):
    response = send(client, typed(**changes))

    assert (response.status_code, errors_of(response)) == (422, errors)
    assert kept() == [(1, FIRST)]


def test_a_number_does_not_begin_before_the_last_one(client, office):
    later = timezone.localdate() + dt.timedelta(days=30)
    HouseRules.objects.create(number=1, text=FIRST, holds_from=later)

    response = send(client, typed())

    assert list(errors_of(response)) == ["holds_from"]
    assert kept() == [(1, FIRST)]


def test_an_old_number_is_read_and_never_changed_or_deleted(client, office, rules):
    make_version(make_pairing())
    page = f"{LIST}{rules.pk}/change/"

    read = client.get(page)
    written = send(client, typed(), page)
    deleted = send(client, {"post": "yes"}, f"{LIST}{rules.pk}/delete/")

    assert "<p>Kom op tijd.</p>\n\n<p>Bel als iets niet lukt.</p>" in read.text
    assert "_save" not in read.text
    assert (written.status_code, deleted.status_code) == (403, 403)
    assert kept() == [(1, FIRST)]


def test_what_the_text_says_is_shown_as_text(client, office, rules):
    bold = "<b>Kom</b> op tijd."
    later = HouseRules.objects.create(
        number=2, text=bold, holds_from=dt.date(2026, 1, 2)
    )

    read = client.get(f"{LIST}{later.pk}/change/")

    assert "&lt;b&gt;Kom&lt;/b&gt; op tijd." in read.text
    assert bold not in read.text


def test_the_list_tells_which_number_holds_and_who_agreed(client, office, rules):
    make_version(make_pairing())
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    HouseRules.objects.create(
        number=2, text="Anders.", holds_from=tomorrow, made_by=office
    )

    response = client.get(LIST)

    admin = response.context["cl"].model_admin
    shown = [
        (one.number, admin.in_use(one), admin.who(one), admin.n_agreed(one))
        for one in response.context["cl"].result_list
    ]
    assert shown == [
        (2, "gaat nog in", "Noor van kantoor", 0),
        (1, "ja", "Kwam met de site", 1),
    ]


@pytest.mark.parametrize("n_numbers", [1, 3])
def test_the_list_asks_the_same_for_any_number(
    client, office, django_assert_num_queries, n_numbers
):
    for number in range(1, n_numbers + 1):
        HouseRules.objects.create(
            number=number, text=f"Regel {number}", holds_from=dt.date(2026, 1, number)
        )

    with django_assert_num_queries(8):
        response = client.get(LIST)

    assert len(response.context["cl"].result_list) == n_numbers


@pytest.mark.parametrize("who", ["coordinator", "official"])
def test_only_the_office_writes_house_rules(client, rules, who):
    user = CoordinatorFactory().user if who == "coordinator" else OfficialFactory().user
    client.force_login(user)

    assert client.get(ADD).status_code == 404
    assert send(client, typed()).status_code == 404
    assert kept() == [(1, FIRST)]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_makes_the_next_number():
    user = UserFactory(is_organisation=True)
    HouseRules.objects.create(number=1, text=FIRST, holds_from=dt.date(2026, 1, 1))

    def add(number):
        client = Client()
        client.force_login(user)
        return send(client, typed(text=f"Tekst {number}.")).status_code

    answers = together(CALLERS, add)

    assert sorted(answers) == [302, *[422] * (CALLERS - 1)]
    assert HouseRules.objects.count() == 2
