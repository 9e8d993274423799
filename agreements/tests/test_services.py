import contextlib
import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from agreements import services
from agreements.history import History, with_families
from agreements.models import AgreementVersion, Confirmation
from agreements.services import Yes
from agreements.services.occupied import take_what_still_holds
from agreements.tests.factories import (
    NOON,
    START,
    THURSDAY,
    both_yes,
    child_of,
    has_ended,
    make_pairing,
    make_version,
    wednesdays,
)
from families import moments
from families.models import AuditEvent
from families.moments import Moment, Part
from families.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

MARCH, JUNE = dt.date(2026, 3, 1), dt.date(2026, 6, 1)
WRITTEN = (
    "effective_from house_rules items kind months_request months_support trial_until"
)
DAY = dt.timedelta(days=1)
LATER, LATEST = NOON + DAY, NOON + 2 * DAY
REQUEST = Yes("request", "discussed", START)
SUPPORT = Yes("support", "paper", START)


def rows():
    """All that a service here could have written."""
    return (
        list(AgreementVersion.objects.order_by("pk").values()),
        list(Confirmation.objects.order_by("pk").values()),
        AuditEvent.objects.count(),
    )


@pytest.fixture
def pairing():
    return make_pairing()


def record(pairing, **differs):
    said = {
        "effective_from": START,
        "items": [wednesdays(pairing)],
        "by": pairing.lead.user,
        "at": NOON,
    }
    return services.record_version(pairing, **said | differs)


def test_a_version_waits_until_both_families_said_yes(pairing):
    version = record(pairing, confirmations=[REQUEST])

    assert (version.number, version.settled_at, version.is_draft) == (1, None, True)
    assert [one.side for one in version.confirmations.all()] == ["request"]


def test_the_last_yes_settles_a_version_at_the_moment_it_is_recorded(pairing):
    version = record(pairing, confirmations=[REQUEST])

    confirmation = services.confirm(
        version,
        side="support",
        channel="paper",
        on=START,
        by=pairing.lead.user,
        at=LATER,
    )

    version.refresh_from_db()
    assert version.settled_at == LATER
    assert confirmation.content_hash == services.content_hash(version)


def test_with_both_words_a_version_counts_at_once(pairing):
    version = record(pairing, confirmations=[REQUEST, SUPPORT], reason="Noor vraagt.")

    assert version.settled_at == NOON
    assert version.reason == "Noor vraagt."
    assert version.terms() == (wednesdays(pairing, line=1),)


def test_what_is_recorded_stands_in_the_audit_without_values(pairing):
    version = record(pairing, confirmations=[REQUEST, SUPPORT])

    events = AuditEvent.objects.filter(object_type="agreementversion").order_by("pk")
    assert [(one.verb, one.fields, one.object_reference) for one in events] == [
        ("created", WRITTEN, f"{pairing.reference}/1"),
        ("changed", "confirmations", version.reference),
        ("changed", "confirmations", version.reference),
        ("changed", "settled_at", version.reference),
    ]


def test_occupied_moments_are_written_down_to_the_pairing(pairing):
    record(pairing, confirmations=[REQUEST, SUPPORT])

    pairing.refresh_from_db()
    assert pairing.occupied_moments == moments.both_weeks(2, Part.AFTERNOON)


def test_a_draft_takes_no_moments(pairing):
    record(pairing)

    pairing.refresh_from_db()
    assert pairing.occupied_moments == 0


def test_what_holds_and_what_is_to_come_both_take_their_moments(pairing):
    first = make_version(pairing)
    thursdays = replace(first.terms()[0], weekdays=THURSDAY, rhythm="even_weeks")

    make_version(pairing, effective_from=JUNE, items=[thursdays], at=LATER)

    pairing.refresh_from_db()
    assert pairing.occupied_moments == (
        moments.both_weeks(2, Part.AFTERNOON)
        | moments.mask_of([Moment(3, Part.AFTERNOON, 0)])
    )


@pytest.mark.parametrize(
    ("day", "taken"),
    [("2026-05-31", "both"), ("2026-06-01", "thursdays")],
)
def test_what_ends_is_free_from_the_day_on_which_it_does(pairing, day, taken):
    first = make_version(pairing)
    make_version(
        pairing,
        effective_from=JUNE,
        items=[replace(first.terms()[0], weekdays=THURSDAY)],
        at=LATER,
    )

    with time_machine.travel(dt.datetime.fromisoformat(f"{day}T09:00+02:00")):
        take_what_still_holds.call(pairing.pk)

    pairing.refresh_from_db()
    thursdays = moments.both_weeks(3, Part.AFTERNOON)
    wednesdays_too = moments.both_weeks(2, Part.AFTERNOON) | thursdays
    assert (
        pairing.occupied_moments
        == {
            "both": wednesdays_too,
            "thursdays": thursdays,
        }[taken]
    )


def test_a_version_of_today_plans_no_second_look(pairing):
    make_version(pairing)

    assert not DBTaskResult.objects.exists()


def test_the_second_look_is_planned_for_the_first_moment_of_the_day(pairing):
    make_version(pairing)
    make_version(
        pairing, effective_from=JUNE, items=[wednesdays(pairing, kind=1)], at=LATER
    )

    (planned,) = DBTaskResult.objects.all()
    assert planned.args_kwargs["args"] == [pairing.pk]
    assert timezone.localtime(planned.run_after).isoformat() == (
        "2026-06-01T00:00:00+02:00"
    )


def test_new_items_get_a_line_that_no_version_used(pairing):
    first = make_version(pairing)
    meal = wednesdays(pairing, kind=1)
    make_version(pairing, effective_from=MARCH, items=[meal], at=LATER)

    last = make_version(
        pairing, effective_from=JUNE, items=[first.terms()[0], meal], at=LATEST
    )

    assert [(one.line, one.kind) for one in last.terms()] == [(1, 0), (3, 1)]


@pytest.mark.parametrize(
    ("differs", "error"),
    [
        ({"effective_from": START - DAY}, services.BeforeThePairing),
        ({"items": []}, services.NothingAgreed),
        ({"kind": "stop"}, services.StopWithItems),
        ({"kind": "stop", "items": []}, services.NothingToStop),
        ({"kind": "correction"}, services.NothingToCorrect),
        ({"row_version": 3}, services.ChangedMeanwhile),
        (
            {"confirmations": [REQUEST, replace(SUPPORT, on=START + DAY)]},
            services.SaidInTheFuture,
        ),
        ({"confirmations": [REQUEST, REQUEST]}, services.AlreadySaidYes),
    ],
)
def test_a_refused_version_writes_nothing(pairing, differs, error):
    before = rows()

    with pytest.raises(error):
        record(pairing, **differs)

    assert rows() == before


@pytest.mark.parametrize(("from_day", "n_versions"), [(JUNE, 1), (JUNE + DAY, 0)])
def test_nothing_is_agreed_on_for_a_child_that_left(pairing, from_day, n_versions):
    pairing.pairing_children.update(left_on=JUNE)

    with contextlib.suppress(services.ChildOfAnotherPairing):
        record(pairing, effective_from=from_day)

    assert AgreementVersion.objects.count() == n_versions


def test_a_child_of_another_pairing_is_refused(pairing):
    stranger = PersonFactory(child=True)

    with pytest.raises(services.ChildOfAnotherPairing):
        record(pairing, items=[wednesdays(pairing, children=(stranger.pk,))])

    assert AgreementVersion.objects.count() == 0


def test_an_item_for_nobody_is_refused_unless_it_may_be_for_parents(pairing):
    with pytest.raises(services.ForNobody):
        record(pairing, items=[wednesdays(pairing, children=())])

    version = record(pairing, items=[wednesdays(pairing, kind=8, children=())])

    assert [one.children for one in version.terms()] == [()]


@pytest.mark.parametrize("effective_from", [MARCH - DAY, MARCH, MARCH + DAY])
@pytest.mark.parametrize("kind", ["change", "insertion", "stop"])
def test_of_a_pairing_that_has_ended_nothing_new_is_agreed(
    pairing, effective_from, kind
):
    first = make_version(pairing)
    has_ended(pairing, on=MARCH)
    items = [] if kind == "stop" else [replace(first.terms()[0], weekdays=THURSDAY)]
    before = rows()

    with pytest.raises(services.PairingHasEnded) as refused:
        record(pairing, effective_from=effective_from, items=items, kind=kind, at=LATER)

    assert rows() == before
    assert str(refused.value.message) == (
        "De koppeling is gestopt. De afspraken die er waren, kun je blijven lezen."
    )


def test_a_mistake_is_corrected_also_after_the_end(pairing):
    wrong = make_version(pairing)
    has_ended(pairing, on=MARCH)
    item = replace(wrong.terms()[0], ends_at=dt.time(18))

    right = services.correct(
        wrong,
        items=[item],
        by=pairing.lead.user,
        at=LATER,
        confirmations=both_yes(START),
    )

    assert AgreementVersion.objects.in_force_on(MARCH).get() == right


def test_a_draft_that_starts_after_the_end_gets_no_yes(pairing):
    draft = record(pairing, effective_from=MARCH + DAY)
    has_ended(pairing, on=MARCH)
    before = rows()

    with pytest.raises(services.AfterThePairing):
        services.confirm(
            draft,
            side="request",
            channel="paper",
            on=START,
            by=pairing.lead.user,
            at=LATER,
        )

    assert rows() == before


def test_nothing_is_in_force_after_the_last_day_of_the_pairing(pairing):
    first = make_version(pairing)
    has_ended(pairing, on=MARCH)
    day_before = dt.datetime(2026, 2, 28, 23, tzinfo=dt.UTC) - DAY
    day_itself = day_before + 2 * DAY
    history = History.of(with_families(type(pairing).objects).get())

    asked = [
        (MARCH, None),
        (MARCH + DAY, None),
        (MARCH, day_itself),
        (MARCH + DAY, day_before),
        (MARCH + DAY, day_itself),
    ]
    by_database = [
        AgreementVersion.objects.in_force_on(day, known_at=moment).first()
        for day, moment in asked
    ]
    by_page = [history.in_force_on(day, known_at=moment) for day, moment in asked]

    assert by_database == by_page == [first, None, first, first, None]


def test_there_is_at_most_one_open_draft(pairing):
    record(pairing)
    before = rows()

    with pytest.raises(services.DraftIsOpen):
        record(pairing, effective_from=MARCH, at=LATER)

    assert rows() == before


def test_a_draft_is_replaced_only_on_purpose(pairing):
    draft = record(pairing)

    version = record(pairing, effective_from=MARCH, at=LATER, replaces=draft)

    draft.refresh_from_db()
    assert (draft.settled_at, draft.superseded_at) == (None, LATER)
    assert (version.number, version.is_draft) == (2, True)


def test_a_change_on_the_date_of_another_version_is_refused(pairing):
    make_version(pairing)
    before = rows()

    with pytest.raises(services.SameDate):
        record(pairing, at=LATER)

    assert rows() == before


def test_a_start_before_the_last_version_says_that_it_comes_between(pairing):
    first = make_version(pairing, effective_from=JUNE)
    before = rows()

    with pytest.raises(services.StartsBeforeFormer):
        record(pairing, effective_from=MARCH, at=LATER)
    assert rows() == before
    version = make_version(pairing, effective_from=MARCH, at=LATER, kind="insertion")

    found = [
        AgreementVersion.objects.in_force_on(day).get()
        for day in (MARCH, JUNE - DAY, JUNE)
    ]
    assert found == [version, version, first]


def test_a_correction_supersedes_only_when_it_settles(pairing):
    wrong = make_version(pairing)
    item = replace(wrong.terms()[0], ends_at=dt.time(18))

    right = services.correct(wrong, items=[item], by=pairing.lead.user, at=LATER)
    wrong.refresh_from_db()
    assert (wrong.superseded_at, right.kind) == (None, "correction")
    for side in ("request", "support"):
        services.confirm(
            right,
            side=side,
            channel="discussed",
            on=START,
            by=right.recorded_by,
            at=LATEST,
        )

    wrong.refresh_from_db()
    assert wrong.superseded_at == right.settled_at == LATEST
    versions = AgreementVersion.objects
    assert versions.in_force_on(JUNE).get() == right
    assert versions.in_force_on(JUNE, known_at=LATER).get() == wrong


def test_what_a_correction_replaced_cannot_be_corrected_again_as_if_it_counted(pairing):
    wrong = make_version(pairing)
    services.stop(
        pairing, effective_from=START, by=pairing.lead.user, at=LATER, said=REQUEST
    )

    right = services.correct(
        wrong,
        items=wrong.terms(),
        by=pairing.lead.user,
        at=LATEST,
        confirmations=both_yes(START),
    )

    # The stop of that date counted: it is what the correction took the place of.
    wrong.refresh_from_db()
    assert (wrong.superseded_at, right.settled_at) == (LATER, LATEST)


def test_settled_late_it_works_back_to_its_date(pairing):
    first = make_version(pairing)
    item = replace(first.terms()[0], weekdays=THURSDAY)
    late = record(pairing, effective_from=MARCH, items=[item], at=LATER)
    june = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)

    for side in ("request", "support"):
        services.confirm(
            late, side=side, channel="discussed", on=MARCH, by=late.recorded_by, at=june
        )

    versions = AgreementVersion.objects
    assert versions.in_force_on(MARCH).get() == late
    assert versions.in_force_on(MARCH, known_at=june - DAY).get() == first


def test_less_needs_one_word_only(pairing):
    first = make_version(pairing)
    shorter = replace(first.terms()[0], ends_at=dt.time(16))

    version = record(
        pairing,
        effective_from=MARCH,
        items=[shorter],
        at=LATER,
        confirmations=[REQUEST],
    )

    assert (version.one_side_is_enough, version.settled_at) == (True, LATER)


def test_more_needs_both_words(pairing):
    first = make_version(pairing)
    longer = replace(first.terms()[0], ends_at=dt.time(18))

    version = record(
        pairing, effective_from=MARCH, items=[longer], at=LATER, confirmations=[REQUEST]
    )

    assert (version.one_side_is_enough, version.settled_at) == (False, None)


def test_the_other_family_may_still_agree_to_what_counts_on_one_word(pairing):
    make_version(pairing)
    version = services.stop(
        pairing, effective_from=JUNE, by=pairing.lead.user, at=LATER, said=REQUEST
    )

    services.confirm(
        version,
        side="support",
        channel="discussed",
        on=START,
        by=version.recorded_by,
        at=LATEST,
    )

    assert version.settled_at == LATER
    assert version.confirmations.count() == 2


def test_a_stop_ends_what_was_to_come_and_puts_a_draft_away(pairing):
    make_version(pairing)
    item = wednesdays(pairing, line=1, weekdays=THURSDAY)
    to_come = make_version(pairing, effective_from=JUNE, items=[item], at=NOON)
    draft = record(pairing, effective_from=dt.date(2026, 7, 1), at=LATER)

    stop = services.stop(
        pairing, effective_from=MARCH, by=pairing.lead.user, at=LATEST, said=SUPPORT
    )

    for one in (to_come, draft):
        one.refresh_from_db()
    assert (to_come.superseded_at, draft.superseded_at) == (LATEST, LATEST)
    found = [
        AgreementVersion.objects.in_force_on(day).get().kind
        for day in (MARCH - DAY, MARCH, JUNE, dt.date(2027, 1, 1))
    ]
    assert found == ["change", "stop", "stop", "stop"]
    assert stop.settled_at == LATEST
    # Thursdays are free at once, and Wednesdays when it stops.
    pairing.refresh_from_db()
    assert pairing.occupied_moments == moments.both_weeks(2, Part.AFTERNOON)


def test_stopping_twice_is_refused(pairing):
    make_version(pairing)
    said = {"by": pairing.lead.user, "said": REQUEST}
    services.stop(pairing, effective_from=MARCH, at=LATER, **said)
    before = rows()

    with pytest.raises(services.NothingToStop):
        services.stop(pairing, effective_from=JUNE, at=LATEST, **said)

    assert rows() == before


def test_after_a_stop_the_pair_may_begin_again(pairing):
    make_version(pairing)
    services.stop(
        pairing, effective_from=MARCH, by=pairing.lead.user, at=LATER, said=REQUEST
    )

    again = make_version(pairing, effective_from=JUNE, at=LATEST)

    assert AgreementVersion.objects.in_force_on(JUNE).get() == again
    assert [one.line for one in again.terms()] == [2]


def test_a_draft_that_is_put_away_never_counts_and_stays_readable(pairing):
    draft = record(pairing)

    services.discard_draft(draft, by=pairing.lead.user, at=LATER)

    assert (draft.is_put_away, draft.superseded_at) == (True, LATER)
    assert not AgreementVersion.objects.in_force_on(JUNE).exists()


@pytest.mark.parametrize("state", ["settled", "put away"])
def test_only_a_draft_is_confirmed_or_put_away(pairing, state):
    version = record(
        pairing, confirmations=[REQUEST, SUPPORT][: 1 + (state == "settled")]
    )
    if state == "put away":
        services.discard_draft(version, by=pairing.lead.user, at=LATER)
    before = rows()

    with pytest.raises(services.NotADraft):
        services.discard_draft(version, by=pairing.lead.user, at=LATEST)
    with pytest.raises(services.NotADraft):
        services.confirm(
            version,
            side="support",
            channel="paper",
            on=START,
            by=pairing.lead.user,
            at=LATEST,
        )

    assert rows() == before


def test_one_family_says_yes_once(pairing):
    version = record(pairing, confirmations=[REQUEST])
    before = rows()

    with pytest.raises(services.AlreadySaidYes):
        services.confirm(
            version,
            side="request",
            channel="paper",
            on=START,
            by=pairing.lead.user,
            at=LATER,
        )

    assert rows() == before


def test_who_waited_for_the_lock_writes_after_what_stands(pairing):
    make_version(pairing, at=LATER)
    before = AgreementVersion.objects.as_known_at(LATER - DAY).count()

    version = record(
        pairing, effective_from=JUNE, at=NOON, confirmations=[REQUEST, SUPPORT]
    )

    assert (version.recorded_at, version.settled_at) == (LATER, LATER)
    assert AgreementVersion.objects.as_known_at(LATER - DAY).count() == before == 0


def test_a_yes_and_a_draft_put_away_come_after_what_stands(pairing):
    make_version(pairing, at=LATER)
    draft = record(pairing, effective_from=JUNE, at=LATEST)

    yes = services.confirm(
        draft, side="request", channel="paper", on=START, by=pairing.lead.user, at=NOON
    )
    services.discard_draft(draft, by=pairing.lead.user, at=LATER)

    assert (yes.recorded_at, draft.superseded_at) == (LATEST, LATEST)


def test_the_hash_follows_all_that_the_text_says(pairing):
    version = record(pairing, items=[wednesdays(pairing, note="Laarzen mee.")])
    hashes = {services.content_hash(version)}

    version.items.update(note="Zwemspullen mee.")
    hashes.add(services.content_hash(version))
    version.items.update(weekdays=THURSDAY)
    hashes.add(services.content_hash(version))
    version.items.get().children.clear()
    hashes.add(services.content_hash(version))
    version.effective_from = JUNE
    hashes.add(services.content_hash(version))

    assert len(hashes) == 5


def test_the_hash_holds_no_primary_key(pairing):
    version = record(pairing)

    first = services.content_hash(version)
    again = services.content_hash(AgreementVersion.objects.get(pk=version.pk))

    assert first == again
    assert child_of(pairing)


def test_a_service_is_part_of_the_transaction_around_it(pairing):
    before = rows()

    with transaction.atomic():
        record(pairing, confirmations=[REQUEST, SUPPORT])
        transaction.set_rollback(True)

    assert rows() == before
    pairing.refresh_from_db()
    assert pairing.occupied_moments == 0


def test_each_write_is_seen_by_who_looked_before(pairing):
    version = record(pairing)
    seen = [version.agreement.row_version]
    services.confirm(
        version,
        side="request",
        channel="paper",
        on=START,
        by=version.recorded_by,
        at=LATER,
    )
    seen.append(pairing.agreement.row_version)
    services.discard_draft(version, by=version.recorded_by, at=LATEST)
    pairing.refresh_from_db()
    seen.append(pairing.agreement.row_version)

    assert seen == sorted(set(seen))
