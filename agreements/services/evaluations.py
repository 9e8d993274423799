"""Evaluations: started, asked, answered by each family apart, and their outcome.

What one family says is never shown or sent to the other. A mail can be taken back for
half a minute: so long it stays in the outbox.
"""

import datetime as dt
import hashlib
from dataclasses import asdict, astuple, dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import Confirmation, Evaluation, EvaluationAnswers
from agreements.services import links, refused
from families import people
from families.models import (
    AccessLink,
    AuditEvent,
    Household,
    Membership,
    OutboxMail,
    Person,
    User,
)
from families.services.audit import record
from families.services.mail import queue_mail, take_back
from families.services.reach import LINK_HOURS, issue_link, open_link
from matching.models import Pairing
from matching.services.asking import (
    MAIL_LEAVES_AFTER,
    TAKE_BACK_WITHIN,
    members_of,
    who_can_be_mailed,
)
from matching.services.locks import lock_pairing

FAMILY = AuditEvent.ActorKind.FAMILY
Side = Confirmation.Side
Channel = EvaluationAnswers.Channel
LINK_WORKS = dt.timedelta(hours=LINK_HOURS)


class EvaluationIsOpen(refused.Refused):
    """A pairing has one open evaluation at most."""

    message = _("There is already an open evaluation.")


class EvaluationIsClosed(refused.Refused):
    """It has its outcome."""

    message = _("This evaluation is closed.")


class EvaluationChanged(refused.ChangedMeanwhile):
    """Somebody else wrote to the evaluation after it was read."""

    message = _("Somebody else has just changed this evaluation.")


class AlreadyAnswered(refused.Refused):
    """The family itself answered; nobody changes its words."""

    message = _("This family already answered itself, by its link.")


class NothingSaid(refused.Refused):
    """Every question was skipped."""

    message = _("There is no answer yet. Answer at least one question.")


class CannotBeReached(refused.Refused):
    """Nobody of the family can be sent the link."""

    message = _("Nobody of this family can be sent a link. Ask them by telephone.")


class NotToday(refused.Refused):
    """An evaluation is opened again on the day on which it was closed."""

    message = _("Only on the day itself an evaluation can be opened again.")


class LinkGone(Exception):
    """The link opens nothing: used, old, altered, or the evaluation is over."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a family answers; None and "" where it skips the question."""

    child_score: int | None = None
    own_score: int | None = None
    fit_score: int | None = None
    otherwise: str = ""
    wants: str = ""
    child_voice: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link opens: one evaluation, and which of its families is asked."""

    link: AccessLink
    evaluation: Evaluation
    side: str


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mail with a link to one family, which was not taken back."""

    side: str
    mail: OutboxMail
    asked_at: dt.datetime

    @property
    def until(self) -> dt.datetime:
        """Until when it can be taken back."""
        return self.asked_at + TAKE_BACK_WITHIN

    @property
    def link_expires_at(self) -> dt.datetime:
        """By when its link dies, which tells it from other links to this person."""
        return self.asked_at + LINK_WORKS


@transaction.atomic
def start(
    pairing: Pairing, *, occasion: str, due_on: dt.date, at: dt.datetime, by: User
) -> Evaluation:
    """Starts an evaluation; each family can be asked from now on.

    Raises:
        PairingHasEnded: there is nothing to look back on together any more.
        BeforeThePairing: the day lies before the pairing.
        EvaluationIsOpen: another one has no outcome yet.
    """
    locked = lock_pairing(pairing)
    if locked.ended_on is not None:
        raise refused.PairingHasEnded
    if due_on < locked.started_on:
        raise refused.BeforeThePairing
    if locked.evaluations.open().exists():
        raise EvaluationIsOpen
    evaluation: Evaluation = Evaluation.objects.create(
        pairing=locked,
        occasion=Evaluation.Occasion(occasion),
        due_on=due_on,
        started_by=by,
        started_at=at,
    )
    record(evaluation, verb="created", by=by, fields=["due_on", "occasion"])
    return evaluation


@transaction.atomic
def ask_by_mail(
    evaluation: Evaluation,
    side: str,
    *,
    row_version: int,
    at: dt.datetime,
    on: dt.date,
    by: User,
) -> Person:
    """Mails a family its link; the mail itself asks and tells nothing.

    Pressed twice within half a minute it is one mail.

    Raises:
        EvaluationIsClosed: it has its outcome.
        AlreadyAnswered: this family did.
        EvaluationChanged: somebody wrote to it after `row_version`.
        CannotBeReached: nobody has an address to which we may write.
    """
    locked = _lock(evaluation)
    _refuse_unless_waits(locked, side)
    last = last_mails(locked).get(side)
    if last is not None and last.mail.person is not None and at <= last.until:
        return last.mail.person
    if locked.row_version != row_version:
        raise EvaluationChanged
    person = who_can_be_mailed(household_of(locked, side), on=on)
    if person is None:
        raise CannotBeReached
    body = render_to_string(
        "agreements/mail/evaluation.txt",
        {
            "url": _link(locked, side, person, at=at),
            "works_until": last_day_of_link(at=at),
            "coordinator": by.coordinator if by.is_coordinator else None,
        },
    )
    queue_mail(
        person,
        body=body,
        asked_for=False,
        about=locked.reference,
        not_before=at + MAIL_LEAVES_AFTER,
    )
    _save(locked, [], by=by, audit=["links"])
    return person


@transaction.atomic
def take_back_asking(
    evaluation: Evaluation, side: str, *, at: dt.datetime, by: User
) -> None:
    """Undoes a mail of less than half a minute ago, as if nobody had been asked.

    Raises:
        TooLate: half a minute has passed, or the family answered.
    """
    locked = _lock(evaluation)
    last = last_mails(locked).get(side)
    if last is None or at > last.until:
        raise refused.TooLate
    own = _links(locked).filter(
        content_hash=side_hash(locked, side),
        person=last.mail.person,
        expires_at=last.link_expires_at,
        used_at=None,
        revoked_at=None,
    )
    if not own.update(revoked_at=at) or not take_back(last.mail, at=at):
        raise refused.TooLate
    _save(locked, [], by=by, audit=["links"])


@transaction.atomic
def new_link(
    evaluation: Evaluation, side: str, *, at: dt.datetime, on: dt.date, by: User
) -> str:
    """The address where a family can answer, to send in another way than by mail.

    Only its fingerprint is kept, so asking for it again makes another one.

    Raises:
        EvaluationIsClosed: it has its outcome.
        AlreadyAnswered: this family did.
        CannotBeReached: nobody lives there who could open it.
    """
    locked = _lock(evaluation)
    _refuse_unless_waits(locked, side)
    members = members_of(household_of(locked, side), on=on)
    person = people.contact_person(members, on)
    if person is None:
        raise CannotBeReached
    record(locked, verb="changed", by=by, fields=["links"])
    return _link(locked, side, person, at=at)


def last_day_of_link(*, at: dt.datetime) -> dt.date:
    """The last day on which a link made now works all day."""
    return timezone.localdate(at + LINK_WORKS) - dt.timedelta(days=1)


def what_is_asked(token: str, *, at: dt.datetime, on: dt.date) -> Asked | None:
    """What a token opens; None whatever the reason that it opens nothing."""
    link = open_link(token, purpose=AccessLink.Purpose.EVALUATION, at=at)
    if link is None:
        return None
    evaluation = (
        Evaluation.objects.open()
        .filter(reference=link.about)
        .select_related(
            "pairing__request__family__household__coordinator__user",
            "pairing__offer__family__household__coordinator__user",
        )
        .first()
    )
    if evaluation is None:
        return None
    side = _side_asked(link, evaluation, on=on)
    return Asked(link, evaluation, side) if side else None


@transaction.atomic
def answer_by_link(token: str, said: Said, *, at: dt.datetime, on: dt.date) -> Asked:
    """Writes down what a family answers by its link, once.

    Raises:
        LinkGone: the link opens nothing, or not any more.
        NothingSaid: it skipped every question; the link stays.
    """
    asked = what_is_asked(token, at=at, on=on)
    if asked is None:
        raise LinkGone
    locked = _lock(asked.evaluation)
    # One statement decides who is first: of two presses the other finds it used.
    used = AccessLink.objects.filter(
        pk=asked.link.pk, used_at=None, revoked_at=None, expires_at__gt=at
    ).update(used_at=at)
    if not used or locked.closed_on or not _side_asked(asked.link, locked, on=on):
        raise LinkGone
    _refuse_silence(said)
    record(asked.link, verb="changed", by=FAMILY, fields=["used_at"])
    EvaluationAnswers.objects.create(
        evaluation=locked,
        side=Side(asked.side),
        channel=Channel.LINK,
        person=asked.link.person,
        answered_on=on,
        recorded_at=at,
        **asdict(said),
    )
    _stop_asking(locked, at=at, side=asked.side)
    _save(locked, [], by=FAMILY, audit=["answers"])
    return asked


@transaction.atomic
def record_answers(
    evaluation: Evaluation,
    side: str,
    said: Said,
    *,
    channel: str,
    answered_on: dt.date,
    row_version: int,
    at: dt.datetime,
    by: User,
) -> EvaluationAnswers:
    """Writes down what a family told a coordinator, or puts right what was noted so.

    Raises:
        EvaluationChanged: somebody wrote to it after `row_version`.
        EvaluationIsClosed: it has its outcome.
        AlreadyAnswered: the family answered by its link.
        SaidInTheFuture: the day has not come yet.
        BeforeThePairing: the day lies before the pairing.
        NothingSaid: every question was skipped.
    """
    locked = _as_seen(evaluation, row_version)
    if locked.closed_on:
        raise EvaluationIsClosed
    answers = locked.answers.filter(side=side).first()
    if answers is not None and answers.channel == Channel.LINK:
        raise AlreadyAnswered
    if answered_on > timezone.localdate(at):
        raise refused.SaidInTheFuture
    if answered_on < locked.pairing.started_on:
        raise refused.BeforeThePairing
    _refuse_silence(said)
    if answers is None:
        answers = EvaluationAnswers(evaluation=locked, side=Side(side))
    answers.channel = Channel(channel)
    answers.answered_on = answered_on
    answers.recorded_by, answers.recorded_at = by, at
    for name, value in asdict(said).items():
        setattr(answers, name, value)
    answers.save()
    _stop_asking(locked, at=at, side=side)
    _save(locked, [], by=by, audit=["answers"])
    return answers


@transaction.atomic
def close(
    evaluation: Evaluation,
    *,
    outcome: str,
    outcome_text: str,
    row_version: int,
    at: dt.datetime,
    on: dt.date,
    by: User,
) -> Evaluation:
    """Writes the outcome down; what is still out opens nothing, and no mail leaves.

    On the same day another outcome may take its place.

    Raises:
        EvaluationChanged: somebody wrote to it after `row_version`.
        EvaluationIsClosed: it was closed on an earlier day.
    """
    locked = _as_seen(evaluation, row_version)
    if locked.closed_on not in {None, on}:
        raise EvaluationIsClosed
    _stop_asking(locked, at=at)
    locked.outcome = Evaluation.Outcome(outcome)
    locked.outcome_text = outcome_text
    locked.closed_on, locked.closed_by = on, by
    return _save(locked, ["outcome", "outcome_text", "closed_on", "closed_by"], by=by)


@transaction.atomic
def reopen(
    evaluation: Evaluation, *, row_version: int, on: dt.date, by: User
) -> Evaluation:
    """Takes the outcome of today back; its words stay, to be written on.

    Raises:
        EvaluationChanged: somebody wrote to it after `row_version`.
        NotToday: it is open, or was closed on an earlier day.
        EvaluationIsOpen: a next one was started meanwhile.
        PairingHasEnded: its end closed it.
    """
    locked = _as_seen(evaluation, row_version)
    if locked.pairing.ended_on is not None:
        raise refused.PairingHasEnded
    if locked.closed_on != on:
        raise NotToday
    if locked.pairing.evaluations.open().exists():
        raise EvaluationIsOpen
    locked.outcome = ""
    locked.closed_on = locked.closed_by = None
    return _save(locked, ["outcome", "closed_on", "closed_by"], by=by)


def household_of(evaluation: Evaluation, side: str) -> Household:
    """The household of one side."""
    return links.household_of(evaluation.pairing, side)


def children_of(evaluation: Evaluation) -> list[Person]:
    """The children who take part in the pairing, in the order they came."""
    rows = evaluation.pairing.pairing_children.filter(left_on=None)
    ordered = rows.select_related("child").order_by("joined_on", "pk")
    return [row.child for row in ordered]


def last_links(evaluation: Evaluation) -> dict[str, AccessLink]:
    """The link that was made last for each side that was sent one."""
    sides = _sides_by_hash(evaluation)
    made = _links(evaluation).filter(revoked_at=None).order_by("created_at", "pk")
    return {sides[link.content_hash]: link for link in made}


def last_mails(evaluation: Evaluation) -> dict[str, Mailed]:
    """The mail that was written last to each side that was mailed."""
    sides = _sides_by_hash(evaluation)
    side_of = {
        (link.person_id, link.expires_at): sides[link.content_hash]
        for link in _links(evaluation)
    }
    mails = OutboxMail.objects.filter(about=evaluation.reference, cancelled_at=None)
    found = {}
    for mail in mails.select_related("person").order_by("not_before", "pk"):
        if mail.not_before is None or mail.person_id is None:
            continue
        asked_at = mail.not_before - MAIL_LEAVES_AFTER
        side = side_of.get((mail.person_id, asked_at + LINK_WORKS))
        if side is not None:
            found[side] = Mailed(side, mail, asked_at)
    return found


def side_hash(evaluation: Evaluation, side: str) -> str:
    """What binds a link to one family in one evaluation."""
    return hashlib.sha256(f"{evaluation.reference}\n{side}".encode()).hexdigest()


def _link(evaluation: Evaluation, side: str, person: Person, *, at: dt.datetime) -> str:
    token = issue_link(
        person,
        purpose=AccessLink.Purpose.EVALUATION,
        about=evaluation.reference,
        at=at,
        content_hash=side_hash(evaluation, side),
    )
    path = reverse("agreements:evaluation-link", args=[token])
    return f"{settings.SITE_URL}{path}"


def _links(evaluation: Evaluation) -> QuerySet[AccessLink]:
    return AccessLink.objects.filter(
        purpose=AccessLink.Purpose.EVALUATION, about=evaluation.reference
    )


def _sides_by_hash(evaluation: Evaluation) -> dict[str, str]:
    return {side_hash(evaluation, side): side for side in Side.values}


def _stop_asking(evaluation: Evaluation, *, at: dt.datetime, side: str = "") -> None:
    """Lets no link work any more, nor a mail with one leave; of one side or of both."""
    waiting = _links(evaluation).filter(used_at=None, revoked_at=None)
    mails = OutboxMail.objects.filter(
        about=evaluation.reference, sent_at=None, cancelled_at=None
    )
    if side:
        members = Membership.objects.filter(household=household_of(evaluation, side))
        waiting = waiting.filter(content_hash=side_hash(evaluation, side))
        mails = mails.filter(person__in=members.values("person"))
    waiting.update(revoked_at=at)
    for mail in mails:
        take_back(mail, at=at)


def _side_asked(link: AccessLink, evaluation: Evaluation, *, on: dt.date) -> str | None:
    """The side that this link asks, if it still has to answer."""
    for side in Side.values:
        if link.content_hash == side_hash(evaluation, side):
            lives_there = Membership.objects.filter(
                household=household_of(evaluation, side), person=link.person_id
            ).current_on(on)
            waits = not evaluation.answers.filter(side=side).exists()
            return side if waits and lives_there.exists() else None
    return None


def _refuse_unless_waits(evaluation: Evaluation, side: str) -> None:
    if evaluation.closed_on:
        raise EvaluationIsClosed
    if evaluation.answers.filter(side=side).exists():
        raise AlreadyAnswered


def _refuse_silence(said: Said) -> None:
    if not any(astuple(said)):
        raise NothingSaid


def _lock(evaluation: Evaluation) -> Evaluation:
    """The evaluation as it is now, with its pairing locked before it."""
    pairing = lock_pairing(evaluation.pairing)
    locked: Evaluation = Evaluation.objects.select_for_update(no_key=True).get(
        pk=evaluation.pk
    )
    locked.pairing = pairing
    return locked


def _as_seen(evaluation: Evaluation, row_version: int) -> Evaluation:
    locked = _lock(evaluation)
    if locked.row_version != row_version:
        raise EvaluationChanged
    return locked


def _save(
    evaluation: Evaluation,
    changed: list[str],
    *,
    by: User | AuditEvent.ActorKind,
    audit: list[str] | None = None,
) -> Evaluation:
    evaluation.row_version += 1
    evaluation.save(update_fields=[*changed, "row_version"])
    record(evaluation, verb="changed", by=by, fields=audit or changed)
    return evaluation
