"""What an application becomes once it is sent: a family, a promise, a mail."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from families.encryption import blind_index
from families.models import (
    AccessLink,
    AuditEvent,
    Consent,
    Household,
    IntakeDraft,
    Location,
    Membership,
    Person,
    Place,
    RequestFamily,
    ScreeningCheck,
    SupportFamily,
    SupportOffer,
    SupportRequest,
    Task,
)
from families.services import tasks
from families.services.audit import record
from families.services.intake.routing import Call, first_call
from families.services.intake.told import (
    NOTHING_TOLD,
    ChildTold,
    ContactTold,
    HomeTold,
    HouseTold,
)
from families.services.mail import queue_mail
from families.services.reach import issue_link
from families.services.sources import note_application
from families.services.stages import start_stage


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
    call = first_call(
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
    call = first_call(
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


def _lock(draft: IntakeDraft) -> IntakeDraft:
    locked = IntakeDraft.objects.select_for_update(no_key=True).get(pk=draft.pk)
    if locked.household_id:
        locked.household = Household.objects.get(pk=locked.household_id)
    return locked


def _household(
    home: HomeTold,
    contact: ContactTold,
    call: Call,
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
    call: Call,
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
    address = reverse("mine-link", args=[token])
    body = render_to_string(
        "families/mail/application_received.txt",
        {
            "call": call,
            "reference": wishes.reference,
            "url": settings.SITE_URL + address,
        },
    )
    queue_mail(person, body=body, asked_for=True)
