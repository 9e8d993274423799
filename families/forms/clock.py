"""A clock time as people write it."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

_CLOCK = re.compile(r"(\d{1,2})(?:[.:,h\s]+(\d{2})|(\d{2}))?")


class ClockField(forms.CharField):
    """A clock time as people write it: 13.00, 13:00, 1300, 13 or 13 uur."""

    default_error_messages = {
        "invalid": _("‘%(value)s’ is not a time. Write for example 13.30.")
    }

    def to_python(self, value: Any) -> dt.time | None:
        if value in self.empty_values or isinstance(value, dt.time):
            return value or None
        text = str(value).casefold().replace("uur", "").strip(" .:")
        if not text:
            return None
        found = _CLOCK.fullmatch(text) if text.isascii() else None
        if found:
            hour, minute = int(found[1]), int(found[2] or found[3] or 0)
            if hour < 24 and minute < 60:  # noqa: PLR2004 - of a clock
                return dt.time(hour, minute)
        shown = str(value)[:20].replace("\0", "")
        raise ValidationError(
            self.error_messages["invalid"], code="invalid", params={"value": shown}
        )

    def prepare_value(self, value: Any) -> Any:
        return time_format(value, "G.i") if isinstance(value, dt.time) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off", "inputmode": "decimal", "size": "7"}
