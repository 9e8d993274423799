"""The plan in the terminal: numbers first, references only, proven on request."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from families import moments
from families.models import AuditEvent
from families.tests.factories import (
    MunicipalityFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)

pytestmark = pytest.mark.django_db

SATURDAY_MORNING = moments.both_weeks(5, 0)
IN_NOVEMBER = dt.date(2026, 11, 13)
IN_APRIL = dt.date(2026, 4, 2)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC))


@pytest.fixture
def ede():
    return MunicipalityFactory(name="Ede", slug="ede", cbs_code="0228")


def home(municipality, reference, name="Geheim"):
    return {
        "family__household__municipality": municipality,
        "family__household__reference": reference,
        "family__household__name": name,
    }


@pytest.fixture
def pool(ede):
    """Two that wait, one offer for Wednesday, and one for Saturday."""
    SupportRequestFactory(**home(ede, "VRAAG00001"), waiting_since=IN_APRIL)
    SupportRequestFactory(**home(ede, "VRAAG00002"), waiting_since=IN_NOVEMBER)
    SupportOfferFactory(**home(ede, "STEVN00001"))
    SupportOfferFactory(**home(ede, "STEVN00002"), moments=SATURDAY_MORNING)


def plan_pool(*args):
    out = StringIO()
    call_command("plan_pool", *args, stdout=out)
    return out.getvalue()


def test_plan_pool_says_the_plan_and_what_would_help_each(pool):
    assert plan_pool("Ede", "--verify").splitlines() == [
        "Als je dit plan volgt, krijgt 1 van 2 gezinnen een steungezin. Los kiezen"
        " geeft precies dezelfde paren.",
        "Bewezen met prijzen: er is geen beter plan.",
        "VRAAG00001 → STEVN00001  Sterk     wacht 235 dagen *",
        "* wacht meer dan 90 dagen en gaat voor",
        "VRAAG00002 → –  wacht 10 dagen",
        "    Als woensdagmiddag ook kan bij STEVN00002, past het.",
        "    Als zaterdagochtend ook kan: 1 gezin erbij.",
    ]


def test_plan_pool_says_what_would_help_most_of_those_left(ede):
    SupportRequestFactory(**home(ede, "VRAAG00001"))
    SupportRequestFactory(**home(ede, "VRAAG00002"))
    for number in (1, 2):
        SupportOfferFactory(**home(ede, f"STEVN0000{number}"), moments=SATURDAY_MORNING)

    said = plan_pool("Ede").splitlines()

    assert said[said.index("Wat helpt de meesten:") + 1 :] == [
        "    Als zaterdagochtend ook kan voor vraaggezinnen: 2 matches erbij.",
    ]
    helps = json.loads(plan_pool("Ede", "--json"))["helps"]
    assert [(one["code"], one["matched"]) for one in helps] == [("moments", 2)]


def test_plan_pool_as_json(pool):
    plan = json.loads(plan_pool("ede", "--json"))

    (pair,), (left,) = plan["pairs"], plan["left"]
    assert plan["municipalities"] == ["ede"]
    assert (plan["on"], plan["waiting"], plan["verified"]) == ("2026-11-23", 2, False)
    assert plan["reached"] == {"matched": 1, "first": 1, "score": pair["score"]}
    assert plan["reached_best_first"] == plan["reached"]
    assert (pair["family"], pair["support_family"]) == ("VRAAG00001", "STEVN00001")
    assert (pair["band"], pair["waited_days"], pair["first"]) == ("strong", 235, True)
    assert (left["family"], left["first"]) == ("VRAAG00002", False)
    assert [one["who"] for one in left["unlocks"]] == ["support", "request"]
    assert plan["helps"] == []


def test_plan_pool_takes_offers_across_the_border_but_not_requests(ede):
    near = MunicipalityFactory(name="Barneveld")
    ede.neighbours.add(near)
    SupportRequestFactory(**home(ede, "VRAAG00001"))
    SupportRequestFactory(**home(near, "VRAAG00002"))
    SupportOfferFactory(**home(near, "STEVN00001"))

    one = json.loads(plan_pool("0228", "--json"))
    both = json.loads(plan_pool("ede", "Barneveld", "--json"))

    assert [pair["family"] for pair in one["pairs"]] == ["VRAAG00001"]
    assert (one["waiting"], both["waiting"]) == (1, 2)


def test_plan_pool_names_nobody(ede):
    SupportRequestFactory(**home(ede, "VRAAG00001", name="De Boer"))
    SupportRequestFactory(**home(ede, "VRAAG00002", name="Yilmaz"))
    SupportOfferFactory(**home(ede, "STEVN00001", name="Kaya"), stage="talking")

    said = plan_pool("Ede") + plan_pool("Ede", "--json")

    assert [name for name in ("De Boer", "Yilmaz", "Kaya") if name in said] == []
    assert "STEVN00001" in said


def test_plan_pool_of_nobody(ede):
    assert plan_pool("Ede") == "Niemand past nu bij elkaar.\n"


def test_plan_pool_writes_down_that_it_was_read(ede):
    plan_pool("Ede")

    (event,) = AuditEvent.objects.all()
    assert (event.verb, event.actor_kind) == ("read", "system")
    assert (event.object_type, event.object_reference) == ("municipality", str(ede.pk))


def test_plan_pool_of_an_unknown_municipality(ede):
    with pytest.raises(CommandError, match="There is no municipality called 'Edam'"):
        plan_pool("Ede", "Edam")

    assert not AuditEvent.objects.exists()


def test_plan_pool_of_a_name_that_two_municipalities_have():
    MunicipalityFactory(name="Bergen", slug="bergen-l")
    MunicipalityFactory(name="Bergen", slug="bergen-nh")

    with pytest.raises(CommandError, match="may be bergen-l, bergen-nh: say which"):
        plan_pool("Bergen")


@pytest.mark.parametrize("n", [1, 3])
def test_plan_pool_asks_the_same_questions_for_any_number(
    ede, django_assert_num_queries, n
):
    for _ in range(n):
        SupportRequestFactory(family__household__municipality=ede)
        SupportRequestFactory(family__household__municipality=ede)
        SupportOfferFactory(family__household__municipality=ede)
        SupportOfferFactory(family__household__municipality=ede, stage="talking")

    with django_assert_num_queries(25):
        plan_pool("ede")
