"""What stands in the agenda of a coordinator, and what does not go together.

`matching.agenda` and `agreements.agenda` offer `appointments(user, first, last)` of
their own; the agenda collects them by `buurtgezinnen.panels.appointments`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from families import public_holidays
from families.models import Appointment, Coordinator, Household, User

DAY = dt.timedelta(days=1)
# So much of a reference stands in a calendar that others may see.
CODE_LENGTH = 4


@dataclass(frozen=True, kw_only=True)
class AgendaItem:
    """One line of an agenda.

    Attributes:
        on: its day.
        kind: one of `Appointment.Kind`.
        title: what and with whom, as the coordinator may read it.
        url: the page that tells more.
        uid: names it in calendars, through all its changes.
        code: the first signs of the reference of the family; "" without one.
        municipality: of the family; "" without one.
        about: reference of the pairing it is about; "" for none.
        starts_at: the local time; None when only the day is known.
        appointment: the row behind it; None for what another app planned.
        warnings: what does not go together with it, in words.
    """

    on: dt.date
    kind: str
    title: str
    url: str
    uid: str
    code: str = ""
    municipality: str = ""
    about: str = ""
    starts_at: dt.datetime | None = None
    appointment: Appointment | None = None
    warnings: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """What it is, without saying with whom."""
        return str(capfirst(Appointment.Kind(self.kind).label))

    @property
    def is_off(self) -> bool:
        """Whether it was called off."""
        return self.appointment is not None and bool(self.appointment.cancelled_at)

    @property
    def hours(self) -> str:
        """From when to when, as people write it; "" when only the day is known."""
        if self.appointment is None or self.starts_at is None:
            return ""
        ends_at = timezone.localtime(self.appointment.ends_at)
        return f"{time_format(self.starts_at, 'G.i')} – {time_format(ends_at, 'G.i')}"


def is_hers(user: User, coordinator: str, day: str) -> Q:
    """Whether a row is for `user`: her own, or of whom she deputises for on its day.

    Args:
        user: whose agenda it is.
        coordinator: the path to the coordinator of the row.
        day: the path to the day of the row.
    """
    return Q(**{f"{coordinator}__user": user}) | Q(
        **{
            f"{coordinator}__deputy__user": user,
            f"{day}__gte": F(f"{coordinator}__deputy_from"),
            f"{day}__lte": F(f"{coordinator}__deputy_until"),
        }
    )


def appointments(user: User, first: dt.date, last: dt.date) -> list[AgendaItem]:
    """What she planned herself from day to day, also what was called off."""
    found = list(
        Appointment.objects.visible_to(user)
        .filter(is_hers(user, "coordinator", "starts_at__date"))
        .filter(starts_at__gte=_midnight(first), starts_at__lt=_midnight(last + DAY))
        .select_related("household__municipality", "coordinator__user")
        .order_by("starts_at", "pk")
    )
    standing = [one for one in found if one.cancelled_at is None]
    return [
        AgendaItem(
            on=timezone.localdate(one.starts_at),
            kind=one.kind,
            title=title_of(one),
            url=one.get_absolute_url(),
            uid=one.reference,
            code=code_of(one.household),
            municipality=one.household.municipality.name if one.household else "",
            about=one.about,
            starts_at=timezone.localtime(one.starts_at),
            appointment=one,
            warnings=tuple(clashes(one, standing)) if one in standing else (),
        )
        for one in found
    ]


def code_of(household: Household | None) -> str:
    """By which a calendar names a family to who knows it."""
    return household.reference[:CODE_LENGTH] if household else ""


def title_of(appointment: Appointment) -> str:
    """What an appointment is and with whom, for who may see the family."""
    kind = capfirst(appointment.get_kind_display())
    if appointment.household is not None:
        names = {"kind": kind, "name": appointment.household.name}
        return _("%(kind)s: the %(name)s family") % names
    if appointment.with_whom:
        return _("%(kind)s: %(whom)s") % {"kind": kind, "whom": appointment.with_whom}
    return str(kind)


def on_same_day(appointment: Appointment) -> list[Appointment]:
    """What else stands that day in the same agenda."""
    day = timezone.localdate(appointment.starts_at)
    others = Appointment.objects.standing().filter(
        coordinator=appointment.coordinator,
        starts_at__gte=_midnight(day - DAY),
        starts_at__lt=_midnight(day + DAY),
    )
    return list(others.select_related("household").order_by("starts_at", "pk"))


def clashes(appointment: Appointment, others: Iterable[Appointment]) -> list[str]:
    """What does not go together with an appointment, in whole sentences."""
    said = _about_day(
        appointment.coordinator, timezone.localdate(appointment.starts_at)
    )
    for other in others:
        if (
            other.pk != appointment.pk
            and other.coordinator_id == appointment.coordinator_id
            and other.starts_at < appointment.ends_at
            and appointment.starts_at < other.ends_at
        ):
            said.append(
                _("At the same time as ‘%(other)s’ at %(time)s.")
                % {
                    "other": title_of(other),
                    "time": time_format(timezone.localtime(other.starts_at), "G.i"),
                }
            )
    return said


def _about_day(coordinator: Coordinator, day: dt.date) -> list[str]:
    holiday = public_holidays.name_of(day)
    if holiday:
        return [_("It is %(holiday)s.") % {"holiday": holiday}]
    if coordinator.is_on_leave(day):
        return [_("You are on leave that day.")]
    if not coordinator.works_on(day):
        day_name = date_format(day, "l")
        return [
            _("%(weekday)s is not a working day.") % {"weekday": capfirst(day_name)}
        ]
    return []


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
