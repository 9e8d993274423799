"""The small forms behind the buttons of a question."""

from typing import Any

from django import forms

from families.forms.fields import CleanTextField
from families.models import SupportOffer, SupportRequest, Task, User


class QuestionForm(forms.Form):
    """What to ask which family; `about` is the reference of its request or offer."""

    about = forms.CharField(max_length=10)
    text = CleanTextField(max_length=200)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_about(self) -> SupportRequest | SupportOffer:
        """The request or the offer itself, if the coordinator may see it."""
        for model in (SupportRequest, SupportOffer):
            visible = model.objects.visible_to(self.user)
            found = visible.filter(reference=self.cleaned_data["about"]).first()
            if found:
                return found
        raise forms.ValidationError("?", code="unknown")


class DropForm(forms.Form):
    """Which question is taken off the list."""

    task = forms.ModelChoiceField(queryset=Task.objects.none())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].queryset = Task.objects.visible_to(user).filter(
            kind=Task.Kind.QUESTION
        )
