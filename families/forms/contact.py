"""Forms about a contact with a family."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.fields import CleanTextField, ForgivingDateField
from families.forms.meanwhile import ShowsBoth
from families.models import ContactMoment, Household, NoteDraft, Task
from families.services import note_drafts


class TasksField(forms.ModelMultipleChoiceField):
    """Open tasks of a household, each named by what it says."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, task: Task) -> str:
        return task.text or task.get_kind_display()


class FormKeyForm(HouseForm, forms.Form):
    """Carries a key, so that sending twice is noticed as once."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def renew_key(self) -> None:
        """Lets what was typed be sent again, as something else than before."""
        self.data = self.data.copy()
        self.data["form_key"] = str(uuid.uuid4())


class NoteFields(HouseForm, forms.Form):
    """What was said, how and when."""

    mark_optional = False

    kind = forms.ChoiceField(
        label=_("How"),
        choices=ContactMoment.Kind.choices,
        initial=ContactMoment.Kind.TELEPHONE,
        widget=forms.RadioSelect(attrs={"class": "opts-row"}),
    )
    happened_on = ForgivingDateField(label=_("On which day"))
    text = CleanTextField(
        label=_("What was said?"), multiline=True, max_length=4000, required=False
    )
    sensitive = forms.BooleanField(
        label=_("Sensitive: only I may read the text"),
        required=False,
        help_text=_("Your colleague does see the next step."),
    )

    def be_on(self, today: dt.date) -> None:
        """Read dates as they are meant on this day."""
        self.today = today
        self.fields["happened_on"].today = today

    def clean_happened_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["happened_on"]
        if day > self.today:
            raise forms.ValidationError(
                _("This day is still to come. Plan it as a next step.")
            )
        return day


def begun(draft: NoteDraft) -> dict[str, Any]:
    """The first values of a form in which somebody goes on typing.

    With the key of the form it was begun in: sent from both, it is one note.
    """
    typed = note_drafts.typed_in(draft)
    first = {name: values[0] for name, values in typed.items()}
    return first | {"form_key": draft.form_key, "finished": typed.get("finished", [])}


class NoteContactForm(NoteFields, FormKeyForm):
    """What was said, when, and what comes next."""

    outcome = forms.ChoiceField(
        label=_("How did it go?"),
        choices=ContactMoment.Outcome.choices,
        initial=ContactMoment.Outcome.REACHED,
        widget=forms.RadioSelect(attrs={"class": "opts-row"}),
    )
    next_step = CleanTextField(
        label=_("Next step"),
        max_length=200,
        required=False,
        help_text=_("It comes back on ‘Today’."),
    )
    next_on = ForgivingDateField(
        label=_("On"), required=False, help_text=_("For example 1-12-2026 or 1 dec")
    )
    promised = forms.BooleanField(
        label=_("I promised this day to the family"), required=False
    )
    finished = TasksField(
        label=_("Done with this"), queryset=Task.objects.none(), required=False
    )

    def __init__(
        self,
        *args: Any,
        household: Household,
        today: Any,
        draft: NoteDraft | None = None,
        **kwargs: Any,
    ) -> None:
        if draft is not None:
            kwargs.setdefault("initial", begun(draft))
        super().__init__(*args, **kwargs)
        self.draft = draft
        self.be_on(today)
        self.fields["next_on"].today = today
        self.fields["happened_on"].initial = today
        waiting = household.tasks.open().filter(kind=Task.Kind.NEXT_STEP)
        self.fields["finished"].queryset = waiting.order_by("due_on", "pk")
        # Evaluated once: for the choices and for whether there are any.
        if not self.fields["finished"].choices:
            del self.fields["finished"]
        self.helper.layout = Layout(
            "form_key",
            "kind",
            "outcome",
            "happened_on",
            "text",
            "sensitive",
            *(["finished"] if "finished" in self.fields else []),
            Fieldset(
                _("What comes next?"),
                Div("next_step", "next_on", css_class="group-row"),
                "promised",
                css_class="group",
            ),
        )

    def clean_next_on(self) -> Any:
        day = self.cleaned_data["next_on"]
        if day is not None and day < self.today:
            raise forms.ValidationError(_("This day has passed. Choose a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        step, day = cleaned.get("next_step"), cleaned.get("next_on")
        if step and day is None and "next_on" not in self.errors:
            self.add_error("next_on", _("On which day? Then it comes back on ‘Today’."))
        if cleaned.get("promised") and day is None and "next_on" not in self.errors:
            self.add_error("next_on", _("Which day did you promise?"))
        if day is not None and not step and "next_step" not in self.errors:
            self.add_error("next_step", _("What will you do on that day?"))
        return cleaned


class NoteChangeForm(ShowsBoth, NoteFields):
    """A fresh note, changed by who wrote it."""

    field_order = ["kind", "happened_on", "text", "sensitive"]

    def __init__(self, *args: Any, note: ContactMoment, today: Any, **kwargs: Any):
        self.now = {name: getattr(note, name) for name in self.field_order}
        kwargs.setdefault("initial", self.now)
        super().__init__(*args, row_version=note.row_version, **kwargs)
        self.be_on(today)


class AdditionForm(FormKeyForm):
    """What a note lacks."""

    text = CleanTextField(
        label=_("What do you want to add?"), multiline=True, max_length=4000
    )


class RedactForm(HouseForm, forms.Form):
    """Why the words of a note must go, and to which family they belong."""

    mark_optional = False

    reason = CleanTextField(
        label=_("Why must it go?"),
        multiline=True,
        max_length=500,
        help_text=_("One sentence is enough. It stands in the course, with your name."),
    )
    to = forms.ChoiceField(
        label=_("Does it belong to another family?"),
        required=False,
        help_text=_("Then it moves there, as it was written."),
        error_messages={"invalid_choice": _("Choose from the answers on this page.")},
    )

    def __init__(
        self, *args: Any, families: Iterable[Household], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.families = {one.reference: one for one in families}
        named = sorted(self.families.values(), key=lambda one: one.name.casefold())
        self.fields["to"].choices = [
            ("", _("No, nowhere")),
            *((one.reference, f"{one.name} ({one.reference})") for one in named),
        ]

    def clean_to(self) -> Household | None:
        return self.families.get(self.cleaned_data["to"])
