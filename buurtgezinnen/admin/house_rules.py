"""The house rules in /beheer/: numbers, of which none is ever edited."""

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Count, Q, Subquery
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements.models import HouseRules
from buurtgezinnen.admin.base import StaffAdmin
from families.forms.fields import ForgivingDateField

COUNTED = Q(versions__settled_at__isnull=False, versions__superseded_at=None)


class HouseRulesForm(forms.ModelForm):
    """The next number of the house rules, which starts from the text of the last."""

    # The number that the page was opened for.
    number = forms.IntegerField(widget=forms.HiddenInput)
    holds_from = ForgivingDateField(
        label=gettext_lazy("Holds from"),
        help_text=gettext_lazy("Definite agreements from this day on refer to it."),
    )

    class Meta:
        model = HouseRules
        fields = ["number", "text", "holds_from"]
        labels = {"text": gettext_lazy("Text")}
        help_texts = {
            "text": gettext_lazy(
                "Every family reads this. Short sentences, no difficult words. An empty"
                " line begins a new paragraph."
            )
        }

    def clean(self):
        cleaned = super().clean()
        # Who saves at the same moment waits here, and is then told of it below.
        HouseRules.objects.select_for_update(no_key=True).order_by("pk").first()
        last = last_rules()
        following = last.number + 1 if last else 1
        if cleaned.get("number") != following:
            told = _("Meanwhile a colleague made number %(number)d. Look at it first.")
            self.add_error(None, told % {"number": following - 1})
        elif last is not None:
            self._check(cleaned, last)
        return cleaned

    def validate_unique(self) -> None:
        """Nothing: `clean` says in words that a number is taken."""

    def _check(self, cleaned, last: HouseRules) -> None:
        if cleaned.get("text") == last.text:
            self.add_error("text", _("This is the text of the last number. Change it."))
        day = cleaned.get("holds_from")
        if day and day < max(last.holds_from, timezone.localdate()):
            told = _("Choose today or later, and not before the last number begins.")
            self.add_error("holds_from", told)


class HouseRulesAdmin(StaffAdmin):
    """Numbers of the house rules: read, and a new one added; none is ever edited."""

    list_display = ["number", "holds_from", "in_use", "who", "made_at", "n_agreed"]
    list_select_related = ["made_by"]
    ordering = ["-number"]
    form = HouseRulesForm

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def get_queryset(self, request):
        agreed = Count("versions__agreement", filter=COUNTED, distinct=True)
        today = HouseRules.objects.filter(holds_from__lte=timezone.localdate())
        holding = today.order_by("-number").values("number")[:1]
        rules = super().get_queryset(request)
        return rules.annotate(holding=Subquery(holding), n_pairings=agreed)

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["number", "text", "holds_from"]
        return ["number", "holds_from", "in_use", "who", "made_at", "n_agreed", "shown"]

    def get_readonly_fields(self, request, obj=None):
        computed = ["in_use", "who", "made_at", "n_agreed", "shown"]
        return computed if obj is not None else []

    def get_changeform_initial_data(self, request):
        last = last_rules()
        return {
            "number": last.number + 1 if last else 1,
            "text": last.text if last else "",
            "holds_from": timezone.localdate(),
        }

    def changelist_view(self, request, extra_context=None):
        title = {"title": _("House rules, all numbers")}
        return super().changelist_view(request, title | (extra_context or {}))

    @transaction.atomic
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        title = _("House rules") if object_id else _("New number of the house rules")
        context = {"title": title, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def save_model(self, request, obj, form, change):
        obj.made_by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description=pgettext_lazy("house rules", "in use"))
    def in_use(self, rules: HouseRules) -> str:
        if rules.holds_from > timezone.localdate():
            return _("still to come")
        return _("yes") if rules.number == rules.holding else _("no, replaced")

    @admin.display(description=gettext_lazy("made by"))
    def who(self, rules: HouseRules) -> str:
        return rules.made_by.name if rules.made_by else _("came with the site")

    @admin.display(description=gettext_lazy("pairings that agreed to it"))
    def n_agreed(self, rules: HouseRules) -> int:
        return rules.n_pairings

    @admin.display(description=gettext_lazy("text"))
    def shown(self, rules: HouseRules) -> SafeString:
        return SafeString(linebreaks(rules.text, autoescape=True))


def last_rules() -> HouseRules | None:
    """The highest number there is."""
    return HouseRules.objects.order_by("number").last()
