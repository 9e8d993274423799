import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.models import Strain, StrainTalk
from agreements.services.strain import add_talk, close, raise_strain
from agreements.tests.factories import START, make_pairing
from families.tests.factories import CoordinatorFactory, MunicipalityFactory
from matching.tests.factories import PairingFactory
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
IN_TWO_WEEKS = dt.date(2026, 12, 7)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
RAISE = {
    "raised_by": "support",
    "raised_on": "22-11-2026",
    "words": "Ze komen te laat.",
    "look_again_on": "7-12-2026",
}
TALK = {"side": "request", "on": "vandaag", "words": "Wij stonden te wachten."}


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def pairing(client):
    pairing = make_pairing(active=True)
    client.force_login(pairing.lead.user)
    return pairing


def page(pairing, name="strain"):
    return reverse(f"agreements:{name}", args=[pairing.reference])


def raised(pairing, **differs):
    said = {
        "raised_by": "request",
        "raised_on": TODAY,
        "words": "Ze komen te laat.",
        "look_again_on": IN_TWO_WEEKS,
        "child_told": "",
        "by": pairing.lead.user,
        "at": NOON,
    }
    return raise_strain(pairing, **said | differs)


def talked(strain, side, words):
    by = strain.pairing.lead.user
    return add_talk(strain, side=side, on=TODAY, words=words, by=by, at=NOON)


def closed(strain, outcome="repaired"):
    return close(
        strain,
        outcome=outcome,
        outcome_text="Uitgepraat.",
        row_version=strain.row_version,
        by=strain.pairing.lead.user,
        at=NOON,
    )


def test_page_of_a_pairing_asks_whether_it_rubs(client, pairing):
    response = client.get(page(pairing))

    assert response.context["now"] is None
    assert response.context["former"] == []
    assert response.context["raise_form"]["look_again_on"].value() == "7-12-2026"


def test_raising_it_opens_two_columns(client, pairing):
    response = send(client, page(pairing), **RAISE)
    shown = client.get(page(pairing))

    strain = Strain.objects.get()
    assert response.url == page(pairing)
    assert (strain.raised_by, strain.raised_on, strain.look_again_on) == (
        "support",
        dt.date(2026, 11, 22),
        IN_TWO_WEEKS,
    )
    assert [(side.name, side.talks) for side, _form in shown.context["columns"]] == [
        ("Gezin De Boer", []),
        ("Gezin Willems", []),
    ]


def test_raising_it_twice_is_once(client, pairing):
    first = send(client, page(pairing), **RAISE)
    second = send(client, page(pairing), **RAISE)

    assert (first.status_code, second.status_code) == (302, 302)
    assert Strain.objects.count() == 1


def test_of_two_who_raise_it_the_second_keeps_what_was_typed(client, pairing):
    raised(pairing)

    response = send(client, page(pairing), **RAISE | {"words": "Er was ruzie."})

    assert response.status_code == 422
    assert response.context["left_over"]["words"].value() == "Er was ruzie."
    assert "Er was ruzie." in response.text
    assert Strain.objects.get().words == "Ze komen te laat."


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"raised_by": ""}, ["raised_by"]),
        ({"raised_by": "neighbour"}, ["raised_by"]),
        ({"raised_on": "24-11-2026"}, ["raised_on"]),
        ({"raised_on": "4-1-2026"}, ["raised_on"]),
        ({"look_again_on": "22-11-2026"}, ["look_again_on"]),
        ({"look_again_on": "1-1-2100"}, ["look_again_on"]),
        ({"look_again_on": "👩‍👧"}, ["look_again_on"]),
        ({"words": "x" * 1001}, ["words"]),
    ],
)
def test_what_cannot_be_is_said_and_kept(client, pairing, answers, wrong):
    response = send(client, page(pairing), **RAISE | answers)

    assert response.status_code == 422
    assert list(response.context["raise_form"].errors) == wrong
    (name,) = answers
    assert response.context["raise_form"][name].value() == answers[name]
    assert Strain.objects.count() == 0


def test_each_talk_stands_in_the_column_of_its_family(client, pairing):
    strain = raised(pairing)

    response = send(client, page(pairing, "strain-talk"), **TALK)
    talked(strain, "support", "Het verkeer.")
    shown = client.get(page(pairing))

    assert response.url == page(pairing)
    assert [
        (side.side, [talk.words for talk in side.talks])
        for side, _form in shown.context["columns"]
    ] == [
        ("request", ["Wij stonden te wachten."]),
        ("support", ["Het verkeer."]),
    ]


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"words": ""}, ["words"]),
        ({"on": "24-11-2026"}, ["on"]),
        ({"side": "neighbour"}, ["side"]),
        ({"side": "%d %s"}, ["side"]),
    ],
)
def test_a_talk_that_cannot_be_is_said_at_its_family(client, pairing, answers, wrong):
    raised(pairing)

    response = send(client, page(pairing, "strain-talk"), **TALK | answers)

    assert response.status_code == 422
    assert list(response.context["sent"].errors) == wrong
    assert StrainTalk.objects.count() == 0


def test_a_talk_that_fails_keeps_what_was_typed_in_its_column(client, pairing):
    raised(pairing)

    response = send(client, page(pairing, "strain-talk"), **TALK | {"on": "gisteren?"})

    forms = {side.side: form for side, form in response.context["columns"]}
    assert forms["request"]["words"].value() == "Wij stonden te wachten."
    assert forms["support"]["words"].value() is None


def test_another_day_to_look_again(client, pairing):
    raised(pairing)
    url = page(pairing, "strain-look-again")
    answers = {
        "look_again_on": "1-12-2026",
        "child_told": "We praten.",
        "row_version": 1,
    }

    first, second = send(client, url, **answers), send(client, url, **answers)

    strain = Strain.objects.get()
    assert (first.url, second.url) == (page(pairing), page(pairing))
    assert (strain.look_again_on, strain.child_told, strain.row_version) == (
        dt.date(2026, 12, 1),
        "We praten.",
        2,
    )


def test_another_day_on_a_stale_page_keeps_the_words(client, pairing):
    talked(raised(pairing), "support", "Druk.")
    url = page(pairing, "strain-look-again")

    response = send(
        client, url, look_again_on="1-12-2026", child_told="We praten.", row_version=1
    )

    form = response.context["look_again_form"]
    assert response.status_code == 422
    assert form.has_error("__all__", code="stale")
    assert form["child_told"].value() == "We praten."
    assert Strain.objects.get().look_again_on == IN_TWO_WEEKS


@pytest.mark.parametrize(
    ("outcome", "leads_to"),
    [
        ("repaired", "strain"),
        ("smaller", "agreement-change"),
        ("ended", "pairing-end"),
        ("safety", "strain"),
    ],
)
def test_each_outcome_leads_on(client, pairing, outcome, leads_to):
    raised(pairing)
    url = page(pairing, "strain-close")
    answers = {"outcome": outcome, "outcome_text": "Uitgepraat.", "row_version": 1}

    first, second = send(client, url, **answers), send(client, url, **answers)

    assert (first.url, second.url) == (page(pairing, leads_to), page(pairing, leads_to))
    assert Strain.objects.get().outcome == outcome


def test_an_outcome_after_the_outcome_keeps_what_was_typed(client, pairing):
    closed(raised(pairing))
    answers = {"outcome": "ended", "outcome_text": "Het gaat niet.", "row_version": 1}

    response = send(client, page(pairing, "strain-close"), **answers)

    assert response.status_code == 422
    assert response.context["left_over"]["outcome_text"].value() == "Het gaat niet."
    assert Strain.objects.get().outcome == "repaired"


def test_an_outcome_must_be_chosen(client, pairing):
    raised(pairing)

    response = send(client, page(pairing, "strain-close"), row_version=1)

    assert response.status_code == 422
    assert list(response.context["outcome_form"].errors) == ["outcome"]


def test_safety_says_what_to_do_now(client, pairing):
    closed(raised(pairing), "safety")

    response = client.get(page(pairing))

    assert response.context["is_about_safety"] is True
    assert "Bel Veilig Thuis" in response.text
    # That day nothing else is asked.
    assert response.context["raise_form"] is None


def test_after_a_day_of_safety_something_else_can_rub(client, pairing, time_machine):
    closed(raised(pairing), "safety")
    time_machine.move_to(timezone.now() + dt.timedelta(days=1), tick=False)
    client.force_login(pairing.lead.user)

    response = client.get(page(pairing))

    assert response.context["raise_form"] is not None


def test_rounding_off_comes_first_only_after_a_talk(client, pairing):
    strain = raised(pairing)
    before = client.get(page(pairing)).context["has_talks"]
    talked(strain, "support", "Druk.")

    after = client.get(page(pairing)).context["has_talks"]

    assert (before, after) == (False, True)


def test_former_times_stay_readable(client, pairing):
    first = closed(talked(raised(pairing), "support", "Druk.").strain)
    raised(pairing, words="Toch weer.")

    response = client.get(page(pairing))

    assert response.context["now"].words == "Toch weer."
    (former,) = response.context["former"]
    assert former.strain == first
    assert [talk.words for talk in former.sides[1].talks] == ["Druk."]
    assert "Uitgepraat." in response.text


def test_an_ended_pairing_shows_what_was_and_asks_nothing(client):
    pairing = make_pairing(ended=True)
    client.force_login(pairing.lead.user)

    shown = client.get(page(pairing))
    response = send(client, page(pairing), **RAISE)

    assert "<form" not in shown.text.partition("<main")[2].partition("</main>")[0]
    assert response.url == reverse(
        "agreements:agreement-detail", args=[pairing.reference]
    )
    assert Strain.objects.count() == 0


@pytest.mark.parametrize("name", ["strain-talk", "strain-look-again", "strain-close"])
def test_without_strain_there_is_nothing_to_write_to(client, pairing, name):
    assert send(client, page(pairing, name), **TALK).url == page(pairing)
    assert StrainTalk.objects.count() == 0


def test_across_the_border_one_reads_the_own_family_only(client):
    uithoorn = MunicipalityFactory(name="Uithoorn")
    colleague = CoordinatorFactory(municipalities=[uithoorn])
    pairing = PairingFactory(
        active=True,
        started_on=START,
        offer__family__household__municipality=uithoorn,
    )
    strain = raised(pairing, words="Geheim van de vraag.")
    talked(strain, "request", "Gezegd door de vraag.")
    talked(strain, "support", "Gezegd door de steun.")
    client.force_login(colleague.user)

    response = client.get(page(pairing))
    refused = send(client, page(pairing, "strain-talk"), **TALK)

    assert "Gezegd door de steun." in response.text
    assert "Geheim van de vraag." not in response.text
    assert "Gezegd door de vraag." not in response.text
    assert refused.status_code == 422
    assert StrainTalk.objects.count() == 2


def test_printing_leaves_out_what_was_said(client, pairing):
    strain = raised(pairing)
    talked(strain, "support", "Druk.")

    shown = client.get(page(pairing)).text

    before_words = shown.partition("Ze komen te laat.")[0]
    before_talk = shown.partition("Druk.")[0]
    assert before_words.rpartition('<div class="')[2].partition('"')[0] == "no-print"
    assert '<div class="halves no-print">' in before_talk


def test_title_says_nothing_of_the_matter(client, pairing):
    raised(pairing)

    text = client.get(page(pairing)).text

    title = text.partition("<title>")[2].partition("</title>")[0]
    assert " ".join(title.split()) == "Als het schuurt: D. en W. – Buurtgezinnen"


NAMES = ["strain", "strain-talk", "strain-look-again", "strain-close"]


@pytest.mark.parametrize("name", NAMES)
def test_strangers_find_and_write_nothing(client, name):
    pairing = make_pairing(active=True)
    raised(pairing)
    client.force_login(
        CoordinatorFactory(municipalities=[MunicipalityFactory(name="Elders")]).user
    )
    nowhere = reverse(f"agreements:{name}", args=["0000000000"])

    of_others = send(client, page(pairing, name), **TALK)
    missing = send(client, nowhere, **TALK)

    assert of_others.status_code == 404
    assert of_others.content == missing.content
    assert StrainTalk.objects.count() == 0


@pytest.mark.parametrize("name", NAMES[1:])
def test_nothing_is_written_by_looking(client, pairing, name):
    assert client.get(page(pairing, name)).status_code == 405


@pytest.mark.parametrize("n", [1, 3])
def test_page_asks_the_same_for_any_number(
    client, pairing, django_assert_num_queries, n
):
    for number in range(n):
        talked(raised(pairing, words=f"Keer {number}"), "support", "Druk.")
        strain = Strain.objects.order_by("-row_version").first()
        talked(strain, "request", "Moe.")
        strain.refresh_from_db()
        closed(strain)
    raised(pairing)

    with django_assert_num_queries(12):
        response = client.get(page(pairing))

    assert len(response.context["former"]) == n
