"""What holds for a whole version: the trial, the durations, the house rules."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements import services, suggestions
from agreements.core import timeline
from agreements.core.timeline import NO_FRAME, Frame, FrameChange
from agreements.history import History, with_families
from agreements.models import HouseRules
from agreements.services import Yes, content_hash, record_version
from agreements.shown import versions
from agreements.tests import strategies
from agreements.tests.factories import (
    NOON,
    START,
    THURSDAY,
    make_pairing,
    make_version,
    wednesdays,
)
from agreements.wording import Family, Names, frames
from matching.models import Pairing

DAY = dt.timedelta(days=1)
MARCH, JUNE = dt.date(2026, 3, 1), dt.date(2026, 6, 1)
ENDS = dt.date(2026, 2, 16)
TRIAL = Frame(trial_until=ENDS, months_request=12, months_support=6)
DEFINITE = replace(TRIAL, trial_until=None)
COORDINATOR = Names(Family("gezin De Boer"), Family("gezin Willems"))


@pytest.fixture
def pairing(db):
    return make_pairing()


@pytest.fixture
def rules(db):
    return HouseRules.objects.create(
        number=1, text="Kom op tijd.", holds_from=dt.date(2026, 1, 1)
    )


def later(pairing, effective_from, n_days=1, **more):
    """Another version, of the same item, recorded so many days after the first one."""
    items = more.pop("items", [wednesdays(pairing, line=1)])
    return make_version(
        pairing,
        effective_from=effective_from,
        items=items,
        at=NOON + n_days * DAY,
        **more,
    )


def smaller(pairing):
    """The same Wednesday, an hour shorter."""
    return [wednesdays(pairing, line=1, ends_at=dt.time(16))]


# What is recorded


def test_a_first_version_takes_the_durations_over_from_the_wishes(pairing):
    pairing.request.duration_months, pairing.offer.duration_months = 12, None
    pairing.request.save()
    pairing.offer.save()

    assert make_version(pairing).frame() == Frame(months_request=12)


def test_a_version_says_what_was_chosen(pairing):
    assert make_version(pairing, frame=TRIAL).frame() == TRIAL


def test_the_next_version_is_as_the_one_before_it(pairing):
    make_version(pairing, frame=replace(TRIAL, trial_until=JUNE))

    assert later(pairing, MARCH).frame() == replace(TRIAL, trial_until=JUNE)


def test_a_trial_that_is_over_does_not_go_on(pairing):
    make_version(pairing, frame=TRIAL)

    assert later(pairing, MARCH).frame() == DEFINITE


def test_a_stop_keeps_the_frame_for_who_begins_again(pairing, rules):
    make_version(pairing, frame=DEFINITE)
    stopped = services.stop(
        pairing,
        effective_from=MARCH,
        by=pairing.lead.user,
        at=NOON + DAY,
        said=Yes("request", "discussed", START),
    )

    again = later(pairing, JUNE, n_days=2)

    assert stopped.frame() == DEFINITE
    assert again.frame() == DEFINITE


def test_a_correction_is_as_what_it_corrects(pairing, rules):
    version = make_version(pairing, frame=TRIAL)

    corrected = services.correct(
        version, items=smaller(pairing), by=pairing.lead.user, at=NOON + DAY
    )

    assert corrected.frame() == TRIAL


def test_a_trial_never_ends_before_it_begins(pairing):
    with pytest.raises(services.TrialEndsBefore):
        make_version(pairing, frame=Frame(trial_until=START - DAY))

    assert not pairing.__class__.objects.get(pk=pairing.pk).agreed_on
    assert make_version(pairing, frame=Frame(trial_until=START)).pk


def test_chosen_house_rules_do_not_count(pairing):
    assert make_version(pairing, frame=Frame(house_rules=7)).house_rules is None


def test_the_hash_covers_trial_durations_and_house_rules(pairing, rules):
    version = make_version(pairing, settled=False)
    hashes = {content_hash(version)}
    for name, value in (
        ("months_request", 3),
        ("months_support", 4),
        ("house_rules", None),
        ("trial_until", JUNE),
    ):
        setattr(version, name, value)
        hashes.add(content_hash(version))

    assert len(hashes) == 5


# One family's word


def test_less_needs_one_word_in_the_same_frame_only(pairing):
    make_version(pairing, frame=TRIAL)
    items = smaller(pairing)
    chosen = {
        "the same": TRIAL,
        "longer": replace(TRIAL, trial_until=ENDS + DAY),
        "definite": DEFINITE,
        "months": replace(TRIAL, months_support=7),
    }

    found = {}
    for name, frame in chosen.items():
        version = later(
            pairing, START + 7 * DAY, items=items, frame=frame, settled=False
        )
        found[name] = version.one_side_is_enough
        services.discard_draft(version, by=pairing.lead.user, at=NOON + DAY)

    assert found == {
        "the same": True,
        "longer": False,
        "definite": False,
        "months": False,
    }


def test_less_needs_one_word_after_a_trial_that_is_over(pairing, rules):
    make_version(pairing, frame=TRIAL)

    version = later(pairing, MARCH, items=smaller(pairing), settled=False)

    assert (version.one_side_is_enough, version.house_rules) == (True, None)


# House rules


def test_house_rules_come_with_the_first_definite_agreements(pairing, rules):
    trial = make_version(pairing, frame=TRIAL)
    definite = later(pairing, MARCH)
    changed = later(
        pairing, JUNE, n_days=2, items=[wednesdays(pairing, line=1, weekdays=THURSDAY)]
    )

    carried = [one.house_rules for one in (trial, definite, changed)]
    assert carried == [None, rules, None]


def test_house_rules_come_again_when_they_change(pairing, rules):
    make_version(pairing)
    second = HouseRules.objects.create(number=2, text="Bel op tijd.", holds_from=MARCH)
    before = later(pairing, MARCH - DAY)
    after = later(pairing, MARCH, n_days=2)
    again = later(pairing, JUNE, n_days=3)

    carried = [one.house_rules for one in (before, after, again)]
    assert carried == [None, second, None]


def test_what_was_not_settled_was_not_agreed_to(pairing, rules):
    draft = make_version(pairing, settled=False)

    anew = later(pairing, START, replaces=draft)

    assert (draft.house_rules, anew.house_rules) == (rules, rules)


def test_a_correction_carries_the_house_rules_of_what_it_corrects(pairing, rules):
    version = make_version(pairing)

    corrected = services.correct(
        version,
        items=smaller(pairing),
        by=pairing.lead.user,
        at=NOON + DAY,
        confirmations=[Yes(side, "paper", START) for side in ("request", "support")],
    )

    assert corrected.house_rules == rules
    assert later(pairing, MARCH, n_days=2).house_rules is None


def test_an_earlier_version_does_not_bring_older_house_rules_back(pairing, rules):
    HouseRules.objects.create(number=2, text="Bel op tijd.", holds_from=MARCH)
    make_version(pairing, effective_from=JUNE)

    inserted = later(pairing, START, kind="insertion")

    assert inserted.house_rules is None


def test_house_rules_that_do_not_hold_yet_are_not_carried(pairing):
    HouseRules.objects.create(number=1, text="Kom op tijd.", holds_from=MARCH)

    assert make_version(pairing).house_rules is None


# The difference


@given(
    st.tuples(strategies.versions_of_items(), strategies.frames()),
    st.tuples(strategies.versions_of_items(), strategies.frames()),
)
@settings(max_examples=300)
def test_words_name_every_change_of_items_and_frame_and_no_other(before, after):
    strategies.see_that_all_that_differs_is_said(before, after)


@given(strategies.versions_of_items(), strategies.frames(), strategies.frames())
@settings(max_examples=200)
def test_words_name_every_change_of_the_frame_of_the_same_items(items, before, after):
    strategies.see_that_all_that_differs_is_said((items, before), (items, after))
    strategies.see_that_all_that_differs_is_said((items, before), (items, before))


def test_house_rules_that_are_not_named_again_still_hold():
    with_rules = replace(DEFINITE, house_rules=1)

    assert timeline.frame_difference(with_rules, DEFINITE) == ()
    assert timeline.frame_difference(DEFINITE, with_rules) == (
        FrameChange("house_rules", None, 1),
    )


def test_a_changed_frame_is_said_in_words(pairing, rules):
    trial = make_version(pairing, frame=TRIAL)
    definite = later(pairing, MARCH, frame=replace(DEFINITE, months_support=None))

    changed = versions.changed(trial, definite, COORDINATOR)

    assert [(one.label, one.was, one.becomes) for one in changed.frame] == [
        ("Proef of vast", "proef tot en met 16 februari 2026", "vast"),
        ("Hoelang, volgens gezin Willems", "6 maanden", "niet opgeschreven"),
        ("Huisregels", "", "nummer 1"),
    ]
    assert (changed.changes, changed.count) == ([], 3)


def test_a_summary_says_all_of_the_first_version_and_what_changes_later(pairing, rules):
    trial = make_version(pairing, frame=TRIAL)
    definite = later(pairing, MARCH)

    assert versions.summary(None, trial, COORDINATOR, on=START)[1:] == [
        "Dit is een proefperiode, tot en met 16 februari 2026.",
        "Gezin De Boer denkt aan 1 jaar.",
        "Gezin Willems denkt aan 6 maanden.",
    ]
    assert versions.summary(trial, definite, COORDINATOR, on=START) == [
        "Proef of vast: van “proef tot en met 16 februari 2026” naar “vast”.",
        "Huisregels: “nummer 1”.",
    ]


def test_a_stop_says_nothing_of_its_frame(pairing):
    version = make_version(pairing, frame=TRIAL)
    stopped = services.stop(
        pairing,
        effective_from=MARCH,
        by=pairing.lead.user,
        at=NOON + DAY,
        said=Yes("request", "discussed", START),
    )

    assert versions.summary(version, stopped, COORDINATOR, on=START) == [
        "Spelen (het kind) stopt."
    ]


# What is said


def test_a_family_reads_what_it_said_itself():
    reader = Names(Family("jullie", 2, reads=True), Family("Karin en Joost", 2))

    assert frames.sentences(DEFINITE, reader, on=START) == [
        "Dit zijn vaste afspraken.",
        "Jullie denken aan 1 jaar.",
        "Karin en Joost denken aan 6 maanden.",
    ]
    # Who was not asked for how long, is not said to know nothing.
    half = replace(DEFINITE, months_support=None)
    assert frames.sentences(half, reader, on=START) == [
        "Dit zijn vaste afspraken.",
        "Jullie denken aan 1 jaar.",
    ]
    assert frames.sentences(NO_FRAME, reader, on=START) == ["Dit zijn vaste afspraken."]


def test_a_trial_that_is_over_is_told_as_over():
    frame, last = Frame(trial_until=MARCH), MARCH

    assert frames.trial(frame, on=last) == (
        "Dit is een proefperiode, tot en met 1 maart 2026."
    )
    assert frames.trial(frame, on=last + DAY) == (
        "De proefperiode was tot en met 1 maart 2026."
    )


@pytest.mark.parametrize(
    ("asked", "given", "differ"),
    [
        (12, 6, True),
        (6, 12, True),
        (12, 7, False),
        (2, 1, False),
        (6, 3, True),
        (None, 6, False),
        (6, None, False),
    ],
)
def test_durations_that_differ_much_are_talked_about(asked, given, differ):
    frame = Frame(months_request=asked, months_support=given)

    assert timeline.differ_much(frame) == differ
    assert bool(frames.remark(frame, COORDINATOR)) == differ


def test_what_to_talk_about_names_both_durations():
    assert frames.remark(DEFINITE, COORDINATOR) == (
        "Gezin De Boer denkt aan 1 jaar, gezin Willems aan 6 maanden. Bespreek dat."
    )


@pytest.mark.parametrize(
    ("stage", "until", "hint"),
    [
        (
            "introduction",
            ENDS,
            "De koppeling is nog in de kennismaking. Start ook de proefperiode van de"
            " koppeling.",
        ),
        ("trial", ENDS, ""),
        (
            "trial",
            MARCH,
            "De proefperiode van de koppeling duurt tot en met 16 februari 2026, die"
            " van deze afspraken tot en met 1 maart 2026. Klopt dat?",
        ),
        (
            "trial",
            None,
            "Dit zijn vaste afspraken. De koppeling is nog in de proefperiode. Gaat het"
            " goed? Maak dan ook de koppeling vast.",
        ),
        ("active", None, ""),
        (
            "active",
            ENDS,
            "Dit is een proefperiode, en de koppeling is al vast. Klopt dat?",
        ),
        ("ended", ENDS, ""),
    ],
)
def test_a_stage_that_differs_from_the_agreements_is_said(stage, until, hint):
    pairing = Pairing(stage=stage, trial_until=ENDS)

    assert frames.stage_hint(pairing, Frame(trial_until=until)) == hint


# Where the editor begins


@pytest.mark.parametrize(
    ("stage", "trial_until", "on", "until"),
    [
        ("introduction", None, START, dt.date(2026, 2, 16)),
        ("trial", MARCH, START, MARCH),
        ("trial", MARCH, JUNE, dt.date(2026, 7, 13)),
        ("active", MARCH, START, None),
    ],
)
def test_first_agreements_begin_as_a_trial(db, stage, trial_until, on, until):
    pairing = make_pairing(stage=stage, trial_until=trial_until)

    assert suggestions.first_frame(pairing, on=on) == Frame(trial_until=until)


@pytest.mark.parametrize(
    ("stage", "pairing_until", "until"),
    [("trial", MARCH, MARCH), ("trial", ENDS, None), ("active", MARCH, None)],
)
def test_next_agreements_are_a_trial_while_the_pairing_is(
    db, stage, pairing_until, until
):
    pairing = make_pairing(stage=stage, trial_until=pairing_until)

    found = suggestions.next_frame(pairing, TRIAL, on=MARCH)

    assert found == replace(TRIAL, trial_until=until)


def test_the_house_rules_agreed_to_are_those_of_the_last_version_that_has_them(
    pairing, rules
):
    first = make_version(pairing)
    later(pairing, MARCH)

    history = History.of(with_families(Pairing.objects).get(pk=pairing.pk))

    assert versions.agreed_house_rules(history, JUNE) == first
    assert versions.agreed_house_rules(history, START - DAY) is None


def test_record_version_asks_for_no_house_rules_of_its_caller(pairing, rules):
    version = record_version(
        pairing,
        effective_from=START,
        items=[wednesdays(pairing)],
        frame=TRIAL,
        by=pairing.lead.user,
        at=NOON,
    )

    assert version.house_rules is None
