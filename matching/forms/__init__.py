"""Forms of matching, for its views."""

from matching.forms.answers import LinkAnswerForm
from matching.forms.base import DatedForm, EditForm
from matching.forms.bench import ExcludeForm, LookAgainForm
from matching.forms.pairings import (
    ActiveForm,
    ChildForm,
    IntroductionForm,
    PairingForm,
    StepBackForm,
    TrialForm,
)
from matching.forms.proposals import (
    AnswerForm,
    AskForm,
    LessonForm,
    ProposeForm,
    WithdrawForm,
)

__all__ = [
    "ActiveForm",
    "AnswerForm",
    "AskForm",
    "ChildForm",
    "DatedForm",
    "EditForm",
    "ExcludeForm",
    "IntroductionForm",
    "LessonForm",
    "LinkAnswerForm",
    "LookAgainForm",
    "PairingForm",
    "ProposeForm",
    "StepBackForm",
    "TrialForm",
    "WithdrawForm",
]
