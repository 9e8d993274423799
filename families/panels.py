"""What each app offers to the pages that show all apps, and how it is shaped.

`matching.panels` and `agreements.panels` import these shapes and offer the functions
below for their own rows; the pages in `buurtgezinnen.views` collect them.

* `today_rows(user, *, on)`: what asks the coordinator's attention on a day.
* `family_panels(household, *, user, on)`: blocks of the page of a family.
* `figures(user, *, on)`: the plain numbers beside Vandaag.
* `course(household, *, user, on)`: lines of the course of a family.

For a family's own pages each app has a module `own` with
`own_rows(person, household, *, on)`: what waits for the family, and what holds, and
`own_link(person, household, *, action, about, at, on)`: the address of the page where
it answers, by a fresh link; None when there is nothing to answer any more.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from families import people
from families.models import (
    ContactMoment,
    Household,
    PossibleDouble,
    Referral,
    Referrer,
    RequestFamily,
    ScreeningCheck,
    SupportRequest,
    Task,
    User,
)
from families.services import resting

OWN_KINDS = (
    Task.Kind.FIRST_CALL,
    Task.Kind.CALL_AGAIN,
    Task.Kind.NEXT_STEP,
    Task.Kind.QUESTION,
    Task.Kind.SCREENING,
    Task.Kind.DOUBLE,
)
CALLS = (Task.Kind.FIRST_CALL, Task.Kind.CALL_AGAIN)

Side = Literal["request", "support", "pairing"]


class Urgency(IntEnum):
    """Why something comes first; a lower number comes earlier."""

    SAFETY = 0
    BROKEN_PROMISE = 1
    BLOCKS_SOMEBODY = 2
    AGES = 3
    NEW = 4


@dataclass(frozen=True)
class ShownHousehold:
    """A household as a list names it."""

    reference: str
    name: str


@dataclass(frozen=True)
class TodayRow:
    """One thing that asks the coordinator's attention, with one action.

    Attributes:
        title: what to do and for whom, as one sentence: "Call the De Boer family".
        why: the reason in words, without the dates below.
        since: since when it asks attention.
        due_on: by when it should be done; None when nothing was said.
        promised: whether the family was told `due_on`.
        telephone: E.164, or "" where calling is not what is asked.
        may_leave_message: None is "not asked yet".
        task: the task behind it, which can be put off; None for what has no task.
        posts: whether the action does something at once, instead of leading somewhere.
        tags: pairs of a kind of tag (bad, warn, info, ok, "") and a word.
    """

    urgency: Urgency
    household: ShownHousehold
    side: Side
    title: str
    why: str
    since: dt.date
    action_label: str
    action_url: str
    due_on: dt.date | None = None
    promised: bool = False
    telephone: str = ""
    may_leave_message: bool | None = None
    task: Task | None = None
    posts: bool = False
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """By which a row without a task is put off; another once it has news."""
        return resting.key_of(
            self.household.reference,
            self.side,
            self.action_url,
            self.since.isoformat(),
            *(kind for kind, _word in self.tags),
        )


@dataclass(frozen=True)
class Panel:
    """A block of the page of a family: its template with all that it shows.

    The template is a fragment with a root `<section class="tile">` and an h2. A lower
    `order` stands higher.
    """

    order: int
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """A plain number with a link to the families it counts."""

    order: int
    label: str
    count: int
    url: str


@dataclass(frozen=True)
class OwnRow:
    """One thing on a family's own pages, with one action at most.

    Attributes:
        order: a lower one stands higher.
        title: what it is, as one short sentence.
        text: the rest in words; "" for none.
        label: what the button says; "" without one.
        action: which app answers the press, with `about`; "" without a button.
        about: the reference that goes with it.
        lines: sentences that stand beneath each other.
    """

    order: int
    title: str
    text: str = ""
    label: str = ""
    action: str = ""
    about: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Added:
    """What somebody added to a note."""

    text: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class NoteOf:
    """What may be done with a note, and what was added to it.

    Attributes:
        key: names the note in addresses.
        is_fresh: the reader wrote it today, and may change it or take it back.
        edited_at: when its writer changed it for the last time.
    """

    reference: str
    key: uuid.UUID
    is_fresh: bool
    edited_at: dt.datetime | None
    added: tuple[Added, ...]


@dataclass(frozen=True)
class CourseLine:
    """One line of the course of a family: a note of a person, or a quiet event.

    A note that the reader may read carries what may be done with it.
    """

    on: dt.date
    kind: Literal["note", "event"]
    what: str
    by: str = ""
    text: str = ""
    url: str = ""
    note: NoteOf | None = None


def today_rows(
    user: User, *, on: dt.date, tasks: list[Task] | None = None
) -> list[TodayRow]:
    """First calls, next tries, next steps and screening that ask attention on a day.

    A question about a match is a row of who looks for the match. `tasks` spares the
    question to the database, where `tasks_of_families` was asked already.
    """
    if tasks is None:
        tasks = tasks_of_families(user, on=on)
    tasks = [
        task
        for task in tasks
        if task.kind in OWN_KINDS
        and (not task.about or task.kind != Task.Kind.QUESTION)
    ]
    tries = _tries([task.household_id for task in tasks if task.kind in CALLS])
    referrers = _referrers(task.household for task in tasks)
    checks = _vogs(user, [task.about for task in tasks if task.about])
    rows = []
    for task in tasks:
        if task.kind in CALLS:
            referrer = referrers.get(task.household_id)
            rows.append(_call(task, tries[task.household_id], referrer, on=on))
        elif task.kind in (Task.Kind.NEXT_STEP, Task.Kind.QUESTION):
            rows.append(next_step(task, on=on))
        elif task.kind == Task.Kind.DOUBLE:
            rows.append(_double(task))
        elif task.about in checks:
            rows.append(_screening(task, checks[task.about]))
    return rows


def tasks_of_families(user: User, *, on: dt.date) -> list[Task]:
    """Tasks of the user for today or before that rows of this app are made of."""
    kinds = (*OWN_KINDS, Task.Kind.OWN_REQUEST)
    return list(asking_attention(user, on=on).filter(kind__in=kinds))


def asking_attention(user: User, *, on: dt.date) -> QuerySet[Task]:
    """Tasks of the user for today or before, with all that a row shows of a family."""
    asks = RequestFamily.objects.filter(household=OuterRef("household"))
    return (
        Task.objects.visible_to(user)
        .for_coordinator(user, on=on)
        .open()
        .filter(Q(later_until=None) | Q(later_until__lte=on))
        # Who applied or asked something asks attention before the promised day.
        .filter(
            Q(due_on__lte=on)
            | Q(kind__in=(Task.Kind.FIRST_CALL, Task.Kind.OWN_REQUEST))
        )
        .select_related("household__municipality")
        .annotate(asks=Exists(asks))
        .prefetch_related(*people.people_and_home(on, "household__"))
    )


def put_off(user: User, *, on: dt.date) -> list[Task]:
    """Tasks that rest until a later day, of whichever app they are, soonest first.

    And what says that a row without a task rests, for this coordinator.
    """
    own = Task.objects.for_coordinator(user, on=on).open()
    return list(
        Task.objects.visible_to(user)
        .filter(Q(pk__in=own) | Q(done_by=user, about__startswith=resting.MARK))
        .filter(later_until__gt=on)
        .select_related("household")
        .order_by("later_until", "pk")
    )


def done_on(user: User, day: dt.date) -> list[Task]:
    """Tasks that the coordinator finished on a day, the last one first.

    Of several about the same answer of a family only the last one.
    """
    found = (
        Task.objects.visible_to(user)
        .filter(done_by=user, done_at__date=day)
        .exclude(about__startswith=resting.MARK)
        .select_related("household")
        .order_by("-done_at", "-pk")
    )
    return list(
        {
            (task.household_id, task.about)
            if task.kind == Task.Kind.ANSWER
            else task.pk: task
            for task in reversed(found)
        }.values()
    )[::-1]


def family_panels(household: Household, *, user: User, on: dt.date) -> list[Panel]:
    """Whether a household may be the same family as another."""
    found = (
        PossibleDouble.objects.visible_to(user)
        .filter(Q(earlier=household) | Q(later=household))
        .exclude(outcome=PossibleDouble.Outcome.DIFFERENT)
        .select_related("earlier", "later")
        .order_by("pk")
    )
    doubles = [
        {
            "reference": one.reference,
            "outcome": one.outcome,
            "other": one.later if one.earlier_id == household.pk else one.earlier,
        }
        for one in found
    ]
    if not doubles:
        return []
    context = {"doubles": doubles, "merged_into": household.merged_into_id}
    return [Panel(0, "families/_doubles.html", context)]


def figures(user: User, *, on: dt.date) -> list[Figure]:
    """How many requests wait to be matched."""
    waiting = SupportRequest.objects.visible_to(user).waiting().count()
    url = reverse("families:family-list", query={"lijst": "wacht"})
    return [Figure(10, _("Waiting"), waiting, url)]


def _tries(households: Iterable[int]) -> Counter[int]:
    """For each household how often nobody answered since somebody was reached."""
    contacts = ContactMoment.objects.filter(
        household__in=set(households), redacted_at=None
    ).order_by("-happened_on", "-pk")
    tries: Counter[int] = Counter()
    reached = set()
    for household, outcome in contacts.values_list("household_id", "outcome"):
        if outcome == ContactMoment.Outcome.REACHED:
            reached.add(household)
        elif household not in reached:
            tries[household] += 1
    return tries


def _vogs(user: User, people_: Iterable[str]) -> dict[str, ScreeningCheck]:
    """The current VOG of each of these people, by their reference."""
    checks = (
        ScreeningCheck.objects.visible_to(user)
        .current()
        .filter(kind=ScreeningCheck.Kind.VOG, person__reference__in=set(people_))
        .select_related("person")
    )
    return {check.person.reference: check for check in checks}


def _referrers(households: Iterable[Household]) -> dict[int, Referrer]:
    """Who referred each of these households; the first, where there are several."""
    referred = {
        household.pk
        for household in households
        if household.came_by == Household.CameBy.REFERRAL
    }
    found = (
        Referral.objects.filter(household__in=referred)
        .select_related("referrer")
        .order_by("-pk")
    )
    return {referral.household_id: referral.referrer for referral in found}


def _call(
    task: Task, tries: int, referrer: Referrer | None, *, on: dt.date
) -> TodayRow:
    household = task.household
    who = people.contact_person(household.members, on)
    names = {"name": household.name, "town": people.town(household)}
    if task.kind == Task.Kind.FIRST_CALL:
        title = _("Call the %(name)s family (%(town)s)") % names
        why = _("They wait for a first talk.")
        if referrer is not None:
            why = _("Referred by %(name)s (%(organisation)s).") % {
                "name": referrer.name,
                "organisation": referrer.organisation,
            }
    else:
        title = _("Call the %(name)s family again (%(town)s)") % names
        why = _("Nobody was reached yet.")
    if tries:
        why = ngettext("No answer once.", "No answer %(tries)d times.", tries) % {
            "tries": tries
        }
    urgency, tag = _how_urgent(task, on)
    return TodayRow(
        urgency=urgency,
        household=ShownHousehold(household.reference, household.name),
        side="request" if task.asks else "support",
        title=title,
        why=why,
        since=timezone.localdate(task.created_at),
        due_on=task.due_on,
        promised=task.promised,
        telephone=who.telephone if who else "",
        may_leave_message=who.may_leave_message if who else None,
        action_label=_("Note the talk"),
        action_url=reverse("families:contact-note", args=[household.reference]),
        task=task,
        tags=(tag,) if tag else (),
    )


def next_step(task: Task, *, on: dt.date) -> TodayRow:
    """A step somebody planned, or a question to a family."""
    household = task.household
    who = people.contact_person(household.members, on)
    if task.kind == Task.Kind.QUESTION:
        text = task.text or _("A question")
        why = _("The answer helps to find a match.")
    else:
        text = task.text or _("Next step")
        why = _("You planned this.")
    urgency, tag = _how_urgent(task, on)
    return TodayRow(
        urgency=urgency,
        household=ShownHousehold(household.reference, household.name),
        side="request" if task.asks else "support",
        title=_("%(what)s: the %(name)s family")
        % {"what": text, "name": household.name},
        why=why,
        since=timezone.localdate(task.created_at),
        due_on=task.due_on,
        promised=task.promised,
        telephone=who.telephone if who else "",
        may_leave_message=who.may_leave_message if who else None,
        action_label=_("Note a contact"),
        action_url=reverse("families:contact-note", args=[household.reference]),
        task=task,
        tags=(tag,) if tag else (),
    )


def _screening(task: Task, check: ScreeningCheck) -> TodayRow:
    household = task.household
    if check.state == ScreeningCheck.State.SHOWN:
        title = _("Ask for a new VOG: %(person)s, the %(name)s family")
        why = _("Seen on %(day)s.") % {"day": _in_words(check.seen_on)}
    elif check.state == ScreeningCheck.State.APPLIED:
        title = _("Ask for the VOG: %(person)s, the %(name)s family")
        why = _("Applied for on %(day)s.") % {"day": _in_words(check.applied_on)}
    else:
        title = _("Ask for the VOG: %(person)s, the %(name)s family")
        why = _("Asked on %(day)s, not seen yet.") % {"day": _in_words(check.asked_on)}
    return TodayRow(
        urgency=Urgency.AGES,
        household=ShownHousehold(household.reference, household.name),
        side="support",
        title=title % {"person": check.person.name, "name": household.name},
        why=why,
        since=task.due_on,
        action_label=_("To the screening"),
        action_url=reverse("families:screening", args=[household.reference]),
        task=task,
        tags=(("warn", _("VOG")),),
    )


def _double(task: Task) -> TodayRow:
    household = task.household
    return TodayRow(
        urgency=Urgency.NEW,
        household=ShownHousehold(household.reference, household.name),
        side="request" if task.asks else "support",
        title=_("Look: did the %(name)s family apply twice?")
        % {"name": household.name},
        why=_("Another family has the same telephone number or e-mail address."),
        since=timezone.localdate(task.created_at),
        action_label=_("Compare them"),
        action_url=reverse("families:double", args=[task.about]),
        task=task,
    )


def _how_urgent(task: Task, on: dt.date) -> tuple[Urgency, tuple[str, str] | None]:
    """How urgent a task is, with the tag that says so."""
    if task.due_on < on:
        late = ("bad", _("Late"))
        return (Urgency.BROKEN_PROMISE if task.promised else Urgency.AGES), late
    if task.due_on == on:
        due = Urgency.BLOCKS_SOMEBODY if task.promised else Urgency.AGES
        return due, ("warn", _("Today"))
    return Urgency.NEW, ("info", _("New"))


def _in_words(day: dt.date | None) -> str:
    return date_format(day, "j F Y") if day else ""
