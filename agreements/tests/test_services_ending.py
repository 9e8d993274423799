import datetime as dt

import pytest

from agreements import services
from agreements.history import History, with_families
from agreements.models import (
    AgreementVersion,
    Evaluation,
    ItemException,
    Pause,
    Strain,
)
from agreements.services import PairingHasEnded, evaluations, link_hash, pauses
from agreements.services.ending import UnderStrain, end, let_go
from agreements.services.strain import raise_strain
from agreements.tests.asked import can_be_mailed, question
from agreements.tests.factories import make_pairing, make_version
from families.models import AccessLink, OutboxMail
from families.services.reach import issue_link
from families.tests.factories import PersonFactory
from matching.models import Pairing
from matching.services.pairings import BeforeTheStart, Ending, take_back_last_step

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
LAST = dt.date(2026, 11, 20)
NEXT_YEAR = dt.date(2027, 1, 4)
MORNING = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def ended(pairing, **differs):
    said = {"on": LAST, "reason": "moved"}
    return end(
        pairing,
        Ending(**said | differs),
        row_version=pairing.row_version,
        at=NOON,
        by=pairing.lead.user,
    )


def test_what_was_known_before_an_end_was_written_down_stays_known():
    pairing = make_pairing(active=True)
    version = make_version(pairing)
    between = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)

    ended(pairing)

    history = History.of(with_families(Pairing.objects).get(pk=pairing.pk))
    versions = AgreementVersion.objects
    day = LAST + dt.timedelta(days=1)
    for known_at, expected in [(between, version), (NOON, None), (None, None)]:
        assert history.in_force_on(day, known_at=known_at) == expected
        assert versions.in_force_on(day, known_at=known_at).first() == expected
    assert history.in_force_on(LAST) == version


def under_strain(pairing, **differs):
    said = {
        "raised_by": "support",
        "raised_on": TODAY,
        "words": "Ruzie.",
        "look_again_on": NEXT_YEAR,
        "child_told": "",
        "by": pairing.lead.user,
        "at": MORNING,
    }
    return raise_strain(pairing, **said | differs)


def resting(pairing, from_on, until_on):
    return pauses.note_pause(
        pairing,
        from_on=from_on,
        until_on=until_on,
        side="",
        by=pairing.lead.user,
        at=MORNING,
    )


def test_an_end_without_agreements_ends_the_pairing():
    pairing = make_pairing(active=True)

    ended(pairing)

    pairing.refresh_from_db()
    assert (pairing.stage, pairing.ended_on) == ("ended", LAST)
    assert not hasattr(pairing, "agreement")


def test_an_end_puts_the_draft_away_and_its_links_die():
    pairing = make_pairing(active=True)
    make_version(pairing)
    draft = make_version(
        pairing, effective_from=dt.date(2026, 12, 1), settled=False, at=MORNING
    )
    issue_link(
        PersonFactory(),
        purpose="agreement",
        about=pairing.reference,
        at=MORNING,
        content_hash=link_hash(draft, "request"),
    )

    ended(pairing)

    draft.refresh_from_db()
    assert draft.is_put_away
    assert AccessLink.objects.get().revoked_at == NOON


def test_an_end_lets_links_to_what_counts_die_and_no_mail_leave():
    pairing = can_be_mailed(make_pairing(active=True))
    make_version(pairing)
    by = pairing.lead.user
    stop = services.stop(
        pairing,
        effective_from=LAST,
        by=by,
        at=MORNING,
        said=services.Yes("support", "discussed", LAST),
    )
    asking = services.ask(stop, question(pairing, "request"), by=by, at=MORNING)

    ended(pairing)

    asking.link.refresh_from_db()
    asking.mail.refresh_from_db()
    assert (asking.link.revoked_at, asking.mail.cancelled_at) == (NOON, NOON)


def test_an_end_closes_the_evaluation_and_what_rubs():
    pairing = make_pairing(active=True)
    evaluation = evaluations.start(
        pairing, occasion="half_year", due_on=TODAY, at=MORNING, by=pairing.lead.user
    )
    strain = under_strain(pairing)

    ended(pairing)

    evaluation.refresh_from_db()
    strain.refresh_from_db()
    pairing.refresh_from_db()
    assert (evaluation.outcome, evaluation.closed_on) == ("end", TODAY)
    assert (strain.outcome, strain.closed_on) == ("ended", TODAY)
    assert pairing.under_strain is False


def test_an_end_lets_no_question_how_it_goes_leave():
    pairing = can_be_mailed(make_pairing(active=True))
    by = pairing.lead.user
    evaluation = evaluations.start(
        pairing, occasion="half_year", due_on=TODAY, at=MORNING, by=by
    )
    evaluations.ask_by_mail(
        evaluation,
        "support",
        row_version=evaluation.row_version,
        at=MORNING,
        on=TODAY,
        by=by,
    )

    ended(pairing)

    mail, link = OutboxMail.objects.get(), AccessLink.objects.get()
    assert (mail.cancelled_at, mail.body, link.revoked_at) == (NOON, "", NOON)


def test_an_end_for_safety_says_so_of_what_rubbed():
    pairing = make_pairing(active=True)
    strain = under_strain(pairing)

    ended(pairing, reason="safety")

    strain.refresh_from_db()
    assert strain.outcome == "safety"


def test_pauses_end_with_the_pairing():
    pairing = make_pairing(active=True)
    make_version(pairing)
    over = resting(pairing, dt.date(2026, 7, 1), dt.date(2026, 7, 31))
    running = resting(pairing, dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    to_come = resting(pairing, dt.date(2026, 12, 20), None)

    ended(pairing)

    for pause in (over, running, to_come):
        pause.refresh_from_db()
    assert (over.until_on, running.until_on) == (dt.date(2026, 7, 31), LAST)
    assert (running.taken_back_at, to_come.taken_back_at) == (None, NOON)


def test_exceptions_stay_readable():
    pairing = make_pairing(active=True)
    version = make_version(pairing)
    exception = ItemException.objects.create(
        agreement=version.agreement,
        line=1,
        scope="day",
        on=dt.date(2026, 12, 2),
        recorded_by=pairing.lead.user,
        recorded_at=MORNING,
    )

    ended(pairing)

    exception.refresh_from_db()
    assert exception.taken_back_at is None


def test_a_refused_end_settles_nothing():
    pairing = make_pairing(active=True)
    make_version(pairing)
    resting(pairing, dt.date(2026, 11, 1), None)
    under_strain(pairing)

    with pytest.raises(BeforeTheStart):
        ended(pairing, on=dt.date(2026, 1, 1))

    assert Pause.objects.get().until_on is None
    assert Strain.objects.get().outcome == ""


def test_who_go_on_by_themselves_keep_what_they_agreed_on(time_machine):
    time_machine.move_to(NOON)
    pairing = make_pairing(active=True)
    draft = make_version(pairing, settled=False, at=MORNING)
    by = pairing.lead.user

    gone = let_go(pairing, on=TODAY, row_version=1, by=by)
    take_back_last_step(gone, row_version=2, at=NOON, by=by)

    draft.refresh_from_db()
    pairing.refresh_from_db()
    assert draft.is_draft
    assert (pairing.stage, pairing.place is None) == ("active", False)


def test_guidance_does_not_end_while_it_rubs():
    pairing = make_pairing(active=True)
    under_strain(pairing)

    with pytest.raises(UnderStrain):
        let_go(pairing, on=TODAY, row_version=1, by=pairing.lead.user)

    pairing.refresh_from_db()
    assert pairing.stage == "active"


def test_an_evaluation_that_is_closed_keeps_its_outcome():
    pairing = make_pairing(active=True)
    by = pairing.lead.user
    evaluation = evaluations.start(
        pairing, occasion="half_year", due_on=TODAY, at=MORNING, by=by
    )
    evaluations.close(
        evaluation,
        outcome="go_on",
        outcome_text="",
        row_version=1,
        at=MORNING,
        on=TODAY,
        by=by,
    )

    ended(pairing)

    assert Evaluation.objects.get().outcome == "go_on"


def test_an_evaluation_that_the_end_closed_is_not_opened_again():
    pairing = make_pairing(active=True)
    by = pairing.lead.user
    evaluation = evaluations.start(
        pairing, occasion="half_year", due_on=TODAY, at=MORNING, by=by
    )
    ended(pairing)

    with pytest.raises(PairingHasEnded):
        evaluations.reopen(evaluation, row_version=2, on=TODAY, by=by)

    evaluation.refresh_from_db()
    assert evaluation.outcome == "end"
