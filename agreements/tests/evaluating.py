"""Evaluations in the states that tests begin with, made through the services."""

import datetime as dt
from typing import Any

from agreements.models import Evaluation
from agreements.services import evaluations
from agreements.services.evaluations import Said
from agreements.tests.factories import make_pairing
from families.models import AccessLink, Membership, Person, User
from families.services.reach import issue_link
from families.tests.factories import CoordinatorFactory, MunicipalityFactory
from matching.models import Pairing

MONDAY = dt.date(2026, 11, 23)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
FINE = Said(child_score=1, own_score=2, fit_score=2, wants="go_on")


def make_evaluation(pairing: Pairing | None = None, **differs: Any) -> Evaluation:
    """One that started today at the half year."""
    pairing = pairing or make_pairing()
    given = {
        "occasion": "half_year",
        "due_on": MONDAY,
        "at": NOON,
        "by": pairing.lead.user,
    }
    return evaluations.start(pairing, **given | differs)


def adult_of(evaluation: Evaluation, side: str) -> Person:
    """The first adult of a family: Amira of De Boer, Karin of Willems."""
    household = evaluations.household_of(evaluation, side)
    parents = household.memberships.filter(role=Membership.Role.PARENT)
    return parents.order_by("pk").first().person


def token_for(evaluation: Evaluation, side: str, **differs: Any) -> str:
    """The end of the address by which a family answers."""
    given = {
        "purpose": AccessLink.Purpose.EVALUATION,
        "about": evaluation.reference,
        "at": NOON,
        "content_hash": evaluations.side_hash(evaluation, side),
    }
    return issue_link(adult_of(evaluation, side), **given | differs)


def told(
    evaluation: Evaluation, side: str, said: Said = FINE, **differs: Any
) -> Evaluation:
    """The same evaluation, with what a family told by telephone."""
    evaluation.refresh_from_db()
    given = {
        "channel": "telephone",
        "answered_on": MONDAY,
        "row_version": evaluation.row_version,
        "at": NOON,
        "by": evaluation.pairing.lead.user,
    }
    evaluations.record_answers(evaluation, side, said, **given | differs)
    evaluation.refresh_from_db()
    return evaluation


def closed(
    evaluation: Evaluation, outcome: str = "go_on", **differs: Any
) -> Evaluation:
    """The same evaluation with its outcome."""
    evaluation.refresh_from_db()
    given = {
        "outcome_text": "",
        "row_version": evaluation.row_version,
        "at": NOON,
        "on": MONDAY,
        "by": evaluation.pairing.lead.user,
    }
    return evaluations.close(evaluation, outcome=outcome, **given | differs)


def across_the_border(pairing: Pairing) -> User:
    """A coordinator of the support family, which lives in another municipality."""
    uithoorn = MunicipalityFactory(name="Uithoorn")
    household = pairing.offer.family.household
    household.municipality = uithoorn
    household.save()
    colleague = CoordinatorFactory(municipalities=[uithoorn])
    user: User = colleague.user
    return user
