import datetime as dt

import pytest

from agreements.models import Strain, StrainTalk
from agreements.services import (
    BeforeThePairing,
    ChangedMeanwhile,
    PairingHasEnded,
    SaidInTheFuture,
)
from agreements.services.strain import (
    AlreadyUnderStrain,
    LooksBack,
    StrainIsOver,
    add_talk,
    close,
    look_again,
    raise_strain,
)
from agreements.tests.factories import START, make_pairing
from families.models import AuditEvent
from families.tests.factories import CoordinatorFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
TOMORROW = dt.date(2026, 11, 24)
YESTERDAY = dt.date(2026, 11, 22)
IN_TWO_WEEKS = dt.date(2026, 12, 7)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def raised(pairing, **differs):
    """The request family says today that it rubs."""
    said = {
        "raised_by": "request",
        "raised_on": TODAY,
        "words": "Ze komen vaak te laat.",
        "look_again_on": IN_TWO_WEEKS,
        "child_told": "",
        "by": pairing.lead.user,
        "at": NOON,
    }
    return raise_strain(pairing, **said | differs)


def talked(strain, **differs):
    said = {"side": "support", "on": TODAY, "words": "Het verkeer staat vast."}
    by = strain.pairing.lead.user
    return add_talk(strain, **said | differs, by=by, at=NOON)


def closed(strain, outcome="repaired", **differs):
    said = {"outcome_text": "", "row_version": strain.row_version, "at": NOON}
    by = strain.pairing.lead.user
    return close(strain, outcome=outcome, by=by, **said | differs)


def under_strain(pairing):
    pairing.refresh_from_db()
    return pairing.under_strain


def test_raising_it_puts_the_pairing_under_strain():
    pairing = make_pairing()

    strain = raised(pairing)

    assert (strain.raised_by, strain.words, strain.closed_on) == (
        "request",
        "Ze komen vaak te laat.",
        None,
    )
    assert under_strain(pairing) is True
    assert [
        (row.object_type, row.verb, row.fields)
        for row in AuditEvent.objects.order_by("pk")
    ] == [
        ("strain", "created", "look_again_on raised_by"),
        ("pairing", "changed", "under_strain"),
    ]


def test_the_same_form_twice_raises_it_once():
    pairing = make_pairing()

    first, second = raised(pairing), raised(pairing)

    assert first == second
    assert Strain.objects.count() == 1


def test_of_two_who_raise_it_the_second_is_told():
    pairing = make_pairing()
    raised(pairing)

    with pytest.raises(AlreadyUnderStrain):
        raised(pairing, words="Er is ruzie.")

    assert Strain.objects.get().words == "Ze komen vaak te laat."


@pytest.mark.parametrize(
    ("differs", "refusal"),
    [
        ({"raised_on": TOMORROW}, SaidInTheFuture),
        ({"raised_on": START - dt.timedelta(days=1)}, BeforeThePairing),
        ({"look_again_on": YESTERDAY}, LooksBack),
    ],
)
def test_days_that_cannot_be_are_refused(differs, refusal):
    pairing = make_pairing()

    with pytest.raises(refusal):
        raised(pairing, **differs)

    assert Strain.objects.count() == 0
    assert under_strain(pairing) is False


def test_a_pairing_that_ended_is_not_under_strain_any_more():
    pairing = make_pairing(ended=True)

    with pytest.raises(PairingHasEnded):
        raised(pairing)

    assert Strain.objects.count() == 0


def test_talks_of_each_side_stay_apart():
    strain = raised(make_pairing())

    talked(strain)
    talked(strain, side="request", words="We stonden te wachten.")

    assert {
        side: [one.words for one in strain.talks.filter(side=side)]
        for side in ("request", "support")
    } == {
        "request": ["We stonden te wachten."],
        "support": ["Het verkeer staat vast."],
    }


def test_the_same_talk_sent_twice_is_one():
    strain = raised(make_pairing())

    assert talked(strain) == talked(strain)
    assert StrainTalk.objects.count() == 1


def test_a_talk_is_noticed_by_who_looks_at_an_older_page():
    strain = raised(make_pairing())
    talked(strain)

    with pytest.raises(ChangedMeanwhile):
        closed(strain)

    strain.refresh_from_db()
    assert (strain.row_version, strain.outcome) == (2, "")


@pytest.mark.parametrize(
    ("on", "refusal"),
    [
        (TOMORROW, SaidInTheFuture),
        (START - dt.timedelta(days=1), BeforeThePairing),
    ],
)
def test_a_talk_on_a_day_that_cannot_be_is_refused(on, refusal):
    strain = raised(make_pairing())

    with pytest.raises(refusal):
        talked(strain, on=on)

    assert StrainTalk.objects.count() == 0


def test_to_look_again_can_be_put_off():
    strain = raised(make_pairing())
    by = strain.pairing.lead.user

    look_again(
        strain,
        look_again_on=TOMORROW,
        child_told="We praten erover.",
        row_version=1,
        by=by,
        at=NOON,
    )

    strain.refresh_from_db()
    assert (strain.look_again_on, strain.child_told, strain.row_version) == (
        TOMORROW,
        "We praten erover.",
        2,
    )


@pytest.mark.parametrize(
    ("differs", "refusal"),
    [
        ({"look_again_on": YESTERDAY}, LooksBack),
        ({"row_version": 0}, ChangedMeanwhile),
    ],
)
def test_to_look_again_is_refused(differs, refusal):
    strain = raised(make_pairing())
    said = {
        "look_again_on": TOMORROW,
        "child_told": "",
        "row_version": 1,
        "by": strain.pairing.lead.user,
        "at": NOON,
    }

    with pytest.raises(refusal):
        look_again(strain, **said | differs)

    strain.refresh_from_db()
    assert (strain.look_again_on, strain.row_version) == (IN_TWO_WEEKS, 1)


@pytest.mark.parametrize("outcome", ["repaired", "smaller", "ended", "safety"])
def test_an_outcome_closes_it(outcome):
    pairing = make_pairing()
    strain = raised(pairing)

    closed(strain, outcome, outcome_text="Zo is het goed.")

    strain.refresh_from_db()
    assert (strain.outcome, strain.outcome_text, strain.closed_on) == (
        outcome,
        "Zo is het goed.",
        TODAY,
    )
    assert under_strain(pairing) is False


def test_the_same_outcome_twice_is_one():
    strain = raised(make_pairing())

    closed(strain)
    closed(strain)

    strain.refresh_from_db()
    assert strain.row_version == 2


def test_what_is_over_stays_as_it_is():
    strain = raised(make_pairing())
    closed(strain)
    strain.refresh_from_db()

    with pytest.raises(StrainIsOver):
        closed(strain, "ended")
    with pytest.raises(StrainIsOver):
        talked(strain)

    strain.refresh_from_db()
    assert strain.outcome == "repaired"
    assert StrainTalk.objects.count() == 0


def test_a_pairing_may_rub_again_and_counts_on():
    pairing = make_pairing()
    closed(raised(pairing))

    again = raised(pairing, words="Toch weer.")

    assert again.row_version == 3
    assert under_strain(pairing) is True


def test_a_colleague_of_elsewhere_raises_it_in_an_own_name():
    pairing = make_pairing()
    colleague = CoordinatorFactory().user

    assert raised(pairing, by=colleague).recorded_by == colleague
