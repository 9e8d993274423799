"""Evaluations and first answers, as coordinators and families meet them on pages."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from agreements.forms import QuestionsForm
from agreements.models import Baseline, Evaluation, EvaluationAnswers
from agreements.services import evaluations
from agreements.services.evaluations import Said
from agreements.tests.evaluating import (
    FINE,
    MONDAY,
    NOON,
    adult_of,
    closed,
    make_evaluation,
    token_for,
    told,
)
from agreements.tests.factories import make_pairing
from families.models import AccessLink, OutboxMail
from families.tests.factories import CoordinatorFactory, HouseholdFactory, UserFactory
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
CANARY = "Zeg niets tegen de buren"
ANSWERS = {
    "child_score": "1",
    "own_score": "",
    "fit_score": "4",
    "otherwise": CANARY,
    "wants": "less",
    "child_voice": "",
}


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def evaluation(pairing):
    return make_evaluation(pairing)


def url(evaluation, name="detail", side=""):
    args = [evaluation.pairing.reference, evaluation.reference]
    args += [side] if side else []
    return reverse(f"agreements:evaluation-{name}", args=args)


def list_url(pairing):
    return reverse("agreements:evaluation-list", args=[pairing.reference])


def link_url(token):
    return reverse("agreements:evaluation-link", args=[token])


def text_of(response):
    return " ".join(response.text.split())


def said(client, response):
    page = client.get(response.url)
    return [str(message) for message in page.context["messages"]]


def heard(evaluation, **differs):
    """What a form sends for what was heard by telephone."""
    given = {"channel": "telephone", "answered_on": "23-11-2026"}
    evaluation.refresh_from_db()
    return ANSWERS | given | {"row_version": evaluation.row_version} | differs


def outcome(evaluation, **differs):
    given = {"outcome": "go_on", "outcome_text": "Samen besproken."}
    return given | {"row_version": evaluation.row_version} | differs


# Behind a link.


def test_a_family_answers_on_a_page_without_login(client, evaluation):
    address = link_url(token_for(evaluation, "request"))

    page = client.get(address)
    answered = send(client, address, **ANSWERS)
    again = client.get(address)

    assert page.status_code == 200
    assert "<h1>Hoe gaat het?</h1>" in page.text
    assert "Dit leest alleen de coördinator." in page.text
    assert [field.label for field in page.context["form"]] == [
        "Hoe gaat het met Noor hierbij?",
        "Hoe gaat het met jou?",
        "Passen de afspraken nog?",
        "Wat wil je anders?",
        "Wil je doorgaan?",
        "Wat zegt het kind zelf?",
    ]
    assert "Dank je wel, je antwoorden zijn binnen" in answered.text
    assert CANARY not in answered.text
    answers = EvaluationAnswers.objects.get()
    assert (answers.side, answers.fit_score, answers.wants) == ("request", 4, "less")
    assert (answers.own_score, answers.otherwise) == (None, CANARY)
    assert again.status_code == 404


def test_a_support_family_is_asked_about_the_child_with_them(client, evaluation):
    page = client.get(link_url(token_for(evaluation, "support")))

    form = page.context["form"]
    assert form.fields["child_score"].label == "Hoe gaat het met Noor bij jullie?"


def test_two_children_are_both_asked_about():
    form = QuestionsForm(side="request", children=["Asha", "Otis"])

    assert form.fields["child_score"].label == "Hoe gaat het met Asha en Otis hierbij?"
    assert form.fields["child_voice"].label == "Wat zeggen de kinderen zelf?"


def test_whether_it_fits_is_answered_with_yes_or_no(client, evaluation):
    page = client.get(link_url(token_for(evaluation, "request")))

    field = page.context["form"].fields["fit_score"]
    assert [str(word) for _value, word in field.choices] == [
        "ja, heel goed",
        "ja, goed",
        "gaat wel",
        "niet zo goed",
        "helemaal niet",
        "Geen antwoord",
    ]


def test_nobody_reads_the_surname_of_a_child(client, evaluation):
    noor = evaluation.pairing.pairing_children.get().child
    noor.name = "Noor de Boer"
    noor.save()

    page = client.get(link_url(token_for(evaluation, "support")))

    assert "Hoe gaat het met Noor bij jullie?" in text_of(page)
    assert "Boer" not in text_of(page)


def test_five_words_have_a_face_each(client, evaluation):
    page = client.get(link_url(token_for(evaluation, "request")))

    field = page.context["form"].fields["own_score"]
    assert [str(word) for _value, word in field.choices] == [
        "heel fijn",
        "fijn",
        "gaat wel",
        "niet zo fijn",
        "helemaal niet fijn",
        "Geen antwoord",
    ]
    assert page.text.count("<svg") - page.text.count("mark-both") == 15


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_opens_the_link_uses_nothing(client, evaluation, method):
    token = token_for(evaluation, "request")

    for _ in range(3):
        assert getattr(client, method)(link_url(token)).status_code == 200

    assert AccessLink.objects.get().used_at is None
    assert EvaluationAnswers.objects.count() == 0


def test_what_was_typed_stays_when_it_is_too_long(client, evaluation):
    token = token_for(evaluation, "request")
    long = CANARY * 50

    response = send(client, link_url(token), **ANSWERS | {"otherwise": long})

    assert response.status_code == 422
    assert long in response.text
    assert 'value="4" id="id_fit_score_3" checked' in text_of(response)
    assert AccessLink.objects.get().used_at is None


def test_an_empty_form_is_not_sent(client, evaluation):
    token = token_for(evaluation, "request")

    response = send(client, link_url(token))

    assert response.status_code == 422
    assert "Beantwoord ten minste één vraag." in response.text
    assert AccessLink.objects.get().used_at is None


def test_every_dead_link_gives_the_same_page_as_any_other(client, evaluation):
    used, other = token_for(evaluation, "request"), token_for(evaluation, "support")
    evaluations.answer_by_link(used, FINE, at=NOON, on=MONDAY)
    closed(evaluation)
    unknown = "x" * 43
    altered = other[:-1] + ("A" if other[-1] != "A" else "B")

    pages = [client.get(link_url(token)) for token in (used, other, unknown, altered)]
    posts = [send(client, link_url(token), **ANSWERS) for token in (used, other)]
    proposal = client.get(reverse("matching:answer", args=[unknown]))

    assert {one.status_code for one in (*pages, *posts, proposal)} == {404}
    assert len({one.content for one in (*pages, *posts, proposal)}) == 1
    seen = ("Referrer-Policy", "Cache-Control", "X-Robots-Tag")
    assert [proposal.headers[name] for name in seen] == [
        pages[0].headers[name] for name in seen
    ]


def test_the_other_family_finds_nothing_of_what_was_said(client, evaluation):
    told(evaluation, "request", Said(child_score=5, otherwise=CANARY, wants="stop"))

    page = client.get(link_url(token_for(evaluation, "support")))

    hidden = [CANARY, "Amira", "De Boer", "Willems"]
    assert [word for word in hidden if word in page.text] == []
    assert page.text.count("checked") == 4
    assert 'value="" id="id_child_score_5" checked' in text_of(page)


def test_the_page_behind_a_link_is_not_kept_or_listed(client, evaluation):
    page = client.get(link_url(token_for(evaluation, "request")))

    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "strict-origin"


# What coordinators do.


def test_an_evaluation_starts_with_one_press(lead, pairing):
    page = lead.get(list_url(pairing))
    response = send(lead, list_url(pairing), occasion="extra", due_on="1-12-2026")

    evaluation = Evaluation.objects.get()
    assert page.context["form"]["occasion"].value() == "half_year"
    assert response.url == evaluation.get_absolute_url()
    assert (evaluation.occasion, evaluation.due_on) == ("extra", dt.date(2026, 12, 1))


def test_in_a_trial_its_end_is_the_usual_occasion(client):
    pairing = make_pairing(trial=True)
    client.force_login(pairing.lead.user)

    page = client.get(list_url(pairing))

    assert page.context["form"].initial == {
        "occasion": "end_of_trial",
        "due_on": max(MONDAY, pairing.trial_until),
    }


def test_starting_twice_leads_to_the_open_one(lead, evaluation):
    answers = {"occasion": "extra", "due_on": "1-12-2026"}

    response = send(lead, list_url(evaluation.pairing), **answers)

    assert response.url == evaluation.get_absolute_url()
    assert Evaluation.objects.count() == 1


def test_a_day_before_the_pairing_keeps_what_was_typed(lead, pairing):
    response = send(lead, list_url(pairing), occasion="extra", due_on="1-1-2020")

    assert response.status_code == 422
    assert 'value="1-1-2020"' in response.text
    assert Evaluation.objects.count() == 0


def test_the_mail_goes_once_however_often_the_button_is_pressed(lead, evaluation):
    person = adult_of(evaluation, "request")
    person.email, person.may_leave_message = "amira@post.nl", True
    person.save()
    address = url(evaluation, "ask", "vraaggezin")

    first = send(lead, address, row_version=1)
    second = send(lead, address, row_version=1)

    assert first.url == second.url == evaluation.get_absolute_url()
    assert said(lead, second) == []
    assert OutboxMail.objects.count() == 1


def test_a_text_to_copy_has_a_link_that_works(lead, evaluation):
    page = send(lead, url(evaluation, "text", "steungezin"))

    link = page.context["url"]
    opened = Client().get(link[link.index("/evaluatie/") :])
    assert page.headers["Cache-Control"] == "no-store"
    assert "Je mag elke vraag overslaan." in page.text
    assert opened.status_code == 200


def test_answers_by_telephone_are_written_down(lead, evaluation):
    address = url(evaluation, "answers", "steungezin")

    page = lead.get(address)
    response = send(lead, address, **heard(evaluation))

    answers = EvaluationAnswers.objects.get()
    assert "<h1> Wat gezin Willems zegt </h1>" in text_of(page)
    assert response.url == evaluation.get_absolute_url()
    assert (answers.side, answers.channel, answers.wants) == (
        "support",
        "telephone",
        "less",
    )
    assert answers.recorded_by == evaluation.pairing.lead.user


def test_the_same_answers_sent_twice_are_no_trouble(lead, evaluation):
    address, answers = url(evaluation, "answers", "vraaggezin"), heard(evaluation)
    send(lead, address, **answers)

    again = send(lead, address, **answers)

    assert again.url == evaluation.get_absolute_url()
    assert EvaluationAnswers.objects.get().recorded_at == NOON


def test_a_colleague_who_comes_second_sees_both_texts_and_saves_hers(lead, evaluation):
    address, mine = url(evaluation, "answers", "vraaggezin"), heard(evaluation)
    theirs = "Zaterdag liever niet meer"
    told(evaluation, "request", Said(child_score=2, otherwise=theirs))

    stale = send(lead, address, **mine)
    version = stale.context["form"]["row_version"].value()
    saved = send(lead, address, **mine | {"row_version": version})

    assert stale.status_code == 422
    assert theirs in stale.text
    assert CANARY in stale.context["form"]["otherwise"].value()
    assert saved.status_code == 302
    assert EvaluationAnswers.objects.get().otherwise == CANARY


def test_what_a_family_wrote_itself_stands_beside_what_was_heard(lead, evaluation):
    address = url(evaluation, "answers", "vraaggezin")
    theirs = Said(otherwise="Zelf geschreven")
    token = token_for(evaluation, "request")
    evaluations.answer_by_link(token, theirs, at=NOON, on=MONDAY)

    response = send(lead, address, **heard(evaluation))

    assert response.status_code == 422
    assert "Zelf geschreven" in response.text
    assert CANARY in response.text
    assert EvaluationAnswers.objects.get().otherwise == "Zelf geschreven"


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"answered_on": "24-11-2026"}, "answered_on"),
        ({"answered_on": "1-1-2020"}, "__all__"),
        ({"channel": "link"}, "channel"),
        ({"child_score": "6"}, "child_score"),
        ({"wants": "all"}, "wants"),
    ],
)
def test_answers_that_cannot_be_keep_what_was_typed(lead, evaluation, differs, field):
    address = url(evaluation, "answers", "vraaggezin")

    response = send(lead, address, **heard(evaluation, **differs))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert CANARY in response.text
    assert EvaluationAnswers.objects.count() == 0


def test_both_families_stand_side_by_side_with_what_stands_out(lead, evaluation):
    told(evaluation, "request", Said(child_score=1, own_score=2, wants="less"))
    told(evaluation, "support", Said(child_score=4, own_score=2, wants="more"))

    page = lead.get(url(evaluation))

    assert page.context["stands_out"] == [
        "Over het kind denken ze heel verschillend: gezin De Boer zegt ‘heel fijn’,"
        " gezin Willems zegt ‘niet zo fijn’.",
        "Ze willen niet hetzelfde: gezin De Boer wil minder, gezin Willems wil meer.",
    ]
    assert [(row.heading, row.stands_out) for row in page.context["rows"]] == [
        ("Hoe het met het kind gaat", True),
        ("Of ze willen doorgaan", True),
        ("Hoe het met henzelf gaat", False),
        ("Of de afspraken nog passen", False),
        ("Wat ze anders willen", False),
        ("Wat het kind zelf zegt", False),
    ]
    cells = page.context["rows"][0].cells
    assert [(one.name, one.word) for one in cells] == [
        ("gezin De Boer", "heel fijn"),
        ("gezin Willems", "niet zo fijn"),
    ]


def test_what_fell_since_before_and_since_the_start_is_said(lead, pairing):
    household = pairing.request.family.household
    Baseline.objects.create(
        household=household,
        child_score=2,
        own_score=3,
        asked_on=MONDAY - 300 * DAY,
        recorded_by=pairing.lead.user,
    )
    first = make_evaluation(pairing, at=NOON - DAY)
    told(first, "request", Said(child_score=1, own_score=3, fit_score=2))
    closed(first)
    evaluation = make_evaluation(pairing)
    told(evaluation, "request", Said(child_score=3, own_score=3, fit_score=3))

    page = lead.get(url(evaluation))

    assert page.context["stands_out"] == [
        "Met het kind gaat het minder dan bij de vorige evaluatie: gezin De Boer zei"
        " ‘heel fijn’ en zegt nu ‘gaat wel’.",
        "De afspraken passen minder dan bij de vorige evaluatie: gezin De Boer zei"
        " ‘ja, goed’ en zegt nu ‘gaat wel’.",
        "Met het kind gaat het minder dan bij het eerste gesprek: gezin De Boer zei"
        " ‘fijn’ en zegt nu ‘gaat wel’.",
    ]
    cell = page.context["rows"][0].cells[0]
    assert [(one.when, one.word) for one in cell.earlier] == [
        ("Vorige evaluatie", "heel fijn"),
        ("Eerste gesprek", "fijn"),
    ]
    # The first one shows nothing of what came after it.
    assert lead.get(url(first)).context["rows"][0].cells[0].word == "heel fijn"
    assert lead.get(url(first)).context["stands_out"] == []


def test_when_all_is_well_the_page_says_so(lead, evaluation):
    told(evaluation, "request")
    told(evaluation, "support")

    page = lead.get(url(evaluation))

    assert page.context["stands_out"] == page.context["waits_for"] == []
    assert "Niets: hun antwoorden liggen dicht bij elkaar" in page.text


@pytest.mark.parametrize(
    ("chosen", "leads_to"),
    [
        ("go_on", "agreements:evaluation-list"),
        ("change", "agreements:agreement-change"),
        ("pause", "agreements:pause-list"),
        ("end", "agreements:pairing-end"),
    ],
)
def test_the_outcome_leads_into_the_next_step(lead, evaluation, chosen, leads_to):
    given = outcome(evaluation, outcome=chosen)

    response = send(lead, url(evaluation, "close"), **given)
    again = send(lead, url(evaluation, "close"), **given)

    evaluation.refresh_from_db()
    assert response.url == reverse(leads_to, args=[evaluation.pairing.reference])
    assert again.url == response.url
    assert (evaluation.outcome, evaluation.row_version) == (chosen, 2)
    assert evaluation.outcome_text == "Samen besproken."


def test_an_outcome_has_to_be_chosen(lead, evaluation):
    response = send(lead, url(evaluation, "close"), **outcome(evaluation, outcome=""))

    assert response.status_code == 422
    assert "Samen besproken." in response.text
    assert Evaluation.objects.get().closed_on is None


def test_of_two_outcomes_the_second_sees_both_texts(lead, evaluation):
    mine = outcome(evaluation)
    closed(evaluation, "end", outcome_text="Ze stoppen met Kerst.")

    stale = send(lead, url(evaluation, "close"), **mine)
    version = stale.context["form"]["row_version"].value()
    saved = send(lead, url(evaluation, "close"), **mine | {"row_version": version})

    assert stale.status_code == 422
    assert "Ze stoppen met Kerst." in stale.text
    assert "Samen besproken." in stale.text
    assert saved.status_code == 302
    assert Evaluation.objects.get().outcome == "go_on"


def test_the_outcome_of_today_can_be_taken_back(lead, evaluation):
    done = closed(evaluation)

    page = lead.get(url(done))
    response = send(lead, url(done, "reopen"), row_version=done.row_version)

    assert "Heropen de evaluatie" in page.text
    assert said(lead, response) == ["De evaluatie is weer open."]
    assert Evaluation.objects.get().closed_on is None


def test_the_outcome_of_yesterday_stands(lead, evaluation):
    done = closed(evaluation, on=MONDAY - DAY)

    page = lead.get(url(done))
    response = send(lead, url(done, "reopen"), row_version=done.row_version)
    why = said(lead, response)
    late = send(lead, url(done, "close"), **outcome(done, outcome="end"))

    assert "Heropen de evaluatie" not in page.text
    assert why == ["Alleen op de dag zelf kun je een evaluatie heropenen."]
    assert late.status_code == 422
    assert Evaluation.objects.get().outcome == "go_on"


@pytest.mark.parametrize("sent", ["", "x", "²", "-1", "9" * 30, "9" * 5000])
def test_a_button_of_no_known_version_changes_nothing(lead, evaluation, sent):
    done = closed(evaluation)

    send(lead, url(done, "reopen"), row_version=sent)

    assert Evaluation.objects.get().closed_on == MONDAY


@pytest.mark.parametrize("name", ["answers", "ask", "text"])
@pytest.mark.parametrize("side", ["kind", "request"])
def test_only_the_two_families_can_be_asked(lead, evaluation, name, side):
    assert send(lead, url(evaluation, name, side)).status_code == 404


@pytest.mark.parametrize("name", ["detail", "close", "reopen"])
def test_an_evaluation_of_another_pairing_is_not_found(lead, evaluation, name):
    other = make_evaluation(make_pairing(lead=evaluation.pairing.lead))
    args = [evaluation.pairing.reference, other.reference]
    address = reverse(f"agreements:evaluation-{name}", args=args)

    answer = lead.get(address) if name == "detail" else send(lead, address)

    assert answer.status_code == 404


def test_strangers_find_nothing(client, evaluation):
    told(evaluation, "request", Said(otherwise=CANARY))
    client.force_login(CoordinatorFactory().user)

    pages = [
        client.get(url(evaluation)),
        client.get(url(evaluation, "answers", "vraaggezin")),
        client.get(list_url(evaluation.pairing)),
        send(client, url(evaluation, "close"), **outcome(evaluation)),
    ]

    assert {page.status_code for page in pages} == {404}
    assert [page for page in pages if CANARY in page.text] == []


def test_titles_name_nobody(lead, evaluation):
    told(evaluation, "request", Said(otherwise=CANARY))

    titles = [
        text_of(lead.get(address)).partition("<title>")[2].partition("</title>")[0]
        for address in (
            list_url(evaluation.pairing),
            url(evaluation),
            url(evaluation, "answers", "vraaggezin"),
        )
    ]

    assert [title.partition(" – ")[0].strip() for title in titles] == [
        "Evaluaties van D. en W.",
        "Evaluatie van D. en W.",
        "Antwoorden in de evaluatie van D. en W.",
    ]


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_asks_as_much_for_three_as_for_one(
    lead, pairing, django_assert_num_queries, n
):
    for number in range(n):
        evaluation = make_evaluation(pairing, at=NOON + number * DAY)
        told(evaluation, "request")
        told(evaluation, "support")
        closed(evaluation)

    with django_assert_num_queries(16):
        page = lead.get(url(evaluation))

    assert page.context["waits_for"] == []


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(
    lead, pairing, django_assert_num_queries, n
):
    for _ in range(n):
        closed(told(make_evaluation(pairing), "request"))

    with django_assert_num_queries(11):
        page = lead.get(list_url(pairing))

    assert len(page.context["listed"]) == n


# The first talk.


def baseline_url(household):
    return reverse("agreements:baseline", args=[household.reference])


def test_first_answers_are_kept_once_for_a_household(lead, pairing):
    household = pairing.request.family.household
    given = {"child_score": "4", "own_score": "", "asked_on": "1-11-2026"}

    page = lead.get(baseline_url(household))
    response = send(lead, baseline_url(household), **given, row_version=0)
    again = send(lead, baseline_url(household), **given, row_version=0)

    baseline = Baseline.objects.get()
    assert list(page.context["form"].fields)[:2] == ["child_score", "own_score"]
    assert (
        response.url
        == again.url
        == reverse("family-detail", args=[household.reference])
    )
    assert (baseline.child_score, baseline.own_score) == (4, None)
    assert (baseline.asked_on, baseline.row_version) == (dt.date(2026, 11, 1), 1)
    assert baseline.recorded_by == pairing.lead.user


def test_of_two_first_answers_the_second_sees_both(lead, pairing):
    household = pairing.request.family.household
    given = {"child_score": "4", "own_score": "", "asked_on": "1-11-2026"}
    send(lead, baseline_url(household), **given, row_version=0)
    mine = given | {"child_score": "2"}

    stale = send(lead, baseline_url(household), **mine, row_version=0)
    saved = send(lead, baseline_url(household), **mine, row_version=1)

    assert stale.status_code == 422
    assert stale.context["known_words"] == [
        ("Hoe het met het kind gaat", "niet zo fijn")
    ]
    assert stale.context["form"]["child_score"].value() == "2"
    assert saved.status_code == 302
    assert Baseline.objects.get().child_score == 2


def test_a_support_family_is_not_asked_about_a_child(lead, pairing):
    household = pairing.offer.family.household

    page = lead.get(baseline_url(household))

    assert list(page.context["form"].fields) == ["own_score", "asked_on", "row_version"]


@pytest.mark.parametrize(
    "given",
    [
        {"asked_on": "1-11-2026"},
        {"child_score": "1", "asked_on": "24-11-2026"},
        {"child_score": "1", "asked_on": ""},
    ],
)
def test_first_answers_that_say_nothing_are_refused(lead, pairing, given):
    household = pairing.request.family.household

    response = send(lead, baseline_url(household), **given, row_version=0)

    assert response.status_code == 422
    assert Baseline.objects.count() == 0


def test_the_first_talk_of_strangers_is_not_found(client, pairing):
    household = pairing.request.family.household
    client.force_login(CoordinatorFactory().user)

    assert client.get(baseline_url(household)).status_code == 404


def test_a_household_that_neither_asks_nor_gives_has_no_first_talk(lead, pairing):
    neither = HouseholdFactory(
        municipality=pairing.request.family.household.municipality
    )

    assert lead.get(baseline_url(neither)).status_code == 404


def test_somebody_without_a_role_finds_nothing(client, evaluation):
    client.force_login(UserFactory())

    assert client.get(url(evaluation)).status_code == 404
