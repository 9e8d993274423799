"""What holds for a whole version in words: trial, durations, house rules."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.core import timeline
from agreements.core.timeline import Frame, FrameChange
from agreements.wording.changes import Line
from agreements.wording.names import Family, Names
from families.facts import months_in_words
from matching.models import Pairing

Stage = Pairing.Stage


def sentences(frame: Frame, names: Names, *, on: dt.date) -> list[str]:
    """Whether it is a trial, and for how long each family said it will go on.

    Args:
        frame: of a version.
        names: as the reader calls everybody.
        on: today, as a trial passes.
    """
    return [
        trial(frame, on=on),
        *_expects(names.request, frame.months_request),
        *_expects(names.support, frame.months_support),
    ]


def trial(frame: Frame, *, on: dt.date) -> str:
    """Trial with its last day, or definite, as a sentence."""
    if frame.trial_until is None:
        return _("These are definite agreements.")
    until = {"until": date_format(frame.trial_until, "j F Y")}
    if frame.trial_until < on:
        return _("The trial was up to and including %(until)s.") % until
    return _("This is a trial, up to and including %(until)s.") % until


def difference(before: Frame, after: Frame, names: Names) -> list[Line]:
    """Each thing that differs for all items together; equal things are left out."""
    return [_line(change, names) for change in timeline.frame_difference(before, after)]


def summary(
    before: Frame | None, after: Frame, names: Names, *, on: dt.date
) -> list[str]:
    """The difference as one sentence for each thing; of the first version all."""
    if before is None:
        rules = [_line(FrameChange("house_rules", None, after.house_rules), names)]
        said = [_in_short(line) for line in rules if after.house_rules]
        return [*sentences(after, names, on=on), *said]
    return [_in_short(line) for line in difference(before, after, names)]


def remark(frame: Frame, names: Names) -> str:
    """What to talk about when the families think of very different durations."""
    asked, given = frame.months_request, frame.months_support
    if asked is None or given is None or not timeline.differ_much(frame):
        return ""
    text = _(
        "%(request)s thinks of %(asked)s, %(support)s of %(given)s. Talk about that."
    )
    return capfirst(
        text
        % {
            "request": names.request.name,
            "support": names.support.name,
            "asked": months_in_words(asked),
            "given": months_in_words(given),
        }
    )


def stage_hint(pairing: Pairing, frame: Frame) -> str:
    """How the stage of the pairing differs from what its agreements say; "" if not."""
    until = frame.trial_until
    if pairing.stage == Stage.TRIAL and until is None:
        return _(
            "These are definite agreements, and the pairing is still in its trial."
            " Does the trial go well? Then make the pairing definite too."
        )
    if pairing.stage == Stage.TRIAL and until != pairing.trial_until:
        return _(
            "The trial of the pairing lasts until %(pairing)s, and that of these"
            " agreements until %(agreements)s. Is that right?"
        ) % {
            "pairing": date_format(pairing.trial_until, "j F Y"),
            "agreements": date_format(until, "j F Y"),
        }
    if pairing.stage == Stage.INTRODUCTION:
        return _(
            "The pairing is still in the introduction. Start the trial of the pairing"
            " too."
        )
    if until is not None and pairing.stage in (Stage.ACTIVE, Stage.INDEPENDENT):
        return _("This is a trial, and the pairing is definite already. Is that right?")
    return ""


def _expects(family: Family, months: int | None) -> list[str]:
    """How long a family thinks of; nothing where nobody wrote it down."""
    if not months:
        return []
    text = ngettext(
        "%(family)s thinks of %(months)s.",
        "%(family)s think of %(months)s.",
        family.n_people,
    )
    said = text % {"family": family.name, "months": months_in_words(months)}
    return [capfirst(said)]


def _line(change: FrameChange, names: Names) -> Line:
    label = {
        "trial_until": _("Trial or definite"),
        "months_request": _("How long, according to %(request)s"),
        "months_support": _("How long, according to %(support)s"),
        "house_rules": _("House rules"),
    }[change.name] % {"request": names.request.name, "support": names.support.name}
    return Line(
        label, _value(change.name, change.before), _value(change.name, change.after)
    )


def _value(name: str, value: dt.date | int | None) -> str:
    if isinstance(value, dt.date) or name == "trial_until":
        return _trial(value)
    return _rules(value) if name == "house_rules" else _months(value)


def _trial(until: dt.date | None) -> str:
    if until is None:
        return _("definite")
    return _("trial until %(until)s") % {"until": date_format(until, "j F Y")}


def _months(number: int | None) -> str:
    return months_in_words(number) if number else _("not written down")


def _rules(number: int | None) -> str:
    return _("number %(number)d") % {"number": number} if number else ""


def _in_short(line: Line) -> str:
    values = {"label": line.label, "was": line.was, "becomes": line.becomes}
    if not line.was:
        return _("%(label)s: “%(becomes)s”.") % values
    return _("%(label)s: from “%(was)s” to “%(becomes)s”.") % values
