"""The only place from which other apps import the models of agreements."""

from agreements.models.agreements import (
    Agreement,
    AgreementItem,
    AgreementVersion,
    Confirmation,
)

__all__ = ["Agreement", "AgreementItem", "AgreementVersion", "Confirmation"]
