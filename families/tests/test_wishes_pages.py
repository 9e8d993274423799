"""The editor of wishes, as a browser without JavaScript uses it."""

import datetime as dt
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.http import QueryDict
from django.urls import reverse

from families import moments
from families.forms.wishes import form_of
from families.services.wishes import WishRows
from families.tests.applying import send
from families.tests.browser_form import sent_by, sent_unchanged
from families.tests.factories import (
    WEDNESDAY_AFTERNOON,
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    RequestFamilyFactory,
    SupportFamilyFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    TaskFactory,
)
from families.vocabulary import SupportKind, mask_of

pytestmark = pytest.mark.django_db

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday_morning():
    with time_machine.travel(
        dt.datetime(2026, 11, 23, 9, tzinfo=AMSTERDAM), tick=False
    ):
        yield


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory(name="Ede")])
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def household(coordinator):
    household = HouseholdFactory(
        name="De Boer", municipality=coordinator.municipalities.first()
    )
    MembershipFactory(household=household, person__name="Amira")
    return household


@pytest.fixture
def asked(household):
    """A request that waits, for one child of six on Wednesday afternoons."""
    return SupportRequestFactory(
        family=RequestFamilyFactory(household=household), remarks="Zachte stemmen"
    )


@pytest.fixture
def given(household):
    return SupportOfferFactory(family=SupportFamilyFactory(household=household))


def url_of(wishes, name="wish-edit"):
    household = wishes.family.household
    return reverse(f"families:{name}", args=[household.reference, wishes.reference])


def typed(client, wishes, query="", **changed):
    """What a browser sends of the page as it stands now, with some fields changed."""
    sent = sent_by(client.get(url_of(wishes) + query).content.decode())
    for name, value in changed.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return dict(sent.lists())


def save(client, wishes, sent, query=""):
    response = send(client, url_of(wishes) + query, sent)
    wishes.refresh_from_db()
    return response


def open_sections(html):
    """The sections that a reader sees without pressing a title."""
    found = re.findall(
        r'<details class="tile"\s+(open)?\s*>.*?<div id="(\w+)"', html, re.DOTALL
    )
    return [code for is_open, code in found if is_open]


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def sources(wishes):
    return {one.field: (one.source, one.on) for one in wishes.sources.all()}


def test_page_sent_as_it_came_changes_nothing(client, asked):
    response = save(client, asked, typed(client, asked))

    assert response.url == asked.family.household.get_absolute_url()
    assert told(response) == ["Er is niets veranderd."]
    assert (asked.row_version, sources(asked)) == (1, {})


def test_each_change_gets_its_source_and_day(client, asked):
    sent = typed(
        client,
        asked,
        no_dog="limit",
        max_distance_km="2,5 km",
        duration_months="1,5 jaar",
        source="visit",
        told_on="20 nov",
    )

    response = save(client, asked, sent)

    assert told(response) == [
        "Bewaard: geen hond (was: nog niet gevraagd), hoe ver weg (was: nog niet"
        " gevraagd) en verwachte duur (was: nog niet gevraagd)."
    ]
    assert (asked.no_dog, asked.max_distance_km, asked.duration_months) == (
        "limit",
        Decimal("2.5"),
        18,
    )
    visit = ("visit", dt.date(2026, 11, 20))
    assert sources(asked) == dict.fromkeys(
        ("no_dog", "max_distance_km", "duration_months"), visit
    )
    assert asked.remarks == "Zachte stemmen"


def test_source_is_the_telephone_today_unless_said_otherwise(client, asked):
    sent = typed(client, asked, no_dog="wish")
    del sent["source"], sent["told_on"]

    save(client, asked, sent)

    assert sources(asked) == {"no_dog": ("telephone", MONDAY)}


def test_page_says_of_each_value_how_we_know_it(client, asked):
    save(client, asked, typed(client, asked, no_dog="limit"))

    form = client.get(url_of(asked)).context["form"]

    assert form["no_dog"].help_text == "Bron: telefoon, 23 nov."
    assert form["frequency"].help_text == "Bron: aanmelding, 5 jan."
    assert form["no_cat"].help_text == ""


def test_sections_say_what_is_known_and_what_is_missing(client, asked):
    asked.children.update(name="Sem")
    save(client, asked, typed(client, asked, no_dog="limit", no_cat="wish"))

    sections = client.get(url_of(asked)).context["sections"]

    assert [(one.code, one.n_missing, one.n_asked, one.told) for one in sections] == [
        ("children", 0, 1, "Sem"),
        ("kinds", 0, 1, "spelen bij het steungezin"),
        ("frequency", 0, 1, "elke week"),
        ("moments", 0, 1, "Woensdag: middag"),
        ("home", 9, 11, ""),
        ("distance", 1, 1, ""),
        ("language", 3, 3, ""),
        ("custody", 1, 1, ""),
        ("duration", 1, 1, ""),
        ("remarks", 0, 0, "Zachte stemmen"),
    ]


def test_sections_stand_open_where_something_is_missing(client, asked):
    page = client.get(url_of(asked)).text

    assert open_sections(page) == [
        "home",
        "distance",
        "language",
        "custody",
        "duration",
    ]


def test_only_the_section_that_was_asked_for_stands_open(client, asked):
    pages = [
        client.get(f"{url_of(asked)}?veld={code}").text for code in ("moments", "x")
    ]

    assert [open_sections(page) for page in pages] == [
        ["moments"],
        ["home", "distance", "language", "custody", "duration"],
    ]


def test_section_with_a_fault_or_an_unsaved_change_stands_open(client, asked):
    complete = {
        "no_dog": "limit",
        "frequency": "monthly",
        "told_on": "24-11-2026",
    }

    page = save(client, asked, typed(client, asked, **complete)).text

    assert open_sections(page) == [
        "frequency",
        "home",
        "distance",
        "language",
        "custody",
        "duration",
    ]
    assert sent_by(page)["frequency"] == "monthly"


def test_page_of_an_offer_has_a_section_for_each_criterion(client, given):
    context = client.get(url_of(given)).context

    assert [section.code for section in context["form"].sections()] == [
        "kinds",
        "frequency",
        "moments",
        "ages",
        "children",
        "home",
        "distance",
        "language",
        "duration",
        "places",
        "pause",
        "remarks",
    ]


def test_a_child_without_an_age_is_asked_for(client, household):
    child = PersonFactory(name="Sem")
    MembershipFactory(household=household, person=child, role="child")
    asked = SupportRequestFactory(family__household=household, children=[child])

    response = save(
        client, asked, typed(client, asked, **{f"age-{child.reference}": "6 jaar"})
    )

    child.refresh_from_db()
    assert told(response) == ["Bewaard: leeftijd van Sem (was: nog niet gevraagd)."]
    assert (child.age_told, child.age_told_on) == (6, MONDAY)


def test_every_wednesday_afternoon_is_one_box(client, asked):
    asked.moments = None
    asked.save()

    save(client, asked, typed(client, asked, moments="both-2-1"))

    assert asked.moments == WEDNESDAY_AFTERNOON


def test_boxes_of_all_weeks_and_of_half_of_them_count_together(client, asked):
    boxes = ["both-2-1", "even-4-2", "odd-5-3", "afternoons", "holidays"]

    save(client, asked, typed(client, asked, moments=boxes))

    weekdays = 0
    for day in range(5):
        weekdays |= moments.both_weeks(day, 1)
    assert asked.moments == weekdays | moments.SCHOOL_HOLIDAYS | moments.mask_of(
        [
            moments.Moment(4, 2, moments.Parity.EVEN),
            moments.Moment(5, 3, moments.Parity.ODD),
        ]
    )


def test_not_asked_yet_takes_all_moments_away(client, asked):
    sent = typed(client, asked)
    sent["moments"] = [*sent["moments"], "not_asked"]

    save(client, asked, sent)

    assert asked.moments is None


def test_not_asked_yet_beside_other_changes_is_a_question(client, asked):
    response = save(
        client, asked, typed(client, asked, moments=["both-0-0", "not_asked"])
    )

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "moments": ["Je hebt ook andere vakjes veranderd. Kies een van de twee."]
    }
    assert asked.moments == WEDNESDAY_AFTERNOON


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        (
            "max_distance_km",
            "ver",
            "‘ver’ is geen afstand. Schrijf een getal. Bijvoorbeeld 2,5.",
        ),
        ("max_distance_km", "300", "Kies een afstand van 0,5 tot 100 km."),
        ("max_distance_km", "9" * 30, "Kies een afstand van 0,5 tot 100 km."),
        (
            "max_distance_km",
            "0," + "0" * 60 + "1",
            "Kies een afstand van 0,5 tot 100 km.",
        ),
        (
            "duration_months",
            "lang",
            "‘lang’ is geen aantal maanden. Schrijf bijvoorbeeld 12, of 1 jaar.",
        ),
        ("duration_months", "40 jaar", "Kies 1 tot 240 maanden."),
        ("duration_months", "9" * 30 + " jaar", "Kies 1 tot 240 maanden."),
        ("told_on", "24-11-2026", "Deze dag moet nog komen."),
        ("children", [], "Kies voor welke kinderen het is."),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(client, asked, field, value, error):
    sent = typed(client, asked, no_dog="limit", **{field: value})

    response = save(client, asked, sent)

    assert (response.status_code, response.context["form"].errors) == (
        422,
        {field: [error]},
    )
    assert sent_unchanged(response.context["form"])["no_dog"] == "limit"
    assert asked.no_dog == "not_asked"


TYPED = ("kinds_other", "remarks", "max_distance_km", "duration_months")
HOSTILE = (
    "a\0b",
    "x" * 4001,
    "👩‍👧‍👦" * 9,
    "\u202eabc",
    "١²",
    "1e400",
    "9" * 30,
    "0," + "9" * 400,
    '{"kinds": []}',
)


@pytest.mark.slow
@pytest.mark.parametrize("side", ["asked", "given"])
def test_no_field_of_the_editor_breaks_on_hostile_values(client, request, side):
    wishes = request.getfixturevalue(side)
    wishes.kinds |= mask_of([SupportKind.OTHER])
    wishes.kinds_other = "naaien"
    wishes.save()
    # A child without an age, and a question to tick off, are fields too.
    child = PersonFactory(name="Bo", age_told=None, age_told_on=None)
    MembershipFactory(household=wishes.family.household, person=child, role="child")
    if side == "asked":
        wishes.children.add(child)
    question = TaskFactory(household=wishes.family.household, kind="question")
    sent = typed(client, wishes)
    rows = WishRows.of(wishes, on=MONDAY)
    accepted = set()

    for name in form_of(wishes)(rows=rows, questions=[question], on=MONDAY).fields:
        for value in HOSTILE if name in TYPED else HOSTILE[:2]:
            answer = QueryDict(mutable=True)
            for other, values in {**sent, name: [value]}.items():
                answer.setlist(other, values)
            form = form_of(wishes)(answer, rows=rows, questions=[question], on=MONDAY)
            if form.is_valid():
                accepted.add((name, value))

    # Words of their own may be anything that can be stored and fits.
    huge, fraction = HOSTILE[1], HOSTILE[7]
    assert accepted == {
        *(("kinds_other", value) for value in HOSTILE[2:] if value != fraction),
        *(("remarks", value) for value in HOSTILE[2:]),
        ("max_distance_km", fraction),
        ("duration_months", fraction),
        ("shown", huge),
    }


def test_groups_of_ages_and_single_years_count_together(client, given):
    given.ages = 0
    given.save()

    save(client, given, typed(client, given, ages=["4-6", "9"]))

    assert given.ages == 0b1001110000


def test_a_pause_needs_a_day_to_come(client, given):
    sent = typed(client, given, pause="yes", pause_until="23-11-2026")

    response = save(client, given, sent)

    assert response.context["form"].errors == {
        "pause_until": ["Kies een dag die nog moet komen."]
    }
    assert given.stage == "available"


def test_a_pause_ends_by_the_button_of_the_family_page(client, given):
    save(client, given, typed(client, given, pause="yes", pause_until="25-12-2026"))
    task = given.family.household.tasks.get()
    assert (given.stage, given.paused_until) == ("paused", dt.date(2026, 12, 25))

    send(client, url_of(given, "wish-stage"), {"to": "available"})

    given.refresh_from_db()
    task.refresh_from_db()
    assert (given.stage, given.paused_until) == ("available", None)
    assert task.done_at is not None


def test_an_offer_in_talks_is_not_asked_for_a_pause(client, household):
    offer = SupportOfferFactory(family__household=household, stage="talking")

    response = save(client, offer, typed(client, offer, places="2"))

    assert told(response) == ["Bewaard: plekken (was: 1)."]
    assert (offer.stage, offer.family.places.count()) == ("talking", 2)


def test_their_own_words_stand_in_no_message(client, asked):
    response = save(client, asked, typed(client, asked, remarks="Heel rustig"))

    assert told(response) == ["Bewaard: opmerkingen."]


def test_a_question_that_was_asked_is_ticked_off(client, asked):
    questions = [
        TaskFactory(household=asked.family.household, kind="question", text=text)
        for text in ("Mag het 5 km zijn?", "Kan het op woensdag?")
    ]
    TaskFactory(household=asked.family.household, text="Bel terug")
    TaskFactory(kind="question", text="Vraag aan een ander")
    form = client.get(url_of(asked)).context["form"]
    assert form.fields["answered"].choices == [(one.pk, one.text) for one in questions]

    sent = typed(client, asked, max_distance_km="5", answered=str(questions[0].pk))
    response = save(client, asked, sent)

    assert told(response) == [
        "Bewaard: hoe ver weg (was: nog niet gevraagd). De vraag is beantwoord.",
    ]
    for one in questions:
        one.refresh_from_db()
    assert [bool(one.done_at) for one in questions] == [True, False]


# Two at once


def test_what_a_colleague_changed_is_told_and_kept(client, asked):
    sent = typed(client, asked, no_dog="limit", frequency="monthly")
    meanwhile = typed(client, asked, no_dog="wish", remarks="Heel rustig")
    save(client, asked, meanwhile)

    response = save(client, asked, sent)

    form = response.context["form"]
    assert response.status_code == 422
    assert form.meanwhile() == [
        ("geen hond", "wens", "grens"),
        ("opmerkingen", "Heel rustig", ""),
    ]
    assert (asked.no_dog, asked.frequency) == ("wish", "weekly")
    again = sent_by(response.content.decode())
    assert (again["no_dog"], again["frequency"]) == ("limit", "monthly")
    assert again["remarks"] == "Heel rustig"
    save(client, asked, dict(again.lists()))
    assert (asked.no_dog, asked.frequency, asked.remarks) == (
        "limit",
        "monthly",
        "Heel rustig",
    )


def test_a_pause_of_a_colleague_is_taken_over(client, given):
    sent = typed(client, given, no_dog="limit")
    save(client, given, typed(client, given, pause="yes", pause_until="25-12-2026"))
    save(client, given, typed(client, given, no_cat="limit"))

    response = save(client, given, sent)

    assert [one[0] for one in response.context["form"].meanwhile()] == [
        "geen kat",
        "pauze",
    ]
    save(client, given, dict(sent_by(response.content.decode()).lists()))
    assert (given.no_dog, given.no_cat, given.stage) == ("limit", "limit", "paused")


@pytest.mark.parametrize("version", ["", "x", "-1", "0", "9" * 40, "\0", None])
def test_a_version_that_was_tampered_with_keeps_what_a_colleague_wrote(
    client, asked, version
):
    sent = typed(client, asked, no_dog="limit", remarks="Van mij")
    save(client, asked, typed(client, asked, remarks="Van hen", no_cat="wish"))
    sent["row_version"] = [] if version is None else [version]

    response = save(client, asked, sent)

    form = response.context["form"]
    assert (response.status_code, asked.remarks, asked.no_dog) == (
        422,
        "Van hen",
        "not_asked",
    )
    assert sorted(form.meanwhile()) == [
        ("geen kat", "wens", ""),
        ("opmerkingen", "Van hen", "Van mij"),
    ]
    again = sent_by(response.content.decode())
    assert (again["no_cat"], again["no_dog"], again["remarks"]) == (
        "wish",
        "limit",
        "Van mij",
    )
    save(client, asked, dict(again.lists()))
    assert (asked.no_cat, asked.no_dog, asked.remarks) == ("wish", "limit", "Van mij")


def test_words_of_something_else_that_are_too_long_are_kept_beside_a_colleagues(
    client, asked
):
    asked.kinds_other = "naaien"
    asked.save()
    sent = typed(client, asked, kinds_other="x" * 301)
    save(client, asked, typed(client, asked, remarks="Heel rustig"))

    response = save(client, asked, sent)

    assert (response.status_code, asked.kinds_other) == (422, "naaien")
    again = sent_by(response.content.decode())
    assert (again["kinds_other"], again["remarks"]) == ("x" * 301, "Heel rustig")


@pytest.mark.parametrize("shown", ["", "[]", "{", '{"no_dog": 1}'])
def test_a_form_that_forgot_what_it_showed_still_saves(client, asked, shown):
    sent = typed(client, asked, shown=shown, no_dog="limit")

    save(client, asked, sent)

    assert sources(asked) == {"no_dog": ("telephone", MONDAY)}


# The way back


def test_page_leads_back_to_the_workbench(client, asked):
    bench = f"/werk/matchen/{asked.reference}/"
    query = f"?next={bench}&veld=distance"
    sent = typed(client, asked, query, max_distance_km="3")

    response = save(client, asked, sent)

    assert response.url == bench
    assert client.get(url_of(asked) + query).context["focus"] == "distance"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/werk/",
        "/beheer/",
        "/werk\\evil",
        "/werk/../beheer/",
        "/werk/%2e%2E/beheer/",
        "/werk/%252e%252e/beheer/",
        "/werk/./../beheer/",
        "/werk/..\\beheer/",
        "/werk/..%5Cbeheer/",
        "/werk/.\t./beheer/",
        "/werk/\r\nX: y",
        "/werk/%0d%0a",
        "/werk/?x=\x7f",
        "/werk//evil.example/",
        "/werk/bestaat-niet/",
        "/werk",
        "http:///werk/",
        "javascript:alert(1)",
    ],
)
def test_page_leads_nowhere_else(client, asked, elsewhere):
    shown = client.get(url_of(asked), {"next": elsewhere})

    response = save(client, asked, typed(client, asked, next=elsewhere))

    own = asked.family.household.get_absolute_url()
    assert (shown.context["back"], response.url) == (own, own)


@pytest.mark.parametrize(
    "own", ["/werk/", "/werk/gezinnen/?zoek=de%20Boer&pagina=2", "/werk/#vandaag"]
)
def test_page_leads_back_to_any_page_of_coordinators(client, asked, own):
    response = save(client, asked, typed(client, asked, next=own))

    assert response.url == own


def test_a_change_after_a_proposal_says_so(client, household):
    asked = SupportRequestFactory(family__household=household, stage="proposed")

    response = save(client, asked, typed(client, asked, no_dog="limit"))

    assert told(response) == [
        "Bewaard: geen hond (was: nog niet gevraagd).",
        "Deze hulpvraag heeft een voorstel of een koppeling. Kijk of die nog past bij"
        " wat je veranderde.",
    ]


@pytest.mark.parametrize("n_rows", [1, 3])
def test_page_costs_the_same_for_more_people(
    client, household, django_assert_num_queries, n_rows
):
    for _ in range(n_rows):
        MembershipFactory(household=household)
    children = [PersonFactory(child=True) for _ in range(n_rows)]
    for child in children:
        MembershipFactory(household=household, person=child, role="child")
    asked = SupportRequestFactory(family__household=household, children=children[:1])
    for field in ("no_dog", "no_cat", "kinds")[:n_rows]:
        asked.sources.create(field=field, source="visit", on=MONDAY)

    with django_assert_num_queries(19):
        client.get(url_of(asked))


# Apart and together


def test_siblings_apart_and_together_again(client, household):
    children = [PersonFactory(child=True, name=name) for name in ("Noor", "Sem")]
    for child in children:
        MembershipFactory(household=household, person=child, role="child")
    asked = SupportRequestFactory(family__household=household, children=children)

    send(client, url_of(asked, "wish-split"), {"children": [children[1].pk]})

    new = asked.family.requests.latest("pk")
    assert [one.name for one in new.children.all()] == ["Sem"]
    assert [one.name for one in asked.children.all()] == ["Noor"]
    new.no_dog = "limit"
    new.save()
    page = client.get(url_of(asked, "wish-merge"))
    assert page.context["differences"] == [
        {"label": "geen hond", "kept": "", "lost": "grens"}
    ]
    response = send(client, url_of(asked, "wish-merge"), {"other": new.reference})
    assert told(response)[-1:] == ["Het is weer één hulpvraag."]
    assert asked.family.requests.get() == asked
    assert [one.name for one in asked.children.order_by("pk")] == ["Noor", "Sem"]


def test_somebody_stays_in_the_request(client, household):
    children = [PersonFactory(child=True) for _ in range(2)]
    asked = SupportRequestFactory(family__household=household, children=children)

    sent = {"children": [child.pk for child in children]}
    response = send(client, url_of(asked, "wish-split"), sent)

    assert response.context["form"].errors == {
        "children": ["Eén kind houdt deze hulpvraag. Laat één vakje leeg."]
    }
    assert asked.family.requests.count() == 1
