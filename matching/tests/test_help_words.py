"""What would help most of those who are left, as it stands on the plan."""

import numpy as np
import pytest

from families import moments
from families.tests.factories import (
    CoordinatorFactory,
    MunicipalityFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from families.vocabulary import SupportKind
from matching.core.unlock_all import SharedUnlock
from matching.engine.not_yet import Why
from matching.engine.planning import plan_for
from matching.tests.factories import MONDAY, PairingFactory
from matching.wording.help_words import help_sentence

SATURDAY_MORNING = moments.both_weeks(5, 0)
ROWS = np.array([0, 1])


@pytest.mark.parametrize(
    ("code", "side", "params", "sentence"),
    [
        (
            "distance",
            "request",
            {"more_m": 2_000},
            "Als het voor vraaggezinnen 2 km verder mag: 2 matches erbij.",
        ),
        (
            "distance",
            "offer",
            {"more_m": 1_000},
            "Als het voor steungezinnen 1 km verder mag: 2 matches erbij.",
        ),
        (
            "moments",
            "request",
            {"moment": SATURDAY_MORNING},
            "Als zaterdagochtend ook kan voor vraaggezinnen: 2 matches erbij.",
        ),
        (
            "kinds",
            "request",
            {"kind": 1 << SupportKind.SLEEPOVER},
            "Als logeren ook goed is voor vraaggezinnen: 2 matches erbij.",
        ),
        (
            "language",
            "request",
            {},
            "Als dezelfde taal geen grens is voor vraaggezinnen: 2 matches erbij.",
        ),
        (
            "language",
            "offer",
            {},
            "Als dezelfde taal geen grens is voor steungezinnen: 2 matches erbij.",
        ),
        (
            "ages",
            "offer",
            {},
            "Als kinderen die iets jonger of ouder zijn ook welkom zijn: 2 matches"
            " erbij.",
        ),
        (
            "children",
            "offer",
            {},
            "Als steungezinnen een kind meer tegelijk nemen: 2 matches erbij.",
        ),
        (
            "place",
            "either",
            {"request": 0, "offer": 1},
            "Als Ede en Wageningen samen meedoen: 2 matches erbij.",
        ),
    ],
)
def test_help_says_what_many_could_change(code, side, params, sentence):
    one = SharedUnlock(code, side, params, ROWS, 2)

    assert help_sentence(one, {0: "Ede", 1: "Wageningen"}) == sentence


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        (Why.HELD, "Als vastgehouden plekken vrijkomen: 1 match erbij."),
        (Why.SCREENING, "Als elke gevraagde VOG binnen is: 1 match erbij."),
        (
            Why.TALKING,
            "Als steungezinnen die nog in gesprek zijn beschikbaar worden: 1 match"
            " erbij.",
        ),
        (
            Why.APPLIED,
            "Als steungezinnen die zich net hebben aangemeld beschikbaar worden: 1"
            " match erbij.",
        ),
        (Why.PAUSED, "Als steungezinnen hun pauze beëindigen: 1 match erbij."),
        (Why.FULL, "Als volle steungezinnen nog een gezin nemen: 1 match erbij."),
    ],
)
def test_help_says_which_places_could_come(why, sentence):
    one = SharedUnlock("load", "offer", {"group": list(Why).index(why)}, ROWS, 1)

    assert help_sentence(one, {}) == sentence


@pytest.mark.django_db
def test_help_of_a_plan_leaves_out_what_can_never_be():
    ede = MunicipalityFactory()
    coordinator = CoordinatorFactory(municipalities=[ede])
    home = {"family__household__municipality": ede}
    SupportRequestFactory.create_batch(2, **home)
    SupportOfferFactory.create_batch(2, **home, stage="paused")
    packed = SupportOfferFactory(**home, family__places=3)
    PairingFactory.create_batch(3, offer=packed)

    found = plan_for(coordinator.user, on=MONDAY).helps

    assert [(one.code, dict(one.params), one.matched) for one in found] == [
        ("load", {"group": list(Why).index(Why.PAUSED)}, 2)
    ]


@pytest.mark.django_db
def test_help_of_a_plan_is_told_once_for_the_same_families():
    ede = MunicipalityFactory()
    coordinator = CoordinatorFactory(municipalities=[ede])
    home = {"family__household__municipality": ede}
    SupportRequestFactory.create_batch(2, **home, kinds=1, moments=SATURDAY_MORNING)
    for weekday in (0, 1):
        slot = moments.both_weeks(weekday, 0) | moments.both_weeks(weekday, 1)
        SupportOfferFactory.create_batch(2, **home, kinds=1, moments=slot)
    SupportOfferFactory.create_batch(2, **home, kinds=2, moments=SATURDAY_MORNING)

    found = plan_for(coordinator.user, on=MONDAY).helps

    assert [(one.code, one.rows.tolist()) for one in found] == [("moments", [0, 1])]


@pytest.mark.django_db
def test_other_kinds_are_told_to_all_where_nothing_else_helps():
    ede = MunicipalityFactory()
    coordinator = CoordinatorFactory(municipalities=[ede])
    home = {"family__household__municipality": ede}
    SupportRequestFactory.create_batch(2, **home, kinds=1)
    SupportOfferFactory.create_batch(2, **home, kinds=2)

    found = plan_for(coordinator.user, on=MONDAY).helps

    assert [(one.code, one.rows.tolist()) for one in found] == [("kinds", [0, 1])]
