"""What two households say differently, in words, to choose from when they are one."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from families import people
from families.facts import in_words, label_of
from families.forms.fields import TelephoneField
from families.models import (
    Household,
    Person,
    PossibleDouble,
    RequestFamily,
    SupportFamily,
    SupportOffer,
    SupportRequest,
)
from families.services.doubles import ROLES, family_of, open_wish
from families.services.merging import (
    CHILDREN,
    FAMILY_FIELDS,
    HOME,
    HOUSEHOLD_FIELDS,
    PERSON_FIELDS,
    WISH_FIELDS,
    Side,
    home_of,
)
from families.services.wishes import WishRows, is_asked
from families.sheet import with_age
from families.vocabulary import languages_in

DAYPARTS = (
    gettext_lazy("Morning"),
    gettext_lazy("Afternoon"),
    gettext_lazy("Evening"),
)


MAY_LEAVE = "person-may_leave_message"


@dataclass(frozen=True)
class Choice:
    """One thing that two households say differently.

    Attributes:
        key: its name in `services.doubles.merge`.
        earlier: what the first application says; "" while nobody asked.
        later: what the second one says.
        both: whether both can be kept, as with children.
    """

    key: str
    label: str
    earlier: str
    later: str
    both: bool = False

    @property
    def likely(self) -> Side:
        """What was told last, unless it was not told then."""
        if self.both:
            return "both"
        if self.key == MAY_LEAVE and _yes_no(value=False) in (self.earlier, self.later):
            # A message that is not wanted can do harm; one that is missed cannot.
            return "later" if self.later == _yes_no(value=False) else "earlier"
        return "later" if self.later else "earlier"


def name_of(household: Household, *, on: dt.date) -> str:
    """A household whose people are loaded, with who is called there."""
    members = household.members  # type: ignore[attr-defined]
    person = people.contact_person(members, on)
    names = {"name": household.name, "person": person.name if person else ""}
    if names["person"] in ("", household.name):
        return _("the %(name)s family") % names
    return _("the %(name)s family (%(person)s)") % names


def alike(double: PossibleDouble) -> list[str]:
    """What both have the same, or had when the second one applied, as sentences."""
    found = []
    if double.same_telephone:
        found.append(
            _("Both applications have the same telephone number.")
            if _still_the_same(double, "telephone_index")
            else _("Both gave the same telephone number. One of them changed it since.")
        )
    if double.same_email:
        found.append(
            _("Both applications have the same e-mail address.")
            if _still_the_same(double, "email_index")
            else _("Both gave the same e-mail address. One of them changed it since.")
        )
    return found


def _still_the_same(double: PossibleDouble, index: str) -> bool:
    """Whether people of both have it in common now; of one family that goes along."""
    if double.outcome == PossibleDouble.Outcome.MERGED:
        return True
    told = Person.objects.exclude(**{index: ""}).values(index)
    ours = told.filter(memberships__household=double.earlier_id)
    return ours.filter(
        **{f"{index}__in": told.filter(memberships__household=double.later_id)}
    ).exists()


def choices(earlier: Household, later: Household, *, on: dt.date) -> list[Choice]:
    """Everything that both were asked or one told, and that is not the same.

    Args:
        earlier: the first to apply; its people and home are loaded.
        later: the same of who applied after it.
        on: the day that counts for ages and addresses.
    """
    told = (dict(_told(household, on=on)) for household in (earlier, later))
    first, last = told
    found = []
    for key in {**first, **last}:
        if key not in first or key not in last:
            # A role that only one of them has goes along as it is.
            continue
        (label, one), (_label, two) = first[key], last[key]
        if one != two:
            found.append(Choice(key, label, one, two, both=key == CHILDREN))
    return found


def _told(household: Household, *, on: dt.date) -> Iterator[tuple[str, Any]]:
    """Each key with its label and what the household says, in words."""
    person = people.contact_person(household.members, on)  # type: ignore[attr-defined]
    for name in PERSON_FIELDS:
        label = Person._meta.get_field(name).verbose_name
        words = _of_person(person, name) if person else ""
        yield f"person-{name}", (str(label), words)
    for name in HOUSEHOLD_FIELDS:
        label = Household._meta.get_field(name).verbose_name
        yield f"household-{name}", (str(label), _yes_no(value=getattr(household, name)))
    yield HOME, (_("where they live"), _home(household, on=on))
    for role in ROLES:
        family = family_of(household, role)
        if family is not None:
            yield from _of_role(family, role, on=on)


def _of_role(
    family: RequestFamily | SupportFamily, role: str, *, on: dt.date
) -> Iterator[tuple[str, Any]]:
    for name in FAMILY_FIELDS[role]:
        field = family._meta.get_field(name)
        value = getattr(family, name)
        shown = getattr(family, f"get_{name}_display", lambda value=value: value)()
        words = _yes_no(value=value) if isinstance(value, bool) else str(shown or "")
        yield f"{role}-{name}", (str(field.verbose_name), words)
    wish = open_wish(family)
    if wish is None:
        return
    yield from _of_wish(wish, role, on=on)


def _of_wish(
    wish: SupportRequest | SupportOffer, role: str, *, on: dt.date
) -> Iterator[tuple[str, Any]]:
    rows = WishRows.of(wish, on=on)
    for name in WISH_FIELDS[role]:
        value = getattr(wish, name)
        words = in_words(rows, name, value) if is_asked(value) else ""
        yield f"wish-{role}-{name}", (label_of(rows, name), words)
    if isinstance(wish, SupportRequest):
        chosen = [one for one in rows.children if one.pk in rows.chosen]
        names = [with_age(child, on) for child in chosen]
        yield CHILDREN, (_("children"), get_text_list(names, _("and")))


def _of_person(person: Person, name: str) -> str:
    value = getattr(person, name)
    if name == "telephone":
        return TelephoneField().prepare_value(value) if value else ""
    if name == "call_dayparts":
        parts = [str(one) for bit, one in enumerate(DAYPARTS) if value >> bit & 1]
        return get_text_list(parts, _("and"))
    if name == "languages":
        spoken = [str(one.label) for one in languages_in(value)]
        return get_text_list(spoken, _("and"))
    if value is None or isinstance(value, bool):
        return _yes_no(value=value)
    return str(value)


def _yes_no(*, value: bool | None) -> str:
    if value is None:
        return ""
    return _("yes") if value else _("no")


def _home(household: Household, *, on: dt.date) -> str:
    home = home_of(household, on=on)
    if home is None:
        return ""
    if home.area is None:
        return _("no fixed address")
    place = f"{home.postcode[:4]} {home.postcode[4:]}".strip()
    return ", ".join(filter(None, [home.street, place, str(home.area.place)]))
