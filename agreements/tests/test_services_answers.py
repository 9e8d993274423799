"""What a family says by its link: once, about exactly one text, by who lives there."""

import datetime as dt

import pytest

from agreements import services
from agreements.models import AgreementVersion, Confirmation, WantedChange
from agreements.services import LinkGone, Yes
from agreements.services.links import household_of
from agreements.tests.asked import adult_of, draft_of, link_to, question
from agreements.tests.factories import NOON, START, has_ended, make_version, wednesdays
from families.models import AccessLink, AuditEvent, Membership

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
TUESDAY = dt.date(2026, 1, 6)
TUESDAY_NOON = NOON + dt.timedelta(days=1)
NOW = {"at": TUESDAY_NOON, "on": TUESDAY}
BOTH = ["request", "support"]


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON, tick=False)


def gone(token, **now):
    """Whether a link opens nothing, and takes no answer either."""
    now = NOW | now
    try:
        services.say_yes_by_link(token, **now)
    except LinkGone:
        return services.what_is_asked(token, **now) is None
    return False


@pytest.mark.parametrize("side", BOTH)
def test_a_yes_is_kept_with_who_gave_it_and_to_which_text(side):
    draft = draft_of()
    token = link_to(draft, side)

    services.say_yes_by_link(token, **NOW)

    yes = Confirmation.objects.get()
    assert (yes.version, yes.side, yes.channel, yes.on) == (
        draft,
        side,
        "link",
        TUESDAY,
    )
    assert (yes.person, yes.recorded_by, yes.recorded_at) == (
        adult_of(draft.agreement.pairing, side),
        None,
        TUESDAY_NOON,
    )
    assert yes.content_hash == services.content_hash(draft)
    assert AccessLink.objects.get().used_at == TUESDAY_NOON
    by = AuditEvent.objects.filter(actor_kind="family").order_by("pk")
    assert [(one.object_reference, one.fields, one.actor) for one in by] == [
        (str(AccessLink.objects.get().pk), "used_at", None),
        (draft.reference, "confirmations", None),
    ]


def test_the_last_yes_lets_the_version_count():
    draft = draft_of()
    tokens = [link_to(draft, side) for side in BOTH]

    settled = [services.say_yes_by_link(one, **NOW).settled_at for one in tokens]

    assert settled == [None, TUESDAY_NOON]
    draft.refresh_from_db()
    assert (draft.settled_at, draft.agreement.row_version) == (TUESDAY_NOON, 3)


def test_a_used_link_opens_nothing():
    draft = draft_of()
    token = link_to(draft, "support")
    services.say_yes_by_link(token, **NOW)

    assert gone(token)
    assert Confirmation.objects.count() == 1


def test_looking_uses_nothing():
    draft = draft_of()
    token = link_to(draft, "support")

    for _time in range(3):
        services.what_is_asked(token, **NOW)

    assert AccessLink.objects.get().used_at is None
    assert Confirmation.objects.count() == 0


def test_a_link_works_fourteen_days():
    draft = draft_of()
    token = link_to(draft, "support")
    last = NOON + dt.timedelta(days=14)

    assert gone(token, at=last)
    before = {"at": last - dt.timedelta(seconds=1), "on": last.date()}
    assert services.say_yes_by_link(token, **before) == draft


def test_another_purpose_an_altered_and_an_unknown_token_open_nothing():
    draft = draft_of()
    token = link_to(draft, "support")
    status = link_to(draft, "support", purpose="status")

    assert [gone(one) for one in (status, token[:-1] + "x", token + "x", "", "x")] == [
        True
    ] * 5
    assert not gone(token)


def test_a_revoked_link_opens_nothing():
    token = link_to(draft_of(), "support")
    AccessLink.objects.update(revoked_at=NOON)

    assert gone(token)


def test_changed_content_kills_the_link():
    draft = draft_of()
    token = link_to(draft, "support")
    draft.items.update(ends_at=dt.time(18))

    assert gone(token)


@pytest.mark.parametrize(
    "changes", [{"months_request": 6}, {"trial_until": dt.date(2026, 2, 1)}]
)
def test_what_holds_for_all_items_is_content_too(changes):
    draft = draft_of()
    token = link_to(draft, "support")
    AgreementVersion.objects.update(**changes)

    assert gone(token)


def test_who_moved_away_answers_no_more():
    draft = draft_of()
    token = link_to(draft, "support")
    person = adult_of(draft.agreement.pairing, "support")
    Membership.objects.filter(person=person).update(until_on=START)

    assert gone(token)


def test_a_link_of_a_stranger_opens_nothing():
    draft, other = draft_of(), draft_of()
    token = link_to(
        other,
        "support",
        about=draft.agreement.pairing.reference,
        content_hash=services.link_hash(draft, "support"),
    )

    assert gone(token)


@pytest.mark.parametrize("side", BOTH)
def test_who_lives_with_both_families_answers_for_the_one_that_is_asked(side):
    draft = draft_of()
    pairing = draft.agreement.pairing
    here = {"request": "support", "support": "request"}[side]
    karin = adult_of(pairing, here)
    Membership.objects.create(
        household=household_of(pairing, side),
        person=karin,
        role=Membership.Role.PARENT,
        from_on=START,
    )
    question = services.Question(side, "text", karin)
    asking = services.ask(draft, question, by=draft.recorded_by, at=NOON)
    url = services.new_link(asking, by=draft.recorded_by, at=NOON)

    services.say_yes_by_link(url.rstrip("/").rpartition("/")[2], **NOW)

    assert [one.side for one in draft.confirmations.all()] == [side]


def test_a_family_that_said_yes_before_is_asked_nothing():
    draft = draft_of()
    tokens = [link_to(draft, "support"), link_to(draft, "support")]
    services.say_yes_by_link(tokens[0], **NOW)

    assert gone(tokens[1])
    assert AccessLink.objects.filter(revoked_at=TUESDAY_NOON).count() == 1


def test_a_yes_on_the_telephone_kills_the_links_of_that_family_only():
    draft = draft_of()
    support, request = link_to(draft, "support"), link_to(draft, "request")

    services.confirm(
        draft,
        side="support",
        channel="telephone",
        on=START,
        by=draft.recorded_by,
        at=NOON,
    )

    assert gone(support)
    assert not gone(request)


def test_putting_away_kills_the_links():
    draft = draft_of()
    token = link_to(draft, "support")

    services.discard_draft(draft, by=draft.recorded_by, at=NOON)

    assert gone(token)
    assert AccessLink.objects.get().revoked_at == NOON


def test_a_version_in_its_place_kills_the_links_even_with_the_same_text():
    draft = draft_of()
    token = link_to(draft, "support")

    pairing = draft.agreement.pairing
    again = make_version(
        pairing,
        items=[wednesdays(pairing, line=1)],
        settled=False,
        replaces=draft,
    )

    assert services.content_hash(again) == services.content_hash(draft)
    assert gone(token)


def test_the_other_family_may_say_yes_late_to_a_stop():
    draft = draft_of()
    pairing = draft.agreement.pairing
    make_version(pairing, replaces=draft)
    stop = services.stop(
        pairing,
        effective_from=dt.date(2026, 1, 7),
        by=draft.recorded_by,
        at=NOON,
        said=Yes("request", "discussed", START),
    )
    token = link_to(stop, "support")

    services.say_yes_by_link(token, **NOW)

    stop.refresh_from_db()
    assert stop.settled_at == NOON
    assert sorted(stop.confirmations.values_list("side", "channel")) == [
        ("request", "discussed"),
        ("support", "link"),
    ]


def stopped(day):
    """A stop on the word of the request family, and who wrote it down."""
    draft = draft_of()
    by = draft.recorded_by
    make_version(draft.agreement.pairing, replaces=draft)
    said = Yes("request", "discussed", START)
    stop = services.stop(
        draft.agreement.pairing, effective_from=day, by=by, at=NOON, said=said
    )
    return stop, by


def test_a_stop_that_is_corrected_away_asks_nothing():
    draft = draft_of()
    pairing = draft.agreement.pairing
    make_version(pairing, replaces=draft)
    values = {"by": draft.recorded_by, "said": Yes("request", "discussed", START)}
    stop = services.stop(pairing, effective_from=dt.date(2026, 1, 8), at=NOON, **values)
    token = link_to(stop, "support")

    services.stop(pairing, effective_from=dt.date(2026, 1, 7), at=NOON, **values)

    assert gone(token)
    assert AccessLink.objects.get().revoked_at == NOON


def test_what_settled_by_both_is_asked_of_nobody():
    draft = draft_of()
    token = link_to(draft, "support")
    for side in BOTH:
        services.confirm(
            draft,
            side=side,
            channel="paper",
            on=START,
            by=draft.recorded_by,
            at=NOON,
        )

    assert gone(token)


def test_after_the_pairing_ended_nothing_later_is_asked():
    draft = draft_of()
    pairing = draft.agreement.pairing
    later = make_version(
        pairing,
        effective_from=dt.date(2026, 3, 2),
        settled=False,
        replaces=draft,
    )
    token = link_to(later, "support")
    has_ended(pairing, on=dt.date(2026, 3, 1))

    assert gone(token)


def test_after_the_pairing_ended_only_a_coordinator_notes_a_late_yes():
    stop, by = stopped(dt.date(2026, 1, 7))
    pairing = stop.agreement.pairing
    token = link_to(stop, "support")
    has_ended(pairing, on=dt.date(2026, 1, 7))

    with pytest.raises(services.NotADraft):
        services.ask(stop, question(pairing, "support"), by=by, at=TUESDAY_NOON)

    assert gone(token)
    services.confirm(stop, side="support", channel="paper", on=START, by=by, at=NOON)
    assert stop.confirmations.count() == 2


def test_nothing_is_asked_about_what_newer_agreements_took_the_place_of():
    stop, by = stopped(START + DAY)
    pairing = stop.agreement.pairing
    token = link_to(stop, "support")
    make_version(pairing, effective_from=START + 3 * DAY)

    before = services.what_is_asked(token, at=NOON + 2 * DAY, on=START + 2 * DAY)

    assert before.version == stop
    assert gone(token, at=NOON + 3 * DAY, on=START + 3 * DAY)
    with pytest.raises(services.NotADraft):
        services.ask(stop, question(pairing, "support"), by=by, at=NOON + 3 * DAY)


def test_a_wish_for_another_text_is_kept_in_words_and_uses_the_link():
    draft = draft_of()
    token = link_to(draft, "support")

    services.want_change_by_link(token, words="Liever op donderdag.", **NOW)

    wanted = WantedChange.objects.get()
    assert (wanted.version, wanted.side, wanted.words) == (
        draft,
        "support",
        "Liever op donderdag.",
    )
    assert (wanted.person, wanted.recorded_by, wanted.recorded_at) == (
        adult_of(draft.agreement.pairing, "support"),
        None,
        TUESDAY_NOON,
    )
    assert wanted.handled_at is None
    assert AccessLink.objects.get().used_at == TUESDAY_NOON
    assert gone(token)
    assert not Confirmation.objects.exists()
    draft.refresh_from_db()
    assert draft.is_draft


def test_words_stand_nowhere_in_the_audit():
    draft = draft_of()
    services.want_change_by_link(
        link_to(draft, "support"), words="Liever op donderdag.", **NOW
    )

    rows = AuditEvent.objects.filter(actor_kind="family").order_by("pk")

    assert [(one.object_type, one.fields) for one in rows] == [
        ("accesslink", "used_at"),
        ("agreementversion", "wanted_changes"),
    ]


def test_talking_about_it_is_noted_once():
    draft = draft_of()
    wanted = services.want_change_by_link(
        link_to(draft, "support"), words="Anders.", **NOW
    )
    by = draft.recorded_by

    for hours in (1, 2):
        later = TUESDAY_NOON + dt.timedelta(hours=hours)
        services.handle_wanted_change(wanted, by=by, at=later)

    wanted.refresh_from_db()
    assert (wanted.handled_at, wanted.handled_by) == (
        TUESDAY_NOON + dt.timedelta(hours=1),
        by,
    )


def test_a_new_version_settles_what_was_wanted_otherwise():
    draft = draft_of()
    wanted = services.want_change_by_link(
        link_to(draft, "support"), words="Anders.", **NOW
    )
    by, later = draft.recorded_by, TUESDAY_NOON + dt.timedelta(hours=1)

    make_version(
        draft.agreement.pairing,
        items=[wednesdays(draft.agreement.pairing, ends_at=dt.time(16))],
        replaces=draft,
        settled=False,
        by=by,
        at=later,
    )

    wanted.refresh_from_db()
    assert (wanted.handled_at, wanted.handled_by) == (later, by)
