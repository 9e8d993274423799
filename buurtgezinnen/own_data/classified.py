"""Of each column of each model: shown to who it is about, or left out with a reason."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from agreements import models as agreements
from buurtgezinnen.own_data.kept import (
    BELONGS,
    CHILD,
    COMPUTER,
    NOBODY,
    OTHERS,
    SECRET,
    TOGETHER,
    Kept,
)
from buurtgezinnen.own_data.of_agreements import AGREEMENTS
from buurtgezinnen.own_data.of_families import FAMILIES
from buurtgezinnen.own_data.of_matching import MATCHING
from families import models as families
from matching import models as matching

KEPT: tuple[Kept, ...] = (*FAMILIES, *MATCHING, *AGREEMENTS)

# Models that are not shown at all.
LEFT_OUT: Mapping[type[Model], Any] = {
    families.Municipality: NOBODY,
    families.SchoolHoliday: NOBODY,
    families.Partnership: NOBODY,
    families.PartnershipTerm: NOBODY,
    families.PostcodeArea: NOBODY,
    families.User: NOBODY,
    families.Coordinator: NOBODY,
    families.MunicipalityOfficial: NOBODY,
    families.IntakeCount: NOBODY,
    families.CheckedTranslation: NOBODY,
    families.Knocks: SECRET,
    families.CalendarKey: SECRET,
    families.DraftKey: SECRET,
    # Of a colleague who is still typing: gone once it is sent, or after two weeks.
    families.NoteDraft: COMPUTER,
    families.ChildSaid: CHILD,
    # The name of who referred is shown with the referral.
    families.Referrer: OTHERS,
    # Which of the two is another family is not known before somebody looked.
    families.PossibleDouble: OTHERS,
    # A copy of rows that are shown above, to take two families apart again.
    families.Merge: COMPUTER,
    # A colleague's file, for seven days; what it became is shown above.
    families.ImportRun: COMPUTER,
    families.ImportChunk: COMPUTER,
    families.ImportedRow: COMPUTER,
    matching.Rules: NOBODY,
    # Why two families are not brought together may be what the other one said.
    matching.Exclusion: TOGETHER,
    # Repeats a change of wishes, which are shown.
    matching.Lesson: COMPUTER,
    agreements.HouseRules: NOBODY,
    agreements.Agreement: BELONGS,
}
