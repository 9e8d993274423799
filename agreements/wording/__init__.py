"""What an agreement says in words, the same for coordinators and families.

A pattern for the moment, one for how often, and one whole sentence for each kind of
support and place: every language has its own order of words.
"""

from agreements.wording.amounts import hours, hours_a_month, hours_in_short
from agreements.wording.changes import (
    ASPECTS,
    VALUES,
    ChangeInWords,
    Line,
    difference,
    hours_line,
    summary,
)
from agreements.wording.items import sentences, title
from agreements.wording.kinds import KINDS
from agreements.wording.names import Family, Names, in_a_row
from agreements.wording.rhythms import (
    clock,
    date_in_words,
    days_in_words,
    how_often,
    slots,
    times,
    when,
)
from agreements.wording.versions import waits_for
from agreements.wording.visits import visit_remark

__all__ = [
    "ASPECTS",
    "KINDS",
    "VALUES",
    "ChangeInWords",
    "Family",
    "Line",
    "Names",
    "clock",
    "date_in_words",
    "days_in_words",
    "difference",
    "hours",
    "hours_a_month",
    "hours_in_short",
    "hours_line",
    "how_often",
    "in_a_row",
    "sentences",
    "slots",
    "summary",
    "times",
    "title",
    "visit_remark",
    "waits_for",
    "when",
]
