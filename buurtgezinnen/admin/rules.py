"""The rules of matching in /beheer/: versions, of which none is ever edited."""

import json
from copy import copy
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Count, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from buurtgezinnen.admin.base import StaffAdmin
from families.vocabulary import Frequency
from matching.backtest import Choice, latest_choices, n_first
from matching.core.rules import CODES, FREQUENCIES, FULL_SCORE
from matching.models import Rules
from matching.reasons import CRITERIA
from matching.services.rules import rules_in_use, weights_of

# The version from which a new one starts; without it the one in use.
FROM = "van"
SAVE = "_save"
# With fewer choices, one more or less says nothing yet.
SAYS_LITTLE = 30
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


@dataclass(frozen=True)
class Compared:
    """How often a group of choices stood first, by new numbers and by those in use."""

    n: int
    new: int
    in_use: int

    @property
    def says_little(self) -> bool:
        """Whether there are too few to lean on."""
        return self.n < SAYS_LITTLE


@dataclass(frozen=True)
class Preview:
    """What new numbers would have done with the choices of before."""

    made: Compared
    accepted: Compared
    n_uncounted: int
    in_use: Rules
    token: str

    @classmethod
    def of(cls, form: RulesForm) -> Self:
        """Compares the numbers of a valid form with those in use."""
        weights = weights_of(form.instance), weights_of(form.in_use)

        def compared(choices: tuple[Choice, ...]) -> Compared:
            new, in_use = (n_first(choices, one) for one in weights)
            return Compared(len(choices), new, in_use)

        choices = latest_choices()
        return cls(
            made=compared(choices.made),
            accepted=compared(choices.accepted),
            n_uncounted=choices.n_uncounted,
            in_use=form.in_use,
            token=form.token,
        )


class RulesAdmin(StaffAdmin):
    """Versions of the rules: read, and a new one added; none is ever edited."""

    list_display = ["version", "in_use", "why", "who", "made_at", "n_made", "again"]
    list_select_related = ["made_by"]
    ordering = ["-version"]
    form = RulesForm

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def get_queryset(self, request):
        latest = Rules.objects.order_by("-version").values("version")[:1]
        rules = super().get_queryset(request)
        return rules.annotate(latest=Subquery(latest), n_proposals=Count("proposals"))

    def get_fieldsets(self, request, obj=None):
        if obj is not None:
            about = ["version", "in_use", "why", "who", "made_at", "numbers"]
            return [(None, {"fields": about})]
        sets = [
            (title, {"fields": list(numbers), "description": told})
            for title, numbers, told in SETS
        ]
        return [*sets, (gettext_lazy("Why it changes"), {"fields": ["reason"]})]

    def get_readonly_fields(self, request, obj=None):
        computed = ["in_use", "why", "who", "made_at", "numbers"]
        return computed if obj is not None else []

    def get_changeform_initial_data(self, request):
        """What was typed when it is only looked at; else a version to start from."""
        if typed := getattr(request, "typed", None):
            return typed
        asked = request.GET.get(FROM, "")
        known = Rules.objects.filter(version=asked) if asked.isdecimal() else None
        start = (known and known.first()) or rules_in_use()
        return numbers_of(start.weights)

    def changelist_view(self, request, extra_context=None):
        title = {"title": _("Versions of the rules")}
        return super().changelist_view(request, title | (extra_context or {}))

    @transaction.atomic
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The form; a first look shows what the numbers would have changed."""
        extra_context = {**(extra_context or {}), "title": _("A version of the rules")}
        if object_id is None:
            shown = request.POST.get("version") or rules_in_use().version + 1
            title = _("New version of the rules")
            extra_context |= {"next_version": shown, "title": title}
        if request.method == "POST" and object_id is None:
            form = RulesForm(request.POST)
            if form.is_valid() and not (SAVE in request.POST and form.is_looked_at):
                return self._look(request, form, form_url, extra_context)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _look(
        self, request: HttpRequest, form: RulesForm, form_url: str, context: dict
    ) -> HttpResponse:
        """The form as it was typed, with the preview; nothing is written down."""
        shown = copy(request)
        shown.method = "GET"
        shown.typed = {**form.numbers, "reason": form.cleaned_data["reason"]}
        context["preview"] = Preview.of(form)
        return super().changeform_view(shown, None, form_url, context)

    def construct_change_message(self, request, form, formsets, add=False):  # noqa: FBT002
        """Names of the numbers that differ from the version before."""
        before, now = numbers_of(form.in_use.weights), numbers_of(form.instance.weights)
        return sorted(name for name in now if now[name] != before.get(name))

    def save_model(self, request, obj, form, change):
        obj.made_by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description=pgettext_lazy("rules", "in use"), boolean=True)
    def in_use(self, rules: Rules) -> bool:
        return rules.version == rules.latest

    @admin.display(description=Rules._meta.get_field("reason").verbose_name)
    def why(self, rules: Rules) -> str:
        return rules.reason if rules.made_by else _("First rules.")

    @admin.display(description=gettext_lazy("made by"))
    def who(self, rules: Rules) -> str:
        return rules.made_by.name if rules.made_by else _("came with the site")

    @admin.display(description=gettext_lazy("proposals"))
    def n_made(self, rules: Rules) -> int:
        return rules.n_proposals

    @admin.display(description=gettext_lazy("again"))
    def again(self, rules: Rules) -> str:
        url = reverse("organisation:matching_rules_add")
        told = _("New version from v%(version)d") % {"version": rules.version}
        return format_html('<a href="{}?{}={}">{}</a>', url, FROM, rules.version, told)

    @admin.display(description=gettext_lazy("numbers"))
    def numbers(self, rules: Rules) -> str:
        """Every number in words, and what it was in the version before."""
        now = numbers_of(rules.weights)
        earlier = Rules.objects.filter(version__lt=rules.version).order_by("-version")
        before = numbers_of(earlier[0].weights) if earlier else {}
        return format_html_join(
            "",
            "<h3>{}</h3><ul>{}</ul>",
            (
                (
                    title,
                    format_html_join(
                        "",
                        "<li>{}: <strong>{}</strong> {}</li>",
                        (
                            (NUMBERS[name].label, *_shown(now, before, name))
                            for name in names
                            if name in now
                        ),
                    ),
                )
                for title, names, _told in SETS
            ),
        )


def _shown(
    now: dict[str, float], before: dict[str, float], name: str
) -> tuple[str, str]:
    """A number, and what it was if it changed."""
    value = number_format(now[name])
    if name not in before or before[name] == now[name]:
        return value, ""
    return value, _("(was %(number)s)") % {"number": number_format(before[name])}
