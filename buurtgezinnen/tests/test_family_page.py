"""The page of a family and its course, filled by all apps."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from agreements.tests.factories import make_pairing, make_version
from families.models import ContactMoment, Person, StageChange
from families.services.stages import change_stage
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    PostcodeAreaFactory,
    ScreeningCheckFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    UserFactory,
)
from matching.tests.factories import ProposalFactory

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday_morning():
    now = dt.datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Amsterdam"))
    with time_machine.travel(now, tick=False) as clock:
        yield clock


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory()])
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def household(coordinator):
    """The Boer family in Kudelstaart: Amira and her son Sem of six."""
    household = HouseholdFactory(
        name="Boer", municipality=coordinator.municipalities.get(), dog=True, cat=False
    )
    MembershipFactory(
        household=household,
        person__name="Amira",
        person__telephone="+31612345678",
        person__call_dayparts=0b101,
        person__languages=0b101,
    )
    MembershipFactory(
        household=household,
        person=PersonFactory(child=True, name="Sem"),
        role="child",
    )
    area = PostcodeAreaFactory(place="Kudelstaart", municipality=household.municipality)
    LocationFactory(household=household, area=area)
    return household


def page(client, household, name="family-detail", query=None):
    return client.get(reverse(name, args=[household.reference]), query or {})


def test_family_detail_says_who_they_are(client, household):
    sheet = page(client, household).context["sheet"]

    assert (sheet.person.name, sheet.town) == ("Amira", "Kudelstaart")
    assert sheet.call_at == "'s ochtends en 's avonds"
    assert sheet.languages == "Nederlands en Arabisch"
    assert sheet.children == ["Sem (6)"]
    assert sheet.home == [
        ("heeft een hond", True),
        ("heeft een kat", False),
        ("heeft een ander dier", None),
        ("er wordt binnen gerookt", None),
        ("heeft een trap", None),
    ]


def test_a_secret_address_gives_no_more_than_the_municipality(client, household):
    household.locations.update(secret=True)

    assert page(client, household).context["sheet"].town == household.municipality.name


def test_family_detail_names_nobody_in_its_title(client, household):
    text = page(client, household).content.decode()

    title = text[text.index("<title>") + 7 : text.index("</title>")]
    assert " ".join(title.split()) == "Gezin B. – Overzicht – Buurtgezinnen"


def test_family_detail_tells_what_a_request_asks(client, household):
    child = household.memberships.get(role="child").person
    request = SupportRequestFactory(
        family__household=household,
        children=[child],
        no_dog="limit",
        no_cat="wish",
        no_smoking="indifferent",
        max_distance_km="2.5",
        duration_months=12,
        waiting_since=dt.date(2026, 11, 1),
    )
    request.sources.create(field="no_dog", source="telephone", on=dt.date(2026, 11, 20))

    [wish] = page(client, household).context["sheet"].wishes

    assert (wish.side, wish.days, wish.for_whom) == ("request", 22, "Sem (6)")
    assert wish.kinds == ["spelen bij het steungezin"]
    assert [(one.label, one.words, one.level, one.source) for one in wish.facts] == [
        ("hoe vaak", "elke week", "", "aanmelding, 1 nov"),
        ("geen hond", "grens", "limit", "telefoon, 20 nov"),
        ("geen kat", "wens", "wish", "aanmelding, 1 nov"),
        ("niemand rookt binnen", "maakt niet uit", "indifferent", "aanmelding, 1 nov"),
        ("hoe ver weg", "hoogstens 2,5 km", "", "aanmelding, 1 nov"),
        ("talen die ze spreken", "Nederlands en Arabisch", "", "aanmelding, 1 nov"),
        ("verwachte duur", "1 jaar", "", "aanmelding, 1 nov"),
    ]
    assert wish.not_asked == [
        "geen ander dier",
        "geen trap",
        "een gezin met kinderen",
        "een gedeelde taal",
        "taal die ze het liefst spreken",
        "gezag",
    ]
    assert wish.sources["moments"] == "aanmelding, 1 nov"


def test_a_household_that_asks_and_gives_shows_both(client, household):
    SupportRequestFactory(family__household=household, stage="talking")
    SupportOfferFactory(
        family__household=household,
        stage="paused",
        ages=0b1001,
        only_when_both_home=True,
    )

    context = page(client, household).context

    asked, given = context["sheet"].wishes
    assert (asked.side, given.side) == ("request", "support")
    assert given.for_whom == "Kinderen van 0 en 3 jaar"
    assert [(one.label, one.words) for one in given.facts] == [
        ("kinderen tegelijk", "2"),
        ("hoe vaak", "elke week"),
        ("alleen als beide volwassenen thuis zijn", "ja"),
        ("talen die ze spreken", "Nederlands en Arabisch"),
        ("plekken", "1"),
        ("pauze", "een pauze zonder einde"),
    ]
    assert [(step.side, step.label) for step in context["steps"]] == [
        ("request", "Klaar om te matchen"),
        ("support", "Weer beschikbaar"),
    ]
    assert given.moves == [("available", "Weer beschikbaar")]


@pytest.mark.parametrize(
    ("stage", "label"),
    [
        ("applied", "Noteer gesprek"),
        ("talking", "Klaar om te matchen"),
        ("waiting", "Zoek een match"),
        ("proposed", "Naar de voorstellen"),
        ("paired", ""),
    ],
)
def test_the_next_step_of_a_request_follows_its_stage(client, household, stage, label):
    SupportRequestFactory(family__household=household, stage=stage)

    [step] = page(client, household).context["steps"]

    assert step.label == label


def offering(household, stage, *, seen):
    """The household as a support family; the VOGs of Amira and Bas seen, or not."""
    bas = MembershipFactory(household=household, person__name="Bas").person
    amira = household.memberships.earliest("pk").person
    for person in (amira, bas)[:seen]:
        ScreeningCheckFactory(person=person, shown=True)
    return SupportOfferFactory(family__household=household, stage=stage)


@pytest.mark.parametrize(
    ("stage", "seen", "told"),
    [
        (
            "talking",
            0,
            (
                "Eerst de VOG. We missen die van Amira en Bas.",
                "Naar de screening",
                "Maak beschikbaar",
            ),
        ),
        (
            "talking",
            2,
            ("Elke VOG is gezien. Maak dit gezin beschikbaar.", "Maak beschikbaar", ""),
        ),
        (
            "available",
            1,
            ("Eerst de VOG. We missen die van Bas.", "Naar de screening", ""),
        ),
        ("available", 2, ("Dit gezin kan worden voorgesteld.", "", "")),
    ],
)
def test_the_next_step_of_an_offer_names_whose_vog_is_missing(
    client, household, stage, seen, told
):
    offering(household, stage, seen=seen)

    [step] = page(client, household).context["steps"]

    assert (step.sentence, step.label, step.also_label) == told


def test_the_next_step_of_a_proposed_offer_is_its_answer(client, household):
    offer = offering(household, "available", seen=0)
    proposal = ProposalFactory(offer=offer)

    [step] = page(client, household).context["steps"]

    assert step.sentence == "Er ligt een voorstel. Noteer het antwoord."
    assert (step.label, step.url) == (
        "Naar het voorstel",
        proposal.get_absolute_url(),
    )


def test_the_next_step_of_a_full_offer_says_so(client, household):
    offer = offering(household, "available", seen=2)
    offer.family.places.all().delete()

    [step] = page(client, household).context["steps"]

    assert step.sentence == "Alle plekken van dit gezin zijn bezet."


def test_after_three_tries_the_next_step_is_a_kind_end(client, coordinator, household):
    SupportRequestFactory(family__household=household, stage="applied")
    for _ in range(3):
        ContactMoment.objects.create(
            household=household,
            outcome="no_answer",
            happened_on=MONDAY,
            by=coordinator.user,
        )

    [step] = page(client, household).context["steps"]

    assert step.label == "Vriendelijk afsluiten"


def test_what_ended_has_no_next_step(client, household):
    SupportRequestFactory(family__household=household, stage="withdrawn")

    assert page(client, household).context["steps"] == []


@pytest.mark.parametrize("n_rows", [1, 3])
def test_family_detail_asks_a_fixed_number_of_queries(
    client, coordinator, household, django_assert_num_queries, n_rows
):
    SupportRequestFactory(
        family__household=household,
        children=[PersonFactory(child=True) for _ in range(n_rows)],
    )
    for _ in range(n_rows):
        MembershipFactory(household=household)
        ContactMoment.objects.create(
            household=household, happened_on=MONDAY, by=coordinator.user
        )

    with django_assert_num_queries(29):
        response = page(client, household)

    assert len(response.context["contacts"]) == n_rows


def told(response):
    return [
        (line.on, line.kind, line.what)
        for _month, lines in response.context["months"]
        for line in lines
    ]


@pytest.fixture
def course(coordinator, household):
    """A talk, two stages and a VOG, in two months."""
    offer = SupportOfferFactory(
        family__household=household,
        stage="applied",
        waiting_since=dt.date(2026, 10, 30),
    )
    change_stage(offer, to="talking", on=dt.date(2026, 11, 2), by=coordinator.user)
    ScreeningCheckFactory(
        person=household.memberships.first().person,
        shown=True,
        seen_on=dt.date(2026, 11, 9),
    )
    return ContactMoment.objects.create(
        household=household,
        kind="visit",
        text="Sem wil voetballen.",
        happened_on=dt.date(2026, 11, 2),
        by=coordinator.user,
    )


def test_family_course_stands_newest_first_by_month(client, household, course):
    response = page(client, household, "family-course")

    months = [month for month, _lines in response.context["months"]]
    assert months == [dt.date(2026, 11, 1), dt.date(2026, 10, 1)]
    assert told(response) == [
        (dt.date(2026, 11, 9), "event", "VOG van Amira gezien"),
        (dt.date(2026, 11, 2), "note", "bezoek: gesproken"),
        (dt.date(2026, 11, 2), "event", "Fase: gesprek en screening"),
        (dt.date(2026, 10, 30), "event", "Fase: bellen"),
    ]


def test_who_moved_away_is_not_followed(client, coordinator, household):
    left = household.memberships.first()
    left.until_on = dt.date(2026, 10, 1)
    left.save()
    MembershipFactory(
        household__municipality=coordinator.municipalities.get(),
        person=left.person,
        from_on=dt.date(2026, 10, 2),
    )
    for day in (dt.date(2026, 9, 30), dt.date(2026, 10, 3)):
        ScreeningCheckFactory(
            person=left.person, shown=True, seen_on=day, replaced_on=day
        )

    response = page(client, household, "family-course")

    assert [on for on, _kind, _what in told(response)] == [dt.date(2026, 9, 30)]


def test_who_moved_away_is_seen_where_they_live_only(coordinator, household):
    left = household.memberships.first()
    left.until_on = dt.date(2026, 10, 1)
    left.save()
    MembershipFactory(person=left.person, from_on=dt.date(2026, 10, 2))

    people = Person.objects.visible_to(coordinator.user)

    assert list(people.filter(pk=left.person_id)) == []


@pytest.mark.parametrize(
    ("shown", "kinds"),
    [
        ("contact", ["note"]),
        ("gebeurtenissen", ["event", "event", "event"]),
        ("x", ["event", "note", "event", "event"]),
    ],
)
def test_family_course_shows_one_kind_when_asked(
    client, household, course, shown, kinds
):
    response = page(client, household, "family-course", {"toon": shown})

    assert [kind for _on, kind, _what in told(response)] == kinds


def test_a_sensitive_note_is_read_by_its_writer_only(client, household, course):
    course.sensitive = True
    course.save()
    colleague = CoordinatorFactory(municipalities=[household.municipality])

    def texts():
        months = page(client, household, "family-course").context["months"]
        return [line.text for _m, lines in months for line in lines if line.text]

    own = texts()
    client.force_login(colleague.user)
    colleagues = texts()

    assert own == ["Sem wil voetballen."]
    assert colleagues == ["Alleen wie dit schreef, kan het lezen."]


@pytest.mark.parametrize("n_rows", [1, 3])
def test_family_course_asks_a_fixed_number_of_queries(
    client, coordinator, household, django_assert_num_queries, n_rows
):
    offer = SupportOfferFactory(family__household=household)
    for _ in range(n_rows):
        StageChange.objects.create(
            offer=offer,
            stage="paused",
            on=MONDAY,
            by=UserFactory(),
            municipality=household.municipality,
        )
        ContactMoment.objects.create(
            household=household, happened_on=MONDAY, by=UserFactory()
        )

    with django_assert_num_queries(26):
        response = page(client, household, "family-course")

    assert len(told(response)) == 1 + 2 * n_rows


@pytest.mark.parametrize("name", ["family-detail", "family-course"])
def test_a_family_of_another_municipality_is_not_there(client, coordinator, name):
    others = SupportRequestFactory().family.household

    assert page(client, others, name).status_code == 404


def test_family_detail_shows_the_panels_of_other_apps(client, coordinator):
    pairing = make_pairing(
        municipality=coordinator.municipalities.get(), lead=coordinator
    )
    make_version(pairing)

    response = page(client, pairing.request.family.household)

    proposals, agreements, first_talk = response.context["panels"]
    assert proposals.count(pairing.get_absolute_url()) == 1
    assert agreements.count("<h3>") == 1
    assert first_talk.count("/begin/") == 1
