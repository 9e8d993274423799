"""Pairings that ran before they came here: written down as they are."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from families.models import (
    Coordinator,
    Place,
    SupportOffer,
    SupportRequest,
    User,
    partnership_on,
)
from families.services.audit import record
from families.services.stages import change_stage
from matching.models import Pairing, PairingChild, PairingStage
from matching.services.locks import lock_families
from matching.services.proposals import NoPlaceFree

Stage = Pairing.Stage
# In which a pairing may be when it comes here.
TAKEN_OVER = (Stage.INTRODUCTION, Stage.TRIAL, Stage.ACTIVE)


@transaction.atomic
def take_over(
    request: SupportRequest,
    offer: SupportOffer,
    *,
    stage: str,
    started_on: dt.date,
    on: dt.date,
    by: User,
    lead: Coordinator,
) -> Pairing:
    """Writes down a pairing that runs already; it takes a place.

    It started when it did; the stage it is in counts from the day on which it came
    here, so that no talk or evaluation is overdue on the first day.

    Args:
        request: of the family that asks, with the children it is for.
        offer: of the family that gives.
        stage: one of `TAKEN_OVER`.
        started_on: the day on which they were brought together.
        on: the day on which it comes here.
        by: who writes it down.
        lead: who guides it.

    Raises:
        NoPlaceFree: every place of the support family is taken.
    """
    lock_families(support_family_id=offer.family_id, request_id=request.pk)
    free = Place.objects.filter(family=offer.family_id, pairing=None)
    place = free.order_by("number").first()
    if place is None:
        raise NoPlaceFree(offer.reference)
    is_new = stage == Stage.INTRODUCTION
    weeks = dt.timedelta(weeks=settings.TRIAL_WEEKS)
    pairing = Pairing.objects.create(
        request=request,
        offer=offer,
        place=place,
        partnership=partnership_on(request.family.household.municipality, started_on),
        lead=lead,
        stage=Stage(stage),
        started_on=started_on,
        introduction_on=None if is_new else started_on,
        trial_until=on + weeks if stage == Stage.TRIAL else None,
    )
    PairingChild.objects.bulk_create(
        PairingChild(
            pairing=pairing,
            child=child,
            support_family=offer.family,
            joined_on=started_on,
        )
        for child in request.children.order_by("pk")
    )
    reached = TAKEN_OVER[: TAKEN_OVER.index(Stage(stage)) + 1]
    for step in reached:
        day = started_on if step == Stage.INTRODUCTION else on
        PairingStage.objects.create(pairing=pairing, stage=step, on=day, by=by)
    record(pairing, verb="created", by=by)
    change_stage(request, to=SupportRequest.Stage.PAIRED, on=on, by=by)
    return pairing
