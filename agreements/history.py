"""All versions of the agreement of one pairing, read at once, and who is in them."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agreements import wording
from agreements.core import timeline
from agreements.core.timeline import Frame, Terms
from agreements.models import (
    Agreement,
    AgreementItem,
    AgreementVersion,
    Confirmation,
    ItemException,
    Pause,
)
from agreements.wording import Family, Names
from families.models import Household, Membership, Person, User
from matching.models import Pairing, PairingChild
from matching.querysets import PairingQuerySet

ADULTS = (Membership.Role.PARENT, Membership.Role.PARTNER)
SIDES = {
    "request": "request__family__household",
    "support": "offer__family__household",
}
# "both" is a paper that both families read, on which nobody is "you".
Reader = Literal["coordinator", "request", "support", "both"]


@dataclass(frozen=True)
class History:
    """A pairing with every version of its agreement, loaded in a fixed number of reads.

    Attributes:
        versions: in order of their numbers, with items, children and confirmations.
    """

    pairing: Pairing
    agreement: Agreement | None
    versions: tuple[AgreementVersion, ...]

    @classmethod
    def of(cls, pairing: Pairing) -> "History":
        """The history of a pairing that was read with `with_families`."""
        agreement = getattr(pairing, "agreement", None)
        if agreement is None:
            return cls(pairing, None, ())
        agreement.pairing = pairing
        return cls(pairing, agreement, tuple(agreement.versions.all()))

    @cached_property
    def pauses(self) -> tuple[Pause, ...]:
        """Those that count, by their first day."""
        return tuple(self.agreement.pauses.all()) if self.agreement else ()

    @cached_property
    def exceptions(self) -> tuple[ItemException, ...]:
        """Those that count, by their day."""
        return tuple(self.agreement.exceptions.all()) if self.agreement else ()

    @property
    def row_version(self) -> int:
        """Grows with every write, so that a form shown before it can be noticed."""
        return self.agreement.row_version if self.agreement else 0

    @property
    def draft(self) -> AgreementVersion | None:
        """The version that a family must still confirm."""
        return next((one for one in self.versions if one.is_draft), None)

    @property
    def last(self) -> AgreementVersion | None:
        """The settled version that starts last, also where that is still to come."""
        return max(
            timeline.known(self.versions),
            key=lambda one: one.effective_from,
            default=None,
        )

    @property
    def lines(self) -> set[int]:
        """Every line that was ever used."""
        return {item.line for one in self.versions for item in one.terms()}

    def numbered(self, number: int) -> AgreementVersion | None:
        """The version with a number."""
        return next((one for one in self.versions if one.number == number), None)

    def in_force_on(
        self, day: dt.date, *, known_at: dt.datetime | None = None
    ) -> AgreementVersion | None:
        """The version in force on a day, by what was known at a moment.

        None after the last day of the pairing, once its end was written down.
        """
        ended_at = self.pairing.ended_at
        if self.is_over_on(day) and (known_at is None or known_at >= ended_at):
            return None
        return timeline.in_force_on(self.versions, day, known_at=known_at)

    def is_over_on(self, day: dt.date) -> bool:
        """Whether the pairing had ended before a day."""
        ended_on = self.pairing.ended_on
        return ended_on is not None and day > ended_on

    def pause_on(self, day: dt.date) -> Pause | None:
        """The pause in which a day lies."""
        return next((one for one in self.pauses if one.covers(day)), None)

    def can_correct(self, version: AgreementVersion) -> bool:
        """Whether a version counts and says something that may be wrong."""
        return version.is_current and not self.is_over_on(version.effective_from)

    def corrects(self, draft: AgreementVersion) -> AgreementVersion | None:
        """The version that a draft would correct; None where it is a change."""
        if draft.kind != AgreementVersion.Kind.CORRECTION:
            return None
        return self._counts_from(draft.effective_from)

    def corrected_by(self, version: AgreementVersion) -> AgreementVersion | None:
        """What counts in place of a version that counted; None while it does."""
        if version.settled_at is None or version.is_current:
            return None
        return self._counts_from(version.effective_from)

    def _counts_from(self, day: dt.date) -> AgreementVersion | None:
        known = timeline.known(self.versions)
        return next((one for one in known if one.effective_from == day), None)

    def to_correct_from(self, version: AgreementVersion) -> AgreementVersion:
        """The version to start from; for a stop what held, or was to come, without it.

        A stop says nothing itself, so that nobody could see what to put right.
        """
        ended = sorted(
            (
                one
                for one in self.versions
                if one.settled_at and one.superseded_at == version.settled_at
            ),
            key=lambda one: one.effective_from,
        )
        found = (version, self.former(version), *ended)
        return next((one for one in found if one and one.terms()), version)

    def can_get_a_yes(self, version: AgreementVersion) -> bool:
        """Whether a family may still say yes, needed or not."""
        if self.is_over_on(version.effective_from):
            return False
        late = version.is_current and version.one_side_is_enough
        n_yes = len(version.confirmations.all())
        return (version.is_draft or late) and n_yes < len(Confirmation.Side)

    def sent_before(
        self, items: Iterable[Terms], *, frame: Frame, effective_from: dt.date, by: User
    ) -> AgreementVersion | None:
        """The newest version where it is these very items, sent twice by one person.

        New items got their lines the first time, and get the same ones here.
        """
        newest = max(self.versions, key=lambda one: one.number, default=None)
        if newest is None or newest.recorded_by != by:
            return None
        others = (one for one in self.versions if one != newest)
        taken = {item.line for one in others for item in one.terms()}
        tidied = (timeline.tidy(one, effective_from=effective_from) for one in items)
        again = timeline.numbered(tidied, taken=taken)
        same = (
            newest.effective_from == effective_from
            and replace(newest.frame(), house_rules=None) == frame
            and not timeline.difference(newest.terms(), again)
        )
        return newest if same else None

    def former(self, version: AgreementVersion) -> AgreementVersion | None:
        """The version that this one changed or corrected."""
        return timeline.former(version, self.versions)

    @cached_property
    def children(self) -> dict[int, str]:
        """The names of the children of the pairing."""
        rows = self.pairing.pairing_children.all()
        return {row.child_id: row.child.name or _("the child") for row in rows}

    def children_on(self, day: dt.date) -> dict[int, str]:
        """The names of those who take part on a day."""
        return {
            row.child_id: self.children[row.child_id]
            for row in self.pairing.pairing_children.all()
            if row.left_on is None or row.left_on >= day
        }

    @cached_property
    def names(self) -> Names:
        """Everybody as the coordinator calls them: by surname."""
        return Names(
            request=Family(_household_name(_household(self.pairing, "request"))),
            support=Family(_household_name(_household(self.pairing, "support"))),
            children=self.children,
        )

    def names_for(self, reader: Reader, *, on: dt.date) -> Names:
        """Everybody as a family reads it: "jullie", and the others by first name."""
        if reader == "coordinator":
            return self.names
        families = {side: self._as_read(side, reader=reader, on=on) for side in SIDES}
        rows = self.pairing.pairing_children.all()
        children = self.children | first_names(row.child for row in rows)
        return Names(children=children, **families)

    def _as_read(self, side: str, *, reader: Reader, on: dt.date) -> Family:
        if side == reader:
            you = pgettext("family that reads the agreement", "you")
            return Family(you, n_people=2, reads=True)
        household = _household(self.pairing, side)
        people = [
            one.person.name.split()[0]
            for one in household.memberships.all()
            if one.role in ADULTS
            and one.person.name.strip()
            and one.from_on <= on
            and (one.until_on is None or one.until_on >= on)
        ]
        if not people and reader == "both":
            return Family(str(AgreementItem.Who(f"{side}_family").label))
        if not people:
            return Family(_("the other family"))
        return Family(wording.in_a_row(people), n_people=len(people))


def with_families(
    pairings: PairingQuerySet, *, adults: bool = False, terms: bool = True
) -> PairingQuerySet:
    """Pairings with all that a history needs.

    Args:
        pairings: which ones.
        adults: also everybody who lives with either family.
        terms: what versions say, and what interrupts it; False where only their dates
            and who said yes count.
    """
    versions = (
        AgreementVersion.objects.order_by("number")
        .select_related("recorded_by", "house_rules")
        .prefetch_related(
            Prefetch("confirmations", Confirmation.objects.order_by("side"))
        )
    )
    if terms:
        versions = versions.prefetch_related("items__children")
    children = PairingChild.objects.select_related("child").order_by("joined_on", "pk")
    found = pairings.select_related(
        *SIDES.values(), f"{SIDES['request']}__municipality", "lead__user", "agreement"
    ).prefetch_related(
        Prefetch("agreement__versions", versions),
        Prefetch("pairing_children", children),
    )
    if terms:
        exceptions = ItemException.objects.counted().order_by("on", "line", "scope")
        found = found.prefetch_related(
            Prefetch("agreement__pauses", Pause.objects.counted().order_by("from_on")),
            Prefetch("agreement__exceptions", exceptions),
        )
    if not adults:
        return found
    memberships = Membership.objects.select_related("person").order_by("pk")
    return found.prefetch_related(
        *(Prefetch(f"{path}__memberships", memberships) for path in SIDES.values())
    )


def terms_of(version: AgreementVersion | None) -> tuple[Terms, ...]:
    """What a version says; nothing where there is none."""
    return version.terms() if version else ()


def _household(pairing: Pairing, side: str) -> Household:
    wishes = pairing.request if side == "request" else pairing.offer
    return wishes.family.household


def _household_name(household: Household) -> str:
    return _("the %(name)s family") % {"name": household.name}


def first_names(children: Iterable[Person]) -> dict[int, str]:
    """What the families call children: nobody needs the surname of another family.

    Of two with the same first name each keeps the initial of its next name.
    """
    named = {child.pk: child.name.split() for child in children}
    n_called = Counter(names[0] for names in named.values() if names)
    return {
        child: f"{names[0]} {names[1][0]}."
        if len(names) > 1 and n_called[names[0]] > 1
        else names[0]
        for child, names in named.items()
        if names
    }
