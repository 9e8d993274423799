"""What stands in the agenda of the first coordinator in the days to come."""

import datetime as dt
import uuid

from django.utils import timezone

from buurtgezinnen.demo.accounts import ACCOUNTS
from families.models import Appointment, Coordinator, Household
from families.services import appointments
from families.vocabulary import Language

# Days from today, the hour and minutes, how long, what it is, and the rest.
PLANNED = (
    (0, (10, 0), 60, "talk", {"place": "Bij het gezin thuis"}),
    (
        0,
        (10, 30),
        30,
        "call",
        {
            "interpreter_language": Language.ARABIC,
            "interpreter_by": "coordinator",
            "with_whom": "Wijkteam, Sanne Voorbeeld",
        },
    ),
    (1, (14, 30), 90, "evaluation", {"place": "Dorpshuis"}),
    (
        3,
        (9, 0),
        60,
        "talk",
        {
            "interpreter_language": Language.ARABIC,
            "interpreter_by": "family",
            "interpreter_comes": True,
        },
    ),
)


def plan(on: dt.date) -> None:
    """Writes the appointments as they would stand on `on`."""
    ilse = Coordinator.objects.get(user__email=ACCOUNTS[0].email)
    families = Household.objects.visible_to(ilse.user).order_by("pk")
    for household, (days, at, minutes, kind, more) in zip(
        families[: len(PLANNED)], PLANNED, strict=True
    ):
        starts_at = dt.datetime.combine(on + dt.timedelta(days=days), dt.time(*at))
        appointments.plan(
            ilse,
            household,
            by=ilse.user,
            form_key=uuid.uuid4(),
            kind=Appointment.Kind(kind),
            starts_at=timezone.make_aware(starts_at),
            minutes=minutes,
            **more,
        )
