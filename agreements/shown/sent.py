"""A mail that is about to leave, on the page where it can still be taken back."""

import datetime as dt
from dataclasses import dataclass

from agreements.models import Asking


@dataclass(frozen=True)
class Sent:
    """A mail that is about to leave.

    Attributes:
        who: the family that is asked.
        until: until when it can be taken back.
        seconds: so many are left.
        url: where it is taken back.
        asking: which of several mails, where the address does not tell.
    """

    who: str
    until: dt.datetime
    seconds: int
    url: str
    asking: Asking | None = None


def seconds_left(until: dt.datetime, *, at: dt.datetime) -> int:
    """How long a mail can still be taken back; 0 from the last moment on."""
    return max(0, int((until - at).total_seconds()))
