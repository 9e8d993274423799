import datetime as dt

import pytest
from django.urls import reverse

from agreements.models import Evaluation
from agreements.services import evaluations, pauses
from agreements.services.strain import raise_strain
from agreements.tests.factories import make_pairing, make_version
from families.tests.factories import CoordinatorFactory, MunicipalityFactory
from matching.tests.factories import ProposalFactory
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
MORNING = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
END = {
    "on": "vandaag",
    "reason": "moved",
    "place": "rest",
    "ask_again": "yes",
    "request": "waits",
    "row_version": 1,
}
LET_GO = {"hoe": "zelf-verder", "on": "vandaag", "row_version": 1}


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def pairing(client):
    pairing = make_pairing(active=True)
    client.force_login(pairing.lead.user)
    return pairing


def page(pairing):
    return reverse("agreements:pairing-end", args=[pairing.reference])


def rubs(pairing):
    return raise_strain(
        pairing,
        raised_by="request",
        raised_on=TODAY,
        words="Ruzie.",
        look_again_on=dt.date(2026, 12, 7),
        child_told="",
        by=pairing.lead.user,
        at=MORNING,
    )


def test_an_end_keeps_what_each_side_says_and_what_comes_after(client, pairing):
    said = {
        "request_reason": "no_click",
        "request_words": "Het klikte niet.",
        "support_words": "Te druk.",
        "farewell_on": "30-11-2026",
        "child_told": "Dag Willems.",
    }

    response = send(client, page(pairing), **END | said)

    pairing.refresh_from_db()
    assert response.url == pairing.get_absolute_url()
    assert (pairing.stage, pairing.end_reason, pairing.ended_on) == (
        "ended",
        "moved",
        TODAY,
    )
    assert (pairing.request_reason, pairing.request_words) == (
        "no_click",
        "Het klikte niet.",
    )
    assert (pairing.support_reason, pairing.support_words) == ("", "Te druk.")
    assert (pairing.farewell_on, pairing.child_told, pairing.ask_again) == (
        dt.date(2026, 11, 30),
        "Dag Willems.",
        "yes",
    )
    assert (pairing.place is None, pairing.request.stage) == (False, "waiting")


def test_the_place_can_be_freed_after_a_rest(client, pairing):
    send(client, page(pairing), **END)

    shown = client.get(pairing.get_absolute_url())
    send(client, reverse("matching:place-free", args=[pairing.reference]))

    pairing.refresh_from_db()
    assert "Hun plek is weer vrij" in shown.text
    assert pairing.place is None


def test_an_end_sent_twice_ends_once(client, pairing):
    first = send(client, page(pairing), **END)
    second = send(client, page(pairing), **END)

    assert first.url == second.url == pairing.get_absolute_url()
    assert pairing.stages.filter(stage="ended").count() == 1


def test_who_may_be_asked_later_rests_until_then(client, pairing):
    answers = {"ask_again": "later", "ask_again_on": "1-3-2027"}

    send(client, page(pairing), **END | answers)

    pairing.offer.refresh_from_db()
    assert (pairing.offer.stage, pairing.offer.paused_until) == (
        "paused",
        dt.date(2027, 3, 1),
    )


@pytest.mark.parametrize("left_out", sorted(END.keys() - {"row_version"}))
def test_an_end_asks_every_thing_it_needs(client, pairing, left_out):
    answers = END | {left_out: "", "request_words": "Het klikte niet."}

    response = send(client, page(pairing), **answers)

    pairing.refresh_from_db()
    form = response.context["end_form"]
    assert response.status_code == 422
    assert list(form.errors) == [left_out]
    assert form["request_words"].value() == "Het klikte niet."
    assert pairing.stage == "active"


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"on": "24-11-2026"}, ["on"]),
        ({"on": "4-1-2026"}, ["on"]),
        ({"reason": "bored"}, ["reason"]),
        ({"request_reason": "bored"}, ["request_reason"]),
        ({"farewell_on": "4-1-2026"}, ["farewell_on"]),
        ({"farewell_on": "1-1-2100"}, ["farewell_on"]),
        ({"ask_again": "later"}, ["ask_again_on"]),
        ({"ask_again": "later", "ask_again_on": "vandaag"}, ["ask_again_on"]),
        ({"ask_again": "later", "ask_again_on": "1-1-2100"}, ["ask_again_on"]),
        ({"ask_again": "later", "ask_again_on": "👩‍👧"}, ["ask_again_on"]),
    ],
)
def test_an_end_that_cannot_be_is_explained(client, pairing, answers, wrong):
    response = send(client, page(pairing), **END | answers)

    pairing.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["end_form"].errors) == wrong
    assert pairing.stage == "active"


def test_a_day_beside_another_answer_says_nothing(client, pairing):
    send(client, page(pairing), **END | {"ask_again_on": "ooit"})

    pairing.offer.refresh_from_db()
    assert pairing.offer.stage == "available"


def test_an_end_on_a_stale_page_keeps_the_answers(client, pairing):
    response = send(
        client, page(pairing), **END | {"row_version": 0, "support_words": "Te druk."}
    )

    pairing.refresh_from_db()
    form = response.context["end_form"]
    assert response.status_code == 422
    assert form.has_error("__all__", code="stale")
    assert form["support_words"].value() == "Te druk."
    assert pairing.stage == "active"


def test_page_names_what_is_settled_with_the_end(client, pairing):
    by = pairing.lead.user
    make_version(pairing)
    make_version(
        pairing, effective_from=dt.date(2026, 12, 1), settled=False, at=MORNING
    )
    evaluations.start(pairing, occasion="extra", due_on=TODAY, at=MORNING, by=by)
    pauses.note_pause(pairing, from_on=TODAY, until_on=None, side="", by=by, at=MORNING)
    rubs(pairing)

    response = client.get(page(pairing))
    send(client, page(pairing), **END)

    assert response.context["still_open"] == [
        "Versie 2 van de afspraken wacht nog op een ja. Die wordt weggelegd, en de"
        " links werken niet meer.",
        "De open evaluatie wordt gesloten. Wat de gezinnen zeiden blijft leesbaar.",
        "Wat schuurt, sluiten we ook af.",
        "De pauze eindigt mee.",
    ]
    assert Evaluation.objects.get().outcome == "end"


def test_page_names_nothing_where_nothing_waits(client, pairing):
    make_version(pairing)

    assert client.get(page(pairing)).context["still_open"] == []


def test_page_says_what_a_no_means_for_the_offer(client, pairing):
    alone = client.get(page(pairing))
    ProposalFactory(offer=pairing.offer)
    asked = client.get(page(pairing))

    assert [
        str(one.context["end_form"].fields["ask_again"].help_text)
        for one in (alone, asked)
    ] == [
        "Kies je nee, dan stopt hun aanbod: ze worden niet meer voorgesteld.",
        "Kies je nee, dan rust hun aanbod zonder einddatum: er staat nog een voorstel"
        " bij hen open.",
    ]


def test_who_go_on_by_themselves_keep_their_place(client, pairing):
    first = send(client, page(pairing), **LET_GO)
    second = send(client, page(pairing), **LET_GO)

    pairing.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 409)
    assert (pairing.stage, pairing.place is None) == ("independent", False)


def test_guidance_does_not_end_while_it_rubs(client, pairing):
    rubs(pairing)

    response = send(client, page(pairing), **LET_GO)

    pairing.refresh_from_db()
    assert response.status_code == 422
    assert response.context["let_go_form"].errors == {
        "__all__": ["Zeg eerst hoe het afloopt met wat er tussen hen schuurt."]
    }
    assert pairing.stage == "active"


@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({"on": "4-1-2026"}, ["on"]),
        ({"on": "24-11-2026"}, ["on"]),
        ({"row_version": 0}, ["__all__"]),
    ],
)
def test_to_go_on_by_themselves_is_explained_too(client, pairing, answers, errors):
    response = send(client, page(pairing), **LET_GO | answers)

    pairing.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["let_go_form"].errors) == errors
    assert pairing.stage == "active"


@pytest.mark.parametrize(
    ("traits", "offered"),
    [
        ({}, False),
        ({"trial": True}, False),
        ({"active": True}, True),
        ({"independent": True}, False),
    ],
)
def test_only_a_running_pairing_can_go_on_by_itself(client, traits, offered):
    pairing = make_pairing(**traits)
    client.force_login(pairing.lead.user)

    response = client.get(page(pairing))

    assert (response.context["let_go_form"] is not None) is offered


def test_an_ended_pairing_leads_to_its_page(client):
    pairing = make_pairing(ended=True)
    client.force_login(pairing.lead.user)

    assert client.get(page(pairing)).url == pairing.get_absolute_url()


def test_strangers_end_nothing(client, pairing):
    client.force_login(
        CoordinatorFactory(municipalities=[MunicipalityFactory(name="Elders")]).user
    )
    nowhere = reverse("agreements:pairing-end", args=["0000000000"])

    of_others = send(client, page(pairing), **END)
    missing = send(client, nowhere, **END)

    pairing.refresh_from_db()
    assert of_others.status_code == 404
    assert of_others.content == missing.content
    assert pairing.stage == "active"


@pytest.mark.parametrize("n_versions", [1, 3])
def test_page_asks_the_same_for_any_number_of_versions(
    client, pairing, django_assert_num_queries, n_versions
):
    for month in range(1, n_versions + 1):
        make_version(
            pairing,
            effective_from=dt.date(2026, month, 12),
            at=dt.datetime(2026, month, 12, 12, tzinfo=dt.UTC),
        )

    with django_assert_num_queries(20):
        response = client.get(page(pairing))

    assert response.status_code == 200
