"""What an agreement says in words, the same for coordinators and families.

A pattern for the moment, one for how often, and one whole sentence for each kind of
support and place: every language has its own order of words.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils.formats import date_format, number_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import (
    gettext_lazy,
    ngettext,
    ngettext_lazy,
    pgettext_lazy,
)

from agreements import timeline
from agreements.models import AgreementItem, AgreementVersion
from agreements.rhythm import Rhythm, bits
from agreements.timeline import SLEEPOVER, ItemChange, Terms, Totals
from families.vocabulary import SupportKind

Where = AgreementItem.Where
Who = AgreementItem.Who


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


@dataclass(frozen=True)
class Line:
    """One thing that differs: what it was, and what it becomes; "" for nothing."""

    label: str
    was: str
    becomes: str


@dataclass(frozen=True)
class ChangeInWords:
    """What differs about one item.

    Attributes:
        title: which item it is about.
        state: new, stops or changes.
        lines: for an item that changes, each thing that differs.
        sentence: what the item says; of one that stops, what it said.
        summary: all of it as one sentence, for a list.
    """

    title: str
    state: str
    lines: tuple[Line, ...]
    sentence: str
    summary: str


# Short names, as headings.
KINDS = {
    SupportKind.PLAY: gettext_lazy("Playing"),
    SupportKind.MEAL: gettext_lazy("Having a meal"),
    SupportKind.SLEEPOVER: gettext_lazy("Sleeping over"),
    SupportKind.TRANSPORT: gettext_lazy("Bringing and fetching"),
    SupportKind.HOMEWORK: gettext_lazy("Homework"),
    SupportKind.OUTING: gettext_lazy("Something nice together"),
    SupportKind.BIRTHDAY: gettext_lazy("Birthday"),
    SupportKind.SCHOOL_TALK: gettext_lazy("Talk at school"),
    SupportKind.LISTENING: gettext_lazy("Somebody to talk to"),
    SupportKind.OTHER: gettext_lazy("Something else"),
}
WEEKDAYS = (
    pgettext_lazy("weekday in a sentence", "Monday"),
    pgettext_lazy("weekday in a sentence", "Tuesday"),
    pgettext_lazy("weekday in a sentence", "Wednesday"),
    pgettext_lazy("weekday in a sentence", "Thursday"),
    pgettext_lazy("weekday in a sentence", "Friday"),
    pgettext_lazy("weekday in a sentence", "Saturday"),
    pgettext_lazy("weekday in a sentence", "Sunday"),
)
PARTS = (
    pgettext_lazy("part of a day in a sentence", "morning"),
    pgettext_lazy("part of a day in a sentence", "afternoon"),
    pgettext_lazy("part of a day in a sentence", "evening"),
    pgettext_lazy("part of a day in a sentence", "night"),
)
ASPECTS = {
    "kind": gettext_lazy("Kind of support"),
    "children": gettext_lazy("Who"),
    "how_often": gettext_lazy("How often"),
    "days": gettext_lazy("When"),
    "times": gettext_lazy("What time"),
    "where": gettext_lazy("Where"),
    "brings": gettext_lazy("Who brings"),
    "fetches": gettext_lazy("Who fetches"),
    "holidays": gettext_lazy("School holidays"),
    "note": gettext_lazy("Note"),
}

# One whole sentence for each kind of support and place. The plural is for more
# children. Where the kind says enough about the place, one sentence serves all.
SENTENCES: dict[tuple[int, str], Any] = {
    (SupportKind.PLAY, Where.SUPPORT_FAMILY): ngettext_lazy(
        "%(when)s %(children)s plays at the home of %(support)s.",
        "%(when)s %(children)s play at the home of %(support)s.",
        "n",
    ),
    (SupportKind.PLAY, Where.REQUEST_FAMILY): ngettext_lazy(
        "%(when)s somebody of %(support)s plays with %(children)s at home.",
        "%(when)s somebody of %(support)s plays with %(children)s at home.",
        "n",
    ),
    (SupportKind.PLAY, Where.ELSEWHERE): ngettext_lazy(
        "%(when)s %(children)s plays somewhere else, together with %(support)s.",
        "%(when)s %(children)s play somewhere else, together with %(support)s.",
        "n",
    ),
    (SupportKind.MEAL, Where.SUPPORT_FAMILY): ngettext_lazy(
        "%(when)s %(children)s has a meal at the home of %(support)s.",
        "%(when)s %(children)s have a meal at the home of %(support)s.",
        "n",
    ),
    (SupportKind.MEAL, Where.REQUEST_FAMILY): ngettext_lazy(
        "%(when)s somebody of %(support)s has a meal with %(children)s at home.",
        "%(when)s somebody of %(support)s has a meal with %(children)s at home.",
        "n",
    ),
    (SupportKind.MEAL, Where.ELSEWHERE): ngettext_lazy(
        "%(when)s %(children)s has a meal somewhere else, together with %(support)s.",
        "%(when)s %(children)s have a meal somewhere else, together with %(support)s.",
        "n",
    ),
    (SupportKind.SLEEPOVER, Where.SUPPORT_FAMILY): ngettext_lazy(
        "%(when)s %(children)s sleeps at the home of %(support)s.",
        "%(when)s %(children)s sleep at the home of %(support)s.",
        "n",
    ),
    (SupportKind.SLEEPOVER, Where.REQUEST_FAMILY): ngettext_lazy(
        "%(when)s somebody of %(support)s stays the night with %(children)s at home.",
        "%(when)s somebody of %(support)s stays the night with %(children)s at home.",
        "n",
    ),
    (SupportKind.SLEEPOVER, Where.ELSEWHERE): ngettext_lazy(
        "%(when)s %(children)s sleeps somewhere else, together with %(support)s.",
        "%(when)s %(children)s sleep somewhere else, together with %(support)s.",
        "n",
    ),
    (SupportKind.TRANSPORT, ""): ngettext_lazy(
        "%(when)s %(children)s goes to school, sport or swimming lessons with"
        " %(support)s.",
        "%(when)s %(children)s go to school, sport or swimming lessons with"
        " %(support)s.",
        "n",
    ),
    (SupportKind.HOMEWORK, Where.SUPPORT_FAMILY): ngettext_lazy(
        "%(when)s %(children)s does homework at the home of %(support)s.",
        "%(when)s %(children)s do homework at the home of %(support)s.",
        "n",
    ),
    (SupportKind.HOMEWORK, Where.REQUEST_FAMILY): ngettext_lazy(
        "%(when)s somebody of %(support)s helps %(children)s with homework at home.",
        "%(when)s somebody of %(support)s helps %(children)s with homework at home.",
        "n",
    ),
    (SupportKind.HOMEWORK, Where.ELSEWHERE): ngettext_lazy(
        "%(when)s %(children)s does homework somewhere else, with help of %(support)s.",
        "%(when)s %(children)s do homework somewhere else, with help of %(support)s.",
        "n",
    ),
    (SupportKind.OUTING, ""): ngettext_lazy(
        "%(when)s %(children)s does something nice together with %(support)s.",
        "%(when)s %(children)s do something nice together with %(support)s.",
        "n",
    ),
    (SupportKind.BIRTHDAY, ""): ngettext_lazy(
        "%(when)s somebody of %(support)s helps with the birthday of %(children)s.",
        "%(when)s somebody of %(support)s helps with the birthdays of %(children)s.",
        "n",
    ),
    (SupportKind.SCHOOL_TALK, ""): ngettext_lazy(
        "%(when)s somebody of %(support)s comes along to a talk at school about"
        " %(children)s.",
        "%(when)s somebody of %(support)s comes along to a talk at school about"
        " %(children)s.",
        "n",
    ),
    (SupportKind.LISTENING, ""): ngettext_lazy(
        "%(when)s somebody of %(support)s is there for %(request)s to talk to.",
        "%(when)s somebody of %(support)s is there for %(request)s to talk to.",
        "n",
    ),
    (SupportKind.OTHER, Where.SUPPORT_FAMILY): ngettext_lazy(
        "%(when)s %(children)s is at the home of %(support)s.",
        "%(when)s %(children)s are at the home of %(support)s.",
        "n",
    ),
    (SupportKind.OTHER, Where.REQUEST_FAMILY): ngettext_lazy(
        "%(when)s somebody of %(support)s is with %(children)s at home.",
        "%(when)s somebody of %(support)s is with %(children)s at home.",
        "n",
    ),
    (SupportKind.OTHER, Where.ELSEWHERE): ngettext_lazy(
        "%(when)s %(children)s is somewhere else, together with %(support)s.",
        "%(when)s %(children)s are somewhere else, together with %(support)s.",
        "n",
    ),
}
# These kinds say nothing about the place, and may be at somebody's home.
PLACES = {
    Where.SUPPORT_FAMILY: gettext_lazy("That is at the home of %(support)s."),
    Where.REQUEST_FAMILY: gettext_lazy("That is at the home of %(request)s."),
}
EVERY_OTHER = 2
WITH_A_PLACE = {SupportKind.OUTING, SupportKind.BIRTHDAY, SupportKind.LISTENING}

STATES = {
    "new": pgettext_lazy("item of an agreement", "new"),
    "stops": pgettext_lazy("item of an agreement", "stops"),
    "changes": pgettext_lazy("item of an agreement", "changes"),
}


def in_a_row(words: Iterable[str]) -> str:
    """Words as a list in a sentence: "a", "a en b", "a, b en c"."""
    *first, last = [*words] or [""]
    if not first:
        return last
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last}


def title(terms: Terms, names: Names) -> str:
    """The item as a heading: what, and for whom."""
    kind = KINDS[SupportKind(terms.kind)]
    if not terms.children:
        return str(kind)
    return _("%(kind)s (%(children)s)") % {
        "kind": kind,
        "children": names.children_of(terms),
    }


def sentences(terms: Terms, names: Names) -> str:
    """What one item says, in short whole sentences. Its note is not among them."""
    said = [
        _main_sentence(terms, names),
        _first_week(terms),
        _place(terms, names),
        *_drives(terms, names),
        _holidays(terms),
    ]
    return " ".join(one for one in said if one)


def when(terms: Terms) -> str:
    """How often, on which days and from when to when, as the start of a sentence."""
    on = _moment(terms)
    return _how_often_pattern(terms, on=on) % {"on": on, "n": terms.every}


def days(terms: Terms) -> str:
    """The days and parts of the day: "woensdagmiddag en donderdag"; "" for none."""
    weekdays = [str(WEEKDAYS[day]) for day in bits(terms.weekdays)]
    parts = [str(PARTS[part]) for part in bits(terms.dayparts)]
    if not weekdays:
        return in_a_row(parts)
    if not parts:
        return in_a_row(weekdays)
    return in_a_row(
        _("%(day)s %(part)s") % {"day": day, "part": part}
        for day in weekdays
        for part in parts
    )


def slots(slots_in_mask: Iterable[tuple[int, int]]) -> str:
    """Dayparts of the week in words: "woensdagmiddag en donderdagavond"."""
    return in_a_row(
        _("%(day)s %(part)s") % {"day": WEEKDAYS[day], "part": PARTS[part]}
        for day, part in slots_in_mask
    )


def times(terms: Terms) -> str:
    """The clock times: "13.00 – 17.00 uur"; "" where none were agreed on."""
    if terms.starts_at is None or terms.ends_at is None:
        return ""
    between = {"start": clock(terms.starts_at), "end": clock(terms.ends_at)}
    if terms.kind == SLEEPOVER:
        return _("%(start)s – %(end)s the next day") % between
    return _("%(start)s – %(end)s") % between


def clock(time: dt.time) -> str:
    """A clock time as people write it: 9.00, 13.30."""
    return time_format(time, "G.i")


def how_often(terms: Terms) -> str:
    """How often on its own: "om de week", "2 keer per maand"."""
    every = terms.every
    if terms.rhythm == Rhythm.WEEKLY:
        return _("every week")
    if terms.rhythm == Rhythm.EVEN_WEEKS:
        return _("every other week, in even weeks")
    if terms.rhythm == Rhythm.ODD_WEEKS:
        return _("every other week, in odd weeks")
    if terms.rhythm == Rhythm.EVERY_N_WEEKS:
        pattern = (
            _("every other week, first in the week of %(first)s")
            if every == EVERY_OTHER
            else _("once every %(n)d weeks, first in the week of %(first)s")
        )
        return pattern % {"n": every, "first": _day(terms.first_on)}
    if terms.rhythm == Rhythm.TIMES_A_MONTH:
        return ngettext("once a month", "%(n)d times a month", every) % {"n": every}
    return _("now and then")


def hours(amount: Fraction) -> str:
    """A number of hours with at most one decimal: "17,3", "8"."""
    rounded = round(float(amount), 1)
    return number_format(rounded, 0 if rounded == int(rounded) else 1)


def hours_a_month(total: Totals) -> str:
    """Whole hours per month in words, honest about what is not known."""
    # Less than an hour would round to none, or to twice as much.
    whole = Fraction(round(total.hours)) if total.hours >= 1 else total.hours
    if not total.n_unknown:
        return _("about %(hours)s hours a month") % {"hours": hours(whole)}
    if not total.hours:
        return _("hours not known")
    return _("about %(hours)s hours a month, and more at other times") % {
        "hours": hours(whole)
    }


def difference(
    before: Iterable[Terms], after: Iterable[Terms], names: Names
) -> list[ChangeInWords]:
    """What differs between two versions, item by item; equal items are left out."""
    return [
        _change_in_words(change, names) for change in timeline.difference(before, after)
    ]


def hours_line(before: Iterable[Terms], after: Iterable[Terms]) -> Line | None:
    """The hours per month before and after; None where they read the same."""
    was = hours_a_month(timeline.totals(before))
    becomes = hours_a_month(timeline.totals(after))
    if was == becomes:
        return None
    return Line(_("Hours a month"), was, becomes)


def summary(before: Iterable[Terms], after: Iterable[Terms], names: Names) -> list[str]:
    """The difference as one sentence for each item, for a list of versions."""
    return [change.summary for change in difference(before, after, names)]


def waits_for(version: AgreementVersion, names: Names) -> list[str]:
    """The families that must still say yes to a draft."""
    said = {one.side for one in version.confirmations.all()}
    if version.one_side_is_enough and said:
        return []
    sides = {"request": names.request.name, "support": names.support.name}
    return [name for side, name in sides.items() if side not in said]


def _change_in_words(change: ItemChange, names: Names) -> ChangeInWords:
    shown = change.after or change.before
    if shown is None:
        raise ValueError("a change without an item")
    heading, said = title(shown, names), sentences(shown, names)
    if change.before is None:
        text = _("New: %(sentence)s") % {"sentence": said}
        return ChangeInWords(heading, "new", (), said, text)
    if change.after is None:
        text = _("%(item)s stops.") % {"item": heading}
        return ChangeInWords(heading, "stops", (), said, text)
    before, after = change.before, change.after
    # The heading of an item that becomes another kind is the one people know.
    heading = title(before, names)
    lines = tuple(
        Line(
            str(ASPECTS[aspect]),
            VALUES[aspect](before, names),
            VALUES[aspect](after, names),
        )
        for aspect in change.aspects
    )
    text = "; ".join(_in_short(line) for line in lines)
    text = _("%(item)s: %(changes)s.") % {"item": heading, "changes": text}
    return ChangeInWords(heading, "changes", lines, said, text)


def _in_short(line: Line) -> str:
    values = {
        "label": line.label.lower(),
        "was": line.was,
        "becomes": line.becomes,
    }
    if not line.was:
        return _("%(label)s becomes “%(becomes)s”") % values
    if not line.becomes:
        return _("%(label)s is no longer “%(was)s”") % values
    return _("%(label)s from “%(was)s” to “%(becomes)s”") % values


def _main_sentence(terms: Terms, names: Names) -> str:
    kind = SupportKind(terms.kind)
    pattern = SENTENCES.get((kind, terms.where)) or SENTENCES[kind, ""]
    return capfirst(
        pattern
        % {
            "n": len(terms.children),
            "when": when(terms),
            "children": names.children_of(terms),
            "support": names.support.name,
            "request": names.request.name,
        }
    )


def _first_week(terms: Terms) -> str:
    if terms.rhythm != Rhythm.EVERY_N_WEEKS:
        return ""
    first = {"first": _day(terms.first_on)}
    days_of_week = bits(terms.weekdays)
    # Another day only says which week it is: it need not be the first day itself.
    if terms.first_on and terms.first_on.weekday() == min(days_of_week, default=None):
        return _("The first time is on %(first)s.") % first
    return _("The first time is in the week of %(first)s.") % first


def _place(terms: Terms, names: Names) -> str:
    if terms.kind not in WITH_A_PLACE or terms.where not in PLACES:
        return ""
    families = {"support": names.support.name, "request": names.request.name}
    return PLACES[Where(terms.where)] % families


def _drives(terms: Terms, names: Names) -> list[str]:
    """Who brings and who fetches; one sentence where both are the same."""
    if terms.brings and terms.brings == terms.fetches:
        return [_brings_and_fetches(terms, names)]
    return [_brings(terms, names), _fetches(terms, names)]


def _family(who: str, names: Names) -> Family | None:
    return {Who.REQUEST_FAMILY: names.request, Who.SUPPORT_FAMILY: names.support}.get(
        Who(who)
    )


def _brings(terms: Terms, names: Names) -> str:
    if not terms.brings:
        return ""
    family, n_children = _family(terms.brings, names), len(terms.children)
    if family and family.reads:
        return _("You bring.")
    if family:
        text = ngettext("%(family)s brings.", "%(family)s bring.", family.n_people)
        return capfirst(text % {"family": family.name})
    if terms.brings == Who.CHILD:
        text = ngettext(
            "%(children)s comes alone.", "%(children)s come alone.", n_children
        )
        return capfirst(text % {"children": names.children_of(terms)})
    return _("Somebody else brings.")


def _fetches(terms: Terms, names: Names) -> str:
    if not terms.fetches:
        return ""
    family, n_children = _family(terms.fetches, names), len(terms.children)
    # Who fetches from their own home brings the child back.
    back = (terms.fetches, terms.where) == (Who.SUPPORT_FAMILY, Where.SUPPORT_FAMILY)
    if family and family.reads:
        return _("You bring back.") if back else _("You fetch.")
    if family:
        text = (
            ngettext(
                "%(family)s brings back.", "%(family)s bring back.", family.n_people
            )
            if back
            else ngettext("%(family)s fetches.", "%(family)s fetch.", family.n_people)
        )
        return capfirst(text % {"family": family.name})
    if terms.fetches == Who.CHILD:
        text = ngettext(
            "%(children)s goes home alone.", "%(children)s go home alone.", n_children
        )
        return capfirst(text % {"children": names.children_of(terms)})
    return _("Somebody else fetches.")


def _brings_and_fetches(terms: Terms, names: Names) -> str:
    family, n_children = _family(terms.brings, names), len(terms.children)
    if family and family.reads:
        return _("You bring and fetch.")
    if family:
        text = ngettext(
            "%(family)s brings and fetches.",
            "%(family)s bring and fetch.",
            family.n_people,
        )
        return capfirst(text % {"family": family.name})
    if terms.brings == Who.CHILD:
        text = ngettext(
            "%(children)s comes and goes alone.",
            "%(children)s come and go alone.",
            n_children,
        )
        return capfirst(text % {"children": names.children_of(terms)})
    return _("Somebody else brings and fetches.")


def _holidays(terms: Terms) -> str:
    if terms.holidays == AgreementItem.Holidays.GOES_ON:
        return _("Also in the school holidays.")
    return _("Not in the school holidays.")


def _moment(terms: Terms) -> str:
    """Days with times or parts, to stand behind how often; "" for none."""
    named = days(terms)
    if terms.starts_at is None or terms.ends_at is None:
        if named and not terms.weekdays:
            return _("in the %(parts)s") % {"parts": named}
        return named
    values = {
        "days": named,
        "start": clock(terms.starts_at),
        "end": clock(terms.ends_at),
    }
    if named and terms.kind == SLEEPOVER:
        return _("%(days)s from %(start)s to %(end)s the next day") % values
    if named:
        return _("%(days)s from %(start)s to %(end)s") % values
    if terms.kind == SLEEPOVER:
        return _("from %(start)s to %(end)s the next day") % values
    return _("from %(start)s to %(end)s") % values


def _how_often_pattern(terms: Terms, *, on: str) -> str:
    if terms.rhythm == Rhythm.WEEKLY:
        return _("Every %(on)s")
    if terms.rhythm == Rhythm.EVEN_WEEKS:
        return _("In even weeks on %(on)s")
    if terms.rhythm == Rhythm.ODD_WEEKS:
        return _("In odd weeks on %(on)s")
    if terms.rhythm == Rhythm.EVERY_N_WEEKS:
        return _every_n_weeks(terms)
    if terms.rhythm == Rhythm.NOW_AND_THEN:
        return _now_and_then(terms, on=on)
    return _times_a_month(terms, on=on)


def _every_n_weeks(terms: Terms) -> str:
    if terms.every == EVERY_OTHER:
        return _("Every other week on %(on)s")
    return _("Once every %(n)d weeks on %(on)s")


def _now_and_then(terms: Terms, *, on: str) -> str:
    if terms.weekdays:
        return _("Now and then on %(on)s")
    return _("Now and then %(on)s") if on else _("Now and then")


def _times_a_month(terms: Terms, *, on: str) -> str:
    n = terms.every
    if terms.weekdays:
        return ngettext("Once a month on %(on)s", "%(n)d times a month on %(on)s", n)
    if on:
        return ngettext("Once a month %(on)s", "%(n)d times a month %(on)s", n)
    return ngettext("Once a month", "%(n)d times a month", n)


def _day(day: dt.date | None) -> str:
    return date_format(day, "j F Y") if day else ""


def _who(who: str, names: Names) -> str:
    if not who:
        return ""
    family = _family(who, names)
    return family.name if family else str(Who(who).label)


def _where(terms: Terms, names: Names) -> str:
    families = {"support": names.support.name, "request": names.request.name}
    return {
        Where.SUPPORT_FAMILY: _("at the home of %(support)s"),
        Where.REQUEST_FAMILY: _("at the home of %(request)s"),
        Where.ELSEWHERE: _("somewhere else"),
    }[Where(terms.where)] % families


VALUES: dict[str, Callable[[Terms, Names], str]] = {
    "kind": lambda terms, _names: str(KINDS[SupportKind(terms.kind)]),
    "children": lambda terms, names: names.children_of(terms),
    "how_often": lambda terms, _names: how_often(terms),
    "days": lambda terms, _names: days(terms),
    "times": lambda terms, _names: times(terms),
    "where": _where,
    "brings": lambda terms, names: _who(terms.brings, names),
    "fetches": lambda terms, names: _who(terms.fetches, names),
    "holidays": lambda terms, _names: str(AgreementItem.Holidays(terms.holidays).label),
    "note": lambda terms, _names: terms.note,
}
