"""What is known of a request or offer: each value in words, with how we know it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from families import moments
from families.forms.widgets import PARTS, WEEKDAYS
from families.models import FactSource, Household, SupportFamily, SupportOffer
from families.services.wishes import (
    AGE,
    LANGUAGES,
    NO_PAUSE,
    PAUSE,
    SPEAKS,
    WishRows,
    is_asked,
)
from families.vocabulary import Demand, Frequency, kinds_in, languages_in

VisitLength = SupportOffer.VisitLength
MONTHS_IN_A_YEAR = 12
OLDEST = 17
# Each value stands in a section of the editor; where it can, that of the criterion.
SECTION_OF = {
    "children": "children",
    "ages": "ages",
    "children_at_once": "children",
    "kinds": "kinds",
    "kinds_other": "kinds",
    "frequency": "frequency",
    "visit_length": "frequency",
    "moments": "moments",
    "no_dog": "home",
    "no_cat": "home",
    "no_other_animal": "home",
    "no_smoking": "home",
    "no_stairs": "home",
    "children_at_home": "home",
    "has_children": "home",
    "only_when_both_home": "home",
    "dog": "home",
    "cat": "home",
    "other_animal": "home",
    "smoking": "home",
    "stairs": "home",
    "car": "home",
    "max_distance_km": "distance",
    "language_demand": "language",
    "preferred_language": "language",
    LANGUAGES: "language",
    "custody": "custody",
    "duration_months": "duration",
    "places": "places",
    PAUSE: "pause",
    "remarks": "remarks",
}
LABELS = {
    LANGUAGES: gettext_lazy("Languages they speak"),
    "places": gettext_lazy("places"),
    PAUSE: gettext_lazy("pause"),
    "duration_months": gettext_lazy("expected duration"),
    "max_distance_km": gettext_lazy("how far away"),
}
WEEKS = {
    "both": "",
    "even": gettext_lazy("even weeks"),
    "odd": gettext_lazy("odd weeks"),
}


@dataclass(frozen=True)
class Fact:
    """One thing that a family said, or was not asked yet.

    Attributes:
        code: the section of the editor where it is changed.
        words: "" while nobody asked.
        level: how much a fact about the other family matters; "" for other facts.
        source: "telephone, 3 Nov"; "" while nobody asked.
    """

    code: str
    name: str
    label: str
    words: str
    level: str = ""
    source: str = ""


def facts_of(
    rows: WishRows, sources: Iterable[FactSource], *, on: dt.date
) -> list[Fact]:
    """All facts of a request or offer, in the order of the editor."""
    known = {source.field: source for source in sources}
    values = dict(rows.values)
    spoken = [values.pop(name) for name in rows.values if name.startswith(SPEAKS)]
    values[LANGUAGES] = 0
    for mask in spoken:
        values[LANGUAGES] |= mask
    if rows.household.car is not None:
        # Told at the application only; the editor does not ask for it.
        values["car"] = rows.household.car
    return [
        Fact(
            code=code,
            name=name,
            label=label_of(rows, name),
            words=in_words(rows, name, values[name]) if is_asked(values[name]) else "",
            level=values[name]
            if isinstance(values[name], str) and _is_demand(name)
            else "",
            source=source_in_words(rows, name, values[name], known, on=on),
        )
        for name, code in SECTION_OF.items()
        if name in values and (name, values[name]) != (PAUSE, NO_PAUSE)
    ]


def source_in_words(
    rows: WishRows,
    name: str,
    value: object,
    known: Mapping[str, FactSource],
    *,
    on: dt.date,
) -> str:
    """How and when a value became known; what nobody noted came with the application.

    "" for what nobody asked, and for what nobody tells.
    """
    if not is_asked(value) or name == PAUSE:
        return ""
    source = known.get(LANGUAGES if name.startswith(SPEAKS) else name)
    if source is not None:
        return _said(source.get_source_display(), source.on, on=on)
    if name == "places":
        return ""
    application = FactSource.Source.APPLICATION.label
    return _said(str(application), rows.wishes.waiting_since, on=on)


def label_of(rows: WishRows, name: str) -> str:
    """What a value is called, as the models call it."""
    if name in LABELS:
        return str(LABELS[name])
    for prefix in (SPEAKS, AGE):
        if name.startswith(prefix):
            return _of_person(rows, prefix, name.removeprefix(prefix))
    for model in (type(rows.wishes), Household, SupportFamily):
        if any(field.name == name for field in model._meta.get_fields()):
            return str(model._meta.get_field(name).verbose_name)
    raise KeyError(name)


def in_words(rows: WishRows, name: str, value: Any) -> str:
    """A value as people say it; "not asked yet" where it is that."""
    if name == PAUSE:
        return _pause_in_words(value)
    if not is_asked(value):
        return str(Demand.NOT_ASKED.label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name.startswith(SPEAKS):
        name = LANGUAGES
    say = {
        "kinds": lambda mask: _listed(kind.label for kind in kinds_in(mask)),
        "moments": moments_in_words,
        "ages": ages_in_words,
        "children": lambda chosen: _names(rows, chosen),
        LANGUAGES: lambda mask: _listed(one.label for one in languages_in(mask)),
        "preferred_language": lambda mask: str(languages_in(mask)[0].label),
        "frequency": lambda often: str(Frequency(often).label),
        "visit_length": lambda long: str(VisitLength(long).label),
        "duration_months": months_in_words,
        "max_distance_km": lambda km: (
            _("at most %(distance)s km") % {"distance": number_format(km.normalize())}
        ),
        "custody": lambda said: str(type(rows.wishes).Custody(said).label),
    }.get(name)
    if say is not None:
        return say(value)
    return str(Demand(value).label) if _is_demand(name) else str(value)


def months_in_words(months: int) -> str:
    """A duration as people say it: 8 months, 2 years."""
    years, rest = divmod(months, MONTHS_IN_A_YEAR)
    if years and not rest:
        return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}
    return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}


def moments_in_words(mask: int) -> str:
    """Day by day: "Wednesday: afternoon; Friday: evening (even weeks)"."""
    days: dict[tuple[int, str], list[str]] = {}
    for (weekday, part), weeks in moments.slots_in(mask).items():
        days.setdefault((weekday, weeks), []).append(str(PARTS[part]).lower())
    words = []
    for (weekday, weeks), parts in days.items():
        day = f"{WEEKDAYS[weekday]}: {', '.join(parts)}"
        words.append(f"{day} ({WEEKS[weeks]})" if WEEKS[weeks] else day)
    if mask & moments.SCHOOL_HOLIDAYS:
        words.append(_("In the school holidays"))
    return "; ".join(words)


def ages_in_words(mask: int) -> str:
    """The ages of a mask: "Children from 4 to 10 years"; "" for none."""
    ages = [age for age in range(OLDEST + 1) if mask >> age & 1]
    if not ages:
        return ""
    if ages == list(range(ages[0], ages[-1] + 1)) and len(ages) > 1:
        return _("Children from %(youngest)d to %(oldest)d years") % {
            "youngest": ages[0],
            "oldest": ages[-1],
        }
    return _("Children of %(ages)s years") % {"ages": _listed(ages)}


def _of_person(rows: WishRows, prefix: str, reference: str) -> str:
    everybody = (*rows.adults, *rows.children)
    (name,) = (one.name for one in everybody if one.reference == reference)
    if prefix == SPEAKS:
        return _("Languages that %(name)s speaks") % {"name": name or _("somebody")}
    return _("Age of %(name)s") % {"name": name or _("a child")}


def _pause_in_words(value: Any) -> str:
    if value is False:
        return _("no pause")
    if value is True:
        return _("a pause without an end")
    return _("a pause until %(day)s") % {"day": date_format(value, "j F Y")}


def _said(source: str, day: dt.date, *, on: dt.date) -> str:
    return _("%(source)s, %(day)s") % {
        "source": source,
        "day": date_format(day, "j b" if day.year == on.year else "j b Y"),
    }


def _names(rows: WishRows, chosen: Iterable[int]) -> str:
    names = {child.pk: child.name or _("a child") for child in rows.children}
    return _listed(names[pk] for pk in chosen if pk in names)


def _is_demand(name: str) -> bool:
    return name.startswith("no_") or name in ("children_at_home", "language_demand")


def _listed(things: Iterable[Any]) -> str:
    return get_text_list([str(thing) for thing in things], _("and"))
