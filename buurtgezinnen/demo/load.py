"""Writes the invented families into a database, through the services of the site.

All dates are relative to a day, so that the demo is as fresh next year as today.
"""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from agreements.models import HouseRules
from buurtgezinnen.demo import agenda, stories
from buurtgezinnen.demo.accounts import ACCOUNTS, PASSWORD, Account
from buurtgezinnen.demo.cast import (
    FOR_THE_PLAN,
    LISTENERS,
    NOBODY_FITS,
    SPECIAL,
    asking,
    giving,
    pairs,
)
from buurtgezinnen.demo.days import noon
from buurtgezinnen.demo.doors import Doors
from buurtgezinnen.demo.families import SEED, Families
from buurtgezinnen.demo.proposing import Proposing
from buurtgezinnen.demo.since import Since
from buurtgezinnen.demo.together import Together
from families import geonames
from families.models import (
    ContactMoment,
    Coordinator,
    Municipality,
    MunicipalityOfficial,
    Partnership,
    PartnershipTerm,
    SupportRequest,
    Task,
    User,
)
from families.services.pauses import pause
from families.services.postcodes import load_postcodes
from families.services.school_holidays import load_school_holidays, published

N_ASKING = 40
N_GIVING = 70
# Schools of the province of Utrecht close with the middle of the country.
OF_THE_MIDDLE = "De Ronde Venen"
REGION = Path(settings.BASE_DIR) / "families" / "regions" / "aalsmeer.tsv"


def is_loaded() -> bool:
    """Whether the demo stands in the database already."""
    return User.objects.filter(email=ACCOUNTS[0].email).exists()


@transaction.atomic
def load(on: dt.date) -> None:
    """Writes accounts and families as they would stand on `on`."""
    region()
    staff()
    HouseRules.objects.create(
        number=1, text=stories.HOUSE_RULES, holds_from=dt.date(2020, 1, 1)
    )
    families, proposing = Families(on), Proposing(on)
    together = Together(families, proposing)
    told_apart = (*SPECIAL, *NOBODY_FITS, *FOR_THE_PLAN)
    asks = asking(N_ASKING - len(told_apart), seed=SEED)
    gives = giving(N_GIVING - len(LISTENERS), seed=SEED)
    paired = pairs(asks, gives)
    # Who was there to choose from comes before those who chose.
    for told in (*gives[len(paired) :], *LISTENERS):
        families.gives(told)
    since = Since(families)
    for pair in paired:
        since.play(together.play(pair), pair.days)
    for told in (*told_apart, *asks[len(paired) :]):
        families.asks(told)
    proposing.for_who_waits()
    one_rests(on)
    doors = Doors(families)
    doors.came_twice()
    date_back(on)
    # These keep the moments at which they happened.
    doors.referred()
    doors.went_away()
    agenda.plan(on)


def region() -> None:
    """Postcodes and school holidays; the municipalities take part with each other."""
    rows, _faults = geonames.read(REGION.read_text(encoding="utf-8").splitlines())
    load_postcodes(geonames.areas_of(rows), names=geonames.municipality_names(rows))
    load_school_holidays(published())
    Municipality.objects.exclude(name=OF_THE_MIDDLE).update(holiday_region="north")
    Municipality.objects.filter(name=OF_THE_MIDDLE).update(holiday_region="middle")
    municipalities = list(Municipality.objects.filter(name__in=names_of(ACCOUNTS)))
    for one in municipalities:
        one.neighbours.set(other for other in municipalities if other != one)


def names_of(accounts: Iterable[Account]) -> set[str]:
    """The municipalities where these accounts work."""
    return {place for account in accounts for place in account.places}


def staff() -> None:
    """Partnerships of two municipalities each, and everybody who can log in."""
    rules = (Partnership.CountingRule.TRIAL, Partnership.CountingRule.INTRODUCTION)
    officials = [account for account in ACCOUNTS if account.role == "official"]
    for account, rule in zip(officials, rules, strict=True):
        partnership = Partnership.objects.create(
            name=" en ".join(account.places),
            employer="Stichting Voorbeeld",
            target=12,
            counting_rule=rule,
        )
        for name in account.places:
            PartnershipTerm.objects.create(
                partnership=partnership,
                municipality=Municipality.objects.get(name=name),
                starts_on=dt.date(2020, 1, 1),
            )
        user = User.objects.create_user(account.email, PASSWORD, name=account.name)
        official = MunicipalityOfficial.objects.create(user=user)
        official.partnerships.add(partnership)
    for account in ACCOUNTS:
        if account.role == "organisation":
            User.objects.create_superuser(account.email, PASSWORD, name=account.name)
        if account.role == "coordinator":
            user = User.objects.create_user(account.email, PASSWORD, name=account.name)
            coordinator = Coordinator.objects.create(
                user=user, telephone=account.telephone
            )
            coordinator.municipalities.set(
                Municipality.objects.filter(name__in=account.places)
            )


def one_rests(on: dt.date) -> None:
    """Of who waits and fits nowhere special, the last family rests for a month."""
    request = SupportRequest.objects.waiting().latest("pk")
    pause(
        request,
        until=on + dt.timedelta(days=30),
        on=on,
        at=noon(on),
        by=request.family.household.coordinator.user,
    )


def date_back(on: dt.date) -> None:
    """Gives what was written just now the dates it would have had."""
    for contact in ContactMoment.objects.all():
        contact.recorded_at = noon(contact.happened_on)
        contact.save(update_fields=["recorded_at"])
    for task in Task.objects.all():
        week_before = min(task.due_on - dt.timedelta(days=7), on)
        task.created_at = noon(week_before)
        if task.done_at:
            task.done_at = noon(min(task.due_on, on - dt.timedelta(days=1)))
        task.save(update_fields=["created_at", "done_at"])
