"""The numbers of the rules of matching as a form, each with its field and its words."""

import json
from typing import Any

from django import forms
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from families.vocabulary import Frequency
from matching.core.rules import CODES, FREQUENCIES, FULL_SCORE
from matching.models import Rules
from matching.services.rules import rules_in_use, weights_of
from matching.wording.reasons import CRITERIA

# The name of the button that saves.
SAVE = "_save"
MOST_WEIGHT = 100
DAYPARTS = 56
FARTHEST_M = 100_000

# Names of fields, as the rules are a table of tables: weights.moments is one number.
TABLES = {
    "weights": CODES,
    "dayparts_enough": tuple(FREQUENCIES),
    "visits_in_four_weeks": tuple(FREQUENCIES),
}
SHARE = gettext_lazy("From 0 to 1.")
POINTS = gettext_lazy("From 0 to 10,000.")


def name_of(table: str, code: str) -> str:
    """The field of one number of a table: weights_moments."""
    return f"{table}_{code}"


def _number(label: Any, least: float, most: float, told: Any = "") -> forms.FloatField:
    return forms.FloatField(
        label=label, min_value=least, max_value=most, help_text=told, localize=True
    )


def _whole(label: Any, least: int, most: int, told: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, help_text=told
    )


WEIGHTS = {
    name_of("weights", code): _number(CRITERIA[code], 0, MOST_WEIGHT) for code in CODES
}
BANDS = {
    "strong_from": _whole(gettext_lazy("“Strong” from"), 0, FULL_SCORE, POINTS),
    "good_from": _whole(gettext_lazy("“Good” from"), 0, FULL_SCORE, POINTS),
    "near_tie": _whole(
        gettext_lazy("Almost as good"),
        1,
        FULL_SCORE,
        gettext_lazy(
            "Within so many points, who waits longer goes first. Both thresholds "
            "above are a multiple of it."
        ),
    ),
}
MEASURES = {
    "neutral": _number(
        gettext_lazy("Not asked yet"),
        0,
        1,
        gettext_lazy("What an unknown answer counts: 0.5 is halfway."),
    ),
    "agrees_from": _number(gettext_lazy("Agrees from"), 0, 1, SHARE),
    "agrees_partly_from": _number(gettext_lazy("Agrees partly from"), 0, 1, SHARE),
    "age_at_edge": _number(
        gettext_lazy("A child at the edge of the ages"), 0, 1, SHARE
    ),
    "distance_at_limit": _number(gettext_lazy("Just as far as the limit"), 0, 1, SHARE),
    "usual_distance_m": _number(
        gettext_lazy("Metres where nobody named a limit"), 1, FARTHEST_M
    ),
    "other_language": _number(gettext_lazy("Another shared language"), 0, 1, SHARE),
    "other_municipality": _number(
        gettext_lazy("A neighbouring municipality"), 0, 1, SHARE
    ),
    "screening_under_way": _number(gettext_lazy("A VOG on its way"), 0, 1, SHARE),
}
ENOUGH = {
    name_of("dayparts_enough", code): _number(Frequency(code).label, 1, DAYPARTS)
    for code in FREQUENCIES
}
VISITS = {
    name_of("visits_in_four_weeks", code): _number(Frequency(code).label, 0.1, DAYPARTS)
    for code in FREQUENCIES
}
NUMBERS = WEIGHTS | BANDS | MEASURES | ENOUGH | VISITS
SETS = (
    (
        gettext_lazy("How much each point counts"),
        WEIGHTS,
        gettext_lazy(
            "0 means: it is shown and it may exclude, but it does not change the "
            "order. What counts is how the numbers compare; they need no fixed sum."
        ),
    ),
    (gettext_lazy("Words for how well it fits"), BANDS, ""),
    (gettext_lazy("How it is measured"), MEASURES, ""),
    (
        gettext_lazy("Dayparts that are enough"),
        ENOUGH,
        gettext_lazy("With so many shared dayparts the moments fit wholly."),
    ),
    (gettext_lazy("Visits in four weeks"), VISITS, ""),
)

NumbersForm = type("NumbersForm", (forms.Form,), dict(NUMBERS))


def numbers_of(rules: dict[str, Any]) -> dict[str, float]:
    """The rules as one number for each field, where they have it."""
    flat = dict(rules)
    for table, codes in TABLES.items():
        kept = flat.pop(table, {})
        flat |= {name_of(table, code): kept[code] for code in codes if code in kept}
    return {name: flat[name] for name in NUMBERS if name in flat}


def rules_of(numbers: dict[str, float], *, version: int) -> dict[str, Any]:
    """The numbers of the fields as the engine reads them."""
    rest = dict(numbers)
    tables = {
        table: {code: rest.pop(name_of(table, code)) for code in codes}
        for table, codes in TABLES.items()
    }
    return {"version": version, **tables, **rest}


class RulesForm(NumbersForm, forms.ModelForm):
    """A new version, which starts as a copy of another one.

    It is saved once its numbers were looked at: what the page shows beside them
    travels with it as `looked_at`.
    """

    class Meta:
        model = Rules
        fields = ["reason"]
        labels = {"reason": gettext_lazy("Why do you change this?")}
        error_messages = {
            "reason": {"required": gettext_lazy("Write down why you change the rules.")}
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.in_use = rules_in_use()

    @property
    def following(self) -> int:
        """The number of the version that is made, as the page was opened with."""
        return self.in_use.version + 1

    @property
    def numbers(self) -> dict[str, float]:
        """What was typed, by field; whole numbers as such."""
        typed = {name: self.cleaned_data[name] for name in NUMBERS}
        return {name: int(n) if n == int(n) else n for name, n in typed.items()}

    @property
    def token(self) -> str:
        """A hash of the numbers that were typed."""
        kept = json.dumps(self.numbers, sort_keys=True)
        return salted_hmac("buurtgezinnen.admin.rules", kept).hexdigest()

    @property
    def is_looked_at(self) -> bool:
        """Whether the page showed what exactly these numbers would change."""
        return constant_time_compare(self.data.get("looked_at", ""), self.token)

    def clean(self):
        cleaned = super().clean()
        if SAVE in self.data and not self.errors:
            # Who saves at the same moment waits here, and is then told of it below.
            Rules.objects.select_for_update(no_key=True).order_by("pk").first()
            self.in_use = rules_in_use()
        if self.data.get("version") != str(self.following):
            told = _("Meanwhile the next version is %(version)d. Look at it first.")
            self.add_error(None, told % {"version": self.following})
        elif not self.errors:
            self._check(self.numbers)
        return cleaned

    def _check(self, numbers: dict[str, float]) -> None:
        """What is wrong with the numbers together, at the field where it shows."""
        wrong = {
            name_of("weights", CODES[0]): (
                not any(numbers[name] for name in WEIGHTS),
                _("Not everything can count for nothing."),
            ),
            "good_from": (
                numbers["good_from"] > numbers["strong_from"],
                _("“Good” begins at most where “strong” begins."),
            ),
            "agrees_partly_from": (
                numbers["agrees_partly_from"] > numbers["agrees_from"],
                _("“Partly” begins at most where “agrees” begins."),
            ),
            "near_tie": (
                bool(
                    numbers["good_from"] % numbers["near_tie"]
                    or numbers["strong_from"] % numbers["near_tie"]
                ),
                _("The thresholds of “strong” and “good” are no multiple of this."),
            ),
        }
        for name, (is_wrong, told) in wrong.items():
            if is_wrong:
                self.add_error(name, told)
        if numbers == numbers_of(self.in_use.weights):
            told = _("These are the numbers in use. Change at least one of them.")
            self.add_error(name_of("weights", CODES[0]), told)
        if not self.errors:
            self._keep(numbers)

    def _keep(self, numbers: dict[str, float]) -> None:
        self.instance.version = self.following
        self.instance.weights = rules_of(numbers, version=self.following)
        try:
            weights_of(self.instance)
        except ValueError as error:
            # The engine names the number that it cannot use first.
            name = str(error).partition(":")[0]
            told = _("The engine cannot use this number.")
            self.add_error(name if name in self.fields else None, told)
