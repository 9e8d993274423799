"""Writes of agreements: versions, the yes of each family, corrections, drafts put away.

What was recorded is never changed afterwards. A version counts from the moment it is
settled, and holds from its date, so that two questions stay answerable for ever: what
was in force on a day, and what did we believe on a day.
"""

from agreements.services.confirmations import Side, Yes, confirm, content_hash
from agreements.services.refused import (
    AfterThePairing,
    AlreadySaidYes,
    BeforeThePairing,
    ChangedMeanwhile,
    ChildOfAnotherPairing,
    DraftIsOpen,
    ForNobody,
    NotADraft,
    NothingAgreed,
    NothingToCorrect,
    NothingToStop,
    PairingHasEnded,
    Refused,
    SaidInTheFuture,
    SameDate,
    StartsBeforeFormer,
    StopWithItems,
)
from agreements.services.versions import (
    FOR_PARENTS,
    correct,
    discard_draft,
    record_version,
    stop,
)

__all__ = [
    "FOR_PARENTS",
    "AfterThePairing",
    "AlreadySaidYes",
    "BeforeThePairing",
    "ChangedMeanwhile",
    "ChildOfAnotherPairing",
    "DraftIsOpen",
    "ForNobody",
    "NotADraft",
    "NothingAgreed",
    "NothingToCorrect",
    "NothingToStop",
    "PairingHasEnded",
    "Refused",
    "SaidInTheFuture",
    "SameDate",
    "Side",
    "StartsBeforeFormer",
    "StopWithItems",
    "Yes",
    "confirm",
    "content_hash",
    "correct",
    "discard_draft",
    "record_version",
    "stop",
]
