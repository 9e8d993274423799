"""Collects what the apps offer to pages that show them all.

What feeds Vandaag is loaded source by source: where one fails the page says in words
what is missing, and the promises of the others stay. Elsewhere nothing is caught: of
one family a page that leaves something out is worse than one that says it is broken.
"""

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements import agenda as agenda_of_agreements
from agreements import own as own_of_agreements
from agreements import panels as of_agreements
from buurtgezinnen.loading import Loading
from families import agenda as agenda_of_families
from families import course as of_course
from families import data_requests, mail_panels, referred, screening_panels
from families import own as own_of_families
from families import own_panels as of_own_pages
from families import panels as of_families
from families.agenda import AgendaItem
from families.models import Household, Person, Task, User
from families.panels import CourseLine, Figure, OwnRow, Panel, TodayRow
from matching import agenda as agenda_of_matching
from matching import own as own_of_matching
from matching import panels as of_matching


class Source(NamedTuple):
    """Something that feeds Vandaag, and what the page says where it fails."""

    sorry: str | Promise
    rows: Callable[[], list[TodayRow]]


def today_rows(user: User, *, on: dt.date, loading: Loading) -> list[TodayRow]:
    """What asks the coordinator's attention on a day, from all apps, in no order."""
    return [
        row
        for source in _sources(user, on=on)
        for row in loading.part(source.sorry, source.rows, [])
    ]


def _sources(user: User, *, on: dt.date) -> list[Source]:
    @cache
    def tasks() -> list[Task]:
        return of_families.tasks_of_families(user, on=on)

    return [
        Source(
            _("The calls, the next steps and the screening could not be loaded."),
            lambda: of_families.today_rows(user, on=on, tasks=tasks()),
        ),
        Source(
            _("What families asked on their own page could not be loaded."),
            lambda: of_own_pages.today_rows(user, on=on, tasks=tasks()),
        ),
        Source(
            _("What families asked about their data could not be loaded."),
            lambda: data_requests.today_rows(user, on=on, tasks=tasks()),
        ),
        Source(
            _("The mails that did not arrive could not be loaded."),
            lambda: mail_panels.today_rows(user, on=on),
        ),
        Source(
            _("The adults who still need a VOG could not be loaded."),
            lambda: screening_panels.today_rows(user, on=on),
        ),
        Source(
            _("The proposals and the introductions could not be loaded."),
            lambda: of_matching.today_rows(user, on=on),
        ),
        Source(
            _("The agreements, the trials and the evaluations could not be loaded."),
            lambda: of_agreements.today_rows(user, on=on),
        ),
    ]


def done_on(user: User, day: dt.date) -> list[Task]:
    """What the coordinator finished on a day, the last one first."""
    return of_matching.truly_done(of_families.done_on(user, day), user=user)


def figures(user: User, *, on: dt.date) -> list[Figure]:
    """The plain numbers beside Vandaag."""
    found = [
        *of_families.figures(user, on=on),
        *of_matching.figures(user, on=on),
    ]
    return sorted(found, key=lambda figure: figure.order)


def appointments(
    user: User, first: dt.date, last: dt.date, *, with_half_years: bool = False
) -> list[AgendaItem]:
    """What stands in the agenda from day to day, in the order of the clock.

    A day that another app planned for a pairing is left out, once an appointment of
    that day has its time. Half years to evaluate after take much reading, and are
    asked for apart.
    """
    planned = agenda_of_families.appointments(user, first, last)
    timed = {(one.on, one.kind, one.about) for one in planned if not one.is_off}
    by_others = [
        *agenda_of_matching.appointments(user, first, last),
        *agenda_of_agreements.appointments(user, first, last),
    ]
    if with_half_years and user.is_coordinator:
        by_others += agenda_of_agreements.half_years(user, first, last)
    found = [
        *planned,
        *(one for one in by_others if (one.on, one.kind, one.about) not in timed),
    ]
    # What has no time comes first: it is of the whole day.
    return sorted(
        found,
        key=lambda item: (item.on, item.starts_at is not None, item.starts_at or 0),
    )


def family_panels(household: Household, *, user: User, on: dt.date) -> list[Panel]:
    """Blocks of the page of a family that other apps fill, from top to bottom."""
    found = [
        *of_families.family_panels(household, user=user, on=on),
        *referred.family_panels(household, user=user, on=on),
        *of_matching.family_panels(household, user=user, on=on),
        *of_agreements.family_panels(household, user=user, on=on),
    ]
    return sorted(found, key=lambda panel: panel.order)


def course(household: Household, *, user: User, on: dt.date) -> list[CourseLine]:
    """What happened to a household, without the notes about it, the latest first."""
    found = [
        *of_course.course(household, user=user),
        *of_own_pages.course(household, user=user),
        *referred.course(household, user=user),
        *data_requests.course(household, user=user),
        *of_matching.course(household, user=user, on=on),
        *of_agreements.course(household, user=user, on=on),
    ]
    return sorted(found, key=lambda line: line.on, reverse=True)


def own_rows(person: Person, household: Household, *, on: dt.date) -> list[OwnRow]:
    """What a family's own page tells it, from top to bottom."""
    found = [
        *own_of_matching.own_rows(person, household, on=on),
        *own_of_agreements.own_rows(person, household, on=on),
        *own_of_families.own_rows(person, household, on=on),
    ]
    return sorted(found, key=lambda row: row.order)


def own_link(
    person: Person,
    household: Household,
    *,
    action: str,
    about: str,
    at: dt.datetime,
    on: dt.date,
) -> str | None:
    """Where a family goes to answer one of these; None when it is over."""
    asked = {"action": action, "about": about, "at": at, "on": on}
    return own_of_matching.own_link(
        person, household, **asked
    ) or own_of_agreements.own_link(person, household, **asked)
