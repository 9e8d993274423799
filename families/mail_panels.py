"""What coordinators see of mail to families that was given up."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from families import people
from families.models import (
    ContactMoment,
    Membership,
    OutboxMail,
    Person,
    RequestFamily,
    User,
)
from families.panels import ShownHousehold, TodayRow, Urgency

# Kept in on purpose: nothing is wrong with the address.
KEPT_IN = ("MessagesNotWanted", "ConsentWithdrawn", "OtherAddress")


def today_rows(user: User, *, on: dt.date) -> list[TodayRow]:
    """Families that a mail could not reach, since nobody has reached them otherwise.

    One row for each household. It goes by itself once somebody spoke to them, once a
    later mail did leave, and once they have another address.
    """
    mails = _given_up(user)
    if not mails:
        return []
    asks = RequestFamily.objects.filter(household=OuterRef("household"))
    memberships = (
        Membership.objects.visible_to(user)
        .current_on(on)
        .filter(person__in=[mail.person_id for mail in mails])
        .select_related("household")
        .annotate(asks=Exists(asks))
        .prefetch_related(*people.people_and_home(on, "household__"))
        .order_by("pk")
    )
    given_up = {mail.person_id: mail for mail in mails}
    reached = _last_reached(one.household_id for one in memberships)
    rows = {}
    for one in memberships:
        since = timezone.localdate(given_up[one.person_id].parked_at)
        spoken = reached.get(one.household_id)
        if spoken is None or spoken < since:
            rows.setdefault(one.household_id, _row(one, since, on=on))
    return list(rows.values())


def _given_up(user: User) -> list[OutboxMail]:
    """Of each person the last mail that was given up, the oldest of these first."""
    later = OutboxMail.objects.filter(
        person=OuterRef("person"), sent_at__gt=OuterRef("parked_at")
    )
    mails = (
        OutboxMail.objects.filter(
            parked_at__isnull=False,
            cancelled_at=None,
            person__in=Person.objects.visible_to(user),
        )
        .exclude(last_error__in=KEPT_IN)
        .exclude(Exists(later))
        .select_related("person")
        .order_by("parked_at", "pk")
    )
    last = {mail.person_id: mail for mail in mails}
    return [mail for mail in last.values() if mail.person.email == mail.to]


def _last_reached(households: Iterable[int]) -> dict[int, dt.date]:
    spoken = ContactMoment.objects.filter(
        household__in=set(households),
        outcome=ContactMoment.Outcome.REACHED,
        redacted_at=None,
    ).order_by("happened_on")
    return dict(spoken.values_list("household_id", "happened_on"))


def _row(membership: Membership, since: dt.date, *, on: dt.date) -> TodayRow:
    household = membership.household
    who = people.contact_person(household.members, on)
    return TodayRow(
        # Whoever waits for an answer of them waits in vain.
        urgency=Urgency.BLOCKS_SOMEBODY,
        household=ShownHousehold(household.reference, household.name),
        side="request" if membership.asks else "support",
        title=_("A mail did not arrive: the %(name)s family")
        % {"name": household.name},
        why=_("We tried for two days. Call them, and check the e-mail address."),
        since=since,
        telephone=who.telephone if who else "",
        may_leave_message=who.may_leave_message if who else None,
        action_label=_("Note a contact"),
        action_url=reverse("families:contact-note", args=[household.reference]),
        tags=(("warn", _("Mail given up")),),
    )
