"""Asking, answering by a link and learning, as coordinators and families do it."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.urls import reverse

from families.models import AuditEvent, OutboxMail, SupportOffer, Task
from families.tests.factories import (
    CoordinatorFactory,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    PostcodeAreaFactory,
    UserFactory,
)
from matching.models import Lesson, Proposal
from matching.services.asking import Asking, ask
from matching.tests.factories import (
    A_WEEK_ON,
    MONDAY,
    LessonFactory,
    ProposalFactory,
)
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
# Two families that live 4.3 km apart.
SEEN = {
    "reasons": [
        {
            "code": "distance",
            "state": "met",
            "veto": False,
            "points": 0,
            "out_of": 0,
            "missing": None,
            "params": {
                "distance_m": 4310,
                "limit_m": None,
                "request_limit_m": None,
                "offer_limit_m": None,
            },
        }
    ]
}


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(
        municipalities=[MunicipalityFactory(name="Aalsmeer")],
        user=UserFactory(name="Ilse Jansen"),
    )
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def own(coordinator):
    return coordinator.municipalities.get()


def between(own, **kwargs):
    """A proposal between two own families that can be written to."""
    given = {
        "request__family__household__municipality": own,
        "request__family__household__name": "De Boer",
        "offer__family__household__municipality": own,
        "offer__family__household__name": "Willems",
    }
    proposal = ProposalFactory(**given | kwargs)
    for wishes in (proposal.request, proposal.offer):
        adult = PersonFactory(email="a@post.nl", may_leave_message=True)
        MembershipFactory(household=wishes.family.household, person=adult)
    return proposal


@pytest.fixture
def ready(own):
    return between(own, ready=True)


def url_of(proposal, name="detail", app="proposal"):
    return reverse(f"matching:{app}-{name}", args=[proposal.reference])


def asks(client, proposal, side="support", **answers):
    given = {
        "side": side,
        "way": "mail",
        "text": "Een gezin zoekt steun.",
        "hold_until": "1-12-2026",
        "row_version": proposal.row_version,
    }
    return send(client, url_of(proposal, "ask"), **given | answers)


def said(client, response):
    page = client.get(response.url)
    return [str(message) for message in page.context["messages"]]


def test_what_lies_ready_says_so_and_asks_with_one_press(client, ready):
    page = client.get(url_of(ready))
    form = page.context["sides"][0].ask
    response = asks(client, ready, text=form["text"].value())

    ready.refresh_from_db()
    assert "Ligt klaar. Nog niemand is gevraagd." in page.text
    assert [side.ask is None for side in page.context["sides"]] == [False, False]
    assert form["way"].value() == "mail"
    assert response.url == reverse("matching:bench", args=[ready.request.reference])
    assert (ready.support_way, ready.support_asked_at) == ("mail", NOON)
    assert OutboxMail.objects.get().about == ready.reference


def test_after_a_yes_only_the_other_family_can_be_asked(client, own):
    proposal = between(own, ready=True, support_yes=True)

    page = client.get(url_of(proposal))
    wrong = asks(client, proposal, side="support")
    right = asks(client, proposal, side="request", way="telephone")

    proposal.refresh_from_db()
    assert [side.ask is None for side in page.context["sides"]] == [True, False]
    assert wrong.status_code == 409
    assert right.url == url_of(proposal)
    assert proposal.request_way == "telephone"


def test_a_text_that_names_somebody_is_kept_and_warned_of(client, ready):
    response = asks(client, ready, text="Gezin De Boer zoekt steun.")

    assert response.status_code == 422
    assert "Gezin De Boer zoekt steun." in response.text
    assert [one.words for one in response.context["form"].pointers] == ["Boer"]
    assert OutboxMail.objects.count() == 0


def test_asking_twice_gets_a_clear_page_with_who_and_when(client, ready, coordinator):
    asks(client, ready)

    response = asks(client, ready)

    assert response.status_code == 409
    assert (
        "Het laatst veranderd door Ilse Jansen, maandag 23 november om 13:00."
        in " ".join(response.text.split())
    )
    assert OutboxMail.objects.count() == 1


def test_undo_within_half_a_minute_takes_everything_back(client, ready):
    asks(client, ready)

    page = client.get(url_of(ready))
    response = send(client, url_of(ready, "undo"))

    ready.refresh_from_db()
    assert page.context["sent"].seconds == 30
    assert "Je kunt het ongedaan maken tot 13:00:30." in " ".join(page.text.split())
    assert said(client, response) == [
        "Ongedaan gemaakt. We hebben dit gezin niets gevraagd."
    ]
    assert ready.support_asked_at is None
    assert OutboxMail.objects.get().cancelled_at == NOON


def test_undo_after_half_a_minute_says_how_else(client, ready, time_machine):
    asks(client, ready)
    time_machine.move_to(NOON + dt.timedelta(seconds=31), tick=False)

    page = client.get(url_of(ready))
    response = send(client, url_of(ready, "undo"))

    assert page.context["sent"] is None
    assert said(client, response) == [
        "Het is al verstuurd. Je kunt het voorstel hieronder nog intrekken. Bel het"
        " gezin dan zelf."
    ]
    assert OutboxMail.objects.get().cancelled_at is None


def test_text_to_copy_has_a_link_that_works(client, ready):
    asks(client, ready, way="text")

    page = send(client, url_of(ready, "text"), side="support")
    link = page.context["url"]
    opened = Client().get(link[link.index("/antwoord/") :])

    assert page.headers["Cache-Control"] == "no-store"
    assert "Hoi, met Ilse van Buurtgezinnen." in page.text
    assert "Een gezin zoekt steun." in page.text
    assert "Antwoord graag uiterlijk dinsdag 1 december. Liever bellen?" in page.text
    assert opened.status_code == 200
    assert OutboxMail.objects.count() == 0


@pytest.mark.parametrize("name", ["ask", "text"])
@pytest.mark.parametrize("side", ["", "kind", "support\0"])
def test_asking_nobody_is_not_found(client, ready, name, side):
    assert send(client, url_of(ready, name), side=side).status_code == 404


@pytest.mark.parametrize("name", ["ask", "text"])
def test_only_who_knows_the_family_asks_it(client, own, name):
    uithoorn = MunicipalityFactory()
    proposal = between(own, ready=True, offer__family__household__municipality=uithoorn)

    response = send(client, url_of(proposal, name), side="support", way="mail")

    assert response.status_code == 404
    assert OutboxMail.objects.count() == 0


@pytest.mark.parametrize(
    "guess",
    ["Gezin Willems", "Kerklaan is het", "Ergens in 1431", "In Kudelstaart, Uithoorn"],
)
def test_warning_tells_nothing_of_a_family_elsewhere(client, own, guess):
    uithoorn = MunicipalityFactory(name="Uithoorn")
    proposal = between(
        own,
        offer__family__household__municipality=uithoorn,
        support_yes=True,
        request_asked_at=None,
        request_way="",
    )
    LocationFactory(
        household=proposal.offer.family.household,
        street="Kerklaan 7",
        postcode="1431AB",
        area=PostcodeAreaFactory(place="Kudelstaart"),
        secret=True,
    )

    asked = asks(client, proposal, side="request", text=guess)

    assert asked.status_code == 302
    assert Proposal.objects.get().request_text == guess


def test_warning_of_what_names_somebody_stays_across_the_border(client, own):
    proposal = between(
        own,
        offer__family__household__municipality=MunicipalityFactory(),
        support_yes=True,
        request_asked_at=None,
        request_way="",
    )

    asked = asks(client, proposal, side="request", text="Willems, Kerklaan 7.")

    assert asked.status_code == 422
    assert [one.words for one in asked.context["form"].pointers] == ["Kerklaan 7"]


def test_only_who_knows_the_family_takes_its_asking_back(client, own):
    elsewhere = CoordinatorFactory()
    proposal = between(
        own,
        ready=True,
        offer__family__household__municipality=elsewhere.municipalities.get(),
    )
    linked(elsewhere, proposal)

    page = client.get(url_of(proposal))
    response = send(client, url_of(proposal, "undo"))

    proposal.refresh_from_db()
    assert page.context["sent"] is None
    assert response.status_code == 404
    assert proposal.support_asked_at == NOON
    assert OutboxMail.objects.get().cancelled_at is None


@pytest.mark.parametrize(
    ("app", "name"),
    [
        ("proposal", "ask"),
        ("proposal", "text"),
        ("proposal", "undo"),
        ("lesson", "decide"),
        ("lesson", "undo"),
    ],
)
def test_strangers_find_nothing(client, own, app, name):
    proposal = ProposalFactory(declined=name == "decide")

    of_others = send(client, url_of(proposal, name, app), side="support")
    missing = send(
        client, reverse(f"matching:{app}-{name}", args=["0000000000"]), side="support"
    )

    assert of_others.status_code == 404
    assert of_others.content == missing.content


def linked(coordinator, proposal, side="support", text="Een gezin zoekt steun."):
    """The address by which a family answers, as it stands in its mail."""
    ask(
        proposal,
        Asking(side, "mail", text),
        hold_until=A_WEEK_ON,
        row_version=proposal.row_version,
        at=NOON,
        on=MONDAY,
        by=coordinator.user,
    )
    body = OutboxMail.objects.latest("pk").body
    return body[body.index("/antwoord/") :].split()[0]


def test_family_reads_the_text_and_nobodys_name(coordinator, ready):
    address = linked(coordinator, ready)

    page = Client().get(address)

    title = page.text.partition("<title>")[2].partition("</title>")[0]
    assert page.status_code == 200
    assert " ".join(title.split()) == "Een vraag voor jou – Buurtgezinnen"
    assert "Een gezin zoekt steun." in page.text
    assert "De Boer" not in page.text
    assert "Willems" not in page.text
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_a_link_answers_nothing(coordinator, ready, method):
    address = linked(coordinator, ready)

    for _time in range(3):
        getattr(Client(), method)(address)
    read = AuditEvent.objects.filter(actor_kind="family").count()
    response = send(Client(), address, said="yes")

    # A mail scanner opens it too: that is no reading by the family.
    assert read == 0
    assert response.status_code == 200
    assert Proposal.objects.get().support_answer == "yes"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("yes", "Jullie willen kennismaken."),
        ("no", "Jullie willen liever niet."),
        ("call", "Ilse Jansen belt je."),
    ],
)
def test_answer_by_link_is_thanked_and_works_once(coordinator, ready, answer, words):
    address = linked(coordinator, ready)
    household = ready.offer.family.household
    household.coordinator = coordinator
    household.save()

    first = send(Client(), address, said=answer)
    second = send(Client(), address, said="no")
    unknown = send(Client(), reverse("matching:answer", args=["x" * 43]), said="no")

    assert words in first.text
    assert second.status_code == unknown.status_code == 404
    assert second.content == unknown.content


@pytest.mark.parametrize("answer", ["", "maybe", "yes\0"])
def test_answer_that_is_none_shows_the_question_again(coordinator, ready, answer):
    address = linked(coordinator, ready)

    response = send(Client(), address, said=answer)

    assert response.status_code == 422
    assert "Een gezin zoekt steun." in response.text
    assert Proposal.objects.get().support_answer == "waiting"


def test_answer_by_link_stands_on_today_with_the_way_to_the_proposal(
    client, coordinator, ready
):
    send(Client(), linked(coordinator, ready), said="no", reason="too_busy")

    page = client.get(reverse("today"))

    assert "Antwoord van gezin Willems: Liever niet" in " ".join(page.text.split())
    assert url_of(ready) in page.text


@pytest.fixture
def declined(own):
    """A proposal that the support family said no to, because of the distance."""
    proposal = between(own, declined=True, reason="distance", made_by=UserFactory())
    seen = SEEN | {"request": {"municipality": 0}, "rivals": [{"municipality": 0}]}
    proposal.snapshot = json.dumps(seen)
    proposal.save()
    return proposal


def test_lesson_is_suggested_approved_and_undone(client, declined):
    page = client.get(url_of(declined))
    learned = send(
        client, url_of(declined, "decide", "lesson"), choice="max_distance_km"
    )
    after = client.get(url_of(declined))
    offer = SupportOffer.objects.get()
    undone = send(client, url_of(declined, "undo", "lesson"))
    again = send(client, url_of(declined, "undo", "lesson"))

    assert "Een grens: hooguit 4,3 km ver" in page.text
    assert learned.url == undone.url == again.url == url_of(declined)
    assert after.context["lesson"]["words"] == "Een grens: hooguit 4,3 km ver"
    assert str(offer.max_distance_km) == "4.3"
    offer.refresh_from_db()
    assert offer.max_distance_km is None
    assert Lesson.objects.standing().count() == 0


def test_no_that_teaches_nothing_leads_to_the_wishes_and_on(client, own):
    proposal = between(own, declined=True, reason="home", made_by=UserFactory())
    offer, request = proposal.offer, proposal.request
    request.stage = "waiting"
    request.save()

    page = client.get(url_of(proposal))
    send(client, url_of(proposal, "decide", "lesson"), choice="none")
    undone = send(client, url_of(proposal, "undo", "lesson"))

    household = offer.family.household
    wishes = reverse("families:wish-edit", args=[household.reference, offer.reference])
    there = f"{wishes}?veld=home&amp;next={url_of(proposal)}"
    bench = reverse("matching:bench", args=[request.reference])
    assert [page.text.count(f'href="{one}"') for one in (there, bench)] == [1, 1]
    assert page.text.count('type="radio"') == 0
    assert said(client, undone)[-1] == "Ongedaan gemaakt. Er was niets veranderd."


def test_asked_by_telephone_shows_whom_to_call_and_what_to_tell(client, own):
    proposal = between(own, ready=True)
    person = proposal.offer.family.household.memberships.get().person
    person.telephone = "+31612345678"
    person.save()
    asks(client, proposal, way="telephone")

    page = client.get(url_of(proposal))

    assert page.text.count('href="tel:+31612345678"') == 1
    assert page.text.count("Bericht achterlaten mag") == 1
    assert page.text.count("Dit vertel je het gezin") == 1
    assert page.text.count("Wat dit gezin las") == 0


@pytest.mark.parametrize("choice", ["", "no_dog", "pause"])
def test_lesson_that_is_not_suggested_is_refused(client, declined, choice):
    response = send(client, url_of(declined, "decide", "lesson"), choice=choice)

    assert response.status_code == 422
    assert Lesson.objects.count() == 0


def test_pause_asks_until_when(client, own):
    proposal = between(own, declined=True, reason="too_busy")

    missing = send(client, url_of(proposal, "decide", "lesson"), choice="pause")
    past = send(
        client,
        url_of(proposal, "decide", "lesson"),
        choice="pause",
        until="23-11-2026",
    )
    right = send(
        client, url_of(proposal, "decide", "lesson"), choice="pause", until="1-2-2027"
    )
    page = client.get(right.url)

    assert [list(one.context["form"].errors) for one in (missing, past)] == [
        ["until"],
        ["until"],
    ]
    assert page.context["lesson"]["words"] == "Pauze tot 1 februari 2027"


def test_lesson_decided_by_another_gets_a_clear_page(client, declined):
    LessonFactory(proposal=declined)

    response = send(client, url_of(declined, "decide", "lesson"), choice="none")

    assert response.status_code == 409
    assert Lesson.objects.count() == 1


def test_lesson_of_an_open_proposal_gets_a_clear_page(client, ready):
    response = send(client, url_of(ready, "decide", "lesson"), choice="none")

    assert response.status_code == 409


def test_only_who_knows_the_family_changes_its_wishes(client, own):
    uithoorn = MunicipalityFactory()
    proposal = between(
        own, declined=True, offer__family__household__municipality=uithoorn
    )

    page = client.get(url_of(proposal))
    response = send(client, url_of(proposal, "decide", "lesson"), choice="none")

    assert "lesson_choice" not in page.text
    assert response.status_code == 404
    assert Lesson.objects.count() == 0


@pytest.mark.parametrize("n", [1, 3])
def test_page_of_a_no_asks_the_same_for_any_number(
    client, declined, django_assert_num_queries, n
):
    for _number in range(n):
        LessonFactory()

    with django_assert_num_queries(12):
        client.get(url_of(declined))


def test_no_task_is_left_after_the_lesson(client, coordinator, ready):
    send(Client(), linked(coordinator, ready), said="no", reason="other")

    send(client, url_of(ready, "decide", "lesson"), choice="none")

    assert Task.objects.open().count() == 0
