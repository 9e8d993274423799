"""What a family sees and does on its own pages."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.services import evaluations
from agreements.tests.factories import make_version
from buurtgezinnen.tests.own import (
    MONDAY,
    amira,
    asking,
    come_in,
    giving,
    parent_of,
    send,
    words_of,
)
from families.encryption import blind_index
from families.models import (
    AccessLink,
    Consent,
    Household,
    OutboxMail,
    OwnRequest,
    PossibleDouble,
    SupportOffer,
    SupportRequest,
    Task,
)
from families.services import own, pauses
from families.services.contact import note_contact
from families.services.households import NotPossibleNow
from families.services.mail import queue_mail
from families.services.merging import merge
from families.services.reach import issue_link
from families.services.tasks import put_off
from families.tests.applying import apply, served
from families.tests.factories import (
    CoordinatorFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    TaskFactory,
)
from matching.tests.factories import PairingFactory, ProposalFactory

TODAY = MONDAY.date()
HOME = "/mijn/overzicht/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def key() -> str:
    return str(uuid.uuid4())


def steps_of(client: Client) -> tuple[int, list[str]]:
    """How many steps are done, and which one is the present."""
    steps = client.get(HOME).context["steps"]
    now = [str(step["name"]) for step in steps if step["now"]]
    return sum(step["done"] for step in steps), now


def titles(client: Client) -> list[str]:
    return [row.title for row in client.get(HOME).context["rows"]]


def call(client: Client, text: str = "", form_key: str = ""):
    data = {"text": text, "form_key": form_key or key()}
    return send(client, "/mijn/bel-mij/", data)


def reach(client: Client, **told: object):
    page = client.get("/mijn/bereikbaar/")
    form = page.context["form"]
    data = {
        "telephone": "06 12 34 56 78",
        "email": "amira@gezin.example",
        "may_leave_message": "yes",
        "row_version": form["row_version"].value(),
        "form_key": key(),
    }
    return send(client, "/mijn/bereikbaar/", data | told)


def rest(client: Client, **told: str):
    return send(client, "/mijn/geen-steun/", {"form_key": key()} | told)


def undo(client: Client):
    return send(client, f"/mijn/terug/{OwnRequest.objects.latest('pk').reference}/")


@pytest.mark.parametrize(
    ("stage", "done", "now"),
    [
        ("applied", 1, ["Gesprek"]),
        ("talking", 1, ["Gesprek"]),
        ("waiting", 2, ["We zoeken een gezin"]),
        ("proposed", 2, ["We zoeken een gezin"]),
        ("paused", 0, []),
        ("ended", 0, []),
        ("withdrawn", 0, []),
    ],
)
def test_the_steps_follow_the_stage_of_a_request(client, stage, done, now):
    come_in(client, asking(stage=stage))

    assert steps_of(client) == (done, now)


@pytest.mark.parametrize("stage", SupportOffer.Stage.values)
def test_each_stage_of_an_offer_has_its_words(client, stage):
    come_in(client, giving(stage=stage))

    assert client.get(HOME).status_code == 200


@pytest.mark.parametrize(
    ("stage", "done", "now"),
    [
        ({}, 3, ["Kennismaken"]),
        ({"trial": True}, 4, ["Proefperiode"]),
        ({"active": True}, 5, ["Vaste afspraken"]),
        ({"independent": True}, 6, []),
    ],
)
def test_the_steps_tell_how_far_a_pairing_is(client, stage, done, now):
    request = asking(stage="paired")
    PairingFactory(request=request, **stage)
    come_in(client, request)

    assert steps_of(client) == (done, now)


def test_an_empty_page_says_who_calls_and_which_number_rings(client):
    come_in(client, asking(stage="applied"))

    words = words_of(client.get(HOME))

    assert "We hebben nog niets voor je." in words
    assert "Je coördinator is Ilse Voorbeeld." in words
    assert "06 11223344" in words


def test_putting_a_promise_off_changes_the_day_the_family_sees(client):
    request = asking(stage="applied")
    come_in(client, request)
    call(client)
    before = words_of(client.get(HOME))
    task = Task.objects.get(kind="own_request")

    put_off(task, until=dt.date(2026, 12, 9), by=task.coordinator.user)

    assert "uiterlijk <strong>dinsdag 1 december</strong>" in before
    assert "uiterlijk <strong>woensdag 9 december</strong>" in words_of(
        client.get(HOME)
    )


def test_a_promise_that_was_not_kept_is_owned_up_to(client, monday):
    request = asking()
    come_in(client, request)
    call(client)
    monday.move_to(MONDAY + dt.timedelta(days=9))
    come_in(client, request)

    assert "Dat is niet gelukt. Sorry." in words_of(client.get(HOME))


def test_nothing_of_the_family_stands_in_the_title_or_an_address(client):
    come_in(client, asking())

    page = client.get(HOME).content.decode()

    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL).group(1)
    links = " ".join(re.findall(r'(?:href|action)="([^"]*)"', page))
    for secret in ("Amira", "Amrani", "gezin.example", "612345678"):
        assert secret not in title + links


@pytest.mark.parametrize("side", ["request", "support"])
def test_a_proposal_is_shown_to_whom_it_was_asked_and_opens_its_page(client, side):
    ours = asking(stage="proposed") if side == "request" else giving()
    both = {"request": ours} if side == "request" else {"offer": ours}
    ProposalFactory(**both, **{f"{side}_text": "Een meisje van 6 jaar."})
    come_in(client, ours)

    shown = client.get(HOME).context["rows"][0]
    page = send(client, "/mijn/open/", {"action": shown.action, "about": shown.about})

    assert shown.title == "We vonden een gezin. Wil je kennismaken?"
    opened = client.get(page.headers["Location"])
    assert "Een meisje van 6 jaar." in words_of(opened)
    assert AccessLink.objects.filter(purpose="proposal").count() == 1


@pytest.mark.parametrize(
    "why", ["not asked", "answered", "no text", "closed", "of others"]
)
def test_a_proposal_that_is_not_theirs_to_answer_is_not_shown(client, why):
    request = asking(stage="proposed")
    values = {"request": request, "request_text": "Een gezin met een kat."}
    if why == "not asked":
        values |= {"request_asked_at": None, "request_way": ""}
    elif why == "answered":
        values |= {"request_answer": "yes", "request_answered_on": TODAY}
    elif why == "no text":
        values["request_text"] = ""
    elif why == "closed":
        values |= {"outcome": "withdrawn", "closed_on": dt.date(2027, 1, 1)}
    else:
        values["request"] = SupportRequestFactory(stage="proposed")
    proposal = ProposalFactory(**values)
    come_in(client, request)

    about = {"action": "proposal", "about": proposal.reference}
    answer = send(client, "/mijn/open/", about)

    assert titles(client) == []
    assert answer.headers["Location"] == HOME
    assert not AccessLink.objects.filter(purpose="proposal").exists()


def test_agreements_are_shown_in_sentences_to_those_whom_they_bind(client):
    request = asking(stage="paired")
    make_version(PairingFactory(request=request, started_on=dt.date(2026, 1, 5)))
    other = asking(stage="paired")
    come_in(client, request)

    page = client.get("/mijn/afspraken/")
    elsewhere = come_in(Client(), other).get("/mijn/afspraken/")

    (row,) = page.context["agreements"]
    assert "Afspraken staan in het Nederlands." not in words_of(page)
    assert row.lines[0] in words_of(page)
    assert elsewhere.context["agreements"] == []
    assert "Er zijn nog geen afspraken." in words_of(elsewhere)


def test_an_evaluation_is_shown_once_the_family_was_asked(client):
    request = asking(stage="paired")
    pairing = PairingFactory(request=request, started_on=dt.date(2026, 1, 5))
    by = pairing.lead.user
    evaluation = evaluations.start(
        pairing, occasion="extra", due_on=TODAY, at=MONDAY, by=by
    )
    come_in(client, request)
    before = titles(client)

    evaluations.new_link(evaluation, "request", at=MONDAY, on=TODAY, by=by)
    shown = client.get(HOME).context["rows"][0]
    page = send(client, "/mijn/open/", {"action": shown.action, "about": shown.about})

    assert (before, shown.title) == ([], "Hoe gaat het?")
    assert client.get(page.headers["Location"]).status_code == 200


@pytest.mark.parametrize("n", [1, 3])
def test_the_overview_asks_a_fixed_number_of_queries(
    client, django_assert_num_queries, n
):
    request = asking(stage="proposed")
    for _one in range(n):
        ProposalFactory(request=request, request_text="Een gezin.")
    come_in(client, request)

    with django_assert_num_queries(13):
        page = client.get(HOME)

    assert len(page.context["rows"]) == n


def test_who_asks_to_be_called_gets_a_day_and_a_row_on_the_list(client):
    request = asking()
    come_in(client, request)

    answer = call(client, "Over de zwemles")

    task = Task.objects.get()
    own = OwnRequest.objects.get()
    assert answer.headers["Location"] == HOME
    assert (task.kind, task.about, task.promised) == (
        "own_request",
        own.reference,
        True,
    )
    # Five working days, Monday to Thursday, after a Monday.
    assert task.due_on == dt.date(2026, 12, 1)
    assert (own.kind, own.text, own.about) == (
        "call_me",
        "Over de zwemles",
        request.reference,
    )
    assert "We bellen je uiterlijk dinsdag 1 december." in words_of(client.get(HOME))


def test_sending_twice_and_in_two_tabs_makes_one_call(client):
    come_in(client, asking())
    form_key = key()

    for _press in range(2):
        call(client, "Over de zwemles", form_key)
    call(client, "En over de hond")

    assert Task.objects.count() == OwnRequest.objects.count() == 1
    assert OwnRequest.objects.get().text == "Over de zwemles\nEn over de hond"


def test_a_talk_settles_the_call_and_a_deputy_makes_it(client):
    request = asking()
    household = request.family.household
    deputy = CoordinatorFactory(municipalities=[household.municipality])
    ilse = household.coordinator
    ilse.deputy, ilse.deputy_from, ilse.deputy_until = deputy, TODAY, TODAY
    ilse.save()
    come_in(client, request)
    call(client)
    task = Task.objects.get()

    note_contact(
        Household.objects.get(pk=household.pk),
        kind="telephone",
        outcome="reached",
        happened_on=TODAY,
        at=MONDAY,
        by=deputy.user,
        form_key=uuid.uuid4(),
    )

    task.refresh_from_db()
    own = OwnRequest.objects.get()
    assert task.coordinator == deputy
    assert (task.done_by, own.settled_by) == (deputy.user, deputy.user)
    assert titles(client) == []


@pytest.mark.parametrize("text", ["x" * 501, "x" * 100_000, "a\0b"])
def test_what_cannot_be_kept_is_refused_at_the_field(client, text):
    come_in(client, asking())

    answer = call(client, text)

    assert answer.status_code in {400, 422}
    assert not OwnRequest.objects.exists()


def test_new_ways_to_be_reached_are_kept_with_their_index(client):
    request = asking()
    come_in(client, request)

    reach(client, telephone="06 87 65 43 21", email="nieuw@gezin.example")

    person = parent_of(request)
    assert (person.telephone, person.email) == ("+31687654321", "nieuw@gezin.example")
    assert person.telephone_index == blind_index("telephone", "+31687654321")
    assert person.email_index == blind_index("email", "nieuw@gezin.example")
    assert Task.objects.get().kind == "own_request"
    assert titles(client) == ["Je veranderde hoe we je bereiken."]


def test_what_was_sent_to_the_former_address_dies(client):
    request = asking()
    person = parent_of(request)
    come_in(client, request)
    token = issue_link(person, purpose="status", about=request.reference, at=MONDAY)
    queue_mail(person, body="Hoi", asked_for=True)

    reach(client, email="nieuw@gezin.example")

    assert Client().get(f"/mijn/link/{token}/").status_code == 404
    assert OutboxMail.objects.get().cancelled_at == MONDAY


def test_times_to_call_alone_let_links_live(client):
    request = asking()
    come_in(client, request)
    token = issue_link(
        parent_of(request), purpose="status", about=request.reference, at=MONDAY
    )

    reach(client, call_dayparts=["0", "2"])

    assert parent_of(request).call_dayparts == 0b101
    assert Client().get(f"/mijn/link/{token}/").status_code == 200


def test_old_ways_to_be_reached_are_put_back_within_a_week(client, monday):
    request = asking()
    come_in(client, request)
    reach(client, telephone="06 87 65 43 21")
    monday.move_to(MONDAY + dt.timedelta(days=6, hours=23))
    come_in(client, request)

    undo(client)
    undo(client)

    person = parent_of(request)
    assert person.telephone == "+31612345678"
    assert person.telephone_index == blind_index("telephone", "+31612345678")
    assert titles(client) == []


def test_after_a_week_nothing_is_put_back(client, monday):
    request = asking()
    come_in(client, request)
    reach(client, telephone="06 87 65 43 21")
    monday.move_to(MONDAY + dt.timedelta(days=7))
    come_in(client, request)

    undo(client)

    assert titles(client) == []
    assert parent_of(request).telephone == "+31687654321"


def test_what_a_coordinator_changed_since_is_not_put_back(client):
    request = asking()
    come_in(client, request)
    reach(client, telephone="06 87 65 43 21")
    person = parent_of(request)
    person.telephone, person.row_version = "+31600000000", person.row_version + 1
    person.save()

    undo(client)

    assert parent_of(request).telephone == "+31600000000"
    assert OwnRequest.objects.get().undone_at is None


def test_another_household_cannot_put_it_back(client):
    come_in(client, asking())
    reach(client, telephone="06 87 65 43 21")
    stranger = come_in(Client(), asking(email="bas@gezin.example"))

    answer = undo(stranger)

    assert answer.status_code == 404
    assert OwnRequest.objects.get().undone_at is None


def test_another_parent_neither_sees_nor_puts_back_how_one_is_reached(client):
    request = asking()
    bas = amira(request.family.household, name="Bas", email="bas@gezin.example")
    come_in(client, request)
    reach(client, telephone="06 87 65 43 21")
    other = come_in(Client(), request, bas)

    answer = undo(other)

    assert (titles(other), answer.status_code) == ([], 404)


def test_two_tabs_do_not_overwrite_each_other(client):
    request = asking()
    come_in(client, request)
    shown = client.get("/mijn/bereikbaar/").context["form"]["row_version"].value()
    reach(client, telephone="06 87 65 43 21")

    late = reach(client, telephone="06 11 11 11 11", row_version=shown)

    assert late.status_code == 422
    assert "misschien in een ander tabblad" in words_of(late)
    assert parent_of(request).telephone == "+31687654321"


@pytest.mark.parametrize(
    "told",
    [
        {"telephone": "", "email": ""},
        {"telephone": "0612"},
        {"email": "geen adres"},
        {"email": "a@b.example\r\nBcc: c@d.example"},
        {"may_leave_message": ""},
        {"telephone": "👩‍👧"},
    ],
)
def test_how_one_is_reached_must_be_possible(client, told):
    request = asking()
    come_in(client, request)

    answer = reach(client, **told)

    assert answer.status_code == 422
    assert parent_of(request).telephone == "+31612345678"
    assert not OwnRequest.objects.exists()


@pytest.mark.parametrize("stage", ["applied", "talking", "waiting"])
def test_a_request_rests_and_goes_on_as_it_was(client, stage):
    request = asking(stage=stage)
    come_in(client, request)
    rest(client, how="until", until="1-2-2027", text="Opa is er")
    paused = SupportRequest.objects.get()
    planned = Task.objects.get(kind="next_step")

    undo(client)

    again = SupportRequest.objects.get()
    planned_since = Task.objects.get(pk=planned.pk)
    assert (paused.stage, paused.paused_until) == ("paused", dt.date(2027, 2, 1))
    assert planned.due_on == dt.date(2027, 2, 1)
    assert (again.stage, again.paused_until) == (stage, None)
    assert again.waiting_since == request.waiting_since
    assert planned_since.done_at == MONDAY


def test_an_offer_rests_without_a_day(client):
    offer = giving()
    come_in(client, offer)

    rest(client, how="open")

    offer.refresh_from_db()
    assert (offer.stage, offer.paused_until) == ("paused", None)
    assert "Je neemt pauze." in titles(client)


@pytest.mark.parametrize(("make", "end"), [(asking, "withdrawn"), (giving, "ended")])
def test_who_stops_can_come_back_for_a_week(client, make, end):
    ours = make()
    before = ours.stage
    come_in(client, ours)

    rest(client, how="stop", text="Het gaat goed zo")
    ours.refresh_from_db()
    stopped = ours.stage
    undo(client)

    ours.refresh_from_db()
    assert (stopped, ours.stage) == (end, before)
    assert Task.objects.get().kind == "own_request"


@pytest.mark.parametrize("how", ["open", "stop"])
@pytest.mark.parametrize("why", ["proposal", "pairing", "proposal to them"])
def test_while_others_depend_on_it_there_is_a_talk_first(client, how, why):
    if why == "proposal":
        ours = ProposalFactory(request=asking(stage="proposed")).request
    elif why == "pairing":
        ours = PairingFactory(offer=giving()).offer
    else:
        ours = ProposalFactory(offer=giving()).offer
    before = ours.stage
    come_in(client, ours)

    page = client.get("/mijn/geen-steun/")
    rest(client, how=how)

    ours.refresh_from_db()
    assert "We willen eerst met je praten" in words_of(page)
    assert ours.stage == before
    assert not OwnRequest.objects.exists()


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"how": "until"},
        {"how": "until", "until": "1-1-2026"},
        {"how": "until", "until": "1-1-9999"},
        {"how": "until", "until": "gisteren"},
        {"how": "weg"},
    ],
)
def test_a_pause_needs_a_day_that_can_be(client, told):
    request = asking()
    come_in(client, request)

    answer = rest(client, **told)

    request.refresh_from_db()
    assert (answer.status_code, request.stage) == (422, "waiting")


@pytest.mark.parametrize("path", ["geen-steun/", "bereikbaar/"])
def test_a_mistake_is_told_once_in_the_title(client, path):
    come_in(client, asking())

    page = send(client, f"/mijn/{path}", {"form_key": key()})

    title = words_of(page).split("<title>")[1].split("</title>")[0]
    assert page.status_code == 422
    assert (title[:6], title.count("Fout:")) == ("Fout: ", 1)


@pytest.mark.parametrize("how", ["open", "stop"])
def test_what_cannot_be_put_back_any_more_is_not_offered(client, how):
    request = asking()
    come_in(client, request)
    rest(client, how=how)
    offered = len(titles(client))

    Consent.objects.create(
        person=parent_of(request),
        purpose="contact_and_search",
        text_version="2026-11",
        given_at=MONDAY,
        withdrawn_at=MONDAY,
    )

    assert (offered, titles(client)) == (1, [])


def test_what_the_coordinator_took_up_again_is_not_offered_to_be_put_back(client):
    request = asking()
    come_in(client, request)
    rest(client, how="open")
    offered = titles(client)

    SupportRequest.objects.update(stage="waiting")

    assert (offered, titles(client)) == (["Je neemt pauze."], [])


def test_a_stop_is_not_taken_back_beside_a_new_request(client):
    request = asking()
    sister = SupportRequestFactory(family=request.family, stage="waiting")
    come_in(client, request)
    rest(client, how="stop")
    offered = titles(client)

    again = SupportRequestFactory(family=request.family, stage="applied")
    stopped = OwnRequest.objects.get()
    still_offered = titles(client)
    with pytest.raises(NotPossibleNow):
        own.undo(stopped, at=MONDAY, on=MONDAY.date())
    again.delete()
    undo(client)

    assert (offered, still_offered) == (["Je bent gestopt."], [])
    waiting = SupportRequest.objects.filter(stage="waiting").order_by("pk")
    assert list(waiting) == [request, sister]


@pytest.mark.parametrize("anew", [True, False])
def test_a_pause_that_the_coordinator_made_anew_is_not_put_back(client, monday, anew):
    request = asking()
    ilse = request.family.household.coordinator.user
    come_in(client, request)
    rest(client, how="until", until="1-1-2027")
    paused = OwnRequest.objects.get()
    monday.move_to(MONDAY + dt.timedelta(minutes=5), tick=False)
    now = {"on": MONDAY.date(), "at": timezone.now(), "by": ilse}
    day = dt.date(2027, 2, 1) if anew else dt.date(2027, 5, 1)
    if anew:
        pauses.resume(request, **now)
    pauses.pause(request, until=day, **now)

    with pytest.raises(NotPossibleNow):
        own.undo(paused, at=timezone.now(), on=MONDAY.date())

    request.refresh_from_db()
    assert (titles(client), request.stage, request.paused_until) == ([], "paused", day)


def test_during_a_pause_no_call_is_promised(client):
    request = asking()
    come_in(client, request)
    household = request.family.household
    TaskFactory(
        household=household,
        coordinator=household.coordinator,
        due_on=dt.date(2026, 12, 1),
        promised=True,
    )
    before = words_of(client.get(HOME))

    rest(client, how="open")

    day = "dinsdag 1 december"
    assert (day in before, day in words_of(client.get(HOME))) == (True, False)


@pytest.mark.parametrize(
    ("path", "names"),
    [("geen-steun/", ["until"]), ("bereikbaar/", ["telephone", "email"])],
)
def test_what_may_be_needed_is_not_called_optional(client, path, names):
    come_in(client, asking())

    form = client.get(f"/mijn/{path}").context["form"]

    fields = [form[name].as_field_group() for name in names]
    assert [field for field in fields if "(mag je overslaan)" in field] == []


def test_pressing_twice_is_one_pause(client):
    come_in(client, asking())
    form_key = key()

    for _press in range(2):
        rest(client, how="open", form_key=form_key)

    assert OwnRequest.objects.count() == Task.objects.count() == 1


def test_an_offer_that_is_not_available_yet_can_only_stop(client):
    come_in(client, giving(stage="talking"))

    page = client.get("/mijn/geen-steun/")

    assert [value for value, _word in page.context["form"].fields["how"].choices] == [
        "stop"
    ]


def test_the_other_family_is_never_named_on_the_overview(client):
    request = asking(stage="paired")
    offer = SupportOfferFactory()
    offer.family.household.name = "Geheimnaam"
    offer.family.household.save()
    PairingFactory(request=request, offer=offer)
    come_in(client, request)

    assert "Geheimnaam" not in words_of(client.get(HOME))


@pytest.mark.parametrize("language", ["en", "ar", "pl", "tr", "uk"])
def test_own_pages_stand_in_every_public_language(client, language):
    come_in(client, asking())

    page = client.get(f"/{language}{HOME}")

    assert page.status_code == 200
    assert f'lang="{language}"' in page.content.decode()


def test_an_application_that_went_into_another_names_that_one(client):
    coordinator = served()
    apply(client, "steun-vragen")
    apply(Client(), "steun-vragen")
    first, second = SupportRequest.objects.order_by("pk")
    person = second.family.household.memberships.get(role="parent").person
    merge(
        PossibleDouble.objects.get(),
        {},
        on=timezone.localdate(),
        at=timezone.now(),
        by=coordinator.user,
    )
    token = issue_link(
        person, purpose="status", about=second.reference, at=timezone.now()
    )
    send(client, reverse("mine-link", args=[token]), {})

    page = client.get(reverse("mine-home"))

    shown = page.content.decode()
    code = first.reference
    assert f"{code[:5]}-{code[5:]}" in shown
    assert page.context["promise"].household == first.family.household
    assert "Wat wil je doen?" not in shown
