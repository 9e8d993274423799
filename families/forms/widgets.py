"""Controls that Django has not."""

import itertools
from collections.abc import Container, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from families import moments

WEEKDAYS = (
    pgettext_lazy("weekday as a heading", "Monday"),
    pgettext_lazy("weekday as a heading", "Tuesday"),
    pgettext_lazy("weekday as a heading", "Wednesday"),
    pgettext_lazy("weekday as a heading", "Thursday"),
    pgettext_lazy("weekday as a heading", "Friday"),
    pgettext_lazy("weekday as a heading", "Saturday"),
    pgettext_lazy("weekday as a heading", "Sunday"),
)
PARTS = (_("Morning"), _("Afternoon"), _("Evening"), _("Night"))
DAYTIME = (moments.Part.MORNING, moments.Part.AFTERNOON, moments.Part.EVENING)


class RadiosWithReasons(forms.RadioSelect):
    """Radio buttons of which some say why not to choose them.

    Attributes:
        reasons: why not, by value.
        barred: whether these cannot be chosen either.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reasons: dict[str, str] = {}
        self.barred = True

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        reason = self.reasons.get(str(option["value"]))
        if reason:
            option["reason"] = reason
            option["attrs"]["disabled"] = self.barred
        return option


class Boxes:
    """Makes the boxes of a week, each with an id of its own."""

    def __init__(self, id_: str | None, codes: Container[str]) -> None:
        self.id_ = id_
        self.codes = codes
        self.numbers = itertools.count()

    def __call__(self, code: str, label: Any) -> dict[str, Any]:
        return {
            "id": f"{self.id_}_{next(self.numbers)}",
            "value": code,
            "label": label,
            "checked": code in self.codes,
        }

    def week(self, weeks: str, parts: Iterable[moments.Part]) -> dict[str, Any]:
        """The seven days of one kind of week."""
        return {
            "weeks": weeks,
            "days": [
                {
                    "id": f"{self.id_}_{weeks}-{weekday}",
                    "name": WEEKDAYS[weekday],
                    "cells": [
                        self(f"{weeks}-{weekday}-{part}", PARTS[part]) for part in parts
                    ],
                }
                for weekday in range(moments.DAYS)
            ],
        }


class WeekGridWidget(forms.Widget):
    """Seven days with boxes for their parts, and a few choices for the whole.

    Each box sends a code: `both-2-1` is Wednesday afternoon in all weeks, `even-2-1`
    only in even ones; `weekend`, `holidays` and `unknown` stand for themselves.
    """

    template_name = "house/widgets/week_grid.html"
    use_fieldset = True
    UNKNOWN = "unknown"
    WEEKEND = "weekend"
    HOLIDAYS = "holidays"
    WEEKS = {
        "both": tuple(moments.Parity),
        "even": (moments.Parity.EVEN,),
        "odd": (moments.Parity.ODD,),
    }

    def __init__(
        self, attrs: dict[str, Any] | None = None, *, ask_unknown: bool = True
    ) -> None:
        super().__init__(attrs)
        self.night = False
        self.parity = False
        self.ask_unknown = ask_unknown

    def id_for_label(self, id_: str) -> str:
        return ""

    def first_id(self, id_: str) -> str:
        """The id of the first box: Monday morning."""
        return f"{id_}_0"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name)
        return list(values or [])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        # Boxes that nobody ticked are never sent.
        return False

    def mask_of(self, codes: Iterable[str]) -> int:
        """The moments that the codes stand for.

        Raises:
            ValueError: a code is none of ours.
        """
        mask = moments.NO_MOMENTS
        for code in codes:
            if code == self.WEEKEND:
                mask |= self._weekend()
            elif code == self.HOLIDAYS:
                mask |= moments.SCHOOL_HOLIDAYS
            else:
                mask |= self._moment(code)
        return mask

    def codes_in(self, mask: int) -> list[str]:
        """The codes whose boxes show the mask, in the order of the page."""
        slots = moments.slots_in(mask)
        apart = self.parity or any(weeks != "both" for weeks in slots.values())
        codes = [
            f"{shown}-{weekday}-{part}"
            for (weekday, part), weeks in slots.items()
            for shown in (
                (["even", "odd"] if weeks == "both" else [weeks]) if apart else ["both"]
            )
        ]
        if mask & moments.SCHOOL_HOLIDAYS:
            codes.append(self.HOLIDAYS)
        return codes

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        codes = set(value or [])
        apart = self.parity or any(code.startswith(("even", "odd")) for code in codes)
        if apart:
            codes |= {
                code.replace("both", weeks)
                for code in codes
                for weeks in ("even", "odd")
            }
        night = self.night or any(
            code.endswith(f"-{moments.Part.NIGHT.value}") for code in codes
        )
        box = Boxes(context["widget"]["attrs"].get("id"), codes)
        parts = moments.Part if night else DAYTIME
        context["widget"] |= {
            "night": night,
            "weeks": [
                box.week(weeks, parts)
                for weeks in (("even", "odd") if apart else ("both",))
            ],
            "extras": [box(code, label) for code, label in self._extras()],
        }
        return context

    def _extras(self) -> list[tuple[str, Any]]:
        extras = [
            (self.WEEKEND, _("A whole weekend")),
            (self.HOLIDAYS, _("In the school holidays")),
        ]
        if self.ask_unknown:
            extras.append((self.UNKNOWN, _("I do not know that yet")))
        return extras

    def _moment(self, code: str) -> int:
        weeks, _dash, slot = code.partition("-")
        weekday, _dash, part = slot.partition("-")
        if weeks not in self.WEEKS or not (weekday + part).isdecimal():
            raise ValueError(code)
        return moments.mask_of(
            moments.Moment(int(weekday), int(part), parity)
            for parity in self.WEEKS[weeks]
        )

    def _weekend(self) -> int:
        return moments.WEEKEND if self.night else moments.WEEKEND & moments.DAYTIME


class SimpleWeekWidget(WeekGridWidget):
    """A few simple choices; the whole week is folded below, for who wants it.

    All are read into one mask, and what the simple choices say is shown by them.
    """

    template_name = "house/widgets/simple_week.html"
    SIMPLE = {
        "afternoons": (
            _("From Monday to Friday, after school"),
            "backpack",
            moments.AFTERNOONS,
        ),
        WeekGridWidget.WEEKEND: (
            _("At the weekend"),
            "sun",
            moments.WEEKEND & moments.DAYTIME,
        ),
        WeekGridWidget.HOLIDAYS: (
            _("In the school holidays"),
            "tent-tree",
            moments.SCHOOL_HOLIDAYS,
        ),
    }

    def first_id(self, id_: str) -> str:
        return f"{id_}_simple_0"

    def mask_of(self, codes: Iterable[str]) -> int:
        codes = list(codes)
        mask = super().mask_of(code for code in codes if code not in self.SIMPLE)
        for code in self.SIMPLE.keys() & set(codes):
            mask |= self.SIMPLE[code][2]
        return mask

    def codes_in(self, mask: int) -> list[str]:
        simple, rest = self.simple_in(mask)
        return [*simple, *super().codes_in(rest)]

    @classmethod
    def simple_in(cls, mask: int) -> tuple[list[str], int]:
        """The simple choices that a mask holds whole, and what it holds besides."""
        simple = [
            code
            for code, (*_words, all_of) in cls.SIMPLE.items()
            if mask & all_of == all_of
        ]
        for code in simple:
            mask &= ~cls.SIMPLE[code][2]
        return simple, mask

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        codes = set(value or [])
        box = Boxes(f"{context['widget']['attrs'].get('id')}_simple", codes)
        simple = [
            box(code, label) | {"picture": picture}
            for code, (label, picture, _mask) in self.SIMPLE.items()
        ]
        if self.ask_unknown:
            unknown = box(self.UNKNOWN, _("I do not know that yet"))
            simple.append(unknown | {"picture": "circle-question-mark"})
        open_ = bool(codes - {one["value"] for one in simple})
        context["widget"] |= {
            "simple": simple,
            "open": open_,
            "daytime": not context["widget"]["night"],
        }
        return context


class WishedWeekWidget(WeekGridWidget):
    """Every week alike in one grid; what holds in half of the weeks is folded below.

    A box counts wherever it is ticked, so that one press says "each Wednesday
    afternoon", and shared custody needs only the weeks that differ.
    """

    template_name = "house/widgets/wished_week.html"
    AFTERNOONS = "afternoons"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.clear: list[tuple[str, Any]] = []

    def mask_of(self, codes: Iterable[str]) -> int:
        codes = list(codes)
        mask = super().mask_of(code for code in codes if code != self.AFTERNOONS)
        return mask | (moments.AFTERNOONS if self.AFTERNOONS in codes else 0)

    def codes_in(self, mask: int) -> list[str]:
        slots = moments.slots_in(mask)
        codes = [f"{weeks}-{day}-{part}" for (day, part), weeks in slots.items()]
        return [*codes, self.HOLIDAYS] if mask & moments.SCHOOL_HOLIDAYS else codes

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = forms.Widget.get_context(self, name, value, attrs)
        codes = set(value or [])
        box = Boxes(context["widget"]["attrs"].get("id"), codes)
        context["widget"] |= {
            "night": True,
            "every": box.week("both", moments.Part),
            "quick": [
                box(self.AFTERNOONS, _("Every afternoon from Monday to Friday")),
                box(self.WEEKEND, _("A whole weekend")),
            ],
            "extras": [
                box(self.HOLIDAYS, _("In the school holidays")),
                *(box(code, label) for code, label in self.clear),
            ],
            "apart": [box.week(weeks, moments.Part) for weeks in ("even", "odd")],
            "open": any(code.startswith(("even", "odd")) for code in codes),
        }
        return context
