"""The vetoes of a pool packed in 64-bit words, so that `&` tells many at once.

Words of one kind must *share* a bit in each of their parts: a moment, a kind of
support, a language, or a sign that this does not exclude. The words of the other kind
must have nothing in common: an age and its unwelcomeness, a dog and a limit on dogs.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from families.moments import ALL_MOMENTS
from matching.core.criteria import Judge, children, kinds, language
from matching.core.pool import (
    ALL_AGES,
    HOME_FACTS,
    YEARS,
    Demand,
    Fact,
    Flags,
    Ints,
    Pool,
)

# A signed integer of 64 bits stays positive.
BITS = 63


class Shared(NamedTuple):
    """Words of which a request and an offer must share a bit in each part.

    Above each part lies a guard bit. Adding `fill`, ones in every part, carries into
    the guards of the parts that are not empty: one sum tells whether none is.
    """

    requests: Ints
    offers: Ints
    fill: int
    guards: int

    def holds(self, common: Ints) -> Flags:
        """Whether no part of `common`, words of both sides put together, is empty."""
        full: Flags
        if self.guards.bit_count() == 1:
            full = common != 0
        else:
            full = (common + self.fill) & self.guards == self.guards
        return full


class Part(NamedTuple):
    """Bits below `width` of which both must share one; `judge` says the same."""

    requests: Ints
    offers: Ints
    width: int
    judge: Judge | None


@dataclass(frozen=True, eq=False)
class Words:
    """The words of all requests and all offers of a pool.

    Attributes:
        shared: words that must share a bit in each part.
        clash_requests: (n,) the words that must have nothing in common with
        clash_offers: (m,) these.
        judges: the criteria with a veto for which the words had no room.
    """

    shared: tuple[Shared, ...]
    clash_requests: Ints
    clash_offers: Ints
    judges: tuple[Judge, ...]


def words_of(pool: Pool) -> Words:
    """The vetoes of moments, kinds, language, ages, home and children as words."""
    shared: list[Shared] = []
    judges: list[Judge] = []
    room = 0
    for part in (_moments(pool), _kinds(pool), _languages(pool)):
        if part.judge is not None and part.width >= BITS:
            judges.append(part.judge)
            continue
        if part.width >= room:
            none = np.zeros(1, np.int64)
            shared.append(Shared(none, none, 0, 0))
            room = BITS
        shared[-1] = _with_part(shared[-1], part, BITS - room)
        room -= part.width + 1
    requests, offers = _clashes(pool)
    if not _add_children(pool, requests, offers):
        judges.append(children)
    return Words(tuple(shared), requests, offers, tuple(judges))


def _with_part(word: Shared, part: Part, shift: int) -> Shared:
    guard = 1 << shift + part.width
    return Shared(
        word.requests | part.requests << shift,
        word.offers | part.offers << shift,
        word.fill | guard - (1 << shift),
        word.guards | guard,
    )


def _moments(pool: Pool) -> Part:
    requests, offers = pool.requests, pool.offers
    return _part(
        (requests.moments, offers.moments),
        _unknown(~requests.moments_known, ~offers.moments_known),
        width=ALL_MOMENTS.bit_length(),
    )


def _kinds(pool: Pool) -> Part:
    asked, offered = pool.requests.kinds, pool.offers.kinds
    masks, width = _used_bits(asked, offered)
    return _part(masks, _unknown(asked == 0, offered == 0), width=width, judge=kinds)


def _languages(pool: Pool) -> Part:
    requests, offers = pool.requests, pool.offers
    masks, width = _used_bits(requests.languages, offers.languages)
    nobody_minds = (
        requests.language_demand != Demand.LIMIT,
        offers.language_demand != Demand.LIMIT,
    )
    unknown = _unknown(requests.languages == 0, offers.languages == 0)
    return _part(masks, [*unknown, nobody_minds], width=width, judge=language)


def _unknown(request: Flags, offer: Flags) -> list[tuple[Flags, Flags]]:
    """Signs that do not exclude: either side's answer is unknown."""
    return [(request, np.ones_like(offer)), (np.ones_like(request), offer)]


def _part(
    masks: tuple[Ints, Ints],
    signs: list[tuple[Flags, Flags]],
    *,
    width: int,
    judge: Judge | None = None,
) -> Part:
    """The masks with a bit on top for each sign, shared if both sides show it."""
    requests, offers = masks
    for request, offer in signs:
        requests = requests | request.astype(np.int64) << width
        offers = offers | offer.astype(np.int64) << width
        width += 1
    return Part(requests, offers, width, judge)


def _used_bits(requests: Ints, offers: Ints) -> tuple[tuple[Ints, Ints], int]:
    """Both masks without the bits that not both sides use, and how many are left."""
    used = int(np.bitwise_or.reduce(requests) & np.bitwise_or.reduce(offers))
    bits = [bit for bit in range(used.bit_length()) if used >> bit & 1]
    asked, offered = np.zeros_like(requests), np.zeros_like(offers)
    for place, bit in enumerate(bits):
        asked |= (requests >> bit & 1) << place
        offered |= (offers >> bit & 1) << place
    return (asked, offered), len(bits)


# In a word of clashes: ages lowest, then what both homes have, then the children.
HOME_AT = YEARS
CHILDREN_AT = HOME_AT + 2 * len(HOME_FACTS) + 1


def _clashes(pool: Pool) -> tuple[Ints, Ints]:
    """Words with the ages and with both homes."""
    requests, offers = pool.requests, pool.offers
    asked, welcome = requests.ages.astype(np.int64), offers.ages.astype(np.int64)
    unwelcome = np.where(welcome == 0, 0, ~welcome & ALL_AGES)
    here = zip(
        (requests.home_demands == Demand.LIMIT).T,
        (offers.home_facts == Fact.YES).T,
        strict=True,
    )
    there = zip(
        (requests.home_facts == Fact.YES).T,
        (offers.home_demands == Demand.LIMIT).T,
        strict=True,
    )
    no_children = (
        requests.wants_children_at_home == Demand.LIMIT,
        offers.has_children == Fact.NO,
    )
    for place, (request, offer) in enumerate([*here, *there, no_children], HOME_AT):
        asked |= request.astype(np.int64) << place
        unwelcome |= offer.astype(np.int64) << place
    return asked, unwelcome


def _add_children(pool: Pool, requests: Ints, offers: Ints) -> bool:
    """Add the number of children to the words of clashes; False if it does not fit.

    The numbers that offers name, in order, are steps. A request shows how many of
    them are too low for it; an offer shows every count in which its own is.
    """
    number, at_once = pool.requests.n_children, pool.offers.children_at_once
    steps = np.unique(at_once[at_once > 0])
    if CHILDREN_AT + steps.size > BITS:
        return False
    too_low = np.searchsorted(steps, number)
    own = np.searchsorted(steps, at_once)
    asked = np.where(too_low > 0, np.int64(1) << CHILDREN_AT - 1 + too_low, 0)
    every = (np.int64(1) << steps.size) - 1
    above = every & ~((np.int64(1) << own) - 1)
    requests |= np.where(number > 0, asked, 0)
    offers |= np.where(at_once > 0, above << CHILDREN_AT, 0)
    return True
