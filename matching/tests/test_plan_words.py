from dataclasses import replace

import numpy as np
import pytest

from matching.core.criteria import State
from matching.core.explain import Reason
from matching.core.plan import Reached, plan
from matching.wording.plan_words import (
    Compared,
    beside_best_first,
    cost_sentences,
    first_sentence,
    main_reason,
    main_reasons,
    pin_cost_sentence,
    pins_sentence,
)


def made(*rows, places, first=()):
    """The plan of rows that map columns to scores; `first` are those that go first."""
    indptr = np.cumsum([0, *(len(row) for row in rows)])
    indices = [column for row in rows for column in sorted(row)]
    scores = [row[column] for row in rows for column in sorted(row)]
    goes_first = [number in first for number in range(len(rows))]
    return plan(indptr, indices, scores, places, first=goes_first)


def test_first_sentence_counts_families():
    found = made({0: 5}, {0: 4}, places=[1])

    assert first_sentence(found, by_request=False) == (
        "Als je dit plan volgt, krijgt 1 van 2 gezinnen een steungezin."
    )


def test_first_sentence_counts_requests_where_a_family_has_two():
    found = made({0: 5}, {0: 4}, {}, places=[2])

    assert first_sentence(found, by_request=True) == (
        "Als je dit plan volgt, krijgen 2 van 3 vragen om steun een steungezin."
    )


def test_nobody_matched_is_said_without_numbers():
    found = made({}, {}, places=[1])

    said = (first_sentence(found, by_request=False), beside_best_first(found))

    assert said == ("Niemand past nu bij elkaar.", "")


@pytest.mark.parametrize(
    ("rows", "places", "first", "words"),
    [
        pytest.param(
            [{0: 9, 1: 5}, {0: 8}],
            [1, 1],
            (),
            "Los kiezen geeft er 1.",
            id="more",
        ),
        pytest.param(
            [{0: 9}, {1: 8}],
            [1, 1],
            (),
            "Los kiezen geeft precies dezelfde paren.",
            id="the same",
        ),
        pytest.param(
            [{0: 5}, {0: 9}],
            [1],
            (0,),
            "Los kiezen geeft er evenveel, maar dan krijgt 1 gezin dat lang wacht"
            " niemand.",
            id="who waits long",
        ),
        pytest.param(
            [{0: 10, 1: 9}, {0: 9, 1: 1}],
            [1, 1],
            (),
            "Los kiezen geeft er evenveel, maar die paren passen minder goed.",
            id="only the score",
        ),
    ],
)
def test_beside_best_first_says_what_is_better(rows, places, first, words):
    assert beside_best_first(made(*rows, places=places, first=first)) == words


def test_other_pairs_that_are_as_good_are_not_called_worse():
    found = made({0: 5, 1: 5}, {0: 5, 1: 5}, places=[1, 1])

    swapped = replace(found, best_first=found.column[::-1].copy())

    assert beside_best_first(swapped) == (
        "Los kiezen geeft er evenveel. Die paren zijn anders, maar passen even goed."
    )


def reason(code, state=State.MET, points=100, **params):
    return Reason(
        code=code,
        state=state,
        veto=False,
        points=points,
        out_of=1000,
        missing=None,
        params=params,
    )


def kinds(state, points=100, missing=0):
    return reason("kinds", state, points, common=1, only_request=missing)


def load(points=100):
    return reason("load", State.MET, points, running=0, free=1)


def distance(metres, points=100):
    state = State.UNKNOWN if metres is None else State.MET
    return reason("distance", state, points, distance_m=metres, limit_m=None)


def test_main_reason_is_where_it_rubs():
    reasons = [load(900), kinds(State.PARTLY, missing=2)]

    found = main_reason(reasons)

    assert (found.code, found.text) == (
        "kinds",
        "Biedt: spelen. Biedt niet: mee-eten.",
    )


def test_main_reason_is_else_what_counts_most():
    assert main_reason([load(200), kinds(State.MET, 300)]).code == "kinds"
    assert main_reason([load(400), kinds(State.MET, 300)]).code == "load"
    assert main_reason([]) is None


def test_main_reasons_of_a_strong_pair_begin_with_what_fits():
    reasons = [kinds(State.PARTLY, missing=2), distance(1000, 50), load(100)]

    strong = main_reasons(reasons, strong=True)
    good = main_reasons(reasons, strong=False)
    perfect = main_reasons([load(200)], strong=True)

    assert [one.sign for one in strong] == ["met", "partly"]
    assert [one.code for one in good] == ["kinds"]
    assert [one.code for one in perfect] == ["load"]
    assert main_reasons([], strong=True) == []


def compared(best, given, *, best_score=8000, given_score=7000):
    return Compared(
        best="gezin Willems",
        given="gezin Kaya",
        best_score=best_score,
        given_score=given_score,
        best_reasons=best,
        given_reasons=given,
    )


def test_own_best_costs_nothing():
    assert cost_sentences(None) == ["Krijgt het gezin dat het best past."]


@pytest.mark.parametrize(
    ("best", "given", "words"),
    [
        (1000, 2600, ": 1,6 km verder."),
        (2600, 1000, ": 1,6 km dichterbij."),
        (1000, 1040, "."),
        (None, 1000, "."),
    ],
)
def test_cost_tells_how_much_further(best, given, words):
    found = compared([distance(best)], [distance(given)], given_score=8000)

    assert cost_sentences(found) == [
        "Gezin Willems en gezin Kaya passen even goed.",
        f"In dit plan krijgen ze gezin Kaya{words}",
    ]


def test_cost_names_what_loses_most():
    found = compared(
        [distance(1000, 900), kinds(State.MET, 800), load(300)],
        [distance(1000, 100), kinds(State.MET, 400), load(200)],
    )

    assert cost_sentences(found) == [
        "Gezin Willems past het best.",
        "In dit plan krijgen ze gezin Kaya.",
        "Past minder goed op: soorten steun.",
    ]


def test_cost_of_a_little_less_has_no_reason_to_name():
    found = compared([distance(1000, 900)], [distance(1000, 100)])

    assert cost_sentences(found)[2:] == ["Dat past iets minder goed."]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            "places",
            "Gezin Willems heeft 2 plekken vrij. Je hebt daar meer gezinnen vastgezet.",
        ),
        ("row_twice", "Je hebt één gezin aan twee steungezinnen vastgezet."),
        ("apart", "Je hebt een paar vastgezet dat ook niet samen mag."),
        ("no_candidate", "Je hebt een paar vastgezet dat niet past."),
    ],
)
def test_every_fault_of_pins_has_its_words(fault, words):
    assert pins_sentence(fault, support="gezin Willems", places=2) == words


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (Reached(2, 0, 0), "Zonder deze keuze krijgen 2 gezinnen meer een steungezin."),
        (
            Reached(0, 1, -5),
            "Zonder deze keuze krijgt 1 gezin meer dat lang wacht een steungezin.",
        ),
        (Reached(0, 0, 9), "Zonder deze keuze passen de paren samen iets beter."),
        (Reached(0, 0, 0), ""),
    ],
)
def test_cost_of_a_pin_is_told_by_what_matters_most(cost, words):
    assert pin_cost_sentence(cost) == words
