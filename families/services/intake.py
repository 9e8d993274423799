"""Applications: the draft while somebody answers, and what it becomes once sent."""

import datetime as dt
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.template.loader import render_to_string
from django.urls import reverse

from families.encryption import blind_index
from families.models import (
    AccessLink,
    AuditEvent,
    Consent,
    Coordinator,
    Household,
    IntakeDraft,
    Location,
    Membership,
    Municipality,
    Partnership,
    PartnershipTerm,
    Person,
    Place,
    PostcodeArea,
    RequestFamily,
    ScreeningCheck,
    SupportFamily,
    SupportOffer,
    SupportRequest,
    Task,
)
from families.services import tasks
from families.services.audit import record
from families.services.mail import queue_mail
from families.services.reach import fingerprint, issue_link
from families.services.sources import note_application
from families.services.stages import start_stage

# One step of one draft, as the browser sent it: each field with its values.
Typed = dict[str, list[str]]

KEY_BYTES = 32


class NotServed(Exception):
    """Nobody takes applications in this municipality now."""


@dataclass(frozen=True)
class HomeTold:
    """Where a family lives; without an area it has no fixed address."""

    municipality: Municipality
    area: PostcodeArea | None = None
    postcode: str = ""


@dataclass(frozen=True)
class ChildTold:
    """A child as a parent told of it; without an age it is not born yet."""

    age: int | None
    name: str = ""


@dataclass(frozen=True)
class ContactTold:
    """Whom to call, and how."""

    name: str
    telephone: str
    may_leave_message: bool
    email: str = ""
    call_dayparts: int = 0


@dataclass(frozen=True)
class HouseTold:
    """What a support family told about its house and its limits; None: not known."""

    adults: int
    ages_of_children: tuple[int, ...] = ()
    dog: bool | None = None
    cat: bool | None = None
    other_animal: bool | None = None
    smoking: bool | None = None
    max_distance_km: int | None = None
    ages: int = 0
    vog_note: str = ""


# A family that asks tells nothing about its house at the application.
NOTHING_TOLD = HouseTold(adults=1)


def begin_draft(kind: str, *, at: dt.datetime) -> tuple[IntakeDraft, str]:
    """An empty draft and the key that opens it; drafts past their time are erased."""
    IntakeDraft.objects.filter(expires_at__lte=at).delete()
    key = secrets.token_urlsafe(KEY_BYTES)
    draft = IntakeDraft.objects.create(
        key_hash=fingerprint(key),
        kind=IntakeDraft.Kind(kind),
        expires_at=at + dt.timedelta(hours=24 * settings.DRAFT_DAYS),
    )
    return draft, key


def find_draft(key: str, kind: str, *, at: dt.datetime) -> IntakeDraft | None:
    """The draft that a key opens, sent or not; None when there is none any more."""
    return (
        IntakeDraft.objects.select_related("household")
        .filter(key_hash=fingerprint(key), kind=kind, expires_at__gt=at)
        .first()
    )


def typed_in(draft: IntakeDraft) -> dict[str, Typed]:
    """What was typed so far, step by step."""
    return json.loads(draft.answers) if draft.answers else {}


@transaction.atomic
def save_answers(
    draft: IntakeDraft, slug: str, typed: Typed, *, instead_of: Iterable[str] = ()
) -> None:
    """Keeps the answers of one step; another tab may have written the others.

    Args:
        draft: the draft; one that was sent meanwhile stays as it is.
        slug: the step.
        typed: each field with what was typed.
        instead_of: steps whose answers this one replaces.
    """
    locked = IntakeDraft.objects.select_for_update(no_key=True).get(pk=draft.pk)
    if locked.submitted_at:
        return
    answers = typed_in(locked)
    for replaced in instead_of:
        answers.pop(replaced, None)
    answers[slug] = typed
    draft.answers = json.dumps(answers)
    draft.save(update_fields=["answers", "updated_at"])


def taking_part(on: dt.date) -> models.QuerySet[Municipality]:
    """Municipalities where somebody takes applications on `on`."""
    term = PartnershipTerm.objects.filter(
        municipality=OuterRef("pk"), starts_on__lte=on
    ).order_by("-starts_on")
    staffed = Coordinator.objects.filter(
        municipalities=OuterRef("pk"), user__is_active=True
    )
    return (
        Municipality.objects.filter(Exists(staffed))
        .alias(state=Subquery(term.values("partnership__state")[:1]))
        .filter(state=Partnership.State.OPEN)
    )


def first_call_of(household: Household) -> Task | None:
    """The call that the family was promised and still waits for."""
    return (
        Task.objects.open()
        .filter(household=household, kind=Task.Kind.FIRST_CALL)
        .select_related("coordinator__user")
        .first()
    )


def application_in(household: Household) -> SupportRequest | SupportOffer:
    """What the household applied for first."""
    for wishes in (SupportRequest, SupportOffer):
        found = wishes.objects.filter(family__household=household)
        if first := found.order_by("pk").first():
            return first
    raise SupportRequest.DoesNotExist


@transaction.atomic
def submit_request(
    draft: IntakeDraft,
    *,
    home: HomeTold,
    children: Iterable[ChildTold],
    kinds: int,
    kinds_other: str,
    moments: int | None,
    contact: ContactTold,
    consent_version: str,
    on: dt.date,
    at: dt.datetime,
) -> SupportRequest | SupportOffer:
    """Turns a draft into a family that asks for support, with a promised first call.

    Sending the same draft again gives what the first time made.

    Raises:
        NotServed: nobody takes applications in this municipality now.
    """
    locked = _lock(draft)
    if locked.household:
        return application_in(locked.household)
    call = _first_call(
        home.municipality, on=on, working_days=settings.CALL_WITHIN_DAYS_REQUEST
    )
    household = _household(home, contact, call, on=on)
    parent = _contact_person(household, contact, on=on)
    family = RequestFamily.objects.create(household=household)
    request = SupportRequest.objects.create(
        family=family,
        kinds=kinds,
        kinds_other=kinds_other,
        moments=moments,
        waiting_since=on,
    )
    request.children.set([_child(household, child, on=on) for child in children])
    _finish(
        locked, request, parent, call, consent_version=consent_version, on=on, at=at
    )
    return request


@transaction.atomic
def submit_support(
    draft: IntakeDraft,
    *,
    home: HomeTold,
    house: HouseTold,
    kinds: int,
    kinds_other: str,
    moments: int | None,
    contact: ContactTold,
    consent_version: str,
    on: dt.date,
    at: dt.datetime,
) -> SupportRequest | SupportOffer:
    """Turns a draft into a family that gives support: one place, and a VOG to ask for.

    Sending the same draft again gives what the first time made.

    Raises:
        NotServed: nobody takes applications in this municipality now.
    """
    locked = _lock(draft)
    if locked.household:
        return application_in(locked.household)
    call = _first_call(
        home.municipality, on=on, working_days=settings.CALL_WITHIN_DAYS_SUPPORT
    )
    household = _household(home, contact, call, house, on=on)
    first = _contact_person(household, contact, on=on)
    others = [_adult(household, on=on) for _other in range(house.adults - 1)]
    for age in house.ages_of_children:
        _child(household, ChildTold(age), on=on)
    for adult in (first, *others):
        ScreeningCheck.objects.create(
            person=adult,
            kind=ScreeningCheck.Kind.VOG,
            state=ScreeningCheck.State.ASKED,
            asked_on=on,
            note=house.vog_note if adult == first else "",
        )
    family = SupportFamily.objects.create(
        household=household, has_children=bool(house.ages_of_children)
    )
    Place.objects.create(family=family, number=1)
    offer = SupportOffer.objects.create(
        family=family,
        kinds=kinds,
        kinds_other=kinds_other,
        moments=moments,
        max_distance_km=house.max_distance_km,
        ages=house.ages,
        waiting_since=on,
    )
    _finish(locked, offer, first, call, consent_version=consent_version, on=on, at=at)
    return offer


@dataclass(frozen=True)
class _Call:
    """Who guides the family, who calls first, and by when."""

    coordinator: Coordinator
    caller: Coordinator
    due_on: dt.date


def _lock(draft: IntakeDraft) -> IntakeDraft:
    locked = IntakeDraft.objects.select_for_update(no_key=True).get(pk=draft.pk)
    if locked.household_id:
        locked.household = Household.objects.get(pk=locked.household_id)
    return locked


def _first_call(municipality: Municipality, *, on: dt.date, working_days: int) -> _Call:
    """The coordinator with most room; somebody who is away without a deputy comes last.

    A deputy calls for who is away, and the promise follows the deputy's working days.
    """
    if not taking_part(on).filter(pk=municipality.pk).exists():
        raise NotServed(municipality)
    asking = Q(households__request_family__requests__in=SupportRequest.objects.open())
    giving = Q(households__support_family__offers__in=SupportOffer.objects.open())
    candidates = (
        Coordinator.objects.filter(municipalities=municipality, user__is_active=True)
        .select_related("user", "deputy__user")
        .annotate(
            n_open=Count("households", filter=asking | giving, distinct=True),
        )
    )
    calls = []
    for coordinator in candidates:
        caller = _deputy(coordinator, on) or coordinator
        due_on = caller.promise(on, working_days)
        away = _on_leave(caller, on)
        rank = (away, coordinator.n_open, due_on, coordinator.pk)
        calls.append((rank, _Call(coordinator, caller, due_on)))
    return min(calls, key=lambda ranked: ranked[0])[1]


def _deputy(coordinator: Coordinator, on: dt.date) -> Coordinator | None:
    starts, ends = coordinator.deputy_from, coordinator.deputy_until
    if coordinator.deputy is None or starts is None or ends is None:
        return None
    now = starts <= on <= ends and coordinator.deputy.user.is_active
    return coordinator.deputy if now else None


def _on_leave(coordinator: Coordinator, on: dt.date) -> bool:
    starts, ends = coordinator.leave_from, coordinator.leave_until
    return starts is not None and ends is not None and starts <= on <= ends


def _household(
    home: HomeTold,
    contact: ContactTold,
    call: _Call,
    house: HouseTold = NOTHING_TOLD,
    *,
    on: dt.date,
) -> Household:
    household = Household.objects.create(
        name=_surname(contact.name),
        municipality=home.municipality,
        coordinator=call.coordinator,
        dog=house.dog,
        cat=house.cat,
        other_animal=house.other_animal,
        smoking=house.smoking,
    )
    area = home.area
    Location.objects.create(
        household=household,
        kind=Location.Kind.HOME if area else Location.Kind.NONE,
        from_on=on,
        postcode=home.postcode if area else "",
        area=area,
        latitude=area.latitude if area else None,
        longitude=area.longitude if area else None,
    )
    return household


def _surname(name: str) -> str:
    """What stands after the first name: "De Boer" of "Sanne de Boer"."""
    _first, _space, rest = name.partition(" ")
    surname = rest or name
    return surname[:1].upper() + surname[1:]


def _contact_person(
    household: Household, contact: ContactTold, *, on: dt.date
) -> Person:
    by_mail = contact.email and contact.may_leave_message
    person = Person.objects.create(
        name=contact.name,
        telephone=contact.telephone,
        telephone_index=blind_index("telephone", contact.telephone),
        email=contact.email,
        email_index=blind_index("email", contact.email),
        channel=Person.Channel.MAIL if by_mail else Person.Channel.TELEPHONE,
        may_leave_message=contact.may_leave_message,
        call_dayparts=contact.call_dayparts,
    )
    _join(household, person, Membership.Role.PARENT, on=on)
    return person


def _adult(household: Household, *, on: dt.date) -> Person:
    """Another adult of whom nobody told the name yet."""
    person = Person.objects.create()
    _join(household, person, Membership.Role.PARTNER, on=on)
    return person


def _child(household: Household, child: ChildTold, *, on: dt.date) -> Person:
    person = Person.objects.create(
        name=child.name,
        # Support for a child that is not born yet starts at its birth, at 0.
        age_told=child.age or 0,
        age_told_on=on,
        not_yet_born=child.age is None,
    )
    _join(household, person, Membership.Role.CHILD, on=on)
    return person


def _join(
    household: Household, person: Person, role: Membership.Role, *, on: dt.date
) -> None:
    Membership.objects.create(household=household, person=person, role=role, from_on=on)


def _finish(
    draft: IntakeDraft,
    wishes: SupportRequest | SupportOffer,
    person: Person,
    call: _Call,
    *,
    consent_version: str,
    on: dt.date,
    at: dt.datetime,
) -> None:
    """What both kinds of application need: stage, consent, promise, mail and audit."""
    household = wishes.family.household
    start_stage(wishes, on=on, by=None)
    note_application(wishes, on=on)
    consent = Consent.objects.create(
        person=person,
        purpose=Consent.Purpose.CONTACT_AND_SEARCH,
        text_version=consent_version,
        given_at=at,
    )
    family = AuditEvent.ActorKind.FAMILY
    for made in (household, wishes, consent):
        record(made, verb="created", by=family)
    task = tasks.plan(
        household,
        Task.Kind.FIRST_CALL,
        call.due_on,
        promised=True,
        coordinator=call.caller,
        by=family,
    )
    if person.email and person.may_leave_message:
        _confirm_by_mail(person, wishes, task, at=at)
    # The answers live on in the rows above; a second copy would outlive an erasure.
    draft.answers = ""
    draft.submitted_at = at
    draft.household = household
    draft.save(update_fields=["answers", "submitted_at", "household", "updated_at"])


def _confirm_by_mail(
    person: Person,
    wishes: SupportRequest | SupportOffer,
    call: Task,
    *,
    at: dt.datetime,
) -> None:
    token = issue_link(
        person, purpose=AccessLink.Purpose.STATUS, about=wishes.reference, at=at
    )
    address = reverse("families:status-link", args=[token])
    body = render_to_string(
        "families/mail/application_received.txt",
        {
            "call": call,
            "reference": wishes.reference,
            "url": settings.SITE_URL + address,
        },
    )
    queue_mail(person, body=body, asked_for=True)
