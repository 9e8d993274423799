"""In which order things ask attention, and the page that shows it."""

import datetime as dt
import re
from contextlib import contextmanager
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agreements.models import AgreementVersion
from agreements.tests.factories import make_pairing, make_version
from buurtgezinnen.today import Day, arrange
from buurtgezinnen.views.today import count_sentence, greeting
from families.models import ContactMoment, OwnRequest, Task
from families.panels import ShownHousehold, TodayRow, Urgency
from families.tests.applying import send
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    MunicipalityFactory,
    ScreeningCheckFactory,
    SupportRequestFactory,
    TaskFactory,
)
from matching.tests.factories import ProposalFactory

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = dt.date(2026, 11, 23)
FRIDAY = dt.date(2026, 11, 27)
LONG_AGO = dt.datetime(2026, 11, 9, 9, tzinfo=AMSTERDAM)


def row(household="A", urgency=Urgency.AGES, *, promised=False, due_on=None, title="x"):
    return TodayRow(
        urgency=urgency,
        household=ShownHousehold(household, f"Gezin {household}"),
        side="request",
        title=title,
        why="",
        since=MONDAY,
        due_on=due_on,
        promised=promised,
        action_label="",
        action_url="",
    )


def test_arrange_puts_safety_first_and_new_last():
    rows = [row(str(one), one) for one in reversed(Urgency)]

    assert [one.urgency for one in arrange(rows, on=MONDAY).now] == [
        Urgency.SAFETY,
        Urgency.BROKEN_PROMISE,
        Urgency.BLOCKS_SOMEBODY,
        Urgency.AGES,
        Urgency.NEW,
    ]


def test_arrange_puts_what_was_due_first_before_what_is_due_later():
    later, earlier = row("A", due_on=FRIDAY), row("B", due_on=MONDAY)

    assert arrange([later, earlier], on=MONDAY).now == [earlier, later]


def test_arrange_keeps_rows_of_one_household_together():
    urgent, other, same = row("A", Urgency.SAFETY), row("B"), row("A", Urgency.NEW)

    assert arrange([other, same, urgent], on=MONDAY).now == [urgent, same, other]


def test_arrange_folds_what_is_more_than_seven():
    rows = [row(f"{number:02}") for number in range(10)]

    assert arrange(rows, on=MONDAY) == Day(rows[:7], rows[7:])


@pytest.mark.parametrize(
    ("on", "due_on"),
    [
        (MONDAY, dt.date(2026, 11, 20)),
        (MONDAY, dt.date(2026, 11, 25)),
        (FRIDAY, dt.date(2026, 12, 1)),
    ],
)
def test_arrange_never_folds_a_promise_of_two_working_days(on, due_on):
    others = [row(f"{number:02}") for number in range(8)]
    promise = row("Z", Urgency.NEW, promised=True, due_on=due_on)

    assert arrange([*others, promise], on=on) == Day([*others[:6], promise], others[6:])


@pytest.mark.parametrize(
    ("on", "due_on"), [(MONDAY, dt.date(2026, 11, 26)), (FRIDAY, dt.date(2026, 12, 2))]
)
def test_arrange_lets_a_promise_further_off_wait_for_who_is_blocked(on, due_on):
    promise = row("A", Urgency.NEW, promised=True, due_on=due_on)
    blocked = [row(f"{number:02}", Urgency.BLOCKS_SOMEBODY) for number in range(7)]

    assert arrange([promise, *blocked], on=on) == Day(blocked, [promise])


def test_arrange_never_folds_what_is_due_even_when_it_is_much():
    due = [row(f"{number:02}", due_on=MONDAY) for number in range(9)]
    promise = row("99", Urgency.NEW, promised=True, due_on=FRIDAY)

    assert arrange([promise, *due], on=MONDAY) == Day(due, [promise])


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from("ABCDEFG"),
        st.sampled_from(Urgency),
        promised=st.booleans(),
        due_on=st.sampled_from([None, MONDAY, FRIDAY]),
        title=st.sampled_from("xyz"),
    )
)


@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_arrange_gives_one_order_with_safety_first_whatever_came_first(both):
    rows, shuffled = both

    day = arrange(rows, on=MONDAY)

    assert arrange(shuffled, on=MONDAY) == day
    assert arrange([*day.now, *day.later], on=MONDAY) == day
    shown = [one.household.reference for one in day.now]
    groups = [key for key, _group in groupby(shown)]
    assert len(groups) == len(set(groups))
    safe = [one.urgency == Urgency.SAFETY for one in rows]
    if any(safe):
        assert any(
            one.urgency == Urgency.SAFETY
            for one in day.now
            if one.household.reference == shown[0]
        )


@given(ROWS)
def test_arrange_loses_nothing_and_folds_nothing_that_is_due(rows):
    day = arrange(rows, on=MONDAY)

    key = repr
    assert sorted([*day.now, *day.later], key=key) == sorted(rows, key=key)
    assert not [one for one in day.later if one.due_on == MONDAY]
    n_due = sum(one.due_on == MONDAY for one in rows)
    assert len(day.now) == max(n_due, min(len(rows), 7))


@pytest.mark.parametrize(
    ("hour", "words"), [(9, "Goedemorgen."), (12, "Goedemiddag."), (18, "Goedenavond.")]
)
def test_greeting_follows_the_hour(hour, words):
    assert greeting(dt.datetime(2026, 11, 23, hour, tzinfo=AMSTERDAM)) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "Alles is gedaan. Fijne dag."),
        (1, "Eén ding vraagt je aandacht."),
        (12, "Twaalf dingen vragen je aandacht."),
        (13, "13 dingen vragen je aandacht."),
    ],
)
def test_count_sentence_counts_in_words(count, words):
    assert count_sentence(count) == words


@pytest.fixture
def monday_morning():
    with time_machine.travel(
        dt.datetime(2026, 11, 23, 9, tzinfo=AMSTERDAM), tick=False
    ) as clock:
        yield clock


@pytest.fixture
def coordinator(monday_morning):
    return CoordinatorFactory(municipalities=[MunicipalityFactory()])


def heading(response):
    [inside] = re.findall("<h1>(.*?)</h1>", response.text, re.DOTALL)
    return " ".join(inside.split())


def new_application(coordinator, **task):
    """A family that waits for its first call, promised by Friday."""
    household = HouseholdFactory(
        municipality=coordinator.municipalities.first(), coordinator=coordinator
    )
    MembershipFactory(household=household, person__telephone="+31612345678")
    SupportRequestFactory(family__household=household, stage="applied")
    given = {"kind": "first_call", "due_on": FRIDAY, "promised": True}
    return TaskFactory(household=household, coordinator=coordinator, **(given | task))


@pytest.mark.django_db
@pytest.mark.parametrize("n_families", [1, 3])
def test_today_shows_own_rows_in_a_fixed_number_of_queries(
    client, coordinator, django_assert_num_queries, n_families
):
    own = [new_application(coordinator) for _ in range(n_families)]
    new_application(CoordinatorFactory())
    client.force_login(coordinator.user)

    with django_assert_num_queries(32):
        response = client.get(reverse("today"))

    assert {one.task for one in response.context["now"]} == set(own)
    assert response.context["later"] == []


@pytest.mark.django_db
def test_today_names_family_reason_promise_and_telephone(client, coordinator):
    task = new_application(coordinator, due_on=dt.date(2026, 11, 20))
    ContactMoment.objects.create(
        household=task.household,
        outcome="no_answer",
        happened_on=MONDAY,
        by=coordinator.user,
    )
    client.force_login(coordinator.user)

    [shown] = client.get(reverse("today")).context["now"]

    assert shown.urgency == Urgency.BROKEN_PROMISE
    assert shown.title == (
        f"Bel: gezin {task.household.name} ({task.household.municipality})"
    )
    assert shown.why == "Eén keer geen gehoor."
    assert (shown.due_on, shown.promised) == (dt.date(2026, 11, 20), True)
    assert shown.telephone == "+31612345678"
    assert shown.tags == (("bad", "Te laat"),)


@pytest.mark.django_db
def test_today_tells_how_a_vog_stands(client, coordinator):
    household = HouseholdFactory(municipality=coordinator.municipalities.first())
    check = ScreeningCheckFactory(person__name="Bas", asked_on=dt.date(2026, 11, 3))
    MembershipFactory(household=household, person=check.person)
    TaskFactory(household=household, kind="screening", about=check.person.reference)
    client.force_login(coordinator.user)

    [shown] = client.get(reverse("today")).context["now"]

    assert shown.title == f"Vraag naar de VOG: Bas, gezin {household.name}"
    assert shown.why == "Gevraagd op 3 november 2026, nog niet gezien."
    assert shown.action_url == reverse("families:screening", args=[household.reference])


@pytest.mark.django_db
def test_today_asks_the_question_that_helps_to_find_a_match(client, coordinator):
    household = HouseholdFactory(
        name="Willems", municipality=coordinator.municipalities.get()
    )
    task = TaskFactory(
        household=household, kind="question", text="Vraag of 7 km ook mag"
    )
    client.force_login(coordinator.user)

    response = client.get(reverse("today"))

    [shown] = response.context["now"]
    assert shown.title == "Vraag of 7 km ook mag: gezin Willems"
    assert shown.why == "Het antwoord helpt om een match te vinden."
    assert shown.task == task
    done = reverse("families:task-done", args=[household.reference])
    assert response.text.count(f'action="{done}"') == 1


@pytest.mark.django_db
def test_today_with_nothing_to_do_says_so(client, coordinator):
    HouseholdFactory(municipality=coordinator.municipalities.get())
    client.force_login(coordinator.user)

    response = client.get(reverse("today"))

    assert heading(response) == "Goedemorgen. Alles is gedaan. Fijne dag."


@pytest.mark.django_db
def test_today_without_families_welcomes(client, coordinator):
    HouseholdFactory()
    client.force_login(coordinator.user)

    response = client.get(reverse("today"))

    assert heading(response) == "Welkom. Er zijn nog geen gezinnen."


@pytest.mark.django_db
def test_later_puts_a_row_away_and_the_next_page_takes_it_back(client, coordinator):
    task = new_application(coordinator)
    client.force_login(coordinator.user)
    reference = task.household.reference
    later = reverse("families:task-later", args=[reference])

    send(client, later, {"task": task.pk, "wait": "week"})
    response = client.get(reverse("today"))

    task.refresh_from_db()
    in_a_week = dt.date(2026, 11, 30)
    assert (task.later_until, task.due_on) == (in_a_week, in_a_week)
    assert response.context["now"] == []
    assert response.context["resting"] == [
        (task, f"Eerste gesprek met gezin {task.household.name}")
    ]
    undo = response.context["undo"]
    assert (undo["reference"], undo["until"]) == (reference, in_a_week)

    restore = reverse("families:task-restore", args=[reference])
    send(client, restore, {"token": undo["token"]})
    response = client.get(reverse("today"))

    task.refresh_from_db()
    assert (task.later_until, task.due_on) == (None, FRIDAY)
    assert [one.task for one in response.context["now"]] == [task]
    assert response.context["undo"] is None


@pytest.mark.django_db
def test_no_answer_takes_one_press_and_comes_back_on_the_next_working_day(
    client, coordinator
):
    task = new_application(coordinator)
    client.force_login(coordinator.user)
    url = reverse("families:contact-no-answer", args=[task.household.reference])
    sent = {"form_key": "6f2c1b7e-8f0d-4c55-9d0e-0d7b7b0c6a11"}

    send(client, url, sent)
    send(client, url, sent)
    response = client.get(reverse("today"))

    [contact] = ContactMoment.objects.all()
    assert (contact.outcome, contact.by) == ("no_answer", coordinator.user)
    assert response.context["now"] == []
    assert [one.later_until for one, _words in response.context["resting"]] == [
        dt.date(2026, 11, 24)
    ]


@pytest.mark.django_db
def test_done_rows_stand_below_and_can_be_undone(client, coordinator):
    task = new_application(coordinator, kind="next_step", text="Foto's", due_on=MONDAY)
    client.force_login(coordinator.user)
    reference = task.household.reference

    send(client, reverse("families:task-done", args=[reference]), {"task": task.pk})
    done = client.get(reverse("today"))
    send(client, reverse("families:task-reopen", args=[reference]), {"task": task.pk})
    undone = client.get(reverse("today"))

    words = f"Foto's: gezin {task.household.name}"
    assert (done.context["now"], done.context["done"]) == ([], [(task, words)])
    assert undone.context["done"] == []
    assert [one.task for one in undone.context["now"]] == [task]


def waiting_pairing(coordinator):
    """A pairing of which a version has waited for a yes since long."""
    pairing = make_pairing(
        municipality=coordinator.municipalities.get(), lead=coordinator
    )
    make_version(pairing, settled=False)
    AgreementVersion.objects.update(recorded_at=LONG_AGO)
    return pairing


def waits(response):
    """The rows about agreements that wait; other rows of a pairing ask for a call."""
    rows = response.context["now"]
    return [row for row in rows if row.title.startswith("Afspraken: ")]


def later_form(row, wait="week"):
    """What the button Later of a row without a task sends, and where."""
    url = reverse("families:task-later", args=[row.household.reference])
    return url, {"row": row.key, "wait": wait}


@pytest.mark.django_db
def test_a_row_without_a_task_rests_and_comes_back_by_itself(
    client, coordinator, monday_morning
):
    waiting_pairing(coordinator)
    client.force_login(coordinator.user)
    [row] = waits(client.get(reverse("today")))
    url, sent = later_form(row)

    send(client, url, sent)
    send(client, url, sent)
    rests = client.get(reverse("today"))
    monday_morning.move_to(dt.datetime(2026, 11, 29, 9, tzinfo=AMSTERDAM))
    client.force_login(coordinator.user)
    on_sunday = waits(client.get(reverse("today")))
    monday_morning.move_to(dt.datetime(2026, 11, 30, 9, tzinfo=AMSTERDAM))
    client.force_login(coordinator.user)
    on_monday = waits(client.get(reverse("today")))

    assert row.task is None
    [(rest, words)] = rests.context["resting"]
    assert (rest.later_until, words) == (dt.date(2026, 11, 30), row.title)
    assert (waits(rests), rests.context["n_later"]) == ([], 1)
    # Nobody did it, and nobody has to do it twice.
    assert rests.context["done"] == []
    assert Task.objects.open().count() == 0
    assert on_sunday == []
    assert on_monday == [row]


@pytest.mark.django_db
def test_a_row_without_a_task_rests_for_one_coordinator(client, coordinator):
    waiting_pairing(coordinator)
    colleague = CoordinatorFactory(municipalities=coordinator.municipalities.all())
    client.force_login(coordinator.user)
    [row] = waits(client.get(reverse("today")))
    url, sent = later_form(row)
    send(client, url, sent)
    [(rest, _words)] = client.get(reverse("today")).context["resting"]
    client.force_login(colleague.user)

    shown = client.get(reverse("today"))
    wake = reverse("families:task-today", args=[row.household.reference])
    refused = send(client, wake, {"task": rest.pk})

    assert [one.key for one in waits(shown)] == [row.key]
    assert shown.context["resting"] == []
    assert refused.status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["undo", "today"])
def test_a_row_without_a_task_is_taken_back(client, coordinator, way):
    waiting_pairing(coordinator)
    client.force_login(coordinator.user)
    [row] = waits(client.get(reverse("today")))
    url, sent = later_form(row, "tomorrow")
    send(client, url, sent)
    shown = client.get(reverse("today"))
    reference = row.household.reference

    if way == "undo":
        token = {"token": shown.context["undo"]["token"]}
        send(client, reverse("families:task-restore", args=[reference]), token)
    else:
        [(rest, _words)] = shown.context["resting"]
        send(
            client, reverse("families:task-today", args=[reference]), {"task": rest.pk}
        )

    again = client.get(reverse("today"))
    assert [one.key for one in waits(again)] == [row.key]
    assert again.context["resting"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "~", "~00000000g", "0123456789", "~000000000\n"])
def test_only_the_key_of_a_row_rests(client, coordinator, key):
    household = HouseholdFactory(municipality=coordinator.municipalities.get())
    client.force_login(coordinator.user)
    url = reverse("families:task-later", args=[household.reference])

    response = send(client, url, {"row": key, "wait": "week"})

    assert response.status_code == 404
    assert Task.objects.count() == 0


@pytest.mark.django_db
def test_what_rests_without_its_row_is_not_told(client, coordinator):
    pairing = waiting_pairing(coordinator)
    client.force_login(coordinator.user)
    [row] = waits(client.get(reverse("today")))
    url, sent = later_form(row)
    send(client, url, sent)

    AgreementVersion.objects.filter(agreement__pairing=pairing).update(
        recorded_at=timezone.now()
    )
    response = client.get(reverse("today"))

    assert (waits(response), response.context["resting"]) == ([], [])


@pytest.mark.django_db
def test_what_a_family_stopped_is_not_told_as_done(client, coordinator):
    call = new_application(coordinator)
    household = call.household
    household.name = "Voorbeeld"
    household.save()
    at = timezone.now()
    asked = OwnRequest.objects.create(
        household=household, kind="call_me", asked_at=at - dt.timedelta(days=1)
    )
    TaskFactory(
        household=household,
        coordinator=coordinator,
        kind="own_request",
        about=asked.reference,
        due_on=MONDAY,
    )
    Task.objects.update(done_at=at, done_by=coordinator.user)
    before = OwnRequest.objects.create(
        household=household, kind="withdraw", asked_at=at - dt.timedelta(hours=1)
    )
    client.force_login(coordinator.user)

    done = client.get(reverse("today")).context["done"]
    OwnRequest.objects.filter(pk=before.pk).update(asked_at=at)
    stopped = client.get(reverse("today")).context["done"]

    assert sorted(words for _task, words in done) == [
        "Eerste gesprek met gezin Voorbeeld",
        "Wil gebeld worden: gezin Voorbeeld",
    ]
    assert sorted(words for _task, words in stopped) == [
        "Gestopt: eerste gesprek met gezin Voorbeeld (toestemming ingetrokken)",
        "Gestopt: wil gebeld worden: gezin Voorbeeld (toestemming ingetrokken)",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("task-later", {"wait": "week"}),
        ("task-done", {}),
        ("task-today", {}),
        ("task-reopen", {}),
    ],
)
def test_a_task_of_another_household_is_not_there(client, coordinator, name, sent):
    own, others = new_application(coordinator), new_application(CoordinatorFactory())
    client.force_login(coordinator.user)
    url = reverse(f"families:{name}", args=[own.household.reference])

    response = send(client, url, sent | {"task": others.pk})

    others.refresh_from_db()
    assert response.status_code == 404
    assert (others.later_until, others.done_at) == (None, None)


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "x", "WzEsMV0:1vN:abc"])
def test_restore_refuses_a_token_that_is_not_ours(client, coordinator, token):
    task = new_application(coordinator, later_until=FRIDAY)
    client.force_login(coordinator.user)
    url = reverse("families:task-restore", args=[task.household.reference])

    response = send(client, url, {"token": token})

    assert response.status_code == 404
    assert Task.objects.get().later_until == FRIDAY


@pytest.mark.django_db
@pytest.mark.parametrize("n_pairings", [1, 3])
def test_rows_of_all_apps_ask_a_fixed_number_of_queries(
    client, coordinator, django_assert_num_queries, n_pairings
):
    town = coordinator.municipalities.get()
    for _ in range(n_pairings):
        pairing = make_pairing(municipality=town, lead=coordinator)
        make_version(pairing, settled=False)
        new_application(coordinator)
        ProposalFactory(
            request__family__household__municipality=town,
            offer__family__household__municipality=town,
            both_yes=True,
        )
    client.force_login(coordinator.user)

    with django_assert_num_queries(37):
        response = client.get(reverse("today"))

    rows = [*response.context["now"], *response.context["later"]]
    assert len(rows) == 4 * n_pairings


@pytest.mark.django_db(transaction=True)
def test_a_source_that_fails_is_told_and_the_others_stay(client, caplog):
    coordinator = CoordinatorFactory()
    home = HouseholdFactory(municipality=coordinator.municipalities.get())
    TaskFactory(household=home, coordinator=coordinator, due_on=MONDAY)
    client.force_login(coordinator.user)
    with time_machine.travel(LONG_AGO.replace(day=23), tick=False):
        whole = client.get(reverse("today"))
        with without_table("agreements_evaluation"):
            broken = client.get(reverse("today"))

    sorry = [
        "De afspraken, de proefperiodes en de evaluaties zijn niet geladen.",
        "Je afspraken in de agenda zijn niet geladen.",
    ]
    of_families = [one for one in whole.context["now"] if one.task]
    assert of_families
    assert whole.context["failed"] == []
    assert broken.context["failed"] == sorry
    assert all(one in broken.text for one in sorry)
    assert [one for one in broken.context["now"] if one.task] == of_families
    assert home.name not in caplog.text


@contextmanager
def without_table(name):
    """A database in which a table cannot be found for a while."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} RENAME TO elsewhere")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE elsewhere RENAME TO {name}")
