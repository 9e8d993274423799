"""Why one time falls out, or on which day it is instead, as a sentence."""

import datetime as dt

from django.utils.translation import gettext as _

from agreements.core.calendar import HOLIDAY, PAUSE, Visit
from agreements.wording.rhythms import date_in_words


def visit_remark(visit: Visit, *, moved_to: dt.date | None = None) -> str:
    """What is out of the ordinary; "" where it takes place as agreed on.

    Args:
        visit: one time of an item.
        moved_to: for one that falls out as an exception, its new day.
    """
    if visit.falls_out == PAUSE:
        return _("Falls out: there is a pause.")
    if visit.falls_out == HOLIDAY:
        return _("Falls out: the schools are closed.")
    if visit.moved_from is not None:
        return _("Instead of %(day)s.") % {"day": date_in_words(visit.moved_from)}
    if not visit.falls_out:
        return ""
    if moved_to is not None:
        return _("Moved to %(day)s.") % {"day": date_in_words(moved_to)}
    return _("Falls out this time.")
