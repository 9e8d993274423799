"""The translations in /beheer/: who read the public pages in a language, and when."""

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buurtgezinnen import languages
from buurtgezinnen.admin.base import SeenForm, StaffAdmin
from buurtgezinnen.catalogues import PUBLIC_LANGUAGES
from families.forms.fields import ForgivingDateField
from families.models import CheckedTranslation


class CheckedTranslationForm(SeenForm):
    """That a native speaker read all texts in a language, as they are on that day."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[(code, languages.OWN_NAMES[code]) for code in PUBLIC_LANGUAGES],
    )
    checked_on = ForgivingDateField(
        label=_("Read on"),
        help_text=_("Another day says: the texts of now were read again."),
    )

    class Meta:
        model = CheckedTranslation
        fields = ["language", "checked_on", "checked_by"]

    def clean_checked_on(self):
        day = self.cleaned_data["checked_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class CheckedTranslationAdmin(StaffAdmin):
    """Languages whose pages no longer say that nobody checked them."""

    list_display = ["own_name", "checked_on", "checked_by", "is_as_read"]
    ordering = ["language"]
    when_empty = _(
        "No language was checked yet. Add one once a native speaker has read all texts."
    )
    form = CheckedTranslationForm
    fields = ["language", "checked_on", "checked_by"]

    def get_readonly_fields(self, request, obj=None):
        return ["language"] if obj else []

    @admin.display(description=_("language"), ordering="language")
    def own_name(self, checked: CheckedTranslation) -> str:
        return languages.OWN_NAMES.get(checked.language, checked.language)

    @admin.display(description=_("the texts are still the same"), boolean=True)
    def is_as_read(self, checked: CheckedTranslation) -> bool:
        return checked.fingerprint == languages.fingerprint(checked.language)

    def save_model(self, request, obj, form, change):
        # Somebody who mends a name in the form did not read the texts once more.
        if "checked_on" in form.changed_data:
            obj.fingerprint = languages.fingerprint(obj.language)
        super().save_model(request, obj, form, change)
