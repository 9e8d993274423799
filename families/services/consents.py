"""On which ground we keep and use what of whom: given, withdrawn, and in force."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from families import people, texts
from families.models import AuditEvent, Consent, Household, Membership, Person, User
from families.services.audit import record

NOON = dt.time(12)
# Who gives or withdraws: a colleague who writes it down, or the family itself.
Actor = User | AuditEvent.ActorKind


class AlreadyGiven(Exception):
    """There is a valid basis for this purpose; `consent` is that one."""

    def __init__(self, consent: Consent) -> None:
        super().__init__(consent.pk)
        self.consent = consent


class WithdrawnSince(Exception):
    """The person withdrew after the moment at which this was given."""


class AlreadyWithdrawn(Exception):
    """It was withdrawn before."""


@transaction.atomic
def give(
    person: Person,
    *,
    purpose: str,
    how: str,
    given_at: dt.datetime,
    by: Actor,
    basis: str = Consent.Basis.CONSENT,
    text_version: str = "",
) -> Consent:
    """Writes down on which ground something may be done for a person.

    Args:
        person: whose basis it is.
        purpose: one of `Consent.Purpose`.
        how: one of `Consent.How`.
        given_at: when it was said.
        by: who writes it down; a family by its kind.
        basis: one of `Consent.Basis`.
        text_version: of the text that was read or heard; by default the present one.

    Raises:
        AlreadyGiven: there is a valid basis for this purpose.
        WithdrawnSince: the person withdrew after that moment.
    """
    # The lock makes two that give at once queue up.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    of_purpose = Consent.objects.filter(person=person, purpose=purpose)
    valid = of_purpose.filter(withdrawn_at=None).first()
    if valid is not None:
        raise AlreadyGiven(valid)
    if of_purpose.filter(withdrawn_at__gt=given_at).exists():
        raise WithdrawnSince(person.pk)
    consent = Consent.objects.create(
        person=person,
        purpose=Consent.Purpose(purpose),
        basis=Consent.Basis(basis),
        how=Consent.How(how),
        text_version=text_version or texts.current(purpose).version,
        given_at=given_at,
        recorded_by=by if isinstance(by, User) else None,
    )
    record(consent, verb="created", by=by, fields=["given_at"])
    return consent


@transaction.atomic
def withdraw(consent: Consent, *, at: dt.datetime, by: Actor) -> None:
    """Ends a basis. What follows from that is settled by who calls this.

    Raises:
        AlreadyWithdrawn: somebody did so before.
    """
    locked = Consent.objects.select_for_update(no_key=True).get(pk=consent.pk)
    if locked.withdrawn_at is not None:
        raise AlreadyWithdrawn(consent.pk)
    # What was noted for later today than now ends at once all the same.
    consent.withdrawn_at = max(at, locked.given_at)
    consent.save(update_fields=["withdrawn_at"])
    record(consent, verb="changed", by=by, fields=["withdrawn_at"])


def moment_of(day: dt.date, *, at: dt.datetime) -> dt.datetime:
    """A moment on a day that is told as a day; now, where that day is today."""
    if day >= timezone.localdate(at):
        return at
    return timezone.make_aware(dt.datetime.combine(day, NOON))


def adults_of(household: Household, *, on: dt.date) -> list[Person]:
    """The adults who live in a household on a day, parents first."""
    members = (
        Membership.objects.filter(household=household)
        .current_on(on)
        .select_related("person")
        .order_by("pk")
    )
    return people.adults(members, on)


def holds(household: Household, purpose: str, *, on: dt.date) -> bool:
    """Whether an adult who lives there on a day has a valid basis for a purpose."""
    grown = [person.pk for person in adults_of(household, on=on)]
    return Consent.objects.filter(
        person__in=grown, purpose=purpose, withdrawn_at=None
    ).exists()


def was_replaced(consent: Consent, given: Iterable[Consent]) -> bool:
    """Whether it ended by what the person said itself, and not by a no.

    Args:
        consent: of a person.
        given: what there is of that person.
    """
    ended = (consent.person_id, consent.purpose, consent.withdrawn_at)
    return ended in [(one.person_id, one.purpose, one.given_at) for one in given]


def is_refused(household: Household, purpose: str, *, on: dt.date) -> bool:
    """Whether an adult who lives there on a day took it back, and gave it not since."""
    grown = [person.pk for person in adults_of(household, on=on)]
    given = Consent.objects.filter(person__in=grown, purpose=purpose)
    holding = given.filter(withdrawn_at=None).values("person")
    return given.exclude(person__in=holding).exists()


def was_stopped(household: Household, *, on: dt.date) -> bool:
    """Whether an adult took back that we call and search, and gave it not since.

    The yes of another adult of the same home does not undo that no.
    """
    return is_refused(household, Consent.Purpose.CONTACT_AND_SEARCH, on=on)


def lock(households: Iterable[Household], purpose: str, *, on: dt.date) -> None:
    """Lets nobody of these households take a purpose back before the caller is done.

    Part of the caller's transaction; what was taken back meanwhile is read after it.
    """
    grown = [one.pk for home in households for one in adults_of(home, on=on)]
    valid = Consent.objects.filter(person__in=grown, purpose=purpose, withdrawn_at=None)
    list(valid.select_for_update(no_key=True).order_by("pk"))


def agreed(household: OuterRef, purpose: str, *, on: dt.date) -> Q:
    """Of the rows of a query: somebody of the household agreed, and nobody refuses.

    Who moved out has no say, and neither have children.
    """
    lives_there = (
        Membership.objects.current_on(on)
        .filter(household=OuterRef(household), person=OuterRef("person"))
        .exclude(role=Membership.Role.CHILD)
    )
    given = Consent.objects.filter(Exists(lives_there), purpose=purpose)
    anew = Consent.objects.filter(
        person=OuterRef("person"), purpose=purpose, withdrawn_at=None
    )
    return Q(Exists(given.filter(withdrawn_at=None))) & ~Q(
        Exists(given.exclude(Exists(anew)))
    )


def say_yes(
    household: Household,
    *,
    person: Person | None,
    on: dt.date,
    said_on: dt.date,
    at: dt.datetime,
    by: Actor,
) -> Consent | None:
    """A yes to a proposal is a yes to be introduced; None where nothing is to be noted.

    Part of the caller's transaction.

    Args:
        household: the family that said yes.
        person: who said it; by default whom we call.
        on: today.
        said_on: the day on which it was said.
        at: now.
        by: the coordinator who notes it, or the family by its link.
    """
    if person is None:
        grown = adults_of(household, on=on)
        reachable = (one for one in grown if one.telephone)
        person = next(reachable, grown[0] if grown else None)
    if person is None:
        return None
    by_link = not isinstance(by, User)
    try:
        return give(
            person,
            purpose=Consent.Purpose.INTRODUCE,
            how=Consent.How.LINK if by_link else Consent.How.TELEPHONE,
            given_at=moment_of(said_on, at=at),
            by=by,
        )
    except (AlreadyGiven, WithdrawnSince):
        return None
