"""Forms of agreements: a version with its items, a yes, a stop, a day to look at."""

from agreements.forms.answers import ConfirmForm, StopForm
from agreements.forms.items import MOST_ITEMS, ClockField
from agreements.forms.versions import DayForm, VersionEditor

__all__ = [
    "MOST_ITEMS",
    "ClockField",
    "ConfirmForm",
    "DayForm",
    "StopForm",
    "VersionEditor",
]
