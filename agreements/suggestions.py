"""What the families said they want and can, beside what they agree on."""

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements import wording
from agreements.core import overlaps, rhythm, timeline
from agreements.core.rhythm import Rhythm
from agreements.core.timeline import Frame, Terms
from agreements.models import AgreementItem
from agreements.others import Others
from agreements.wording import Names
from families import moments
from families.models import SupportOffer, SupportRequest, User
from families.vocabulary import Frequency, SupportKind, kinds_in
from matching.models import Pairing

Holidays = AgreementItem.Holidays

# What a family means by how often, as times a month.
SAID = {
    Frequency.WEEKLY: Fraction(52, 12),
    Frequency.FORTNIGHTLY: Fraction(26, 12),
    Frequency.MONTHLY: Fraction(1),
}
RHYTHMS = {
    Frequency.WEEKLY: Rhythm.WEEKLY,
    Frequency.FORTNIGHTLY: Rhythm.EVEN_WEEKS,
    Frequency.MONTHLY: Rhythm.TIMES_A_MONTH,
}
YEAR = dt.timedelta(weeks=rhythm.WEEKS_A_YEAR)


@dataclass(frozen=True)
class Side:
    """A family beside what it said about support."""

    name: str
    wishes: SupportRequest | SupportOffer


def first_items(pairing: Pairing, *, children: tuple[int, ...]) -> tuple[Terms, ...]:
    """A beginning of the first version, from what was asked and is offered.

    One item for each kind of support that both sides named. The first one that fits
    takes the first moment on which both can, as often as both can; the families still
    have to talk about the days of the others. Somebody sleeps over at night only.
    """
    asked, offered = pairing.request, pairing.offer
    shared = (asked.moments or 0) & (offered.moments or 0)
    free = moments.slots_in(shared & moments.ALL_DAYPARTS)
    often = RHYTHMS.get(_rarest(asked.frequency, offered.frequency))
    taken, items = False, []
    kinds = kinds_in(asked.kinds & offered.kinds or asked.kinds)
    for line, kind in enumerate(kinds, start=1):
        sleeps = kind == SupportKind.SLEEPOVER
        slots = [one for one in free if (one[1] == moments.Part.NIGHT) == sleeps]
        slot = slots[0] if slots and (sleeps or not taken) else None
        weeks = free[slot] if slot else "both"
        how_often = Rhythm.NOW_AND_THEN if taken else _rhythm(often, slot, weeks)
        items.append(
            Terms(
                line=line,
                kind=int(kind),
                children=children,
                rhythm=str(how_often),
                weekdays=1 << slot[0] if slot else 0,
                dayparts=1 << slot[1] if slot else 0,
            )
        )
        taken = taken or slot is not None
    return tuple(items)


def first_frame(pairing: Pairing, *, on: dt.date) -> Frame:
    """A beginning of the first version: a trial, unless the pairing is past its own."""
    said = Frame(
        months_request=pairing.request.duration_months,
        months_support=pairing.offer.duration_months,
    )
    if pairing.stage not in (Pairing.Stage.INTRODUCTION, Pairing.Stage.TRIAL):
        return said
    until = running_trial(pairing, on=on)
    weeks = dt.timedelta(weeks=settings.TRIAL_WEEKS)
    return replace(said, trial_until=until or on + weeks)


def next_frame(pairing: Pairing, before: Frame, *, on: dt.date) -> Frame:
    """A beginning of the next version: as before, while the trial goes on."""
    goes_on = timeline.still(before, on=on)
    was_trial = before.trial_until is not None
    if was_trial and goes_on.trial_until is None:
        return replace(goes_on, trial_until=running_trial(pairing, on=on))
    return goes_on


def running_trial(pairing: Pairing, *, on: dt.date) -> dt.date | None:
    """The last day of the trial that the pairing is in; None where it is over."""
    until = pairing.trial_until
    in_trial = pairing.stage == Pairing.Stage.TRIAL
    return until if in_trial and until is not None and until >= on else None


def remarks(
    pairing: Pairing, items: tuple[Terms, ...], names: Names, *, on: dt.date, by: User
) -> list[str]:
    """What to look at once more. Nothing here forbids anything."""
    sides = (
        Side(names.request.name, pairing.request),
        Side(names.support.name, pairing.offer),
    )
    others = Others.of(pairing, on=on, by=by)
    return [
        *_by_day_only(items),
        *(text for side in sides for text in _beyond_what_was_said(side, items, on=on)),
        *_too_many_children(pairing, items, names, others=others),
        *_with_other_pairings(items, names, others=others),
    ]


def _by_day_only(items: tuple[Terms, ...]) -> list[str]:
    """Sleeping over on a part of the day at which nobody sleeps."""
    sleeps = 1 << moments.Part.EVENING | 1 << moments.Part.NIGHT
    odd = any(
        one.kind == SupportKind.SLEEPOVER and one.dayparts and not one.dayparts & sleeps
        for one in items
    )
    return [_("Sleeping over without an evening or a night. Is this right?")] * odd


def _beyond_what_was_said(
    side: Side, items: tuple[Terms, ...], *, on: dt.date
) -> list[str]:
    said, found = side.wishes, []
    if said.moments is not None:
        extra = timeline.occupied_moments(items) & ~said.moments
        if extra:
            text = _("%(family)s did not name %(moments)s. Is this right?")
            named = wording.slots(moments.slots_in(extra))
            found.append(capfirst(text % {"family": side.name, "moments": named}))
        goes_on = any(item.holidays == Holidays.GOES_ON for item in items)
        if goes_on and not said.moments & moments.SCHOOL_HOLIDAYS:
            text = _("%(family)s did not name the school holidays. Is this right?")
            found.append(capfirst(text % {"family": side.name}))
    if said.kinds:
        text = _("%(family)s did not name ‘%(kind)s’. Is this right?")
        found += [
            capfirst(text % {"family": side.name, "kind": wording.KINDS[kind]})
            for kind in kinds_in(_kinds(items) & ~said.kinds)
        ]
    often = SAID.get(said.frequency)
    days_a_month = _days_a_month(items, on=on)
    # A tenth more is a week of difference in a year, not another rhythm.
    if often is not None and days_a_month > often * Fraction(11, 10):
        text = _(
            "%(family)s said: %(said)s. This is on about %(days)s days a month. Can"
            " this be kept up?"
        )
        values = {
            "family": side.name,
            "said": Frequency(said.frequency).label,
            "days": wording.hours(days_a_month),
        }
        found.append(capfirst(text % values))
    return found


def _too_many_children(
    pairing: Pairing, items: tuple[Terms, ...], names: Names, *, others: Others
) -> list[str]:
    most = pairing.offer.children_at_once
    if most is None:
        return []
    values = {"most": most, "family": names.support.name}
    n_here = overlaps.most_children_at_once(
        items, [], first=others.first, last=others.last
    )
    if n_here > most:
        text = ngettext(
            "%(family)s said: %(most)d child at once. Here are %(n)d.",
            "%(family)s said: %(most)d children at once. Here are %(n)d.",
            most,
        )
        return [capfirst(text % {**values, "n": n_here})]
    n_all = overlaps.most_children_at_once(
        items, others.hosted, first=others.first, last=others.last
    )
    if n_all <= most:
        return []
    text = ngettext(
        "%(family)s said: %(most)d child at once. With other pairings there are"
        " %(n)d at once.",
        "%(family)s said: %(most)d children at once. With other pairings there are"
        " %(n)d at once.",
        most,
    )
    return [capfirst(text % {**values, "n": n_all})]


def _with_other_pairings(
    items: tuple[Terms, ...], names: Names, *, others: Others
) -> list[str]:
    """At which moments a family is with somebody else already."""
    found = []
    for name, periods in (
        (names.request.name, others.of_request),
        (names.support.name, others.of_support),
    ):
        pairs = overlaps.overlapping(
            items, periods, first=others.first, last=others.last
        )
        both = 0
        for own, other in pairs:
            taken = timeline.occupied_moments([own])
            both |= taken & timeline.occupied_moments([other]) or taken
        if both:
            text = _("On %(moments)s there already is another pairing of %(family)s.")
            named = wording.slots(moments.slots_in(both))
            found.append(text % {"moments": named, "family": name})
    return found


def _rhythm(
    often: Rhythm | None, slot: tuple[int, int] | None, weeks: moments.Weeks
) -> Rhythm:
    """How often a suggested item is, at a moment that holds in some weeks."""
    if often is None or often == Rhythm.TIMES_A_MONTH:
        return often or Rhythm.NOW_AND_THEN
    if slot is None:
        return Rhythm.NOW_AND_THEN
    if weeks == "both":
        return often
    return Rhythm.EVEN_WEEKS if weeks == "even" else Rhythm.ODD_WEEKS


def _rarest(*said: str) -> str:
    order = list(Frequency.values)
    return max((one for one in said if one), key=order.index, default="")


def _kinds(items: tuple[Terms, ...]) -> int:
    mask = 0
    for item in items:
        mask |= 1 << item.kind
    return mask


def _days_a_month(items: tuple[Terms, ...], *, on: dt.date) -> Fraction:
    """On how many days of an average month something takes place."""
    # Where weeks are counted from a day to come, the year begins there.
    first = max([on, *(item.first_on for item in items if item.first_on)])
    last = first + YEAR - rhythm.DAY
    days = {day for item in items for day in rhythm.dates(item.rule, first, last)}
    free = sum(
        rhythm.times_a_month(item.rule) or 0
        for item in items
        if item.rhythm in rhythm.WITHOUT_DATES
    )
    return Fraction(len(days), rhythm.MONTHS_A_YEAR) + free
