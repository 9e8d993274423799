"""The only place from which other apps import the models of matching."""

from matching.models.lessons import Lesson
from matching.models.looks import Look
from matching.models.pairings import Pairing, PairingChild, PairingStage
from matching.models.proposals import Exclusion, Proposal
from matching.models.rules import Rules

__all__ = [
    "Exclusion",
    "Lesson",
    "Look",
    "Pairing",
    "PairingChild",
    "PairingStage",
    "Proposal",
    "Rules",
]
