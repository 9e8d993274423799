"""Hours per month in words."""

from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from agreements.core.timeline import Totals


def hours(amount: Fraction) -> str:
    """A number of hours with at most one decimal: "17,3", "8"."""
    rounded = round(float(amount), 1)
    return number_format(rounded, 0 if rounded == int(rounded) else 1)


def hours_a_month(total: Totals) -> str:
    """Whole hours per month in words, honest about what is not known."""
    # Less than an hour would round to none, or to twice as much.
    whole = Fraction(round(total.hours)) if total.hours >= 1 else total.hours
    if not total.n_unknown and not total.hours:
        return _("no hours")
    if not total.n_unknown:
        return _("about %(hours)s hours a month") % {"hours": hours(whole)}
    if not total.hours:
        return _("hours not known")
    return _("about %(hours)s hours a month, and more at other times") % {
        "hours": hours(whole)
    }


def hours_in_short(total: Totals) -> str:
    """Whole hours per month in a few letters, for a drawing."""
    if total.n_unknown and not total.hours:
        return "?"
    whole = Fraction(round(total.hours)) if total.hours >= 1 else total.hours
    pattern = _("%(hours)s h +") if total.n_unknown else _("%(hours)s h")
    return pattern % {"hours": hours(whole)}
