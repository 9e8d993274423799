"""Finds the support family that a row names as the one they are together with."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from buurtgezinnen.imports.found import Family, Problem
from families.encryption import blind_index
from families.forms.fields import TelephoneField
from families.models import SupportOffer, User

_TELEPHONE = TelephoneField(required=False)


@dataclass(frozen=True)
class Pair:
    """A request family of the file and who supports it.

    Attributes:
        number: of the row of the request family.
        giver: of the row of the support family; 0 where it is here already.
        offer: reference of what a support family gives that is here already.
    """

    number: int
    giver: int = 0
    offer: str = ""


def offers_here(user: User) -> dict[str, tuple[str, int]]:
    """By household: the reference of what it gives, and how many places are free."""
    free = Count("family__places", filter=Q(family__places__pairing=None))
    rows = SupportOffer.objects.visible_to(user).open().annotate(free=free)
    named = rows.order_by("-pk").values_list(
        "family__household__reference", "reference", "free"
    )
    return {household: (offer, left) for household, offer, left in named}


class Matchmaker:
    """Finds pairs, and counts the places that they take.

    Args:
        read: all good rows of the file, also those that are here already.
        before: numbers of the rows that are here already.
        here: household references by fingerprint.
        offers: as `offers_here` gives them.
    """

    def __init__(
        self,
        read: Iterable[Family],
        before: set[int],
        here: dict[str, str],
        offers: dict[str, tuple[str, int]],
    ) -> None:
        self.before, self.here, self.offers = before, here, offers
        self.givers = {one.number: one for one in read if one.side == "support"}
        self.by_telephone = {one.telephone: one for one in self.givers.values()}
        names = Counter(_plain(one.name) for one in self.givers.values())
        self.by_name = {
            _plain(one.name): one
            for one in self.givers.values()
            if names[_plain(one.name)] == 1
        }
        self.taken: Counter[str] = Counter()

    def pairs(self, families: Iterable[Family]) -> Iterator[Pair | Problem]:
        """For each row that names a support family: the pair, or what is wrong."""
        for family in families:
            if family.pair_with:
                yield self._pair(family)

    def _pair(self, family: Family) -> Pair | Problem:
        found = self._found(family)
        if found is None:
            text = _(
                "We found no support family with this. Write its telephone number, or"
                " the number of its row."
            )
            return Problem(family.number, "pair_with", text)
        pair, places = found
        key = pair.offer or str(pair.giver)
        self.taken[key] += 1
        if self.taken[key] > places:
            text = _(
                "This support family has no place free. Write more at Places, or look"
                " whether both belong together."
            )
            return Problem(family.number, "pair_with", text)
        return pair

    def _found(self, family: Family) -> tuple[Pair, int] | None:
        text = family.pair_with
        telephone = _telephone(text)
        giver = self.by_telephone.get(telephone) or self.by_name.get(_plain(text))
        if giver is None and text.isdecimal():
            giver = self.givers.get(int(text[:9]))
        if giver is not None and giver.number not in self.before:
            return Pair(family.number, giver=giver.number), giver.places
        index = blind_index("telephone", giver.telephone if giver else telephone)
        offer = self.offers.get(self.here.get(index, ""))
        return (Pair(family.number, offer=offer[0]), offer[1]) if offer else None


def _telephone(text: str) -> str:
    try:
        return str(_TELEPHONE.clean(text))
    except ValidationError:
        return ""


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
