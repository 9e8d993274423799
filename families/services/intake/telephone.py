"""Applications that a coordinator took by telephone."""

import datetime as dt
import uuid

from django.db import models, transaction
from django.db.models import Q

from families.models import (
    Consent,
    ContactMoment,
    Coordinator,
    FactSource,
    Household,
    Municipality,
    SupportOffer,
    SupportRequest,
    User,
)
from families.services import consents, contact
from families.services.audit import record
from families.services.intake.applying import application_in
from families.services.intake.making import make_offer, make_request
from families.services.intake.routing import NotServed, taking_part
from families.services.intake.told import RequestTold, SupportTold
from families.services.sources import note_application
from families.services.stages import start_stage


def takes_for(user: User, *, on: dt.date) -> models.QuerySet[Municipality]:
    """Where somebody works and applications are taken, by name."""
    return taking_part(on).filter(pk__in=user.municipalities()).order_by("name")


@transaction.atomic
def take_down(
    told: RequestTold | SupportTold,
    *,
    text: str,
    form_key: uuid.UUID,
    on: dt.date,
    at: dt.datetime,
    by: User,
) -> SupportRequest | SupportOffer:
    """Makes a family of what it told by telephone; they are in talks from then on.

    The same `form_key` twice gives what the first time made. Each value has the talk
    as its source, and so has the consent: to the text as it is read out now.

    Args:
        told: what was told; what was not asked is not known.
        text: what else was said.
        form_key: of the form that was sent.
        on: today.
        at: now.
        by: who took the call.

    Raises:
        NotServed: no applications are taken there now, or not by this colleague.
        KeyOfAnother: the key belongs to a contact that a colleague noted.
    """
    # The lock makes a double click wait and then find the family of the first.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if before := ContactMoment.objects.filter(form_key=form_key).first():
        if before.by_id != by.pk:
            raise contact.KeyOfAnother
        return application_in(before.household)
    municipality = told.home.municipality
    if not takes_for(by, on=on).filter(pk=municipality.pk).exists():
        raise NotServed(municipality)
    guide = guide_in(municipality, on=on, by=by)
    came_by = Household.CameBy.TELEPHONE
    wishes: SupportRequest | SupportOffer
    if isinstance(told, RequestTold):
        wishes, person = make_request(told, guide, on=on, came_by=came_by)
    else:
        wishes, person = make_offer(told, guide, on=on, came_by=came_by)
    household = wishes.family.household
    start_stage(wishes, on=on, by=by)
    for made in (household, wishes):
        record(made, verb="created", by=by)
    note_application(wishes, on=on, source=FactSource.Source.TELEPHONE, by=by)
    consents.give(
        person,
        purpose=Consent.Purpose.CONTACT_AND_SEARCH,
        how=Consent.How.TELEPHONE,
        given_at=at,
        by=by,
    )
    contact.note_contact(
        household,
        kind=ContactMoment.Kind.TELEPHONE,
        outcome=ContactMoment.Outcome.REACHED,
        happened_on=on,
        at=at,
        by=by,
        form_key=form_key,
        text=text,
    )
    wishes.refresh_from_db()
    return wishes


def guide_in(municipality: Municipality, *, on: dt.date, by: User) -> Coordinator:
    """Who takes a family in and works there, else for whom she deputises there."""
    mine = Q(user=by)
    deputised = Q(deputy__user=by, deputy_from__lte=on, deputy_until__gte=on)
    mine_first = models.Case(models.When(mine, then=0), default=1)
    guides = Coordinator.objects.filter(mine | deputised, municipalities=municipality)
    return guides.order_by(mine_first, "pk")[0]
