"""The rules of matching in /beheer/: versions, of which none is ever edited."""

from copy import copy
from dataclasses import dataclass
from typing import Self

from django.contrib import admin
from django.db import transaction
from django.db.models import Count, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from buurtgezinnen.admin.base import StaffAdmin
from buurtgezinnen.admin.rules_form import NUMBERS, SAVE, SETS, RulesForm, numbers_of
from matching.engine.backtest import Choice, latest_choices, n_first
from matching.models import Rules
from matching.services.rules import rules_in_use, weights_of

# The version from which a new one starts; without it the one in use.
FROM = "van"
MOST_DIGITS = 9
# With fewer choices, one more or less says nothing yet.
SAYS_LITTLE = 30


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
        is_number = asked.isdecimal() and len(asked) <= MOST_DIGITS
        known = Rules.objects.filter(version=asked if is_number else 0).first()
        start = known or rules_in_use()
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

    def render_change_form(self, request, context, *args, **kwargs):
        """Says once what is wrong: the page does, with a link to each number."""
        wrong = bool(context["errors"])
        context = {**context, "errors": []}
        response = super().render_change_form(request, context, *args, **kwargs)
        if wrong:
            response.status_code = 422
        return response

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

    @admin.display(description=pgettext_lazy("rules", "in use"))
    def in_use(self, rules: Rules) -> str:
        return _("yes") if rules.version == rules.latest else _("no, replaced")

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
