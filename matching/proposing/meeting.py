"""What stands in the way of two families meeting, or is to be asked first, in words."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from families.models import Household, SupportOffer, SupportRequest
from families.services.children_said import ASKED_FROM, Heard, heard
from matching.services.meeting import not_agreed
from matching.wording.names import Names


@dataclass(frozen=True)
class Hindrance:
    """One thing to do before families meet.

    Attributes:
        text: what is the matter.
        label: what the link to put it right says; "" without one.
        stops: whether they cannot meet before that.
    """

    text: str
    label: str = ""
    url: str = ""
    stops: bool = False


def hindrances(
    request: SupportRequest, offer: SupportOffer, names: Names, *, on: dt.date
) -> list[Hindrance]:
    """What stops these families from meeting, and what is to be asked of children."""
    missing = not_agreed(request, offer, on=on)
    support = offer.family.household
    found = [
        _without_consent(
            home,
            (names.support if home == support else names.request)(home),
            known=names.knows(home),
        )
        for home in missing
    ]
    home = request.family.household
    for child in heard(request, on=on):
        said = _of_child(request, home, child, known=names.knows(home))
        if said is not None:
            found.append(said)
    return sorted(found, key=lambda one: not one.stops)


def _without_consent(home: Household, name: str, *, known: bool) -> Hindrance:
    text = _("No yes to be introduced is noted of %(family)s.") % {"family": name}
    if not known:
        return Hindrance(text, stops=True)
    return Hindrance(
        text,
        _("Ask them, and note their yes"),
        reverse("families:consent-list", args=[home.reference]),
        stops=True,
    )


def _of_child(
    request: SupportRequest, home: Household, child: Heard, *, known: bool
) -> Hindrance | None:
    """What is to be asked of a child; None where it is too young or said yes."""
    name = {"name": child.child.name if known else "", "from": ASKED_FROM}
    name["name"] = name["name"] or _("a child")
    if child.age is None:
        text = _("The age of %(name)s is not known. From %(from)d on we ask it itself.")
        return Hindrance(text % name)
    if not child.is_asked_itself:
        return None
    label = url = ""
    if known:
        label = _("Note what the child says")
        url = reverse(
            "families:child-said",
            args=[home.reference, request.reference, child.child.reference],
        )
    if child.refuses:
        text = _("%(name)s does not want this. Talk with the child and the parents.")
        return Hindrance(text % name, label, url, stops=True)
    if child.now is None:
        text = _("%(name)s was not asked yet, and is %(from)d years or older.")
        return Hindrance(text % name, label, url)
    if child.doubts:
        text = _("%(name)s says: not yet. Talk about it first.")
        return Hindrance(text % name, label, url)
    return None
