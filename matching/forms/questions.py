"""The small forms behind the buttons of a question."""

from typing import Any

from django import forms

from families.forms.fields import CleanTextField
from families.models import Household, Task, User


class QuestionForm(forms.Form):
    """What to ask which family."""

    household = forms.ModelChoiceField(
        queryset=Household.objects.none(), to_field_name="reference"
    )
    text = CleanTextField(max_length=200)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["household"].queryset = Household.objects.visible_to(user)


class DropForm(forms.Form):
    """Which question is taken off the list."""

    task = forms.ModelChoiceField(queryset=Task.objects.none())

    def __init__(self, *args: Any, user: User, about: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].queryset = Task.objects.visible_to(user).filter(
            kind=Task.Kind.QUESTION, about=about
        )
