"""Forms of evaluations: starting one, the questions, the outcome, the first talk."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from agreements.models import Confirmation, Evaluation, EvaluationAnswers
from agreements.services.evaluations import NothingSaid, Said
from agreements.shown.answered import FACES, FIT_WORDS, WORDS
from agreements.wording import in_a_row
from families.forms.base import HouseForm, StaleCheck
from families.forms.fields import CleanTextField, ForgivingDateField

Side = Confirmation.Side
Wants = EvaluationAnswers.Wants
Channel = EvaluationAnswers.Channel
Outcome = Evaluation.Outcome

NO_ANSWER = ("", pgettext_lazy("choice at a question", "No answer"))
# The names of the children stand in the question, as there may be more of them.
ABOUT_THE_CHILDREN = {
    Side.REQUEST: _("How is it going for %(children)s with this?"),
    Side.SUPPORT: _("How is it going for %(children)s with you?"),
}
# Of whom no name is known.
THE_CHILD = _("the child")
CHILD_SAYS = ngettext_lazy(
    "What does the child itself say?", "What do the children themselves say?"
)
STALE = _(
    "Somebody else has just changed this evaluation. Below you see what it says now."
    " Nothing of yours is lost: save again to keep it."
)


class Faces(forms.RadioSelect):
    """Five words with a small face beside each."""

    option_template_name = "agreements/widgets/face.html"

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        value = str(option["value"])
        option["face"] = FACES[int(value)] if value else ""
        return option


class ScoreField(forms.TypedChoiceField):
    """How something goes, in one of five words or not at all."""

    def __init__(self, *, words: dict[int, Any] = WORDS, **kwargs: Any) -> None:
        super().__init__(
            choices=[*words.items(), NO_ANSWER],
            coerce=int,
            empty_value=None,
            required=False,
            widget=Faces,
            **kwargs,
        )


class QuestionsForm(HouseForm, forms.Form):
    """The questions to one family, and what the child says."""

    # The page says once that each question may be skipped.
    mark_optional = False

    child_score = ScoreField()
    own_score = ScoreField(label=_("How are you doing?"))
    fit_score = ScoreField(label=_("Do the agreements still fit?"), words=FIT_WORDS)
    otherwise = CleanTextField(
        label=_("What would you like to be different?"),
        required=False,
        max_length=1000,
        multiline=True,
    )
    wants = forms.ChoiceField(
        label=_("Do you want to go on?"),
        required=False,
        choices=[
            (Wants.GO_ON, _("Yes, as it is now")),
            (Wants.MORE, _("Yes, and more")),
            (Wants.LESS, _("Yes, but less")),
            (Wants.OTHERWISE, _("Yes, but in another way")),
            (Wants.STOP, _("No, I want to stop")),
            NO_ANSWER,
        ],
        widget=forms.RadioSelect,
    )
    child_voice = CleanTextField(
        required=False,
        max_length=500,
        multiline=True,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self, *args: Any, side: str, children: Collection[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        names = in_a_row(children) or str(THE_CHILD)
        asked = ABOUT_THE_CHILDREN[Side(side)] % {"children": names}
        self.fields["child_score"].label = asked
        self.fields["child_voice"].label = CHILD_SAYS % (len(children) or 1)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and self.said() == Said():
            raise ValidationError({"child_score": NothingSaid.message})
        return cleaned

    def said(self) -> Said:
        """What the family answers."""
        names = Said.__dataclass_fields__
        return Said(**{name: self.cleaned_data[name] for name in names})


class AsSeenForm(StaleCheck):
    """A form about what may have been changed, or sent twice, since it was shown."""

    stale_message = STALE

    def is_sent_again(self, written: dict[str, Any]) -> bool:
        """Whether the only fault is that these very answers were written already."""
        codes = [
            error.code for errors in self.errors.as_data().values() for error in errors
        ]
        return codes == ["stale"] and self.cleaned_data == written


class HeardForm(AsSeenForm, QuestionsForm):
    """The same questions, asked by a coordinator: how and when."""

    USUAL = Channel.TELEPHONE

    channel = forms.ChoiceField(
        label=_("How did you hear it?"),
        choices=[
            (Channel.TELEPHONE, Channel.TELEPHONE.label),
            (Channel.VISIT, Channel.VISIT.label),
        ],
        widget=forms.RadioSelect({"class": "opts-row"}),
    )
    answered_on = ForgivingDateField(label=_("On which day?"))

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["answered_on"].today = today

    def clean_answered_on(self) -> dt.date:
        return _not_after(self.today, self.cleaned_data["answered_on"])


class StartForm(HouseForm, forms.Form):
    """Why and when to ask how it goes."""

    occasion = forms.ChoiceField(
        label=_("Why now?"),
        choices=Evaluation.Occasion,
        widget=forms.RadioSelect,
    )
    due_on = ForgivingDateField(label=_("By which day do you want it done?"))

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].today = today


class OutcomeForm(AsSeenForm, forms.Form):
    """What follows from the answers."""

    outcome = forms.ChoiceField(
        label=_("What follows?"),
        choices=[
            (Outcome.GO_ON, _("They go on as it is")),
            (Outcome.CHANGE, _("The agreements change: to the editor")),
            (Outcome.PAUSE, _("They pause: to the pause")),
            (Outcome.END, _("They stop: to rounding off")),
        ],
        widget=forms.RadioSelect,
    )
    outcome_text = CleanTextField(
        label=_("In words"),
        help_text=_("What you discussed with both. Only coordinators read this."),
        required=False,
        max_length=1000,
        multiline=True,
    )

    def __init__(self, *args: Any, with_words: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_words:
            del self.fields["outcome_text"]

    @property
    def says(self) -> list[str]:
        """What of an evaluation it writes."""
        return [name for name in self.fields if name != "row_version"]


class BaselineForm(AsSeenForm, forms.Form):
    """How it goes at the first talk."""

    stale_message = _(
        "Somebody else has just changed these answers. Below you see what they say"
        " now. Nothing of yours is lost: save again to keep it."
    )
    mark_optional = False

    child_score = ScoreField(label=_("How is the child doing?"))
    own_score = ScoreField(label=_("How are they doing themselves?"))
    asked_on = ForgivingDateField(label=_("On which day did you ask it?"))

    def __init__(
        self, *args: Any, with_child: bool, today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["asked_on"].today = today
        if not with_child:
            del self.fields["child_score"]

    def clean_asked_on(self) -> dt.date:
        return _not_after(self.today, self.cleaned_data["asked_on"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        scores = ("child_score", "own_score")
        if not self.errors and not any(map(self.cleaned_data.get, scores)):
            raise ValidationError({"own_score": NothingSaid.message})
        return cleaned


def _not_after(today: dt.date, day: dt.date) -> dt.date:
    if day > today:
        raise ValidationError(_("This day has not come yet."))
    return day
