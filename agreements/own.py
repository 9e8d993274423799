"""What a family sees of its agreements on its own pages, and may answer."""

import datetime as dt
from collections.abc import Iterator
from typing import cast

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from agreements import wording
from agreements.history import History, Reader, terms_of, with_families
from agreements.models import AgreementVersion
from agreements.services import evaluations
from agreements.services.asking import last_asking
from agreements.services.links import can_be_asked, link_hash
from families.models import AccessLink, AuditEvent, Household, Person
from families.panels import OwnRow
from families.services.audit import record
from families.services.reach import issue_link
from matching.models import Pairing

AGREEMENT, EVALUATION = "agreement", "evaluation"
# Sentences about agreements are written in these; the others read them in Dutch.
WRITTEN_IN = ("nl", "en")
FAMILY = AuditEvent.ActorKind.FAMILY


def own_rows(person: Person, household: Household, *, on: dt.date) -> list[OwnRow]:
    """The agreements to say yes to, the evaluations to fill in, and what holds."""
    rows = []
    for history, side in _histories(household):
        waiting = _waits_for(history, side, on=on)
        if waiting is not None:
            rows.append(
                OwnRow(
                    order=20,
                    title=_("Are these agreements right?"),
                    text=_("They hold from %(day)s. Read them and give your answer.")
                    % {"day": date_format(waiting.effective_from, "l j E")},
                    label=_("Read and answer"),
                    action=AGREEMENT,
                    about=history.pairing.reference,
                )
            )
        if _evaluation_of(history.pairing, side) is not None:
            rows.append(
                OwnRow(
                    order=30,
                    title=_("How is it going?"),
                    text=_("A few questions. Only your coordinator reads it."),
                    label=_("Fill in"),
                    action=EVALUATION,
                    about=history.pairing.reference,
                )
            )
    return rows


def own_agreements(household: Household, *, on: dt.date) -> list[OwnRow]:
    """What holds on a day in each running pairing, in sentences to this family."""
    rows = []
    for history, side in _histories(household):
        in_force = history.in_force_on(on)
        if in_force is None:
            continue
        with override(written_in()):
            names = history.names_for(cast("Reader", side), on=on)
            lines = tuple(
                wording.sentences(terms, names) for terms in terms_of(in_force)
            )
        pause = history.pause_on(on)
        rows.append(
            OwnRow(
                order=50,
                title=_("This holds since %(day)s")
                % {"day": date_format(in_force.effective_from, "j E Y")},
                text=_("There is a pause now.") if pause else "",
                lines=lines,
            )
        )
    return rows


def written_in() -> str:
    """The language in which agreements are shown to who reads this one."""
    language = get_language() or "nl"
    return language if language in WRITTEN_IN else "nl"


def own_link(
    person: Person,
    household: Household,
    *,
    action: str,
    about: str,
    at: dt.datetime,
    on: dt.date,
) -> str | None:
    """The page where this person answers, by a fresh link; None without a question."""
    for history, side in _histories(household):
        if history.pairing.reference != about:
            continue
        if action == AGREEMENT:
            version = _waits_for(history, side, on=on)
            return _to_version(version, side, person, at=at) if version else None
        if action == EVALUATION:
            return _to_evaluation(history.pairing, side, person, at=at)
    return None


def _to_version(
    version: AgreementVersion, side: str, person: Person, *, at: dt.datetime
) -> str:
    token = issue_link(
        person,
        purpose=AccessLink.Purpose.AGREEMENT,
        about=version.agreement.pairing.reference,
        at=at,
        content_hash=link_hash(version, side),
    )
    record(version, verb="changed", by=FAMILY, fields=["links"])
    return reverse("agreements:answer", args=[token])


def _to_evaluation(
    pairing: Pairing, side: str, person: Person, *, at: dt.datetime
) -> str | None:
    evaluation = _evaluation_of(pairing, side)
    if evaluation is None:
        return None
    token = issue_link(
        person,
        purpose=AccessLink.Purpose.EVALUATION,
        about=evaluation.reference,
        at=at,
        content_hash=evaluations.side_hash(evaluation, side),
    )
    record(evaluation, verb="changed", by=FAMILY, fields=["links"])
    return reverse("agreements:evaluation-link", args=[token])


def _histories(household: Household) -> Iterator[tuple[History, str]]:
    """The running pairings of a household, each with its side."""
    of = Q(request__family__household=household) | Q(offer__family__household=household)
    pairings = with_families(Pairing.objects.running().filter(of), adults=True)
    for pairing in pairings.order_by("started_on", "pk"):
        asks = pairing.request.family.household == household
        yield History.of(pairing), "request" if asks else "support"


def _waits_for(history: History, side: str, *, on: dt.date) -> AgreementVersion | None:
    """The version to which this family was asked to say yes, and did not yet."""
    for version in reversed(history.versions):
        said = {one.side for one in version.confirmations.all()}
        if side not in said and can_be_asked(version, on=on):
            return version if last_asking(version, side) else None
    return None


def _evaluation_of(pairing: Pairing, side: str) -> evaluations.Evaluation | None:
    """The open evaluation about which this family was asked, and did not answer."""
    evaluation = pairing.evaluations.open().first()
    if evaluation is None or evaluation.answers.filter(side=side).exists():
        return None
    return evaluation if side in evaluations.last_links(evaluation) else None
