import datetime as dt
import re

import pytest
from django.urls import reverse

from families.models import ContactMoment
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    ScreeningCheckFactory,
)
from matching.models import Pairing
from matching.tests.factories import (
    MONDAY,
    PairingFactory,
    ProposalFactory,
    both_agree_to_meet,
)
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(
        municipalities=[MunicipalityFactory(name="Aalsmeer")]
    )
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def own(coordinator):
    return coordinator.municipalities.get()


TRIAL = {"step": "trial", "on": "vandaag", "trial_until": "11-1-2027"}


def together(municipality, asks="De Boer", gives="Willems", **kwargs):
    return PairingFactory(
        request__family__household__municipality=municipality,
        request__family__household__name=asks,
        offer__family__household__municipality=municipality,
        offer__family__household__name=gives,
        **kwargs,
    )


def page_of(pairing):
    return reverse("matching:pairing-detail", args=[pairing.reference])


def step_url(pairing):
    return reverse("matching:pairing-step", args=[pairing.reference])


def test_pipeline_groups_what_runs_with_one_next_step(client, own):
    proposal = ProposalFactory(
        request__family__household__municipality=own,
        request__family__household__name="Peters",
        offer__family__household__municipality=own,
        offer__family__household__name="Visser",
    )
    introduction = together(own)
    together(own, trial=True)
    together(own, active=True)
    together(own, independent=True)
    together(own, ended=True)
    together(MunicipalityFactory(), asks="Vreemd")

    response = client.get(reverse("matching:pairing-list"))

    groups = [*response.context["groups"], response.context["ended"]]
    assert [
        (group.key, [(one.step, one.line) for one in group.entries]) for group in groups
    ] == [
        (
            "proposed",
            [
                (
                    "Noteer het antwoord",
                    "Wacht op het steungezin, tot 30 november 2026.",
                )
            ],
        ),
        (
            "introduction",
            [("Plan kennismaking", "Nog geen dag voor de kennismaking.")],
        ),
        ("trial", [("Maak de koppeling vast", "Op proef tot en met 4 januari 2027.")]),
        (
            "active",
            [("Bekijk", "Samen sinds 23 november 2026.")],
        ),
        ("independent", [("Rond af", "Gaat verder zonder begeleiding.")]),
        (
            "ended",
            [("Bekijk", "Afgerond op 23 november 2026: steun is niet meer nodig.")],
        ),
    ]
    assert groups[0].entries[0].url == proposal.get_absolute_url()
    assert groups[1].entries[0].url == introduction.get_absolute_url()
    assert "Vreemd" not in response.text


def test_pipeline_keeps_what_lies_ready_apart(client, own):
    given = {
        "request__family__household__municipality": own,
        "offer__family__household__municipality": own,
    }
    ready = ProposalFactory(**given, ready=True)
    asked = ProposalFactory(**given)

    response = client.get(reverse("matching:pairing-list"))

    first, second, *_others = response.context["groups"]
    assert [(group.key, group.title) for group in (first, second)] == [
        ("ready", "Ligt klaar"),
        ("proposed", "Voorgesteld"),
    ]
    assert [one.url for one in first.entries] == [ready.get_absolute_url()]
    assert [one.url for one in second.entries] == [asked.get_absolute_url()]


def test_empty_pipeline_says_so_for_each_group(client, own):
    response = client.get(reverse("matching:pairing-list"))

    for group in response.context["groups"]:
        assert group.empty in response.text


@pytest.mark.parametrize("n", [1, 3])
def test_pipeline_asks_the_same_for_any_number(
    client, own, django_assert_num_queries, n
):
    for _number in range(n):
        together(own)
        together(own, ended=True)
        ProposalFactory(request__family__household__municipality=own)

    with django_assert_num_queries(11):
        client.get(reverse("matching:pairing-list"))


def test_pairing_page_shows_both_families_and_their_last_talks(client, own):
    pairing = together(own)
    ContactMoment.objects.create(
        household=pairing.offer.family.household,
        happened_on=MONDAY,
        by=pairing.lead.user,
    )

    response = client.get(page_of(pairing))

    assert [(one.name, one.reached_on) for one in response.context["heads"]] == [
        ("gezin De Boer", None),
        ("gezin Willems", MONDAY),
    ]
    title = response.text.partition("<title>")[2].partition("</title>")[0]
    assert title.strip() == "Koppeling D. en W. – Buurtgezinnen"


@pytest.mark.parametrize("n", [1, 3])
def test_pairing_page_asks_the_same_for_any_number(
    client, own, django_assert_num_queries, n
):
    pairing = together(own, trial=True)
    for _number in range(n):
        MembershipFactory(household=pairing.offer.family.household)

    with django_assert_num_queries(20):
        client.get(page_of(pairing))


def test_introduction_is_planned(client, own):
    pairing = both_agree_to_meet(together(own))

    response = send(
        client,
        step_url(pairing),
        step="introduction",
        introduction_on="1-12-2026",
        row_version=1,
    )

    pairing.refresh_from_db()
    assert response.url == page_of(pairing)
    assert pairing.introduction_on == dt.date(2026, 12, 1)


def test_introduction_can_be_moved(client, own):
    pairing = both_agree_to_meet(together(own, introduction_on=MONDAY))

    page = client.get(page_of(pairing))
    send(
        client,
        step_url(pairing),
        step="introduction",
        introduction_on="2-12-2026",
        row_version=1,
    )

    pairing.refresh_from_db()
    assert page.context["forms"][1]["introduction_on"].value() == "23-11-2026"
    assert pairing.introduction_on == dt.date(2026, 12, 2)


def test_a_vog_that_is_due_again_bars_the_post_and_shows_the_way_out(client, own):
    pairing = together(own)
    household = pairing.offer.family.household
    person = PersonFactory(name="Anna")
    ScreeningCheckFactory(person=person, shown=True, ask_again_on=dt.date(2026, 11, 1))
    MembershipFactory(person=person, household=household)

    response = send(
        client,
        step_url(pairing),
        step="introduction",
        introduction_on="1-12-2026",
        row_version=1,
    )

    assert (response.status_code, response.context["without_vog"]) == (422, [person])
    assert reverse("families:screening", args=[household.reference]) in response.text
    pairing.refresh_from_db()
    assert pairing.introduction_on is None


def test_gate_names_who_has_no_vog_and_where_to_go(client, own):
    pairing = together(own)
    household = pairing.offer.family.household
    shown, missing = PersonFactory(name="Anna"), PersonFactory(name="Bert")
    ScreeningCheckFactory(person=shown, shown=True)
    for person in (shown, missing):
        MembershipFactory(person=person, household=household)

    page = client.get(page_of(pairing))
    response = send(
        client,
        step_url(pairing),
        step="introduction",
        introduction_on="1-12-2026",
        row_version=1,
    )

    assert page.context["without_vog"] == [missing]
    assert response.status_code == 422
    assert response.context["refused"] is True
    assert response.context["without_vog"] == [missing]
    assert reverse("families:screening", args=[household.reference]) in response.text
    assert 'value="1-12-2026"' in response.text
    pairing.refresh_from_db()
    assert pairing.introduction_on is None


def test_pairing_walks_from_trial_to_active_and_back(client, own):
    pairing = together(own, introduction_on=MONDAY)
    step_back = reverse("matching:pairing-step-back", args=[pairing.reference])

    trial = send(client, step_url(pairing), **TRIAL, row_version=1)
    back = send(client, step_back, row_version=2)
    send(client, step_url(pairing), **TRIAL, row_version=3)
    send(client, step_url(pairing), step="active", on="vandaag", row_version=4)

    pairing.refresh_from_db()
    assert (trial.url, back.url) == (page_of(pairing), page_of(pairing))
    assert (pairing.stage, pairing.trial_until) == ("active", dt.date(2027, 1, 11))


@pytest.mark.parametrize(
    ("before", "step"),
    [("introduction", "trial"), ("trial", "active")],
)
def test_step_that_is_sent_twice_is_taken_once(client, own, before, step):
    pairing = together(
        own, introduction_on=MONDAY, **({before: True} if step != "trial" else {})
    )
    answers = TRIAL if step == "trial" else {"step": step, "on": "vandaag"}

    first = send(client, step_url(pairing), **answers, row_version=1)
    second = send(client, step_url(pairing), **answers, row_version=1)

    pairing.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 409)
    assert str(second.context["conflict_title"]) == "Deze stap is al gezet"
    assert (pairing.stage, pairing.row_version) == (step, 2)


def test_step_on_a_stale_page_keeps_the_answers(client, own):
    pairing = both_agree_to_meet(together(own, introduction_on=MONDAY))
    send(
        client,
        step_url(pairing),
        step="introduction",
        introduction_on="1-12-2026",
        row_version=1,
    )

    response = send(client, step_url(pairing), **TRIAL, row_version=1)

    pairing.refresh_from_db()
    assert response.status_code == 422
    assert response.context["form"].has_error("__all__", code="stale")
    assert 'value="11-1-2027"' in response.text
    assert pairing.stage == "introduction"


def test_step_back_that_is_sent_twice_goes_back_once(client, own):
    pairing = together(own, active=True, trial_until=MONDAY)
    url = reverse("matching:pairing-step-back", args=[pairing.reference])

    first = send(client, url, row_version=1)
    second = send(client, url, row_version=1)

    pairing.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 409)
    assert str(second.context["conflict_title"]) == "Dit is intussen veranderd"
    assert pairing.stage == "trial"


@pytest.mark.parametrize(
    ("traits", "step", "field"),
    [
        ({"trial": True}, "active", "on"),
        ({}, "introduction", "introduction_on"),
    ],
)
def test_day_before_the_last_step_is_said_at_the_date(client, own, traits, step, field):
    pairing = together(own, **traits)
    answers = {"step": step, field: "22-11-2026"}

    response = send(client, step_url(pairing), **answers, row_version=1)

    assert response.status_code == 422
    assert response.context["form"].errors == {field: ["Deze datum is te vroeg."]}


def test_step_that_somebody_else_took_gets_a_clear_page(client, own):
    pairing = together(own, active=True)

    response = send(
        client, step_url(pairing), step="active", on="vandaag", row_version=1
    )

    assert response.status_code == 409
    assert str(response.context["conflict_title"]) == "Deze stap is al gezet"


def test_running_pairing_leads_to_its_agreements_first(client, own):
    pairing = together(own, active=True)

    response = client.get(page_of(pairing))

    content = response.text.partition("<main")[2].partition("</main>")[0]
    agreements = reverse("agreements:agreement-detail", args=[pairing.reference])
    assert re.findall(r'class="btn"\s+href="([^"]*)"', content) == [agreements]
    assert re.findall(r"<summary>(.*?)</summary>", content) == []


def test_introduction_on_a_stale_page_changes_nothing(client, own):
    pairing = both_agree_to_meet(together(own))
    send(
        client,
        step_url(pairing),
        step="introduction",
        introduction_on="1-12-2026",
        row_version=1,
    )

    response = send(
        client,
        step_url(pairing),
        step="introduction",
        introduction_on="2-12-2026",
        row_version=1,
    )

    pairing.refresh_from_db()
    assert response.status_code == 422
    assert response.context["form"].has_error("__all__", code="stale")
    assert pairing.introduction_on == dt.date(2026, 12, 1)


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"on": "", "trial_until": "4-1-2027"}, ["on"]),
        ({"on": "24-11-2026", "trial_until": "4-1-2027"}, ["on"]),
        ({"on": "22-11-2026", "trial_until": "4-1-2027"}, ["on"]),
        ({"on": "vandaag", "trial_until": "22-11-2026"}, ["trial_until"]),
        ({"on": "vandaag", "trial_until": "1-1-2100"}, ["trial_until"]),
        ({"on": "👩‍👧", "trial_until": "x" * 10_000}, ["on", "trial_until"]),
    ],
)
def test_trial_explains_what_is_wrong(client, own, answers, wrong):
    pairing = together(own, introduction_on=MONDAY)

    response = send(client, step_url(pairing), step="trial", **answers, row_version=1)

    pairing.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == wrong
    assert pairing.stage == "introduction"


def test_place_of_a_running_pairing_is_not_freed(client, own):
    pairing = together(own)

    response = send(client, reverse("matching:place-free", args=[pairing.reference]))

    pairing.refresh_from_db()
    assert response.status_code == 409
    assert pairing.place is not None


@pytest.mark.parametrize("side", ["request", "offer"])
def test_colleague_of_either_side_sees_a_running_pairing(client, own, side):
    pairing = PairingFactory(
        **{f"{side}__family__household__municipality": own},
        request__family__household__name="De Boer",
    )

    response = client.get(page_of(pairing))

    assert response.context["request_head"].name == "gezin De Boer"


POSTS = ["pairing-step", "pairing-step-back", "place-free"]


@pytest.mark.parametrize("name", POSTS)
def test_strangers_change_no_pairing(client, own, name):
    pairing = together(MunicipalityFactory(), trial=True)

    of_others = send(
        client, reverse(f"matching:{name}", args=[pairing.reference]), row_version=1
    )
    missing = send(
        client, reverse(f"matching:{name}", args=["0000000000"]), row_version=1
    )

    assert of_others.status_code == 404
    assert of_others.content == missing.content
    assert Pairing.objects.get().stage == "trial"


def test_strangers_find_no_pairing(client, own):
    pairing = together(MunicipalityFactory())

    of_others = client.get(page_of(pairing))
    missing = client.get(reverse("matching:pairing-detail", args=["0000000000"]))

    assert of_others.status_code == 404
    assert of_others.content == missing.content


@pytest.mark.parametrize("name", POSTS)
def test_steps_are_not_taken_by_looking(client, own, name):
    pairing = together(own, trial=True)

    response = client.get(reverse(f"matching:{name}", args=[pairing.reference]))

    assert response.status_code == 405


def test_across_the_border_nobody_reads_how_it_ended(client, own):
    pairing = PairingFactory(
        offer__family__household__municipality=own,
        ended=True,
        end_text="Ruzie over geld.",
        child_told="Ze verhuizen.",
    )

    page = client.get(page_of(pairing))

    assert page.context["line"] == "Afgerond op 23 november 2026."
    assert page.context["ended_rows"] == []
    assert "Ruzie over geld." not in page.text
    assert "Ze verhuizen." not in page.text


SAID = {
    "ended": True,
    "request_reason": "no_click",
    "request_words": "Het klikte niet.",
    "support_words": "Wij hadden het te druk.",
    "ask_again": "later",
    "farewell_on": MONDAY,
}


def test_ended_pairing_shows_what_each_family_said_apart(client, own):
    pairing = together(own, **SAID)

    page = client.get(page_of(pairing))

    assert [
        (side.name, [row["value"] for row in side.rows])
        for side in page.context["ended_sides"]
    ] == [
        ("gezin De Boer", ["Geen klik tussen de gezinnen", "Het klikte niet."]),
        ("gezin Willems", ["", "Wij hadden het te druk."]),
    ]
    assert [row["value"] for row in page.context["ended_rows"]] == [
        "Steun is niet meer nodig",
        "",
        "maandag 23 november 2026",
        "",
        "Later",
    ]


@pytest.mark.parametrize(
    ("side", "reads", "hidden"),
    [
        ("request", "Het klikte niet.", "Wij hadden het te druk."),
        ("offer", "Wij hadden het te druk.", "Het klikte niet."),
    ],
)
def test_across_the_border_one_reads_the_own_family_only(
    client, own, side, reads, hidden
):
    pairing = PairingFactory(
        **{f"{side}__family__household__municipality": own}, **SAID
    )

    page = client.get(page_of(pairing))

    assert [one.rows[1]["value"] for one in page.context["ended_sides"]] == [reads]
    assert hidden not in page.text
