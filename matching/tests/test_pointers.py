import time

import pytest

from families.tests.factories import (
    HouseholdFactory,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    PostcodeAreaFactory,
    SupportRequestFactory,
)
from matching.proposing.anonymous import text_for_support_family
from matching.proposing.pointers import (
    Described,
    described,
    pointers_in,
    rare_combination,
)
from matching.tests.factories import MONDAY

ABOUT = Described(
    household=None,
    names=("Boer", "Amira", "Zoë", "Wil", "Bo"),
    streets=("Dorpsstraat",),
    places=("Kudelstaart", "Buren"),
    postcodes=("1431AB",),
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Gezin de Boer zoekt steun", "Boer"),
        ("Het meisje heet amira", "amira"),
        ("Zoe houdt van paarden", "Zoe"),
        ("Wil komt graag", "Wil"),
        ("Zij wonen in de dorpsstraat", "Dorpsstraat"),
        ("Vlak bij Kudelstaart", "Kudelstaart"),
        ("Postcode 1431 AB", "1431 AB"),
        ("Ergens in 1431", "1431"),
        ("Kerkweg 12a is het", "Kerkweg 12a"),
        ("Hij zit op basisschool De Regenboog", "basisschool De Regenboog"),
        ("Ze gaat naar OBS Samen", "OBS Samen"),
        ("Mail naar a.de.b@post.nl graag", "a.de.b@post.nl"),
        ("Bel 06 12 34 56 78", "06 12 34 56 78"),
        ("Bel +31 (0)6-12345678", "+31 (0)6-12345678"),
        ("Een jongen van 6 jaar", "6 jaar"),
        ("Een 13-jarige jongen", "13-jarige"),
        ("Postcode 1055 ZK", "1055 ZK"),
        ("Bo speelt graag buiten", "Bo"),
        ("Een zoon van 7 en een hond", "van 7"),
        ("Een kind van zeven jaar", "zeven jaar"),
        ("Een zevenjarige jongen", "zevenjarige"),
        ("Dochter, 7j", "7j"),
        ("Een kind van 7,5 jaar", "7,5 jaar"),
        ("Een baby, 18 maanden", "18 maanden"),
        ("Hij zit in groep 4", "groep 4"),
        ("Ze zit in klas twee", "klas twee"),
        ("Geboren in 2019", "Geboren in 2019"),
        ("Hij is geboren op 3 mei 2019 in mei", "geboren op 3 mei 2019"),
        ("Wonen aan de Oude Weg 3", "Oude Weg 3"),
        ("Wonen aan de grote markt 5", "grote markt 5"),
        ("Wonen in de kerkstraat 12", "kerkstraat 12"),
        ("Postcode 1431ab", "1431ab"),
        ("Postcode 1055zk", "1055zk"),
        ("Postcode 1055 zk", "1055 zk"),
        ("Op basisschool De Vier Winden", "basisschool De Vier Winden"),
        ("Ze gaat naar OBS De Vier Winden", "OBS De Vier Winden"),
        ("Op de Koningin Julianaschool", "Julianaschool"),
        ("Gezin in Buren", "Buren"),
        ("Fa milie, Am\u200bira", "Amira"),
        ("Am\u00adira", "Amira"),
        ("Zoe\u0308", "Zoë"),
    ],
)
def test_words_that_name_somebody_are_found(text, words):
    assert [one.words for one in pointers_in(text, ABOUT)] == [words]


@pytest.mark.parametrize(
    "text",
    [
        "1 kind van 4 tot en met 6 jaar",
        "2 kinderen van 0 tot 3 jaar en 4–6 jaar",
        "Het gezin wil graag rust",
        "Een boerderij mag ook",
        "Naar school brengen en halen",
        "Elke woensdag van 13.00 tot 17.00 uur",
        "Ongeveer 15 minuten fietsen, sinds 2026",
        "Een huis aan een rustige weg",
        "Goed contact met de buren",
        "Een gezin van 4, met een van 9 tot 12 uur open speelplaats",
        "Een groep van 7 kinderen, onderweg 2 keer overstappen",
        "Vanaf 2026 is het rustig, 1500km verder",
        "Van maandag 23 november tot eind maart",
        "De school is dichtbij, een basisschool ook",
        "Een weg 2 km verderop, een park 10 minuten lopen",
    ],
)
def test_words_of_everybody_are_not(text):
    assert pointers_in(text, ABOUT) == []


def test_each_word_is_told_once():
    assert len(pointers_in("Amira, Amira en Amira", ABOUT)) == 1


@pytest.mark.django_db
def test_described_knows_names_streets_and_ages():
    municipality = MunicipalityFactory(name="Aalsmeer")
    household = HouseholdFactory(name="van den Berg", municipality=municipality)
    child = PersonFactory(name="Noor", birth_year=2020, birth_month=1)
    MembershipFactory(household=household, person=child, role="child")
    LocationFactory(
        household=household,
        street="Kerkweg 12a",
        postcode="1431AB",
        area=PostcodeAreaFactory(place="Kudelstaart"),
    )

    found = described(household, on=MONDAY, children=[child])

    assert found.names == ("Berg", "Noor")
    assert found.streets == ("Kerkweg",)
    assert found.places == ("Aalsmeer", "Kudelstaart")
    assert (found.ages, found.n_children) == ((6,), 1)


@pytest.mark.parametrize(
    "text", ["A" + "straat" * 600, "School " * 500, "OBS De " * 500, "1 van " * 600]
)
def test_no_text_keeps_the_search_busy(text):
    started = time.process_time()

    pointers_in(text, ABOUT)

    assert time.process_time() - started < 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Samen koken", True),
        ("Samen koken, onze zoon van 7 helpt", False),
        ("Koken met Noor", False),
        ("Koken in de kerkstraat 12", False),
    ],
)
def test_what_a_family_does_in_return_is_left_out_where_it_points(said, told):
    request = SupportRequestFactory(
        family__reciprocity=said, family__household__name="Noor"
    )
    about = described(request.family.household, on=MONDAY)

    text = text_for_support_family(request, about, distance_km=None, on=MONDAY)

    assert (said in text) is told


def families(municipality, number, *years):
    """So many families with a child of each of these birth years."""
    for _number in range(number):
        household = HouseholdFactory(municipality=municipality)
        for year in years:
            MembershipFactory(
                household=household,
                role="child",
                person=PersonFactory(birth_year=year, birth_month=1),
            )


def rare(municipality, *years, text):
    children = [PersonFactory(birth_year=year, birth_month=1) for year in years]
    request = SupportRequestFactory(
        children=children, family__household__municipality=municipality
    )
    for child in children:
        MembershipFactory(
            household=request.family.household, person=child, role="child"
        )
    about = described(request.family.household, on=MONDAY, children=children)
    return rare_combination(text, about, on=MONDAY)


TWO = "2 kinderen van 4 tot en met 6 jaar en 13 tot en met 17 jaar"


@pytest.mark.django_db
def test_children_like_few_others_are_told():
    here = MunicipalityFactory()
    families(here, 30, 2020)

    (pointer,) = rare(here, 2020, 2011, text=TWO)

    assert pointer.words == "2 kinderen, 4 tot en met 6 jaar en 13 tot en met 17 jaar"
    assert pointer.why == ("minder dan 5 gezinnen die we kennen hebben zulke kinderen")


@pytest.mark.django_db
@pytest.mark.parametrize(("alike", "others"), [(4, 30), (1, 20)])
def test_children_like_five_or_one_in_twenty_are_not(alike, others):
    here = MunicipalityFactory()
    families(here, others, 2020)
    families(here, alike, 2020, 2011)

    assert rare(here, 2020, 2011, text=TWO) == []


@pytest.mark.django_db
def test_where_few_are_known_all_are_compared():
    here, elsewhere = MunicipalityFactory.create_batch(2)
    families(elsewhere, 30, 2020)

    assert len(rare(here, 2020, 2011, text=TWO)) == 1


@pytest.mark.django_db
def test_a_text_that_tells_no_ages_points_at_nobody():
    here = MunicipalityFactory()
    families(here, 30, 2020)

    assert rare(here, 2020, 2011, text="2 kinderen") == []
