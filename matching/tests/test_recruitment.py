import pytest
import time_machine

from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    RequestFamilyFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from families.vocabulary import SupportKind, mask_of
from matching.recruitment import Length, what_is_missing
from matching.tests.factories import MONDAY
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

PAGE = "/werk/matchen/oproep/"
CANARY = "Kanarievogel"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def town():
    return MunicipalityFactory(name="Uithoorn")


@pytest.fixture
def user(client, town):
    user = CoordinatorFactory(municipalities=[town]).user
    client.force_login(user)
    return user


def waiting(town, number, **kwargs):
    for _number in range(number):
        request = SupportRequestFactory(
            family__household__municipality=town,
            family__household__name=CANARY,
            family__upbringing=CANARY,
            **kwargs,
        )
        MembershipFactory(household=request.family.household, person__name=CANARY)


def calls(user, length=Length.PAPER):
    return [one.call(length) for one in what_is_missing(user, on=MONDAY)]


def test_call_for_a_paper_tells_how_many_wait_and_what_they_ask(user, town, settings):
    settings.SITE_URL = "https://buurt.example"
    settings.ORGANISATION_PHONE = "020 123 45 67"
    waiting(town, 3, kinds=mask_of([SupportKind.PLAY, SupportKind.SLEEPOVER]))

    (text,) = calls(user)

    paragraphs = text.split("\n\n")
    assert paragraphs[:2] + paragraphs[3:6] + paragraphs[7:] == [
        "Is er bij jou een stoel vrij aan tafel?",
        "In Uithoorn zoeken 3 gezinnen een steungezin in de buurt.",
        "Ze vragen het vaakst om: spelen en logeren.",
        "Deze momenten helpen het meest: woensdagmiddag.",
        "Veel van de kinderen zijn 4 tot en met 6 jaar.",
        "Wil je meer weten? Kijk op https://buurt.example/steun-geven/ of bel "
        "020 123 45 67. Bellen verplicht je tot niets.",
    ]
    assert len(paragraphs) == 8


def test_call_for_a_school_is_shorter(user, town):
    waiting(town, 3)

    (text,) = calls(user, Length.SCHOOL)

    assert text.split("\n\n")[:3] == [
        "Heb jij plek voor één kind erbij?",
        "In Uithoorn zoeken 3 gezinnen een steungezin: een gezin in de buurt waar "
        "kinderen af en toe welkom zijn.",
        "Ze vragen het vaakst om: spelen.",
    ]
    assert len(text) < len(calls(user)[0]) / 2


def test_what_one_family_alone_asks_is_not_told(user, town):
    waiting(town, 3)
    waiting(town, 1, kinds=mask_of([SupportKind.HOMEWORK]), moments=1)

    (text,) = calls(user)

    assert "In Uithoorn zoeken 4 gezinnen" in text
    told = [word for word in ("huiswerk", "maandag", CANARY) if word in text]
    assert told == []


def test_something_else_is_nothing_to_ask_for(user, town):
    waiting(town, 3, kinds=mask_of([SupportKind.OTHER]))

    (text,) = calls(user)

    assert "Ze vragen" not in text


def test_brothers_and_sisters_apart_are_one_family(user, town):
    family = RequestFamilyFactory(household__municipality=town)
    SupportRequestFactory.create_batch(3, family=family)
    waiting(town, 1)

    two = calls(user)
    waiting(town, 1)
    (three,) = calls(user)

    assert two == []
    assert "In Uithoorn zoeken 3 gezinnen" in three


def test_family_for_whom_somebody_fits_is_not_counted(user, town):
    waiting(town, 3)
    SupportOfferFactory(family__household__municipality=town)

    assert calls(user) == []


def test_families_of_others_are_not_counted(user, town):
    waiting(town, 2)
    waiting(MunicipalityFactory(), 3)

    assert calls(user) == []


def test_small_places_are_called_together():
    towns = [MunicipalityFactory(name=name) for name in ("Uithoorn", "Aalsmeer")]
    user = CoordinatorFactory(municipalities=towns).user
    waiting(towns[0], 2)
    waiting(towns[1], 1)

    (text,) = calls(user)

    assert "In Aalsmeer en Uithoorn zoeken 3 gezinnen" in text


def test_page_shows_the_text_to_change(client, user, town):
    waiting(town, 3)

    response = client.get(PAGE)

    assert response.status_code == 200
    assert response.context["form"]["text"].value() == calls(user)[0]
    assert CANARY not in response.text
    school = client.get(PAGE, {"voor": "school"})
    assert school.context["form"]["text"].value() == calls(user, Length.SCHOOL)[0]


@pytest.mark.parametrize("asked", ["1", "9", "-1", "x", "²", ""])
def test_place_is_one_of_those_that_can_be_named(client, asked):
    towns = [MunicipalityFactory(name=name) for name in ("Uithoorn", "Aalsmeer")]
    client.force_login(CoordinatorFactory(municipalities=towns).user)
    waiting(towns[0], 4)
    waiting(towns[1], 3)

    response = client.get(PAGE, {"plaats": asked})

    expected = "Aalsmeer" if asked == "1" else "Uithoorn"
    assert response.context["place"].place == expected


def test_page_without_three_families_says_so(client, user, town):
    waiting(town, 2)

    response = client.get(PAGE)

    assert response.status_code == 200
    assert "Er wachten te weinig gezinnen voor een oproep" in response.text
    assert (response.context["places"], "<textarea" in response.text) == ([], False)


def test_changed_text_is_downloaded(client, user, town):
    waiting(town, 3)

    response = send(client, PAGE, text="Een stoel vrij?\r\n\r\nBel ons.", als="bestand")

    assert response.content.decode() == "Een stoel vrij?\r\n\r\nBel ons.\r\n"
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == (
        'attachment; filename="oproep-steungezinnen.txt"'
    )


def test_changed_text_is_put_on_paper_as_text(client, user, town):
    response = send(client, PAGE, text="Een <b>stoel</b> vrij?\n\nBel.", als="papier")

    assert response.status_code == 200
    assert "<p>Een &lt;b&gt;stoel&lt;/b&gt; vrij?</p>\n\n<p>Bel.</p>" in response.text


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_text_that_is_none_or_too_long_is_refused_and_kept(client, user, town, text):
    waiting(town, 3)

    response = send(client, PAGE, text=text, als="bestand")

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["text"]
    assert response.context["form"]["text"].value() == text


@pytest.mark.parametrize("n_families", [1, 3])
def test_page_takes_as_many_queries_for_few_families_as_for_many(
    client, django_assert_num_queries, town, user, n_families
):
    waiting(town, n_families)
    SupportOfferFactory.create_batch(
        n_families,
        family__household__municipality=town,
        kinds=mask_of([SupportKind.BIRTHDAY]),
    )

    with django_assert_num_queries(22):
        client.get(PAGE)


@pytest.mark.parametrize(("n_waiting", "n_links"), [(2, 0), (3, 1)])
def test_plan_leads_to_the_call_where_enough_families_get_nobody(
    client, town, user, n_waiting, n_links
):
    waiting(town, n_waiting)

    page = client.get("/werk/matchen/plan/")

    assert page.context["plan"].can_recruit is bool(n_links)
    assert page.text.count(f'href="{PAGE}"') == n_links


def test_more_page_leads_to_the_call(client, user):
    assert client.get("/werk/meer/").text.count(f'href="{PAGE}"') == 1
