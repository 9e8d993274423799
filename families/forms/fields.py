"""Fields that read what people type with goodwill and explain what they cannot read."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from families import references, vocabulary
from families.forms import parsing
from families.forms.widgets import WeekGridWidget

# What stands in an error message of what somebody typed.
LONGEST_QUOTE = 24
POSTCODE = re.compile(r"(?P<digits>[1-9][0-9]{3})(?P<letters>[A-Z]{2})?")

_UNSTORABLE = _("Your text has a character that we cannot keep. Type it again.")


class CleanTextField(forms.CharField):
    """Text without hidden marks; too long a text says how much too long.

    With `multiline` the control is a textarea and line ends are kept.
    """

    def __init__(
        self, *, multiline: bool = False, max_length: int | None = None, **kwargs: Any
    ) -> None:
        if multiline:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        self.longest = max_length
        # No maxlength on the control: a browser would cut a pasted text in silence.
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        if value in self.empty_values:
            return self.empty_value
        text = str(value)
        if parsing.has_lone_surrogate(text) or "\0" in text:
            raise ValidationError(_UNSTORABLE, code="unstorable")
        text = parsing.clean_text(text)
        if not isinstance(self.widget, forms.Textarea):
            text = " ".join(text.split())
        return text or self.empty_value

    def validate(self, value: str) -> None:
        super().validate(value)
        over = len(value) - self.longest if self.longest and value else 0
        if over > 0:
            raise ValidationError(
                ngettext_lazy(
                    "Your text is too long. Make it %(over)d character shorter.",
                    "Your text is too long. Make it %(over)d characters shorter.",
                    "over",
                ),
                code="max_length",
                params={"over": over},
            )


class ShortAnswerField(forms.Field):
    """One line that is read as something else than text."""

    widget = forms.TextInput
    # What an empty answer is read as; text says "" as Django's own fields do.
    nothing: Any = None

    def read(self, text: str) -> Any:
        """The value that the cleaned text stands for, or a ValidationError."""
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return self.nothing
        text = str(value)
        if parsing.has_lone_surrogate(text) or "\0" in text:
            raise ValidationError(_UNSTORABLE, code="unstorable")
        text = parsing.clean_text(text)
        return self.read(text) if text else self.nothing

    def error(self, code: str, text: str = "") -> ValidationError:
        """What is wrong, with the beginning of what was typed."""
        if len(text) > LONGEST_QUOTE:
            text = text[:LONGEST_QUOTE] + "…"
        return ValidationError(
            self.error_messages[code], code=code, params={"value": text}
        )


class ForgivingDateField(ShortAnswerField):
    """A date as people write it: 1-12-2026, 1/12, 1 dec, vandaag.

    Set `today` (a date, or a function that returns one) where the page has its own:
    a date without a year is the one nearest to it.
    """

    default_error_messages = {
        "required": _("Fill in a date. For example 1 December 2026."),
        "invalid": _(
            "‘%(value)s’ is not a date. Write the day, the month and the year. For"
            " example 1-12-2026."
        ),
        "no_such_day": _("‘%(value)s’ does not exist. Look in a calendar."),
    }

    def __init__(
        self, *, today: dt.date | Callable[[], dt.date] | None = None, **kwargs: Any
    ) -> None:
        self.today = today or timezone.localdate
        super().__init__(**kwargs)

    def read(self, text: str) -> dt.date:
        today = self.today() if callable(self.today) else self.today
        try:
            return parsing.parse_date(text, today=today)
        except parsing.NoSuchDay as error:
            raise self.error("no_such_day", text) from error
        except parsing.NotADate as error:
            raise self.error("invalid", text) from error

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.date):
            return f"{value.day}-{value.month}-{value.year}"
        return value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off", "size": "20"}

    def in_words(self, value: Any) -> str:
        """The date that `value` stands for, with its weekday; "" when it is none."""
        try:
            day = self.to_python(value)
        except ValidationError:
            return ""
        return date_format(day, "l j E Y") if day else ""


class PostcodeField(ShortAnswerField):
    """A Dutch postcode as "1431AB"; the letters may stay away.

    With `digits_only` the answer is the four digits alone.
    """

    nothing = ""
    default_error_messages = {
        "required": _("Fill in your postcode. For example 1431 AB."),
        "invalid": _(
            "‘%(value)s’ is not a postcode. A postcode has 4 digits and 2 letters."
        ),
    }

    def __init__(self, *, digits_only: bool = False, **kwargs: Any) -> None:
        self.digits_only = digits_only
        super().__init__(**kwargs)

    def read(self, text: str) -> str:
        # Digits of another script count, and are kept as ours.
        plain = "".join(
            str(int(letter)) if letter.isdecimal() else letter
            for letter in text.upper()
            if letter.isalnum()
        )
        found = POSTCODE.fullmatch(plain.removeprefix("NL"))
        if not found:
            raise self.error("invalid", text)
        return found["digits"] if self.digits_only else found[0]

    def prepare_value(self, value: Any) -> Any:
        found = POSTCODE.fullmatch(value) if isinstance(value, str) else None
        if found and found["letters"]:
            return f"{found['digits']} {found['letters']}"
        return value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "postal-code", "size": "9"}


class TelephoneField(ShortAnswerField):
    """A telephone number as E.164; without a country it is a Dutch one."""

    default_error_messages = {
        "required": _("Fill in your telephone number. Then we can call you."),
        "invalid": _("‘%(value)s’ is not a telephone number. Type only the number."),
        "too_short": _("This number is too short. A number has 10 digits."),
        "too_long": _("This number is too long. A number has 10 digits."),
        "foreign": _(
            "This number is not right. Begin a foreign number with + and the code of"
            " the country."
        ),
        "unknown": _("This number does not exist. Look at it once more."),
    }
    nothing = ""
    region = "NL"
    digits_after_zero = 9
    widget = forms.TelInput

    def read(self, text: str) -> str:
        if not any(letter.isdecimal() for letter in text):
            raise self.error("invalid", text)
        if any(letter.isalpha() for letter in text):
            raise self.error("invalid", text)
        abroad = text.startswith(("+", "00"))
        # "+31 (0)6": the zero between brackets is not dialled from abroad.
        text = text.replace("(0)", "") if abroad else text
        try:
            number = phonenumbers.parse(
                text[: parsing.LONGEST_SHORT_ANSWER], self.region
            )
        except phonenumbers.NumberParseException as error:
            # Digits there are, so it is the code of the country or their count.
            few = sum(letter.isdecimal() for letter in text) <= self.digits_after_zero
            code = "foreign" if abroad else "too_short" if few else "too_long"
            raise self.error(code, text) from error
        if number.extension or not phonenumbers.is_valid_number(number):
            raise self.error(self._why_refused(number), text)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def _why_refused(self, number: phonenumbers.PhoneNumber) -> str:
        if number.country_code != phonenumbers.country_code_for_region(self.region):
            return "foreign"
        length = len(phonenumbers.national_significant_number(number))
        if length == self.digits_after_zero:
            return "unknown"
        return "too_short" if length < self.digits_after_zero else "too_long"

    def prepare_value(self, value: Any) -> Any:
        """A stored number as people in its country write it."""
        if not isinstance(value, str) or not value.startswith("+"):
            return value
        try:
            number = phonenumbers.parse(value)
        except phonenumbers.NumberParseException:
            return value
        home = phonenumbers.country_code_for_region(self.region)
        styles = phonenumbers.PhoneNumberFormat
        style = styles.NATIONAL if number.country_code == home else styles.INTERNATIONAL
        return phonenumbers.format_number(number, style)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            "autocomplete": "tel",
            "inputmode": "tel",
            "size": "18",
            "dir": "ltr",
        }


class CodeField(ShortAnswerField):
    """A code of ten letters and digits, in whatever groups and case it is typed."""

    default_error_messages = {
        "required": _("Fill in your code."),
        "invalid": _(
            "‘%(value)s’ is not a code of ours. A code has 10 letters and digits."
        ),
    }
    nothing = ""

    def read(self, text: str) -> str:
        code = references.as_stored(text)
        if not code:
            raise self.error("invalid", text)
        return code

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "size": "14",
            "dir": "ltr",
        }


class AgeField(ShortAnswerField):
    """The age of a child in full years: "6", "6 jaar"; "8 maanden" is 0."""

    default_error_messages = {
        "required": _("Fill in the age. Use a number. For example 6."),
        "invalid": _("Fill in the age. Use a number. For example 6."),
        "out_of_range": _("We help children from %(youngest)d to %(oldest)d years."),
    }

    def __init__(self, *, youngest: int = 0, oldest: int = 17, **kwargs: Any) -> None:
        self.youngest = youngest
        self.oldest = oldest
        super().__init__(**kwargs)

    def read(self, text: str) -> int:
        try:
            age = parsing.parse_age(text)
        except parsing.NotAnAge as error:
            raise self.error("invalid", text) from error
        if not self.youngest <= age <= self.oldest:
            raise ValidationError(
                self.error_messages["out_of_range"],
                code="out_of_range",
                params={"youngest": self.youngest, "oldest": self.oldest},
            )
        return age

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off", "size": "6"}


class KindsField(forms.TypedMultipleChoiceField):
    """Several choices as one mask; each choice is the number of its bit.

    `unknown_label` adds "I do not know that yet" as a choice of its own, which gives
    None. Nothing chosen where that is allowed gives `empty_value`, None by default:
    not asked is never the same as nothing.
    """

    widget = forms.CheckboxSelectMultiple
    UNKNOWN = "unknown"
    default_error_messages = {
        "required": _("Choose one or more."),
        "both": _("You also chose ‘I do not know that yet’. Choose one of the two."),
    }

    def __init__(
        self,
        *,
        choices: Any = vocabulary.SupportKind.choices,
        unknown_label: Any = "",
        empty_value: int | None = None,
        **kwargs: Any,
    ) -> None:
        options = [*choices]
        if unknown_label:
            options.append((self.UNKNOWN, unknown_label))
        super().__init__(choices=options, coerce=str, empty_value=empty_value, **kwargs)

    def clean(self, value: Any) -> int | None:
        chosen = super().clean(value)
        if not chosen:
            return self.empty_value
        if self.UNKNOWN in chosen:
            if len(chosen) > 1:
                raise ValidationError(self.error_messages["both"], code="both")
            return None
        return vocabulary.mask_of(int(bit) for bit in chosen)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return [str(bit) for bit in range(value.bit_length()) if value >> bit & 1]
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(self.prepare_value(initial) or []) != set(data or [])


class MomentsField(forms.Field):
    """When a family can: a mask of `families.moments`, or None for "not known yet".

    `night` adds the night to each day, `parity` shows even and odd weeks apart. A mask
    that needs one of these gets it anyway, so that saving never loses anything. Give
    `initial=MomentsField.UNKNOWN` to show "I do not know that yet" chosen.
    """

    widget = WeekGridWidget
    UNKNOWN = WeekGridWidget.UNKNOWN
    default_error_messages = {
        "required": _(
            "Choose one or more moments. Or choose ‘I do not know that yet’."
        ),
        "invalid": _("Choose from the moments on this page."),
        "both": _("You also chose ‘I do not know that yet’. Choose one of the two."),
    }

    def __init__(
        self, *, night: bool = False, parity: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.widget.night = night
        self.widget.parity = parity

    def clean(self, value: Any) -> int | None:
        codes = value or []
        if not codes:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if self.UNKNOWN in codes:
            if len(codes) > 1:
                raise ValidationError(self.error_messages["both"], code="both")
            return None
        try:
            return self.widget.mask_of(codes)
        except ValueError as error:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid"
            ) from error

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return self.widget.codes_in(value)
        if value == self.UNKNOWN:
            return [value]
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(self.prepare_value(initial) or []) != set(data or [])
