"""Tags and filters that every page of the house may use."""

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from families import moments, references
from families.forms.fields import TelephoneField
from families.forms.widgets import PARTS, WEEKDAYS

register = template.Library()

CYCLING_KM_PER_HOUR = 15
# Places are known to about a hundred metres.
NEARBY_KM = 0.1

SHORT_WEEKDAYS = (
    pgettext_lazy("short weekday", "Mo"),
    pgettext_lazy("short weekday", "Tu"),
    pgettext_lazy("short weekday", "We"),
    pgettext_lazy("short weekday", "Th"),
    pgettext_lazy("short weekday", "Fr"),
    pgettext_lazy("short weekday", "Sa"),
    pgettext_lazy("short weekday", "Su"),
)
FAMILY_TAGS = {
    "request": gettext_lazy("Request family"),
    "support": gettext_lazy("Support family"),
}
SIGNS = {
    "met": ("✓", gettext_lazy("Fits:")),
    "partly": ("~", gettext_lazy("Fits partly:")),
    "not": ("✕", gettext_lazy("Does not fit:")),
    "unknown": ("?", gettext_lazy("We do not know:")),
}
# What a cell of the week says: style, letter, word for who does not see the letter.
YES = ("yes", "✓", gettext_lazy("possible"))
NO = ("", "", gettext_lazy("none"))
BOTH = ("both", "✓", gettext_lazy("together"))
REQUEST_ONLY = (
    "request",
    pgettext_lazy("letter in the week grid", "r"),
    gettext_lazy("request family only"),
)
SUPPORT_ONLY = (
    "support",
    pgettext_lazy("letter in the week grid", "s"),
    gettext_lazy("support family only"),
)


@register.filter
def long_date(value: dt.date | None) -> str:
    """The day with its weekday: zo 22 november 2026."""
    return date_format(_local(value), "D j E Y") if value else ""


@register.filter
def short_date(value: dt.date | None) -> str:
    """The day in figures: 22-11-2026."""
    if not value:
        return ""
    day = _local(value)
    return f"{day.day}-{day.month}-{day.year}"


@register.simple_tag
def day(value: dt.date | None, style: str = "long") -> SafeString | str:
    """A `<time>` element with the day in words, or in figures as `short`."""
    if not value:
        return ""
    words = short_date(value) if style == "short" else long_date(value)
    moment = _local(value)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)


@register.filter
def distance_km(value: float | None) -> str:
    """A distance as people say it: 1,2 km."""
    if value is None:
        return _("distance not known yet")
    if value < NEARBY_KM:
        return _("less than 100 m")
    return _("%(distance)s km") % {"distance": number_format(round(value, 1), 1)}


@register.filter
def cycling_minutes(value: float | None) -> str:
    """About how long it takes by bicycle; "" while the distance is not known."""
    if value is None:
        return ""
    minutes = max(1, round(value / CYCLING_KM_PER_HOUR * 60))
    return ngettext(
        "about %(minutes)d minute by bicycle",
        "about %(minutes)d minutes by bicycle",
        minutes,
    ) % {"minutes": minutes}


@register.simple_tag
def not_put_back() -> SafeString:
    """The first control of a form that a browser must not fill in again by itself.

    Going back, it does so for a form with the same first names, also on a page that may
    not be stored: whoever left quickly would be seen. What was sent the server knows.
    """
    return format_html('<input type="hidden" name="x{}">', secrets.token_hex(4))


@register.filter
def reference(value: str | None) -> str:
    """A reference code in groups, as people read it aloud."""
    return references.in_groups(value) if value else ""


@register.filter
def sentence_case(value: str | None) -> str:
    """The words with a capital, without the accent that stresses a small letter.

    Dutch writes "één" but "Eén".
    """
    text = capfirst(str(value or ""))
    return f"E{text[1:]}" if text.startswith("Één") else text


@register.filter
def telephone(value: str | None) -> str:
    """A stored number as people write it: 06 12345678."""
    return TelephoneField().prepare_value(value) if value else ""


@register.inclusion_tag("house/_tag.html")
def tag(kind: str = "", word: str = "") -> dict[str, Any]:
    """A small label: request, support, ok, warn, bad, info or neutral ("")."""
    return {"kind": kind, "word": word or FAMILY_TAGS.get(kind, "")}


@register.simple_tag
def form_key() -> str:
    """A key of its own for each form, by which sending twice is noticed as once."""
    return str(uuid.uuid4())


@register.simple_tag
def sign(kind: str) -> SafeString:
    """Whether something fits, as a sign to see and a word to hear."""
    mark, word = SIGNS[kind]
    return format_html(
        '<span class="sign sign-{}" aria-hidden="true">{}</span>'
        '<span class="vh">{} </span>',
        kind,
        mark,
        word,
    )


@register.inclusion_tag("house/_week_read.html")
def week_grid(mask: int | None, other: Any = NO, caption: str = "") -> dict[str, Any]:
    """The week to read: one family's, or with `other` what both families can.

    Args:
        mask: the moments of one family, with `other` those of the request family.
        other: the moments of the support family; None when they are not known.
        caption: what the table is about, for who does not see the heading above it.
    """
    compare = other is not NO
    known = [one for one in ((mask, other) if compare else (mask,)) if one is not None]
    apart = any(
        weeks != "both" for one in known for weeks in moments.slots_in(one).values()
    )
    pair = compare and mask is not None and other is not None
    return {
        "caption": caption,
        "pair": pair,
        "request_unknown": mask is None and compare,
        "support_unknown": other is None,
        "unknown": mask is None and not compare,
        "weekdays": list(zip(SHORT_WEEKDAYS, WEEKDAYS, strict=True)),
        "tables": [
            {"weeks": weeks, "rows": _week_rows(known, parity)}
            for weeks, parity in (
                (("even", moments.Parity.EVEN), ("odd", moments.Parity.ODD))
                if apart
                else (("both", moments.Parity.EVEN),)
            )
        ]
        if known
        else [],
        "holidays": bool(known) and _holidays(known),
        "letters": (REQUEST_ONLY[1], SUPPORT_ONLY[1]),
    }


@register.inclusion_tag("house/_pages.html", takes_context=True)
def paginate(context: template.Context, page: Page) -> dict[str, Any]:
    """Numbered links to the pages of a list; the address keeps its other filters."""
    return {
        "request": context["request"],
        "page": page,
        "numbers": page.paginator.get_elided_page_range(
            page.number, on_each_side=1, on_ends=1
        ),
        "gap": page.paginator.ELLIPSIS,
    }


@register.simple_tag(takes_context=True)
def in_section(context: template.Context, *sections: str) -> bool:
    """Whether the page belongs to one of these parts of the site.

    A part is a view name or its beginning: "today", "families", "matching:pairing".
    A view that belongs elsewhere says so with `section` in its context.
    """
    here = context.get("section")
    if not here:
        request = context.get("request")
        match = getattr(request, "resolver_match", None)
        here = match.view_name if match else ""
    return any(
        here == section or here.startswith((f"{section}:", f"{section}-"))
        for section in sections
    )


@register.simple_tag
def problems(form: Any, formset: Any = None) -> list[dict[str, str]]:
    """What is wrong with a form and a formset, with the id of each first control."""
    found: list[dict[str, str]] = []
    if formset:
        found += [{"id": "", "text": text} for text in formset.non_form_errors()]
    for one in (form, *(formset or ())):
        if isinstance(one, BaseForm):
            found += _problems_of(one)
    return found


def _problems_of(form: BaseForm) -> Iterable[dict[str, str]]:
    for text in form.non_field_errors():
        yield {"id": "", "text": text}
    for field in form:
        id_ = getattr(field, "first_id", field.id_for_label)
        for text in field.errors:
            yield {"id": "" if field.is_hidden else id_, "text": text}


def _local(value: dt.date) -> dt.date:
    """The day in the time zone of the site."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value
    return value


def _week_rows(masks: list[int], parity: moments.Parity) -> list[dict[str, Any]]:
    night = any(
        part == moments.Part.NIGHT
        for mask in masks
        for _weekday, part in moments.slots_in(mask)
    )
    return [
        {
            "name": PARTS[part],
            "cells": [
                _cell(masks, moments.Moment(weekday, part, parity))
                for weekday in range(moments.DAYS)
            ],
        }
        for part in moments.Part
        if night or part != moments.Part.NIGHT
    ]


def _cell(masks: list[int], moment: moments.Moment) -> tuple[Any, Any, Any]:
    bit = moments.mask_of([moment])
    free = tuple(bool(mask & bit) for mask in masks)
    if len(free) == 1:
        return YES if free[0] else NO
    return {
        (True, True): BOTH,
        (True, False): REQUEST_ONLY,
        (False, True): SUPPORT_ONLY,
        (False, False): NO,
    }[free]


def _holidays(masks: list[int]) -> str:
    free = tuple(bool(mask & moments.SCHOOL_HOLIDAYS) for mask in masks)
    if all(free):
        return _("Also in the school holidays.")
    if len(free) == 1 or not any(free):
        return ""
    if free[0]:
        return _("In the school holidays: request family only.")
    return _("In the school holidays: support family only.")
