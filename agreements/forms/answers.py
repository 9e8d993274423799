"""What the families say: yes to a version, or that they stop."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agreements.forms.asking import WhomField, adults_of, check_whom, why_no_mail
from agreements.forms.periods import NotedOnce
from agreements.history import History
from agreements.models import AgreementVersion, Asking, Confirmation
from agreements.services import Question, Yes
from families.forms.base import HouseForm
from families.forms.fields import CleanTextField, ForgivingDateField
from families.forms.widgets import RadiosWithReasons
from families.models import User

NOT_YET = ""
# What a stop says itself; who said so is a yes to it.
SAYS = ("effective_from", "reason")
STALE = _(
    "Somebody else has just changed these agreements. Below you see what differs"
    " from what they say now. Nothing of yours is lost: save again to keep it."
)


class YesFields(forms.Form):
    """Whether each family is asked for its yes, or gave it on a day."""

    ASKED = [
        (Asking.Way.MAIL, _("Send a link by e-mail")),
        (Asking.Way.TEXT, _("I send a text myself")),
        (Asking.Way.LETTER, _("I print a letter with a link")),
    ]
    SAID = [
        (Confirmation.Channel.DISCUSSED, _("They said yes in a talk")),
        (Confirmation.Channel.PAPER, _("They signed")),
    ]
    CHANNELS = [(NOT_YET, _("Not yet")), *ASKED, *SAID]

    def add_yes_fields(self, history: History, *, today: dt.date) -> None:
        """How, to whom and on which day, for each family."""
        for side in Confirmation.Side:
            family = getattr(history.names, side.value)
            adults = adults_of(history, side, today=today)
            self.fields[f"{side}_channel"] = forms.ChoiceField(
                label=capfirst(family.name),
                choices=self.CHANNELS,
                required=False,
                widget=RadiosWithReasons({"class": "opts-row"}),
            )
            radios = self.fields[f"{side}_channel"].widget
            radios.reasons = {Asking.Way.MAIL: why_no_mail(adults)}
            self.fields[f"{side}_person"] = WhomField(adults)
            self.fields[f"{side}_on"] = ForgivingDateField(
                label=_("On which day did they say yes?"),
                help_text=_("Only if they said yes already."),
                required=False,
                today=today,
            )
            for name in (f"{side}_channel", f"{side}_on"):
                self.fields[name].mark_optional = False

    def check_yes(self, cleaned: dict[str, Any], *, today: dt.date) -> None:
        """A yes has a day, and that day has come; a question reaches somebody."""
        for side in Confirmation.Side:
            channel, on = cleaned.get(f"{side}_channel"), cleaned.get(f"{side}_on")
            if channel in Asking.Way:
                try:
                    check_whom(channel, cleaned.get(f"{side}_person"))
                except ValidationError as fault:
                    self.add_error(f"{side}_channel", fault)
            elif channel and on is None and f"{side}_on" not in self.errors:
                self.add_error(f"{side}_on", _("Fill in on which day they said yes."))
            elif channel and on and on > today:
                self.add_error(f"{side}_on", _("This day has not come yet."))

    def said(self) -> list[Yes]:
        """Each yes that was filled in."""
        return [
            Yes(side.value, channel, on)
            for side in Confirmation.Side
            if (channel := self.cleaned_data.get(f"{side}_channel")) in dict(self.SAID)
            and (on := self.cleaned_data.get(f"{side}_on"))
        ]

    def questions(self) -> list[Question]:
        """Each family that is to be asked."""
        return [
            Question(side.value, channel, self.cleaned_data[f"{side}_person"])
            for side in Confirmation.Side
            if (channel := self.cleaned_data.get(f"{side}_channel")) in Asking.Way
        ]


class StopForm(NotedOnce, forms.Form):
    """From when nothing holds any more, who said so, and why."""

    stale_message = STALE

    effective_from = ForgivingDateField(
        label=_("From which day do the agreements stop?"),
        help_text=_("The first day on which nothing holds. You may write ‘today’."),
    )
    side = forms.ChoiceField(label=_("Who wants to stop?"), widget=forms.RadioSelect)
    said_on = ForgivingDateField(label=_("On which day did you hear it?"))
    reason = CleanTextField(
        label=_("Why do they stop?"),
        help_text=_("Only the coordinator reads this."),
        max_length=500,
        required=False,
        multiline=True,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(
        self, *args: Any, history: History, today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, row_version=history.row_version, **kwargs)
        self.history, self.today = history, today
        names = history.names
        self.fields["side"].choices = [
            (Confirmation.Side.REQUEST, capfirst(names.request.name)),
            (Confirmation.Side.SUPPORT, capfirst(names.support.name)),
        ]
        for name in ("effective_from", "said_on"):
            self.fields[name].today = today
        self.fields["said_on"].initial = today

    def clean_said_on(self) -> dt.date:
        day = self.cleaned_data["said_on"]
        if day > self.today:
            raise ValidationError(_("This day has not come yet."))
        return day

    def said(self) -> Yes:
        """The word of the family that stops."""
        return Yes(
            self.cleaned_data["side"],
            Confirmation.Channel.DISCUSSED,
            self.cleaned_data["said_on"],
        )

    def noted_before(self, by: User) -> bool:
        last, said = self.history.last, self.cleaned_data
        if last is None or last.kind != AgreementVersion.Kind.STOP:
            return False
        yes = [(one.side, one.on) for one in last.confirmations.all()]
        same = all(getattr(last, name) == said[name] for name in SAYS)
        by_same = last.recorded_by_id == by.pk
        return by_same and same and (said["side"], said["said_on"]) in yes


class ConfirmForm(HouseForm, forms.Form):
    """One family said yes."""

    side = forms.ChoiceField(label=_("Who said yes?"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(
        label=_("How"),
        choices=[
            (Confirmation.Channel.DISCUSSED, _("I discussed it")),
            (Confirmation.Channel.TELEPHONE, _("Heard on the telephone")),
            (Confirmation.Channel.PAPER, _("On paper")),
            (Confirmation.Channel.LETTER, _("By letter")),
        ],
        initial=Confirmation.Channel.DISCUSSED,
        widget=forms.RadioSelect({"class": "opts-row"}),
    )
    on = ForgivingDateField(label=_("On which day"))

    def __init__(
        self,
        *args: Any,
        history: History,
        version: AgreementVersion,
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        said = {one.side for one in version.confirmations.all()}
        choices = [
            (side.value, capfirst(getattr(history.names, side.value).name))
            for side in Confirmation.Side
            if side.value not in said
        ]
        self.fields["side"].choices = choices
        if len(choices) == 1:
            self.fields["side"].initial = choices[0][0]
        self.today = today
        self.fields["on"].today = today
        self.fields["on"].initial = today

    def clean_on(self) -> dt.date:
        day = self.cleaned_data["on"]
        if day > self.today:
            raise ValidationError(_("This day has not come yet."))
        return day
