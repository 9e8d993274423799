"""Of an evaluation across a border each coordinator reads what is for her."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from agreements import panels
from agreements.models import Baseline, Evaluation, EvaluationAnswers
from agreements.services.evaluations import Said
from agreements.tests.evaluating import (
    MONDAY,
    NOON,
    across_the_border,
    adult_of,
    closed,
    make_evaluation,
    told,
)
from agreements.tests.factories import make_pairing, make_version
from families.models import AccessLink, OutboxMail
from families.tests.factories import CoordinatorFactory
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
ASKS = "Zeg niets tegen de buren"
GIVES = "Het is bij ons erg druk"
CHILD = "Ik wil naar huis"
OUTCOME = "De moeder wil stoppen met Kerst"


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def evaluation():
    """Families of two municipalities, who both answered, now and before."""
    pairing = make_pairing()
    for wishes, score in ((pairing.request, 1), (pairing.offer, 2)):
        Baseline.objects.create(
            household=wishes.family.household,
            child_score=score,
            own_score=score,
            asked_on=MONDAY - 300 * DAY,
            recorded_by=pairing.lead.user,
        )
    before = make_evaluation(pairing, at=NOON - DAY)
    told(before, "request", Said(child_score=3, otherwise=ASKS))
    told(before, "support", Said(own_score=3))
    closed(before, outcome_text=OUTCOME)
    evaluation = make_evaluation(pairing)
    told(
        evaluation,
        "request",
        Said(
            child_score=5, own_score=1, otherwise=ASKS, child_voice=CHILD, wants="stop"
        ),
    )
    told(evaluation, "support", Said(child_score=1, own_score=4, otherwise=GIVES))
    evaluation.refresh_from_db()
    return evaluation


@pytest.fixture
def colleague(evaluation):
    """A coordinator of the support family, across the border."""
    return across_the_border(evaluation.pairing)


@pytest.fixture
def there(client, colleague):
    client.force_login(colleague)
    return client


@pytest.fixture
def lead(evaluation):
    lead = Client()
    lead.force_login(evaluation.pairing.lead.user)
    return lead


def url(evaluation, name="detail", side=""):
    args = [evaluation.pairing.reference, evaluation.reference]
    args += [side] if side else []
    return reverse(f"agreements:evaluation-{name}", args=args)


def cells(page):
    """The answers on a page: the heading of each question, and who says what."""
    return {
        row.heading: {cell.name: cell.word for cell in row.cells}
        for row in page.context["rows"]
    }


def test_across_the_border_one_reads_the_own_family_only(there, evaluation):
    page = there.get(url(evaluation))

    assert cells(page) == {
        "Hoe het met het kind gaat": {"gezin Willems": "heel fijn"},
        "Hoe het met henzelf gaat": {"gezin Willems": "niet zo fijn"},
        "Of de afspraken nog passen": {"gezin Willems": ""},
        "Of ze willen doorgaan": {"gezin Willems": ""},
        "Wat ze anders willen": {"gezin Willems": GIVES},
        "Wat het kind zelf zegt": {"gezin Willems": ""},
    }
    assert [
        word for word in (ASKS, CHILD, "helemaal niet fijn") if word in page.text
    ] == []
    assert "Je collega vraagt dit gezin." in page.text
    assert page.context["waits_for"] == []


def test_nothing_is_compared_for_who_reads_one_family(there, evaluation):
    page = there.get(url(evaluation))

    assert page.context["stands_out"] == [
        "Met henzelf gaat het minder dan bij de vorige evaluatie: gezin Willems zei"
        " ‘gaat wel’ en zegt nu ‘niet zo fijn’.",
        "Met henzelf gaat het minder dan bij het eerste gesprek: gezin Willems zei"
        " ‘fijn’ en zegt nu ‘niet zo fijn’.",
    ]
    assert [row.heading for row in page.context["rows"] if row.stands_out] == []
    assert "Naast elkaar" not in page.text


def test_who_guides_the_pairing_reads_both_and_what_stands_out(
    lead, colleague, evaluation
):
    page = lead.get(url(evaluation))

    assert cells(page)["Hoe het met het kind gaat"] == {
        "gezin De Boer": "helemaal niet fijn",
        "gezin Willems": "heel fijn",
    }
    assert len(page.context["stands_out"]) == 6
    assert [ASKS in page.text, GIVES in page.text, CHILD in page.text] == [True] * 3
    earlier = {
        (cell.name, one.when): one.word
        for row in page.context["rows"]
        if row.heading == "Hoe het met henzelf gaat"
        for cell in row.cells
        for one in cell.earlier
    }
    assert earlier == {
        ("gezin De Boer", "Eerste gesprek"): "heel fijn",
        ("gezin Willems", "Vorige evaluatie"): "gaat wel",
        ("gezin Willems", "Eerste gesprek"): "fijn",
    }


def test_a_deputy_of_the_lead_reads_both(client, colleague, evaluation):
    coordinator = evaluation.pairing.lead
    coordinator.deputy = colleague.coordinator
    coordinator.deputy_from = coordinator.deputy_until = MONDAY
    coordinator.save()
    client.force_login(colleague)

    page = client.get(url(evaluation))

    assert ASKS in page.text
    assert len(cells(page)["Wat ze anders willen"]) == 2


@pytest.mark.parametrize("name", ["answers", "ask", "text"])
def test_the_family_across_the_border_is_asked_by_its_own_coordinator(
    there, evaluation, name
):
    EvaluationAnswers.objects.all().delete()
    person = adult_of(evaluation, "request")
    person.email, person.may_leave_message = "amira@post.nl", True
    person.save()

    other = send(there, url(evaluation, name, "vraaggezin"), row_version=1)
    nowhere = send(there, url(evaluation, name, "kind"), row_version=1)
    looked = there.get(url(evaluation, "answers", "vraaggezin"))

    assert (other.status_code, looked.status_code) == (404, 404)
    assert other.content == nowhere.content
    assert (AccessLink.objects.count(), OutboxMail.objects.count()) == (0, 0)
    assert there.get(url(evaluation, "answers", "steungezin")).status_code == 200


def test_answers_of_the_other_family_cannot_be_overwritten(there, evaluation):
    given = {"channel": "telephone", "answered_on": "23-11-2026", "wants": "go_on"}
    sent = given | {"row_version": evaluation.row_version}

    response = send(there, url(evaluation, "answers", "vraaggezin"), **sent)
    own = send(there, url(evaluation, "answers", "steungezin"), **sent)

    assert (response.status_code, own.status_code) == (404, 302)
    said = {one.side: one.wants for one in evaluation.answers.all()}
    assert said == {"request": "stop", "support": "go_on"}


def test_who_waits_for_whom_is_no_secret(there, evaluation):
    EvaluationAnswers.objects.filter(evaluation=evaluation, side="request").delete()

    page = there.get(url(evaluation))

    assert page.context["waits_for"] == ["gezin De Boer"]
    assert "Ze hebben nog niet geantwoord." in page.text


def test_words_with_an_outcome_are_for_who_reads_both(there, lead, evaluation):
    closed(evaluation, "end", outcome_text=OUTCOME)

    theirs, mine = there.get(url(evaluation)), lead.get(url(evaluation))

    assert "Ze stoppen" not in theirs.text
    assert (OUTCOME in theirs.text, OUTCOME in mine.text) == (False, True)
    assert theirs.context["evaluation"].outcome == "end"


def test_a_colleague_gives_an_outcome_and_leaves_the_words_alone(
    there, lead, evaluation
):
    done = closed(evaluation, "change", outcome_text=OUTCOME)
    send(there, url(evaluation, "reopen"), row_version=done.row_version)
    evaluation.refresh_from_db()

    page = there.get(url(evaluation))
    version = evaluation.row_version
    given = {"outcome": "pause", "outcome_text": "Van mij", "row_version": version}
    first = send(there, url(evaluation, "close"), **given)
    again = send(there, url(evaluation, "close"), **given)

    stands = Evaluation.objects.get(pk=evaluation.pk)
    assert list(page.context["form"].fields) == ["outcome", "row_version"]
    assert OUTCOME not in page.text
    assert (first.status_code, again.url) == (302, first.url)
    assert (stands.outcome, stands.outcome_text) == ("pause", OUTCOME)


def test_a_stale_outcome_tells_nothing_of_the_words(there, evaluation):
    version = evaluation.row_version
    closed(evaluation, "end", outcome_text=OUTCOME)

    stale = send(there, url(evaluation, "close"), outcome="pause", row_version=version)

    assert stale.status_code == 422
    assert (OUTCOME in stale.text, ASKS in stale.text) == (False, False)


def test_lists_panels_and_rows_tell_nobody_what_was_said(there, colleague, evaluation):
    pairing = evaluation.pairing
    make_version(pairing)
    closed(evaluation, "change", outcome_text=OUTCOME)
    make_evaluation(pairing, due_on=MONDAY)
    asking = pairing.request.family.household
    giving = pairing.offer.family.household

    shown = [
        there.get(reverse("agreements:evaluation-list", args=[pairing.reference])).text,
        there.get(
            reverse("agreements:agreement-timeline", args=[pairing.reference])
        ).text,
        there.get(reverse("matching:pairing-detail", args=[pairing.reference])).text,
        there.get(reverse("today")).text,
        there.get(reverse("family-detail", args=[giving.reference])).text,
        there.get(reverse("family-course", args=[giving.reference])).text,
        str(panels.today_rows(colleague, on=MONDAY)),
        str(panels.course(giving, user=colleague, on=MONDAY)),
    ]

    private = (ASKS, CHILD, OUTCOME, "helemaal niet fijn")
    assert [word for word in private for one in shown if word in one] == []
    (own,) = panels.evaluations.family_panels(giving, user=colleague)
    assert [word for _heading, word in own.context["first"]] == ["fijn", "fijn"]
    assert panels.evaluations.family_panels(asking, user=colleague) == []


@pytest.mark.parametrize(
    "name", ["family-detail", "family-course", "agreements:baseline"]
)
def test_the_first_answers_of_the_other_family_are_not_found(there, evaluation, name):
    asking = evaluation.pairing.request.family.household

    assert there.get(reverse(name, args=[asking.reference])).status_code == 404


def test_a_third_coordinator_finds_nothing(client, colleague, evaluation):
    client.force_login(CoordinatorFactory().user)

    assert client.get(url(evaluation)).status_code == 404
