"""Writes of agreements: versions, the yes of each family, corrections, drafts put away.

What was recorded is never changed afterwards. A version counts from the moment it is
settled, and holds from its date, so that two questions stay answerable for ever: what
was in force on a day, and what did we believe on a day.
"""

from agreements.services.answers import (
    Asked,
    HoldsNoMore,
    LinkGone,
    can_be_otherwise,
    handle_wanted_change,
    note_wanted_change,
    say_yes_by_link,
    want_change_by_link,
    what_is_asked,
)
from agreements.services.asking import (
    Question,
    ask,
    new_link,
    remind,
    take_back_asking,
)
from agreements.services.confirmations import Side, Yes, confirm
from agreements.services.frames import Framed, framed
from agreements.services.links import content_hash, link_hash
from agreements.services.refused import (
    AfterThePairing,
    AlreadySaidYes,
    BeforeThePairing,
    CannotBeMailed,
    ChangedMeanwhile,
    ChildOfAnotherPairing,
    DraftIsOpen,
    ForNobody,
    NotADraft,
    NothingAgreed,
    NothingToCorrect,
    NothingToStop,
    NotOfThisFamily,
    PairingHasEnded,
    Refused,
    SaidInTheFuture,
    SameDate,
    StartsBeforeFormer,
    StopWithItems,
    TooLate,
    TrialEndsBefore,
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
    "Asked",
    "BeforeThePairing",
    "CannotBeMailed",
    "ChangedMeanwhile",
    "ChildOfAnotherPairing",
    "DraftIsOpen",
    "ForNobody",
    "Framed",
    "HoldsNoMore",
    "LinkGone",
    "NotADraft",
    "NotOfThisFamily",
    "NothingAgreed",
    "NothingToCorrect",
    "NothingToStop",
    "PairingHasEnded",
    "Question",
    "Refused",
    "SaidInTheFuture",
    "SameDate",
    "Side",
    "StartsBeforeFormer",
    "StopWithItems",
    "TooLate",
    "TrialEndsBefore",
    "Yes",
    "ask",
    "can_be_otherwise",
    "confirm",
    "content_hash",
    "correct",
    "discard_draft",
    "framed",
    "handle_wanted_change",
    "link_hash",
    "new_link",
    "note_wanted_change",
    "record_version",
    "remind",
    "say_yes_by_link",
    "stop",
    "take_back_asking",
    "want_change_by_link",
    "what_is_asked",
]
