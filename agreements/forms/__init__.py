"""Forms of agreements: versions and what the families say to them, evaluations."""

from agreements.forms.answers import ConfirmForm, StopForm
from agreements.forms.as_of import AsOfForm
from agreements.forms.asking import AskForm
from agreements.forms.by_link import LinkAnswerForm
from agreements.forms.evaluations import (
    BaselineForm,
    HeardForm,
    OutcomeForm,
    QuestionsForm,
    StartForm,
)
from agreements.forms.items import MOST_ITEMS
from agreements.forms.versions import VersionEditor
from agreements.forms.wanted import WantedForm

__all__ = [
    "MOST_ITEMS",
    "AsOfForm",
    "AskForm",
    "BaselineForm",
    "ConfirmForm",
    "HeardForm",
    "LinkAnswerForm",
    "OutcomeForm",
    "QuestionsForm",
    "StartForm",
    "StopForm",
    "VersionEditor",
    "WantedForm",
]
