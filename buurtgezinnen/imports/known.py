"""What the database knows that rows of a file are held against, read once per run."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from buurtgezinnen.imports.pairs import offers_here
from families.models import (
    Household,
    ImportedRow,
    Membership,
    Municipality,
    PostcodeArea,
    User,
)
from families.services.intake.telephone import takes_for

AT_ONCE = 500


@dataclass(frozen=True)
class Known:
    """What somebody may make and see.

    Attributes:
        on: today.
        municipalities: where she takes applications, by name in lower case.
        areas: those of her municipalities, by the four digits.
        elsewhere: postcodes of the country that lie in none of hers.
        here: references of families she may see, by fingerprint of what they have in
            common: a telephone number or an e-mail address.
        offers: what support families give that she may see, as `offers_here`.
    """

    on: dt.date
    municipalities: dict[str, Municipality]
    areas: dict[str, list[PostcodeArea]]
    elsewhere: set[str]
    here: dict[str, str]
    offers: dict[str, tuple[str, int]]

    @classmethod
    def to(cls, user: User, *, on: dt.date) -> "Known":
        """What `user` may make and see today."""
        own = list(takes_for(user, on=on))
        areas: dict[str, list[PostcodeArea]] = defaultdict(list)
        elsewhere = set()
        mine = {one.pk: one for one in own}
        for area in PostcodeArea.objects.all():
            if area.municipality_id in mine:
                area.municipality = mine[area.municipality_id]
                areas[area.postcode].append(area)
            else:
                elsewhere.add(area.postcode)
        seen = Household.objects.visible_to(user).filter(merged_into=None)
        here: dict[str, str] = {}
        for telephone, email, reference in (
            Membership.objects.filter(household__in=seen)
            .order_by("pk")
            .values_list(
                "person__telephone_index",
                "person__email_index",
                "household__reference",
            )
        ):
            for index in filter(None, (telephone, email)):
                here.setdefault(index, reference)
        return cls(
            on=on,
            municipalities={one.name.casefold(): one for one in own},
            areas=dict(areas),
            elsewhere=elsewhere - set(areas),
            here=here,
            offers=offers_here(user),
        )


def brought_in(keys: Iterable[str], municipalities: Iterable[Municipality]) -> set[str]:
    """Which of these rows became a family before, in one of these municipalities."""
    wanted, found = list(keys), set()
    own = list(municipalities)
    for start in range(0, len(wanted), AT_ONCE):
        rows = ImportedRow.objects.filter(
            municipality__in=own, key_hash__in=wanted[start : start + AT_ONCE]
        )
        found.update(rows.values_list("key_hash", flat=True))
    return found
