"""The only place from which other apps import the models of agreements."""

from agreements.models.agreements import Agreement, AgreementVersion
from agreements.models.asking import Asking
from agreements.models.confirmations import Confirmation, HouseRules, WantedChange
from agreements.models.evaluations import Baseline, Evaluation, EvaluationAnswers
from agreements.models.items import AgreementItem, ItemException
from agreements.models.periods import ExtraVisit, Pause
from agreements.models.strain import Strain, StrainTalk

__all__ = [
    "Agreement",
    "AgreementItem",
    "AgreementVersion",
    "Asking",
    "Baseline",
    "Confirmation",
    "Evaluation",
    "EvaluationAnswers",
    "ExtraVisit",
    "HouseRules",
    "ItemException",
    "Pause",
    "Strain",
    "StrainTalk",
    "WantedChange",
]
