import datetime as dt

import pytest
from django.urls import reverse

from families.models import Task
from families.tests.factories import (
    CoordinatorFactory,
    MunicipalityFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    TaskFactory,
)
from matching.tests.factories import MONDAY
from matching.tests.pages import send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))


@pytest.fixture
def coordinator(client):
    """Somebody of Aalsmeer, who is logged in."""
    coordinator = CoordinatorFactory(
        municipalities=[MunicipalityFactory(name="Aalsmeer")]
    )
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def own(coordinator):
    """Where the coordinator works."""
    return coordinator.municipalities.get()


def asking(municipality, **kwargs):
    return SupportRequestFactory(family__household__municipality=municipality, **kwargs)


def giving(municipality, **kwargs):
    return SupportOfferFactory(family__household__municipality=municipality, **kwargs)


def url(name, request):
    return reverse(f"matching:{name}", args=[request.reference])


def ask(client, request, household, text="Vraag wanneer ze kunnen"):
    return send(
        client, url("question-ask", request), household=household.reference, text=text
    )


def open_questions():
    return [
        (one.household, one.about, one.text, one.due_on)
        for one in Task.objects.open().filter(kind="question")
    ]


def test_question_comes_on_the_own_list_of_today(client, own, coordinator):
    request, offer = asking(own), giving(own)
    colleague = CoordinatorFactory(municipalities=[own])
    household = offer.family.household
    household.coordinator = colleague
    household.save()

    response = ask(client, request, household)

    assert response.url == url("bench", request)
    assert open_questions() == [
        (household, request.reference, "Vraag wanneer ze kunnen", MONDAY)
    ]
    assert Task.objects.get().coordinator == coordinator


def test_question_asked_twice_is_one_task(client, own):
    request = asking(own)
    household = request.family.household

    ask(client, request, household)
    ask(client, request, household)

    assert len(open_questions()) == 1


def test_other_question_to_the_same_family_is_another_task(client, own):
    request = asking(own)
    household = request.family.household

    ask(client, request, household)
    ask(client, request, household, text="Hoe vaak?")

    assert [text for _who, _about, text, _due in open_questions()] == [
        "Vraag wanneer ze kunnen",
        "Hoe vaak?",
    ]


def test_question_that_was_answered_can_be_asked_again(client, own):
    request = asking(own)
    ask(client, request, request.family.household)
    send(client, url("question-drop", request), task=Task.objects.get().pk)

    ask(client, request, request.family.household)

    assert Task.objects.count() == 2
    assert len(open_questions()) == 1


def test_question_on_the_list_says_so_on_the_bench(client, own):
    request = asking(own, moments=None)
    giving(own)
    ask(client, request, request.family.household)

    response = client.get(url("bench", request))

    (shown,) = response.context["question"].asks
    assert (shown.task, shown.own) == (Task.objects.get(), True)
    assert "Staat op je lijst" in response.text


def test_question_on_the_list_of_a_colleague_says_whose(client, own):
    request = asking(own, moments=None)
    giving(own)
    TaskFactory(
        kind="question",
        household=request.family.household,
        coordinator=CoordinatorFactory(user__name="Ilse", municipalities=[own]),
        about=request.reference,
        text="Vraag wanneer ze kunnen",
    )

    response = client.get(url("bench", request))

    (shown,) = response.context["question"].asks
    assert (shown.task, shown.own) == (Task.objects.get(), False)
    assert "Staat op de lijst van Ilse" in response.text


def test_question_is_taken_off_the_list(client, own, coordinator):
    request = asking(own)
    ask(client, request, request.family.household)
    task = Task.objects.get()

    response = send(client, url("question-drop", request), task=task.pk)

    task.refresh_from_db()
    assert response.url == url("bench", request)
    assert task.done_by == coordinator.user


def test_question_taken_off_twice_is_calm(client, own):
    request = asking(own)
    ask(client, request, request.family.household)
    task = Task.objects.get()

    send(client, url("question-drop", request), task=task.pk)
    response = send(client, url("question-drop", request), task=task.pk)

    assert response.url == url("bench", request)


def test_only_a_question_about_this_request_is_taken_off(client, own):
    request, other = asking(own), asking(own)
    ask(client, other, other.family.household)
    promise = TaskFactory(household=request.family.household, about=request.reference)

    for task in Task.objects.all():
        send(client, url("question-drop", request), task=task.pk)

    promise.refresh_from_db()
    assert promise.done_at is None
    assert len(open_questions()) == 1


def test_family_of_others_is_not_asked(client, own):
    request, stranger = asking(own), asking(MunicipalityFactory())

    response = ask(client, request, stranger.family.household)

    assert response.status_code == 404
    assert open_questions() == []


@pytest.mark.parametrize("text", ["", "x" * 201, "a\0b"])
def test_question_needs_a_text_of_reasonable_length(client, own, text):
    request = asking(own)

    response = ask(client, request, request.family.household, text=text)

    assert response.status_code == 404
    assert open_questions() == []


@pytest.mark.parametrize("name", ["question-ask", "question-drop", "compare"])
def test_request_of_others_is_not_there(client, own, name):
    stranger = asking(MunicipalityFactory())
    ask(client, stranger, stranger.family.household)

    response = send(client, url(name, stranger), task=1, text="?")

    assert response.status_code in {404, 405}
    assert open_questions() == []


def test_neighbour_is_asked_by_the_colleague(client, own):
    uithoorn = MunicipalityFactory(name="Uithoorn")
    own.neighbours.add(uithoorn)
    request = asking(own)
    offer = giving(
        uithoorn, moments=None, family__household__name="Geheimnaam", frequency=""
    )

    response = client.get(url("bench", request))

    (shown,) = response.context["question"].asks
    code = offer.reference[:5]
    assert shown.household == request.family.household.reference
    assert shown.text == (
        f"Bel je collega over een steungezin in Uithoorn · {code}."
        " Vraag wanneer ze kunnen"
    )
    assert shown.url == ""
    assert "Geheimnaam" not in response.text
