"""The only place from which other apps import the models of families."""

from families.models.audit import AuditEvent
from families.models.contact import ContactMoment, Task
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
from families.models.homes import Household, Location, Membership, Person
from families.models.intake import Consent, IntakeDraft
from families.models.places import (
    Municipality,
    Partnership,
    PartnershipTerm,
    PostcodeArea,
    SchoolHoliday,
    partnership_on,
)
from families.models.reach import AccessLink, OutboxMail
from families.models.screening import ScreeningCheck
from families.models.staff import Coordinator, MunicipalityOfficial, User

__all__ = [
    "MOST_PLACES",
    "AccessLink",
    "AuditEvent",
    "Consent",
    "ContactMoment",
    "Coordinator",
    "FactSource",
    "Household",
    "IntakeDraft",
    "Location",
    "Membership",
    "Municipality",
    "MunicipalityOfficial",
    "OutboxMail",
    "Partnership",
    "PartnershipTerm",
    "Person",
    "Place",
    "PostcodeArea",
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
