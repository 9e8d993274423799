"""The editor of wishes, as a browser without JavaScript uses it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.http import QueryDict

from families import moments
from families.forms.wishes import form_of
from families.services.wishes import WishRows
from families.tests.applying import send
from families.tests.browser_form import sent_unchanged
from families.tests.factories import (
    WEDNESDAY_AFTERNOON,
    MembershipFactory,
    PersonFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    TaskFactory,
)
from families.tests.wishes.doing import save, sources, told, typed, url_of
from families.vocabulary import SupportKind, mask_of

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)


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
