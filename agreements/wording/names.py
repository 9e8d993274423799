"""Whom a sentence is about, and how it calls them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from agreements.core.timeline import Terms


@dataclass(frozen=True)
class Family:
    """A family as a sentence names it.

    Attributes:
        name: "gezin Willems", "Amira", "Karin en Joost"; "jullie" for who reads it.
        n_people: whether the name stands for one or for more.
        reads: whether the sentence is written to this family.
    """

    name: str
    n_people: int = 1
    reads: bool = False


@dataclass(frozen=True)
class Names:
    """Everybody whom the sentences of one pairing are about."""

    request: Family
    support: Family
    children: Mapping[int, str] = field(default_factory=dict)

    def children_of(self, terms: Terms) -> str:
        """The names of the children: "Noor", "Noor en Sem"."""
        return in_a_row(
            self.children.get(child) or _("the child") for child in terms.children
        )


def in_a_row(words: Iterable[str]) -> str:
    """Words as a list in a sentence: "a", "a en b", "a, b en c"."""
    *first, last = [*words] or [""]
    if not first:
        return last
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last}
