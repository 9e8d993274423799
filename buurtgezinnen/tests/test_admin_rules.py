import datetime as dt
import re
from collections import Counter
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from buurtgezinnen.admin.rules_form import (
    BANDS,
    NUMBERS,
    SETS,
    RulesForm,
    numbers_of,
    rules_of,
)
from buurtgezinnen.tests.concurrency import together
from buurtgezinnen.tests.office import errors_of
from families.models import AuditEvent
from families.tests.factories import CoordinatorFactory, HouseholdFactory, UserFactory
from matching.core.rules import CODES, DEFAULT_RULES, Weights
from matching.models import Rules
from matching.tests.factories import RulesFactory
from matching.tests.test_backtest import choice
from matching.wording.reasons import CRITERIA

pytestmark = pytest.mark.django_db

ADD = "/beheer/matching/rules/add/"
CALLERS = 8
CANARY = "Kanarievogel"


@pytest.fixture
def office(client):
    """Somebody of the office, logged in."""
    user = UserFactory(is_organisation=True, name="Noor van kantoor")
    client.force_login(user)
    return user


def typed(**changes):
    """What the form sends: the rules in use with something changed."""
    numbers = numbers_of(DEFAULT_RULES) | {"reason": "Overlegd in november."} | changes
    words = {name: str(value).replace(".", ",") for name, value in numbers.items()}
    return {"version": "2", **words, "reason": numbers["reason"]}


def send(client, answers, url=ADD):
    return client.post(
        url,
        urlencode(answers),
        content_type="application/x-www-form-urlencoded",
    )


def look_and_save(client, **changes):
    """Looks at numbers, and then saves them."""
    looked = send(client, typed(**changes) | {"_look": "x"})
    token = looked.context["preview"].token
    return send(client, typed(**changes) | {"looked_at": token, "_save": "x"})


def test_numbers_are_the_rules_and_back():
    numbers = numbers_of(DEFAULT_RULES)

    assert set(numbers) == set(NUMBERS)
    assert rules_of(numbers, version=1) == DEFAULT_RULES


def test_every_criterion_has_its_field_in_the_fixed_order(client, office):
    response = client.get(ADD)

    form = response.context["adminform"].form
    assert list(SETS[0][1]) == [f"weights_{code}" for code in CODES]
    assert [form.fields[name].label for name in SETS[0][1]] == [
        CRITERIA[code] for code in CODES
    ]
    assert {name: form.initial[name] for name in NUMBERS} == numbers_of(DEFAULT_RULES)


def test_new_version_starts_from_the_one_that_is_asked(client, office):
    RulesFactory(version=2, weights=DEFAULT_RULES | {"near_tie": 100})
    RulesFactory(version=3, weights=DEFAULT_RULES | {"near_tie": 150})

    started = [
        client.get(f"{ADD}{asked}").context["adminform"].form.initial["near_tie"]
        for asked in ("", "?van=2", "?van=1", "?van=99", "?van=x", f"?van={10**40}")
    ]

    assert started == [150, 100, 50, 150, 150, 150]


def test_looking_writes_nothing_and_keeps_what_was_typed(client, office):
    response = send(client, typed(neutral=0.25) | {"_look": "x"})

    form = response.context["adminform"].form
    assert response.status_code == 200
    assert (form["neutral"].value(), form["reason"].value()) == (
        0.25,
        "Overlegd in november.",
    )
    assert 'name="neutral" value="0,25"' in response.text
    assert list(Rules.objects.values_list("version", flat=True)) == [1]
    assert AuditEvent.objects.filter(verb="created").count() == 0


def test_preview_tells_how_often_choices_would_have_stood_first(client, office):
    choice(first=True)
    choice(first=True)
    choice(first=False)

    response = send(
        client, typed(weights_kinds=0, weights_frequency=40) | {"_look": "x"}
    )

    made = response.context["preview"].made
    assert (made.n, made.new, made.in_use, made.says_little) == (3, 1, 2, True)
    text = " ".join(response.text.split())
    assert (
        "Met deze gewichten had de eigen keuze van coördinatoren in 1 van 3 gevallen "
        "bovenaan gestaan." in text
    )
    assert "Met versie 1, die nu geldt, in 2 van 3." in text
    assert "Dit zijn weinig gevallen" in text


def said(response):
    """What the preview says, without its markup."""
    found = response.text.partition('id="preview-title"')[2].partition("</section>")[0]
    return " ".join(re.sub("<[^>]*>", " ", found).split())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"weights_kinds": 0, "weights_frequency": 40},
            "Bij 3 van die voorstellen zeiden beide gezinnen ja. Met deze gewichten "
            "had er daarvan 1 bovenaan gestaan, met de versie die nu geldt 2.",
        ),
        (
            {"neutral": 0.25},
            "Bij 3 van die voorstellen zeiden beide gezinnen ja. Met deze gewichten "
            "hadden er daarvan 2 bovenaan gestaan, net als met de versie die nu geldt.",
        ),
    ],
)
def test_preview_tells_of_the_choices_that_became_a_pairing(
    client, office, changes, sentence
):
    monday = dt.date(2026, 11, 23)
    accepted = {"outcome": "accepted", "closed_on": monday}
    for side in ("support", "request"):
        accepted |= {f"{side}_answer": "yes", f"{side}_answered_on": monday}
    choice(first=True, **accepted)
    choice(first=True, **accepted)
    choice(first=False, **accepted)

    response = send(client, typed(**changes) | {"_look": "x"})

    assert sentence in said(response)


def test_preview_says_when_both_versions_stand_alike(client, office):
    choice(first=True)

    response = send(client, typed(neutral=0.25) | {"_look": "x"})

    assert "Met versie 1, die nu geldt, in evenveel gevallen." in said(response)


def test_preview_without_choices_says_so_in_words(client, office):
    response = send(client, typed(neutral=0.25) | {"_look": "x"})

    text = " ".join(response.text.split())
    assert "Er is nog geen eerdere keuze om mee te vergelijken." in text
    assert "van 0 gevallen" not in text


def test_preview_shows_no_family(client, office):
    HouseholdFactory(name=CANARY, coordinator=CoordinatorFactory())
    proposal = choice(first=True)
    household = proposal.request.family.household
    household.name = CANARY
    household.save()

    response = send(client, typed(neutral=0.25) | {"_look": "x"})

    told = response.text
    shown = [
        word
        for word in (CANARY, household.reference, proposal.reference)
        if word in told
    ]
    assert shown == []


def test_version_is_saved_after_a_look(client, office):
    look_and_save(client, near_tie=100, weights_distance=0)

    newest = Rules.objects.get(version=2)
    assert newest.weights == DEFAULT_RULES | {
        "version": 2,
        "near_tie": 100,
        "weights": DEFAULT_RULES["weights"] | {"distance": 0},
    }
    assert (newest.reason, newest.made_by) == ("Overlegd in november.", office)
    assert list(
        AuditEvent.objects.filter(verb="created").values_list("object_type", "fields")
    ) == [("rules", "near_tie weights_distance")]


def test_nothing_is_saved_that_nobody_looked_at(client, office):
    looked = send(client, typed(neutral=0.25) | {"_look": "x"})
    token = looked.context["preview"].token

    answers = [
        send(client, typed(neutral=0.25) | {"_save": "x"}),
        send(client, typed(neutral=0.75) | {"_save": "x", "looked_at": token}),
    ]

    assert [one.context["preview"].token == token for one in answers] == [True, False]
    assert Rules.objects.count() == 1


def test_version_sent_twice_is_refused(client, office):
    look_and_save(client, neutral=0.25)

    response = send(client, typed(neutral=0.25) | {"_save": "x"})

    assert response.status_code == 422
    assert [one["message"] for one in errors_of(response)["__all__"]] == [
        "Intussen is versie 3 de volgende. Kijk daar eerst naar."
    ]
    assert Rules.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_who_save_at_once_one_makes_the_version():
    RulesFactory()
    user = UserFactory(is_organisation=True)
    callers = [Client() for _number in range(CALLERS)]
    for client in callers:
        client.force_login(user)
    numbers = typed(neutral=0.25)
    looked = send(callers[0], numbers | {"_look": "x"})
    token = looked.context["preview"].token
    answers = numbers | {"looked_at": token, "_save": "x"}

    results = together(CALLERS, lambda i: send(callers[i], answers).status_code)

    assert Counter(results) == {302: 1, 422: CALLERS - 1}
    versions = Rules.objects.order_by("version").values_list("version", flat=True)
    assert list(versions) == [1, 2]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, "weights_moments"),
        ({f"weights_{code}": 0 for code in CODES}, "weights_moments"),
        ({"weights_kinds": -1}, "weights_kinds"),
        ({"weights_kinds": 101}, "weights_kinds"),
        ({"weights_kinds": ""}, "weights_kinds"),
        ({"weights_kinds": "nan"}, "weights_kinds"),
        ({"weights_kinds": "1e400"}, "weights_kinds"),
        ({"neutral": 2}, "neutral"),
        ({"good_from": 8000}, "good_from"),
        ({"agrees_partly_from": 0.8}, "agrees_partly_from"),
        ({"near_tie": 70}, "near_tie"),
        ({"near_tie": 0}, "near_tie"),
        ({"dayparts_enough_weekly": 0.5}, "dayparts_enough_weekly"),
        ({"visits_in_four_weeks_monthly": 0}, "visits_in_four_weeks_monthly"),
        ({"usual_distance_m": 0}, "usual_distance_m"),
        ({"reason": ""}, "reason"),
    ],
)
@pytest.mark.parametrize("button", ["_look", "_save"])
def test_numbers_that_cannot_be_used_are_refused_at_their_field(
    client, office, changes, wrong, button
):
    response = send(client, typed(**changes) | {button: "x"})

    assert response.status_code == 422
    assert list(errors_of(response)) == [wrong]
    assert Rules.objects.count() == 1


@given(
    st.fixed_dictionaries(
        {
            name: st.integers(0, 10_000)
            if name in BANDS
            else st.floats(0, 1.2) | st.integers(0, 60)
            for name in NUMBERS
        }
    )
)
def test_form_lets_through_just_what_the_engine_can_use(numbers):
    answers = {name: str(value) for name, value in numbers.items()}
    form = RulesForm({"version": "2", "reason": "x", **answers})

    valid = form.is_valid()

    try:
        Weights.from_rules(rules_of(numbers, version=2))
    except ValueError:
        assert not valid
    else:
        # What the engine could use and the form refuses is beyond a number's bounds.
        codes = {error.code for one in form.errors.as_data().values() for error in one}
        assert codes <= {"min_value", "max_value"}


@pytest.mark.parametrize("button", ["_look", "_save"])
def test_missing_reason_is_said_once_above_the_form_with_the_way_to_it(
    client, office, button
):
    response = send(client, typed(neutral=0.25, reason="") | {button: "x"})

    notice = response.text.partition('class="errornote"')[2].partition("</div>")[0]
    assert response.text.count('class="errornote"') == 1
    assert re.findall(r'<a href="#(\w+)">(.*?)</a> – (.*)', notice) == [
        (
            "id_reason",
            "Waarom verander je dit?",
            "Schrijf op waarom je de regels verandert.",
        )
    ]
    assert "Corrigeer de onderstaande" not in response.text
    assert AuditEvent.objects.filter(verb="created").count() == 0


def test_version_is_never_edited(client, office):
    rules = Rules.objects.get(version=1)

    response = send(
        client, typed(reason="Anders."), f"/beheer/matching/rules/{rules.pk}/change/"
    )

    rules.refresh_from_db()
    assert (response.status_code, rules.reason) == (403, "First rules.")


def test_history_tells_who_when_and_why(client, office):
    newest = RulesFactory(
        version=2,
        weights=DEFAULT_RULES | {"version": 2, "near_tie": 100},
        reason="Minder snel gelijk.",
        made_by=office,
    )
    Rules.objects.filter(pk=newest.pk).update(
        made_at=dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
    )

    listed = client.get("/beheer/matching/rules/")
    page = client.get(f"/beheer/matching/rules/{newest.pk}/change/")

    rows = list(listed.context["cl"].result_list)
    assert [(one.version, one.made_by) for one in rows] == [(2, office), (1, None)]
    assert listed.text.count("Noor van kantoor") == 2  # and who is logged in
    assert listed.text.count("De eerste regels.") == 1
    assert listed.text.count("Kwam met de site") == 1
    for text in (listed.text, page.text):
        assert "Minder snel gelijk." in text
        assert "23 november 2026 10:00" in text
    assert "<li>Bijna even goed: <strong>100</strong> (was 50)</li>" in page.text
    assert "<li>Momenten: <strong>22</strong> </li>" in page.text


@pytest.mark.parametrize("n_choices", [1, 3])
def test_look_takes_as_many_queries_for_few_choices_as_for_many(
    client, office, django_assert_num_queries, n_choices
):
    for _number in range(n_choices):
        choice(first=True)
    # Which kinds of rows there are is asked once in a process, by whoever comes first.
    send(client, typed(neutral=0.25) | {"_look": "x"})

    with django_assert_num_queries(11):
        send(client, typed(neutral=0.25) | {"_look": "x"})
