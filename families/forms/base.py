"""What every form of the house has in common."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.utils import pretty_name
from django.forms.widgets import ChoiceWidget
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from families.forms.widgets import WeekGridWidget


class HouseBoundField(forms.BoundField):
    """A field on a page: hint, error, demand and echo are tied to the control."""

    @property
    def first_id(self) -> str:
        """The id of the first control, where a link from the error summary leads."""
        if isinstance(self.field.widget, WeekGridWidget):
            return self.field.widget.first_id(self.auto_id)
        if self.use_fieldset and len(self.subwidgets):
            return self.subwidgets[0].id_for_label
        return self.id_for_label or self.auto_id

    @property
    def echo(self) -> str:
        """What the form understood, in words: "dinsdag 1 december 2026"."""
        in_words = getattr(self.field, "in_words", None)
        return "" if in_words is None or self.errors else in_words(self.value())

    @property
    def warning(self) -> str:
        """What looks wrong but is not refused, where the form warns of something."""
        return getattr(self.form, "warnings", {}).get(self.name, "")

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        # A fieldset may not carry aria-required; optional ones say so in words.
        if self.field.required and not self.use_fieldset and not self.is_hidden:
            attrs["aria-required"] = "true"
        return attrs

    @property
    def aria_describedby(self) -> str | None:
        described_by = super().aria_describedby
        if described_by is None or not self.auto_id:
            return described_by
        besides = {"warning": self.warning, "echo": self.echo}
        ids = [f"{self.auto_id}_{name}" for name, words in besides.items() if words]
        return " ".join(filter(None, [described_by, *ids]))


class HouseForm:
    """Mix in before `forms.Form` or `forms.ModelForm`.

    Attributes:
        question: name of the field whose label is the heading of the page.
        mark_optional: whether fields that may stay empty say so; off in filters.
    """

    use_required_attribute = False
    bound_field_class = HouseBoundField
    question: str | None = None
    mark_optional = True

    @cached_property
    def helper(self) -> FormHelper:
        """Crispy without a form tag: the page owns form, token and buttons."""
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        # A hidden field that a layout does not name is still sent.
        helper.render_hidden_fields = True
        return helper

    def full_clean(self) -> None:
        for name, field in self.fields.items():
            self._name_the_field(field, field.label or pretty_name(name))
        super().full_clean()

    @staticmethod
    def _name_the_field(field: forms.Field, label: str) -> None:
        """Let "this field is required" say which, for the list above the form."""
        general = forms.Field.default_error_messages["required"]
        if field.error_messages.get("required") != general:
            return
        if isinstance(field.widget, forms.CheckboxInput):
            message = _("Tick ‘%(label)s’.")
        elif isinstance(field.widget, ChoiceWidget):
            message = _("Choose something at ‘%(label)s’.")
        else:
            message = _("Fill in ‘%(label)s’.")
        field.error_messages["required"] = message % {"label": label}


class CurrentVersionField(forms.IntegerField):
    """Always shows the version read now: who sends again has been told."""

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class StaleCheck(HouseForm):
    """Notice that a row changed between showing the form and sending it.

    Give `row_version`: the version of the row as read for this request (locked, where
    it is about to be written). A form shown with an older version becomes invalid.
    """

    stale_message = _(
        "Somebody else has just changed this. Open the page again to see what it says"
        " now. Your own changes are still below: save again to keep them."
    )

    def __init__(self, *args: Any, row_version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current_version = row_version
        self.fields["row_version"] = CurrentVersionField(
            widget=forms.HiddenInput, initial=row_version, required=False
        )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        shown = self.cleaned_data.pop("row_version", None)
        if shown != self.current_version:
            self.tell_stale()
        return cleaned

    @property
    def is_stale(self) -> bool:
        """Whether somebody else changed it after the form was shown."""
        return self.has_error(NON_FIELD_ERRORS, code="stale")

    def tell_stale(self) -> None:
        """Say that somebody else was just before; once, however often it is noticed."""
        if not self.is_stale:
            said = forms.ValidationError(self.stale_message, code="stale")
            self.add_error(None, said)
