import datetime as dt

import pytest

from families import moments
from families.tests.factories import PersonFactory, SupportRequestFactory
from families.vocabulary import SupportKind, mask_of
from matching.core.criteria import CRITERIA, State
from matching.core.explain import Question, Reason
from matching.core.pool import HOME_FACTS
from matching.wording import reasons, words

WEDNESDAY_AFTERNOON = moments.both_weeks(2, 1)
THURSDAY_AFTERNOON = moments.both_weeks(3, 1)
SATURDAY = moments.both_weeks(5, 0) | moments.both_weeks(5, 1)
MONDAY = dt.date(2026, 11, 23)


def said(code, state, *, veto=False, missing=None, **params):
    """The sentence about one criterion."""
    return reasons.sentence(
        Reason(
            code=code,
            state=state,
            veto=veto,
            points=0,
            out_of=0,
            missing=missing,
            params=params,
        )
    )


MOMENTS = {"common": 0, "only_request": 0, "only_offer": 0, "frequency": None}
KINDS = {"common": 0, "only_request": 0, "only_offer": 0}
HOME = {"broken_limits": (), "broken_wishes": (), "kept": (), "open": ()}
LANGUAGE = {"common": 0, "only_request": 0, "only_offer": 0, "preferred": 0}
DISTANCE = {"distance_m": None, "limit_m": None}

MET, PARTLY, NOT_MET, UNKNOWN = State.MET, State.PARTLY, State.NOT_MET, State.UNKNOWN


@pytest.mark.parametrize(
    ("code", "state", "given", "sentence"),
    [
        (
            "moments",
            MET,
            MOMENTS | {"common": WEDNESDAY_AFTERNOON | SATURDAY},
            "Samen: woensdagmiddag, zaterdagochtend en zaterdagmiddag.",
        ),
        (
            "moments",
            PARTLY,
            MOMENTS | {"common": moments.mask_of([moments.Moment(2, 1, 0)])},
            "Samen: woensdagmiddag in even weken. Dat is minder vaak dan gevraagd.",
        ),
        (
            "moments",
            NOT_MET,
            MOMENTS | {"only_offer": THURSDAY_AFTERNOON, "veto": True},
            "Geen moment past bij allebei. Het steungezin kan: donderdagmiddag.",
        ),
        (
            "moments",
            NOT_MET,
            MOMENTS | {"veto": True},
            "Geen moment past bij allebei. Het steungezin kan: geen moment meer vrij.",
        ),
        (
            "moments",
            UNKNOWN,
            MOMENTS | {"missing": "offer"},
            "Wanneer het steungezin kan: nog niet gevraagd.",
        ),
        (
            "moments",
            UNKNOWN,
            MOMENTS | {"missing": "both"},
            "Wanneer beide gezinnen kunnen: nog niet gevraagd.",
        ),
        (
            "kinds",
            PARTLY,
            KINDS
            | {
                "common": mask_of([SupportKind.PLAY, SupportKind.MEAL]),
                "only_request": mask_of([SupportKind.SLEEPOVER]),
            },
            "Biedt: spelen en mee-eten. Biedt niet: logeren.",
        ),
        (
            "kinds",
            NOT_MET,
            KINDS | {"only_request": 1, "only_offer": 2, "veto": True},
            "Gevraagd: spelen. Geboden: mee-eten.",
        ),
        ("frequency", MET, {"asked": 1, "offered": 1}, "Allebei elke week."),
        (
            "frequency",
            PARTLY,
            {"asked": 1, "offered": 2},
            "Gevraagd: elke week. Geboden: om de week.",
        ),
        (
            "frequency",
            UNKNOWN,
            {"asked": None, "offered": 1, "missing": "request"},
            "Hoe vaak het vraaggezin wil: nog niet gevraagd.",
        ),
        (
            "ages",
            MET,
            {"asked": mask_of([6, 9]), "welcome": mask_of(range(4, 12)), "outside": 0},
            "Kinderen van 6 en 9 jaar passen.",
        ),
        (
            "ages",
            NOT_MET,
            {
                "asked": mask_of([6, 15]),
                "welcome": mask_of(range(4, 12)),
                "outside": mask_of([15]),
                "veto": True,
            },
            "Kind van 15 jaar past niet. Welkom: 4 tot en met 11 jaar.",
        ),
        ("children", MET, {"number": 2, "at_once": 2}, ""),
        (
            "children",
            NOT_MET,
            {"number": 3, "at_once": 2, "veto": True},
            "Gevraagd voor 3 kinderen, ruimte voor 2 tegelijk.",
        ),
        (
            "home",
            NOT_MET,
            HOME | {"broken_limits": (("offer", "dog"),), "veto": True},
            "Het steungezin heeft een hond. Dat is een grens.",
        ),
        (
            "home",
            PARTLY,
            HOME
            | {"broken_wishes": (("request", "cat"),), "kept": (("offer", "dog"),)},
            "Het vraaggezin heeft een kat. Dat is liever niet."
            " Zoals gewenst: geen hond.",
        ),
        (
            "home",
            MET,
            HOME
            | {
                "kept": (("offer", "dog"), ("offer", "cat")),
                "kept_limits": (("offer", "dog"),),
            },
            "Binnen de grens: geen hond. Zoals gewenst: geen kat.",
        ),
        (
            "home",
            UNKNOWN,
            HOME | {"open": (("offer", "dog"), ("request", "dog"))},
            "Nog te vragen: een hond.",
        ),
        (
            "home",
            UNKNOWN,
            HOME,
            "Grenzen en wensen in huis: nog niet gevraagd.",
        ),
        ("home", MET, HOME, "In huis staat niets in de weg."),
        (
            "distance",
            PARTLY,
            DISTANCE | {"distance_m": 4200, "limit_m": 5000},
            "Binnen de grens van 5 km.",
        ),
        (
            "distance",
            NOT_MET,
            DISTANCE | {"distance_m": 7240, "limit_m": 2500, "veto": True},
            "7,2 km ver; de grens is 2,5 km.",
        ),
        (
            "distance",
            UNKNOWN,
            DISTANCE | {"missing": "offer"},
            "Waar het steungezin woont, weten we nog niet.",
        ),
        ("language", MET, LANGUAGE | {"common": 1}, "Ze spreken allebei Nederlands."),
        (
            "language",
            NOT_MET,
            LANGUAGE | {"veto": True},
            "Geen taal samen, en dat is een grens.",
        ),
        ("language", MET, LANGUAGE, "De taal maakt ze niet uit."),
        (
            "screening",
            PARTLY,
            {"stage": 1},
            "Nog niet elke VOG is gezien. Daarna kan het.",
        ),
        ("screening", NOT_MET, {"stage": 3, "veto": True}, "Een VOG is geweigerd."),
        ("custody", UNKNOWN, {"said": 0}, ""),
        ("place", MET, {"request": 0, "offer": 0}, ""),
        ("place", PARTLY, {"request": 0, "offer": 1}, "Woont in een buurgemeente."),
        (
            "duration",
            PARTLY,
            {"asked_months": 1, "offered_months": 24},
            "Verwacht: 1 maand gevraagd, 24 maanden geboden.",
        ),
        ("duration", UNKNOWN, {"asked_months": None, "offered_months": 24}, ""),
        ("load", MET, {"running": 0, "free": 1}, "Heeft nog geen ander gezin."),
        (
            "load",
            PARTLY,
            {"running": 1, "free": 1},
            "Heeft al 1 gezin. 1 plek is vrij.",
        ),
        (
            "load",
            NOT_MET,
            {"running": 2, "free": 0, "veto": True},
            "Er is geen plek vrij.",
        ),
        ("history", MET, {"excluded": False}, ""),
    ],
)
def test_sentence_says_what_the_engine_found(code, state, given, sentence):
    assert said(code, state, **given) == sentence


def test_every_criterion_has_a_name_and_words():
    codes = {criterion.code for criterion in CRITERIA}

    assert set(reasons.CRITERIA) == codes
    assert set(reasons._SAY) == codes  # noqa: SLF001 - no criterion may be forgotten


def test_every_question_and_home_fact_has_words():
    asked = {criterion.code for criterion in CRITERIA if criterion.may_ask}

    assert set(reasons.QUESTIONS) == set(reasons.TASKS) == asked
    facts = {*HOME_FACTS, "no_children"}
    assert set(words.HOME_KEPT) == set(reasons.HOME_OPEN) == facts


@pytest.mark.parametrize(
    ("side", "sentence"),
    [
        ("request", "Vraag aan gezin B.: Wanneer kunnen ze?"),
        ("offer", "Vraag aan gezin W.: Wanneer kunnen ze?"),
        ("both", "Vraag aan beide gezinnen: Wanneer kunnen ze?"),
    ],
)
def test_question_names_whom_to_ask(side, sentence):
    question = Question(code="moments", side=side, col=0, changes=1)

    asked = reasons.question_in_words(question, request="gezin B.", offer="gezin W.")

    assert asked == sentence


def test_many_moments_are_counted():
    mask = WEDNESDAY_AFTERNOON | SATURDAY | moments.SCHOOL_HOLIDAYS

    assert (
        words.moments_in_words(mask, most=3)
        == "woensdagmiddag, zaterdagochtend en nog 2 momenten"
    )


@pytest.mark.django_db
def test_support_family_hears_no_name_no_age_and_no_place():
    children = [
        PersonFactory(name="Noor", age_told=6, age_told_on=MONDAY),
        PersonFactory(name="Sem", age_told=9, age_told_on=MONDAY),
    ]
    request = SupportRequestFactory(
        children=children,
        family__household__name="De Boer",
        no_dog="limit",
        children_at_home="wish",
        remarks="Geheim",
    )

    heard = words.heard_by_support_family(request, distance_km=1.3, on=MONDAY)

    assert {row["term"]: row["value"] for row in heard} == {
        "Kinderen": "2 kinderen van 4 tot en met 6 jaar en 7 tot en met 9 jaar",
        "Wat": "spelen",
        "Hoe vaak": "elke week",
        "Wanneer": "woensdagmiddag",
        "Hoe ver": "ongeveer 10 minuten fietsen",
        "Grenzen": "geen hond",
        "Wensen": "kinderen in huis",
    }


@pytest.mark.django_db
def test_what_is_not_known_is_not_told():
    request = SupportRequestFactory(
        children=[PersonFactory()], kinds=0, moments=None, frequency=""
    )

    heard = words.heard_by_support_family(request, distance_km=None, on=MONDAY)

    assert heard == [{"term": "Kinderen", "value": "1 kind"}]


@pytest.mark.parametrize(
    ("code", "given", "sign"),
    [
        ("distance", DISTANCE | {"distance_m": 4200, "limit_m": 5000}, "met"),
        ("distance", DISTANCE | {"distance_m": 4200}, "partly"),
        ("duration", {"asked_months": 12, "offered_months": 24}, "met"),
        ("duration", {"asked_months": 24, "offered_months": 12}, "partly"),
    ],
)
def test_what_both_accept_is_met(code, given, sign):
    reason = Reason(
        code=code,
        state=PARTLY,
        points=200,
        out_of=500,
        veto=False,
        missing=None,
        params=given,
    )

    (in_words,) = reasons.reasons_in_words([reason])

    assert in_words.sign == sign
