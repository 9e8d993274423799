"""What a family asks, and what nobody asked them yet."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from families.models import SupportRequest
from families.vocabulary import Demand, languages_in
from matching.bench.questions import wish_url
from matching.core.pool import HOME_FACTS
from matching.wording import words

HOME_DEMANDS = (*(f"no_{fact}" for fact in HOME_FACTS), "children_at_home")


@dataclass(frozen=True)
class Fact:
    """One thing a family was asked, or not yet.

    Attributes:
        code: of the criterion it belongs to.
        value: "" where it was not asked yet.
        url: where the answer is written down.
    """

    code: str
    term: str
    value: str
    url: str


def asked_of(request: SupportRequest, *, on: dt.date) -> list[Fact]:
    """What stands in sight while a match is looked for."""
    facts = [
        ("children", _("Children"), _children(request, on=on)),
        ("kinds", _("What"), words.kinds_in_words(request.kinds)),
        ("frequency", _("How often"), request.get_frequency_display()),
        ("duration", _("How long"), _months(request.duration_months)),
        *_home(request),
        ("distance", _("How far at most"), _at_most(request)),
        ("language", _("Language"), _language(request)),
        ("custody", _("Custody"), _custody(request)),
    ]
    return [
        Fact(code, term, str(value), wish_url(request, code, back=request))
        for code, term, value in facts
    ]


def not_asked_yet(request: SupportRequest) -> list[tuple[str, str]]:
    """The facts without which proposals say little: what it is, and where it goes."""
    facts = {
        "moments": (_("when they can"), request.moments is None),
        "kinds": (_("which support they want"), not request.kinds),
        "frequency": (_("how often"), not request.frequency),
    }
    return [
        (what, wish_url(request, code, back=request))
        for code, (what, missing) in facts.items()
        if missing
    ]


def _children(request: SupportRequest, *, on: dt.date) -> str:
    names = []
    for child in request.children.all():
        age, name = child.age_on(on), child.name or _("Child")
        names.append(
            name
            if age is None
            else _("%(name)s (%(age)d)") % {"name": name, "age": age}
        )
    return words.listed(names)


def _months(number: int | None) -> str:
    if not number:
        return ""
    return ngettext("%(n)d month", "%(n)d months", number) % {"n": number}


def _home(request: SupportRequest) -> list[tuple[str, str, str]]:
    """Limits and wishes about the other home; one line where none was asked."""
    if all(getattr(request, one) == Demand.NOT_ASKED for one in HOME_DEMANDS):
        return [("home", _("Limits and wishes"), "")]
    return [
        ("home", term, words.demands_in_words(request, demand) or _("none"))
        for term, demand in ((_("Limits"), Demand.LIMIT), (_("Wishes"), Demand.WISH))
    ]


def _at_most(request: SupportRequest) -> str:
    limit = request.max_distance_km
    return words.kilometres(float(limit) * 1000) if limit else ""


def _language(request: SupportRequest) -> str:
    best = words.listed(one.label for one in languages_in(request.preferred_language))
    in_common = {
        Demand.LIMIT: _("a language in common is a limit"),
        Demand.WISH: _("a language in common is a wish"),
        Demand.INDIFFERENT: _("does not matter"),
    }.get(request.language_demand, "")
    parts = [_("preferably %(language)s") % {"language": best}] if best else []
    return "; ".join([*parts, *filter(None, [in_common])])


def _custody(request: SupportRequest) -> str:
    if request.custody == SupportRequest.Custody.NOT_ASKED:
        return ""
    return request.get_custody_display()
