"""All that stands on the paper of one version, as plain text for its template.

Both families read it, so everybody is called by first name, and no address is on it.
"""

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreements import wording
from agreements.core import timeline
from agreements.history import History
from agreements.models import AgreementVersion
from agreements.shown.versions import shown_items
from agreements.wording import Names, frames
from families.references import in_groups

BLANK_LINES = re.compile(r"\n\s*\n")


def what_it_says(
    history: History, version: AgreementVersion, *, on: dt.date
) -> dict[str, Any]:
    """What the paper of a version says when it is made on a day.

    Args:
        history: read with its adults.
        version: any version of it.
        on: today.
    """
    names = history.names_for("both", on=on)
    number = {"number": version.number}
    code = {"code": in_groups(history.pairing.reference)}
    return {
        "language": settings.LANGUAGE_CODE,
        "title": _("Our agreements, version %(number)s") % number,
        "author": "Buurtgezinnen",
        "today": {"year": on.year, "month": on.month, "day": on.day},
        "heading": _("Our agreements"),
        "facts": _facts(history, version, names),
        "notice": _notice(version),
        "parts": [_what_holds(version, names, on=on), _good_to_know(history)],
        "signing": {
            "title": _("We agree to this"),
            "who": [
                capfirst(names.request.name),
                capfirst(names.support.name),
                _("Coordinator %(name)s") % {"name": history.pairing.lead.user.name},
            ],
            "date": _("Date"),
            "signature": _("Signature"),
        },
        "rules": _rules(version),
        "footer": _("Version %(number)s · code %(code)s · printed on %(day)s")
        % (number | code | {"day": _day(on)}),
        "page": _("Page {page} of {pages}"),
    }


def _facts(
    history: History, version: AgreementVersion, names: Names
) -> list[tuple[str, str]]:
    said_yes = (
        _("%(name)s on %(day)s")
        % {"name": getattr(names, one.side).name, "day": _day(one.on)}
        for one in version.confirmations.all()
    )
    facts = [
        (_("Family that asks for support"), capfirst(names.request.name)),
        (_("Family that gives support"), capfirst(names.support.name)),
        (_("For"), wording.in_a_row(names.children.values())),
        (_("Holds from"), _day(version.effective_from)),
        (_("Version"), _numbered(version)),
        (_("Coordinator"), _coordinator(history)),
        (_("Said yes"), capfirst("; ".join(said_yes))),
    ]
    return [(label, text) for label, text in facts if text]


def _numbered(version: AgreementVersion) -> str:
    recorded = timezone.localdate(version.recorded_at)
    return _("%(number)s, written down on %(day)s") % {
        "number": version.number,
        "day": _day(recorded),
    }


def _coordinator(history: History) -> str:
    lead = history.pairing.lead
    return _("%(name)s, telephone %(telephone)s") % {
        "name": lead.user.name,
        "telephone": lead.telephone.as_national,
    }


def _notice(version: AgreementVersion) -> str:
    if version.is_draft:
        return _("This counts when both families have said yes.")
    if not version.is_current:
        return _("Mind: this version does not count any more.")
    return ""


def _what_holds(
    version: AgreementVersion, names: Names, *, on: dt.date
) -> dict[str, Any]:
    terms = version.terms()
    if not terms:
        stops = _("From this day nothing holds any more.")
        return _part(_("The agreements stop"), text=[stops])
    items = [
        {"title": item.title, "text": [item.sentences, *_paragraphs(item.note)]}
        for item in shown_items(terms, names)
    ]
    hours = capfirst(wording.hours_a_month(timeline.totals(terms)))
    return _part(
        _heading(version),
        items=items,
        text=[f"{hours}.", *frames.sentences(version.frame(), names, on=on)],
    )


def _heading(version: AgreementVersion) -> str:
    if version.is_draft:
        return _("This is what we agree on")
    return _("This is what we proposed") if version.is_put_away else _("What it says")


def _good_to_know(history: History) -> dict[str, Any]:
    points = [
        _("You can always stop. Tell your coordinator."),
        _("Do you want to change something? Then we make new agreements together."),
    ]
    return _part(_("Good to know"), points=points)


def _rules(version: AgreementVersion) -> dict[str, Any] | None:
    rules = version.house_rules
    if rules is None:
        return None
    heading = _("Appendix: house rules, number %(number)s, of %(day)s")
    return {
        "title": heading % {"number": rules.number, "day": _day(rules.holds_from)},
        "text": _paragraphs(rules.text),
    }


def _part(title: str, **says: Any) -> dict[str, Any]:
    return {"title": title, "items": [], "text": [], "points": []} | says


def _paragraphs(text: str) -> list[str]:
    """Blank lines part paragraphs; other lines stay lines."""
    tidy = text.replace("\r\n", "\n").replace("\r", "\n")
    return [one.strip() for one in BLANK_LINES.split(tidy) if one.strip()]


def _day(day: dt.date) -> str:
    return date_format(day, "j F Y")
