"""The only place from which other apps import the models of families."""

from families.models.appointments import Appointment, CalendarKey
from families.models.audit import AuditEvent
from families.models.consent import ChildSaid, Consent, CustodyHolder
from families.models.contact import OWN_FOR, ContactAddition, ContactMoment, Task
from families.models.demand import (
    MOST_PLACES,
    FactSource,
    Place,
    RequestFamily,
    StageChange,
    SupportFamily,
    SupportOffer,
    SupportRequest,
    Wishes,
)
from families.models.doubles import Merge, PossibleDouble
from families.models.drafts import NoteDraft
from families.models.homes import Household, Location, Membership, Person
from families.models.imports import ImportChunk, ImportedRow, ImportRun
from families.models.intake import (
    CheckedTranslation,
    DraftKey,
    IntakeCount,
    IntakeDraft,
    Knocks,
)
from families.models.own import LoginCode, OwnRequest
from families.models.places import (
    Municipality,
    Partnership,
    PartnershipTerm,
    PostcodeArea,
    SchoolHoliday,
    partnership_on,
)
from families.models.reach import AccessLink, OutboxMail
from families.models.referral import Referral, Referrer
from families.models.screening import ScreeningCheck
from families.models.staff import Coordinator, MunicipalityOfficial, User

__all__ = [
    "MOST_PLACES",
    "OWN_FOR",
    "AccessLink",
    "Appointment",
    "AuditEvent",
    "CalendarKey",
    "CheckedTranslation",
    "ChildSaid",
    "Consent",
    "ContactAddition",
    "ContactMoment",
    "Coordinator",
    "CustodyHolder",
    "DraftKey",
    "FactSource",
    "Household",
    "ImportChunk",
    "ImportRun",
    "ImportedRow",
    "IntakeCount",
    "IntakeDraft",
    "Knocks",
    "Location",
    "LoginCode",
    "Membership",
    "Merge",
    "Municipality",
    "MunicipalityOfficial",
    "NoteDraft",
    "OutboxMail",
    "OwnRequest",
    "Partnership",
    "PartnershipTerm",
    "Person",
    "Place",
    "PossibleDouble",
    "PostcodeArea",
    "Referral",
    "Referrer",
    "RequestFamily",
    "SchoolHoliday",
    "ScreeningCheck",
    "StageChange",
    "SupportFamily",
    "SupportOffer",
    "SupportRequest",
    "Task",
    "User",
    "Wishes",
    "partnership_on",
]
