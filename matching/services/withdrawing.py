"""What stops at once when somebody withdraws that we call and search for a family.

Nothing that runs is ended by a machine: a running pairing is put before the
coordinator, who talks with both families.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from families.models import (
    Consent,
    Household,
    Membership,
    OutboxMail,
    OwnRequest,
    SupportFamily,
    SupportOffer,
    SupportRequest,
    Task,
    User,
)
from families.services import consents, tasks
from families.services.audit import record
from families.services.mail import take_back
from families.services.stages import change_stage
from matching.models import Pairing, Proposal
from matching.services.locks import lock_proposal, lock_support_family
from matching.services.proposals import (
    SIDES,
    household_of,
    stop_asking,
)

Purpose = Consent.Purpose
TASK_TEXTS = {
    Purpose.CONTACT_AND_SEARCH: gettext_lazy("Withdrew consent: tell what we keep"),
    Purpose.INTRODUCE: gettext_lazy("Does not want to be introduced any more"),
    Purpose.TELL_REFERRER: gettext_lazy("The referrer hears nothing any more"),
}


@dataclass(frozen=True)
class Stopped:
    """What came of a withdrawal.

    Attributes:
        asked: what the coordinator is to settle, one for each household.
        pairings: those that still run, which nobody ended.
    """

    asked: list[OwnRequest] = field(default_factory=list)
    pairings: list[Pairing] = field(default_factory=list)


@transaction.atomic
def withdraw_consent(
    consent: Consent, *, at: dt.datetime, on: dt.date, by: consents.Actor
) -> Stopped:
    """Withdraws a basis and stops at once what rested on it.

    Args:
        consent: in force.
        at: now.
        on: today.
        by: the coordinator who was told so, or the family itself.

    Raises:
        AlreadyWithdrawn: it was withdrawn before.
    """
    homes = households_of(consent, on=on)
    if consent.purpose == Purpose.CONTACT_AND_SEARCH:
        _lock(homes)
    consents.withdraw(consent, at=at, by=by)
    stopped = Stopped()
    for home in homes:
        if consent.purpose == Purpose.CONTACT_AND_SEARCH:
            stopped.pairings.extend(_stop(home, at=at, on=on, by=by))
        stopped.asked.append(_to_settle(consent, home, at=at, on=on, by=by))
    return stopped


def households_of(consent: Consent, *, on: dt.date) -> list[Household]:
    """The households in which the person who gave a basis lives as an adult."""
    lives = (
        Membership.objects.filter(person=consent.person_id)
        .current_on(on)
        .exclude(role=Membership.Role.CHILD)
        .values("household")
    )
    return list(
        Household.objects.filter(pk__in=lives)
        .select_related("coordinator__user")
        .order_by("pk")
    )


def running(household: Household) -> list[Pairing]:
    """The pairings of a household that have not ended."""
    of_household = Q(request__family__household=household) | Q(
        offer__family__household=household
    )
    return list(Pairing.objects.running().filter(of_household).order_by("pk"))


def open_proposals(household: Household) -> list[Proposal]:
    """The proposals to or about a household that wait for an answer or a start."""
    of_household = Q(request__family__household=household) | Q(
        offer__family__household=household
    )
    return list(Proposal.objects.open().filter(of_household).order_by("pk"))


def _lock(homes: list[Household]) -> None:
    """In the order of who ends an offer, and then of who notes a contact."""
    keys = [home.pk for home in homes]
    families = SupportFamily.objects.filter(household__in=keys).order_by("pk")
    for pk in families.values_list("pk", flat=True):
        lock_support_family(pk)
    list(
        Household.objects.select_for_update(no_key=True)
        .filter(pk__in=keys)
        .order_by("pk")
    )


def _stop(
    household: Household, *, at: dt.datetime, on: dt.date, by: consents.Actor
) -> list[Pairing]:
    """Ends what a household asks and gives; gives the pairings that still run."""
    for proposal in open_proposals(household):
        _take_away(lock_proposal(proposal), household, at=at, on=on, by=by)
    pairings = running(household)
    reason = _("Withdrew consent")
    _stop_wishes(household, pairings, reason=reason, on=on, by=by)
    _stop_mails(household, at=at, on=on)
    _close_tasks(_ended_with_it(household), household, at=at, by=by)
    return pairings


def _ended_with_it(household: Household) -> "QuerySet[Task]":
    """The open tasks but for requests about their data: their term runs on."""
    about_data = household.own_requests.filter(
        kind__in=(OwnRequest.Kind.CORRECT, OwnRequest.Kind.ERASE)
    )
    return household.tasks.open().exclude(about__in=about_data.values("reference"))


def _take_away(
    proposal: Proposal,
    household: Household,
    *,
    at: dt.datetime,
    on: dt.date,
    by: consents.Actor,
) -> None:
    """Closes a proposal; the other family hears so, if it was asked."""
    proposal.outcome, proposal.closed_on = Proposal.Outcome.WITHDRAWN, on
    proposal.row_version += 1
    proposal.save(update_fields=["outcome", "closed_on", "row_version"])
    record(proposal, verb="changed", by=by, fields=["outcome", "closed_on"])
    stop_asking(proposal, at=at)
    about = Task.objects.open().filter(about=proposal.reference)
    _close_tasks(about, household, at=at, by=by)
    request = proposal.request
    others = Proposal.objects.open().filter(request=request)
    if request.stage == SupportRequest.Stage.PROPOSED and not others.exists():
        change_stage(request, to=SupportRequest.Stage.WAITING, on=on, by=by)
    for side in SIDES:
        other = household_of(proposal, side)
        if other.pk != household.pk and getattr(proposal, f"{side}_asked_at"):
            tasks.plan(
                other,
                Task.Kind.NEXT_STEP,
                on,
                about=proposal.reference,
                text=_("Tell them that the proposal is off"),
                coordinator=other.coordinator,
                by=by,
            )


def _stop_wishes(
    household: Household,
    pairings: list[Pairing],
    *,
    reason: str,
    on: dt.date,
    by: consents.Actor,
) -> None:
    """Withdraws requests and ends offers; what runs is only searched for no more."""
    asked = {pairing.request_id for pairing in pairings}
    given = {pairing.offer_id for pairing in pairings}
    requests = SupportRequest.objects.open().filter(family__household=household)
    for request in requests.select_related("family__household").order_by("pk"):
        if request.pk not in asked:
            withdrawn = SupportRequest.Stage.WITHDRAWN
            change_stage(request, to=withdrawn, on=on, by=by, reason=reason)
    offers = SupportOffer.objects.open().filter(family__household=household)
    for offer in offers.select_related("family__household").order_by("pk"):
        stage = SupportOffer.Stage
        to = stage.PAUSED if offer.pk in given else stage.ENDED
        if offer.stage != to:
            change_stage(offer, to=to, on=on, by=by, reason=reason)


def _stop_mails(household: Household, *, at: dt.datetime, on: dt.date) -> None:
    """Keeps in what was planned to be sent, but for what somebody asks for now."""
    members = Membership.objects.filter(household=household).current_on(on)
    planned = OutboxMail.objects.filter(
        person__in=members.values("person"),
        asked_for=False,
        sent_at=None,
        cancelled_at=None,
        parked_at=None,
    )
    for mail in planned.order_by("pk"):
        take_back(mail, at=at)


def _close_tasks(
    open_tasks: "QuerySet[Task]",
    household: Household,
    *,
    at: dt.datetime,
    by: consents.Actor,
) -> None:
    """Closes tasks; one that a family closes counts as done by whom it was for.

    Where nobody guides the family, nobody did it.
    """
    rows = open_tasks.select_related("coordinator__user")
    for task in rows.select_for_update(of=("self",), no_key=True).order_by("pk"):
        guide = task.coordinator or household.coordinator
        helper = guide.user if guide else None
        doer = by if isinstance(by, User) else helper
        task.done_at, task.done_by = at, doer
        task.save(update_fields=["done_at", "done_by"])
        record(task, verb="changed", by=by, fields=["done_at", "done_by"])


def _to_settle(
    consent: Consent,
    household: Household,
    *,
    at: dt.datetime,
    on: dt.date,
    by: consents.Actor,
) -> OwnRequest:
    """Puts the withdrawal before the coordinator, today."""
    asked = OwnRequest.objects.create(
        household=household,
        person=consent.person,
        kind=OwnRequest.Kind.WITHDRAW,
        text=str(consent.get_purpose_display()),
        asked_at=at,
    )
    record(asked, verb="created", by=by, fields=["kind"])
    tasks.plan(
        household,
        Task.Kind.OWN_REQUEST,
        on,
        about=asked.reference,
        text=str(TASK_TEXTS[Purpose(consent.purpose)]),
        coordinator=household.coordinator,
        by=by,
    )
    return asked
