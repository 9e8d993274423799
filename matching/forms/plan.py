"""What a coordinator fixed, kept apart or ticked in a plan, as its address says it.

An address holds references of ten characters and nothing else, so that it may be kept
and shared inside the organisation. Who opens it sees the plan with the same choices.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.urls import reverse

from families.references import ALPHABET, LENGTH

# References of a request and an offer.
Pair = tuple[str, str]

PINNED, APART, TICKED = "vast", "niet", "klaar"
FREE = "vrij"
# Addresses stay so short that every server takes them.
MOST_CHOICES = 100
_PAIR = re.compile(rf"([{ALPHABET}]{{{LENGTH}}})-([{ALPHABET}]{{{LENGTH}}})")


class BadChoice(Exception):
    """What was sent names no pair, or no choice about it, or too many."""


@dataclass(frozen=True)
class Choices:
    """What stays as it is while the plan is worked out again.

    Attributes:
        pinned: pairs that are fixed, in the order in which they were.
        apart: pairs that do not come together.
        ticked: pairs to be put ready as proposals.
    """

    pinned: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()
    ticked: tuple[Pair, ...] = ()

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """The choices in an address; a pair that is kept apart is not fixed too.

        Raises:
            Http404: something in it is no pair of references.
        """
        try:
            pinned, apart, ticked = (
                tuple(dict.fromkeys(map(pair_of, query.getlist(name))))
                for name in (PINNED, APART, TICKED)
            )
        except BadChoice as bad:
            raise Http404(str(bad)) from bad
        if len(pinned) + len(apart) + len(ticked) > MOST_CHOICES:
            raise Http404("too many")
        fixed = tuple(pair for pair in pinned if pair not in apart)
        return cls(fixed, apart, ticked)

    def sent(self, form: QueryDict) -> Self:
        """The choices after a form with one answer for each pair that it showed.

        Raises:
            BadChoice: an answer means nothing.
        """
        pinned, apart = dict.fromkeys(self.pinned), dict.fromkeys(self.apart)
        for name, answer in form.items():
            if not _PAIR.fullmatch(name):
                continue
            pair = pair_of(name)
            pinned.pop(pair, None)
            apart.pop(pair, None)
            if answer == PINNED:
                pinned[pair] = None
            elif answer == APART:
                apart[pair] = None
            elif answer != FREE:
                raise BadChoice(answer)
        if len(pinned) + len(apart) > MOST_CHOICES:
            raise BadChoice(len(pinned) + len(apart))
        ticked = tuple(dict.fromkeys(map(pair_of, form.getlist(TICKED))))
        ticked = ticked[: MOST_CHOICES - len(pinned) - len(apart)]
        return replace(self, pinned=tuple(pinned), apart=tuple(apart), ticked=ticked)

    def without(self, *pairs: Pair) -> Self:
        """The same, but nothing is fixed or kept apart of these pairs."""
        return replace(
            self,
            pinned=tuple(pair for pair in self.pinned if pair not in pairs),
            apart=tuple(pair for pair in self.apart if pair not in pairs),
        )

    def after(self, ready: Iterable[Pair]) -> Self:
        """The same once these were put ready: they are in no plan any more."""
        return replace(self.without(*ready), ticked=())

    def of(self, pair: Pair) -> str:
        """What was chosen for a pair, as its radio button has it."""
        if pair in self.pinned:
            return PINNED
        return APART if pair in self.apart else FREE

    def url(self, name: str = "matching:plan") -> str:
        """The address of the plan, or of this page about it, with these choices."""
        said: Mapping[str, tuple[Pair, ...]] = {
            PINNED: self.pinned,
            APART: self.apart,
            TICKED: self.ticked,
        }
        query = urlencode(
            [(name, key_of(pair)) for name, pairs in said.items() for pair in pairs]
        )
        return reverse(name) + (f"?{query}" if query else "")


def pair_of(key: str) -> Pair:
    """The references in `AAAAAAAAAA-BBBBBBBBBB`.

    Raises:
        BadChoice: it is something else.
    """
    found = _PAIR.fullmatch(key)
    if found is None:
        raise BadChoice(key)
    return found[1], found[2]


def key_of(pair: Pair) -> str:
    """A pair as an address and a form name it."""
    return "-".join(pair)
