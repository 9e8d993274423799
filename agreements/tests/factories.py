"""Makes agreements through the services, so that no test starts from what cannot be."""

import datetime as dt
from typing import Any

import factory
from factory.django import DjangoModelFactory

from agreements.core.timeline import Terms
from agreements.models import AgreementVersion, Confirmation, HouseRules
from agreements.services import Yes, record_version
from families.models import Membership, User
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    RequestFamilyFactory,
    SupportFamilyFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from families.vocabulary import SupportKind
from matching.models import Pairing
from matching.tests.factories import PairingFactory

START = dt.date(2026, 1, 5)
NOON = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
WEDNESDAY = 1 << 2
THURSDAY = 1 << 3


def has_ended(pairing: Pairing, *, on: dt.date, reason: str = "moved") -> None:
    """Ends a pairing on a day, written down at noon, and leaves its place taken."""
    Pairing.objects.filter(pk=pairing.pk).update(
        stage="ended",
        ended_on=on,
        ended_at=dt.datetime.combine(on, dt.time(12), dt.UTC),
        end_reason=reason,
    )
    pairing.refresh_from_db()


class HouseRulesFactory(DjangoModelFactory):
    """House rules, each with the next number."""

    class Meta:
        model = HouseRules

    number = factory.Sequence(lambda n: n + 1)
    text = "Kom op tijd."
    holds_from = START


def make_pairing(**traits: Any) -> Pairing:
    """Families De Boer and Willems in Aalsmeer, together for Noor since 5 January.

    Amira is the mother of Noor; Karin and Joost are the support family.
    """
    municipality = traits.pop("municipality", None) or MunicipalityFactory()
    asking = HouseholdFactory(name="De Boer", municipality=municipality)
    giving = HouseholdFactory(name="Willems", municipality=municipality)
    noor = PersonFactory(child=True, name="Noor")
    MembershipFactory(household=asking, person=noor, role=Membership.Role.CHILD)
    MembershipFactory(household=asking, person=PersonFactory(name="Amira"))
    for name in ("Karin", "Joost"):
        MembershipFactory(household=giving, person=PersonFactory(name=name))
    request = SupportRequestFactory(
        family=RequestFamilyFactory(household=asking), children=[noor]
    )
    offer = SupportOfferFactory(family=SupportFamilyFactory(household=giving))
    lead = traits.pop("lead", None) or CoordinatorFactory(municipalities=[municipality])
    return PairingFactory(
        request=request, offer=offer, lead=lead, started_on=START, **traits
    )


def child_of(pairing: Pairing) -> int:
    """The primary key of the first child of the pairing."""
    return pairing.pairing_children.order_by("pk")[0].child_id


def wednesdays(pairing: Pairing, **differs: Any) -> Terms:
    """Every Wednesday from one to five, Amira brings and Willems brings back."""
    says = {
        "kind": int(SupportKind.PLAY),
        "children": (child_of(pairing),),
        "rhythm": "weekly",
        "weekdays": WEDNESDAY,
        "starts_at": dt.time(13),
        "ends_at": dt.time(17),
        "brings": "request_family",
        "fetches": "support_family",
    }
    return Terms(**says | differs)


def both_yes(on: dt.date) -> list[Yes]:
    """Both families said yes in a talk."""
    channel = Confirmation.Channel.DISCUSSED
    return [Yes(side, channel, on) for side in Confirmation.Side]


def make_version(
    pairing: Pairing,
    *,
    effective_from: dt.date = START,
    items: list[Terms] | None = None,
    by: User | None = None,
    at: dt.datetime = NOON,
    settled: bool = True,
    **more: Any,
) -> AgreementVersion:
    """A version of Wednesdays, settled unless said otherwise."""
    confirmations = both_yes(at.date()) if settled else []
    return record_version(
        pairing,
        effective_from=effective_from,
        items=[wednesdays(pairing)] if items is None else items,
        by=by or pairing.lead.user,
        at=at,
        confirmations=more.pop("confirmations", confirmations),
        **more,
    )
