"""The clock of each running pairing as rows of Vandaag."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.core import clock
from agreements.core.clock import Course, Due, Limits
from agreements.models import AgreementVersion, Evaluation, Pause
from families import people
from families.models import ContactMoment, Household, Membership, Task, User
from families.panels import CALLS, ShownHousehold, TodayRow, Urgency
from matching.models import Pairing, PairingStage
from matching.wording.names import Names

Stage = Pairing.Stage
GUIDED = (Stage.TRIAL, Stage.ACTIVE)
SIDES = ("request", "offer")
# Whoever is called within so many days needs no other reminder.
CALLED_SOON = dt.timedelta(days=7)


@dataclass(frozen=True)
class Spoken:
    """What was and will be said with families.

    Attributes:
        on: for each household the days on which somebody was reached.
        soon: households that will be called within days.
    """

    on: dict[int, list[dt.date]]
    soon: set[int]


def today_rows(names: Names, *, on: dt.date) -> list[TodayRow]:
    """Calls to families, trials that end, and evaluations that are due."""
    pairings = list(guided_pairings(names.user, on=on))
    own = {
        household.pk
        for pairing in pairings
        for household in _households(pairing)
        if names.knows(household)
    }
    spoken = _spoken(own, user=names.user, on=on)
    rows = []
    for pairing in pairings:
        course = course_of(pairing, on=on)
        rows += _pair_rows(pairing, course, names, on=on)
        for side, household in zip(SIDES, _households(pairing), strict=True):
            if household.pk not in own or household.pk in spoken.soon:
                continue
            due = clock.contact_due(
                course, spoken_on=spoken.on[household.pk], limits=limits(), on=on
            )
            if due is not None:
                rows.append(_call(pairing, side, due, names, on=on))
    return rows


def limits() -> Limits:
    """After how many weeks without contact a family is called, as it was set."""
    return Limits(
        at_first=settings.CONTACT_WEEKS_AT_FIRST, later=settings.CONTACT_WEEKS
    )


def course_of(pairing: Pairing, *, on: dt.date) -> Course:
    """The dates of a pairing, read from what was loaded with it."""
    stages = {step.stage: step.on for step in reversed(pairing.counted_stages)}
    agreement = getattr(pairing, "agreement", None)
    versions = agreement.counting_versions if agreement else ()
    pauses = agreement.counted_pauses if agreement else ()
    definite = (
        one.effective_from
        for one in versions
        if one.trial_until is None
        and one.kind != AgreementVersion.Kind.STOP
        and one.effective_from <= on
    )
    active_on = stages.get(Stage.ACTIVE, pairing.started_on)
    evaluations = pairing.evaluations.all()
    return Course(
        trial_on=stages.get(Stage.TRIAL, pairing.started_on),
        trial_until=pairing.trial_until,
        definite_on=min(definite, default=active_on)
        if pairing.stage == Stage.ACTIVE
        else None,
        pauses=tuple((pause.from_on, pause.until_on) for pause in pauses),
        evaluated_on=tuple(one.closed_on for one in evaluations if one.closed_on),
        is_evaluating=any(one.closed_on is None for one in evaluations),
    )


def guided_pairings(user: User, *, on: dt.date) -> Iterable[Pairing]:
    """Pairings in trial or running, with all that their clocks need."""
    counting = AgreementVersion.objects.current().order_by("effective_from")
    members = Membership.objects.current_on(on).select_related("person")
    return (
        Pairing.objects.visible_to(user)
        .running()
        .filter(stage__in=GUIDED)
        .select_related(
            "agreement", *(f"{side}__family__household__municipality" for side in SIDES)
        )
        .prefetch_related(
            Prefetch(
                "stages",
                PairingStage.objects.counted().order_by("pk"),
                to_attr="counted_stages",
            ),
            Prefetch("agreement__versions", counting, to_attr="counting_versions"),
            Prefetch(
                "agreement__pauses", Pause.objects.counted(), to_attr="counted_pauses"
            ),
            Prefetch("evaluations", Evaluation.objects.order_by("pk")),
            *(
                Prefetch(
                    f"{side}__family__household__memberships",
                    members.order_by("pk"),
                    to_attr="members",
                )
                for side in SIDES
            ),
        )
        .order_by("started_on", "pk")
    )


def _spoken(households: set[int], *, user: User, on: dt.date) -> Spoken:
    found = defaultdict(list)
    reached = ContactMoment.objects.visible_to(user).filter(
        household__in=households,
        outcome=ContactMoment.Outcome.REACHED,
        redacted_at=None,
        happened_on__lte=on,
    )
    for household, day in reached.values_list("household_id", "happened_on"):
        found[household].append(day)
    soon = on + CALLED_SOON
    planned = (
        Task.objects.visible_to(user)
        .open()
        .filter(
            Q(later_until=None) | Q(later_until__lte=soon),
            household__in=households,
            kind__in=(*CALLS, Task.Kind.NEXT_STEP),
            due_on__lte=soon,
        )
    )
    return Spoken(found, set(planned.values_list("household_id", flat=True)))


def _households(pairing: Pairing) -> tuple[Household, Household]:
    return pairing.request.family.household, pairing.offer.family.household


def _pair_rows(
    pairing: Pairing, course: Course, names: Names, *, on: dt.date
) -> Iterator[TodayRow]:
    due = clock.trial_due(course, on=on)
    if due is not None:
        yield _trial(pairing, course, due, names, on=on)
    due = clock.evaluation_due(course, on=on)
    if due is not None:
        yield _evaluation(pairing, course, due, names)


def _call(
    pairing: Pairing, side: str, due: Due, names: Names, *, on: dt.date
) -> TodayRow:
    request, support = _households(pairing)
    called = _names(pairing, names)
    if side == "request":
        household, own, other = request, called["request"], called["support"]
    else:
        household, own, other = support, called["support"], called["request"]
    if due.kind == "ask_how_it_goes":
        title = _("Ask how it goes: %(family)s")
        why = _("The trial with %(other)s began on %(date)s.")
        tag = ("warn", _("Two weeks on trial"))
    else:
        title = _("Get in touch: %(family)s")
        why = _("Last spoken to on %(date)s. Together with %(other)s.")
        tag = ("warn", _("No contact"))
    if due.about is None:
        why = _("Not spoken to yet. Together with %(other)s.")
    who = people.contact_person(household.members, on)
    return TodayRow(
        urgency=Urgency.AGES,
        household=ShownHousehold(household.reference, household.name),
        side="request" if side == "request" else "support",
        title=title % {"family": own},
        why=why % {"other": other, "date": _day(due.about)},
        since=due.since,
        telephone=who.telephone if who else "",
        may_leave_message=who.may_leave_message if who else None,
        action_label=_("Note a contact"),
        action_url=reverse("families:contact-note", args=[household.reference]),
        tags=(tag,),
    )


def _trial(
    pairing: Pairing, course: Course, due: Due, names: Names, *, on: dt.date
) -> TodayRow:
    until = course.trial_until or due.since
    is_over = until < on
    evaluation = _open_evaluation(pairing)
    if evaluation is not None:
        label, url = _("To the evaluation"), evaluation.get_absolute_url()
    elif clock.was_evaluated(course, until):
        label, url = _("To the pairing"), pairing.get_absolute_url()
    else:
        label, url = _("Start the evaluation"), _evaluations_url(pairing)
    return TodayRow(
        urgency=Urgency.AGES,
        household=_shown(pairing, names),
        side="pairing",
        title=_("End of the trial: %(request)s and %(support)s")
        % _names(pairing, names),
        why=_("The trial is over. Decide with both families how to go on.")
        if is_over
        else _("Talk with both families about how to go on."),
        since=due.since,
        due_on=until,
        action_label=label,
        action_url=url,
        tags=(
            (
                "bad" if is_over else "warn",
                _("Until %(date)s") % {"date": _day(until)},
            ),
        ),
    )


def _evaluation(pairing: Pairing, course: Course, due: Due, names: Names) -> TodayRow:
    if due.about == course.trial_until:
        why = _("The trial ended on %(date)s. Ask both families how it went.")
    else:
        why = _("Another half year has gone by. Ask both families how it goes.")
    return TodayRow(
        urgency=Urgency.AGES,
        household=_shown(pairing, names),
        side="pairing",
        title=_("Evaluation: %(request)s and %(support)s") % _names(pairing, names),
        why=why % {"date": _day(due.about)},
        since=due.since,
        action_label=_("Start the evaluation"),
        action_url=_evaluations_url(pairing),
        tags=(("warn", _("Evaluation")),),
    )


def _open_evaluation(pairing: Pairing) -> Evaluation | None:
    evaluations = pairing.evaluations.all()
    return next((one for one in evaluations if one.closed_on is None), None)


def _evaluations_url(pairing: Pairing) -> str:
    return reverse("agreements:evaluation-list", args=[pairing.reference])


def _names(pairing: Pairing, names: Names) -> dict[str, str]:
    """Both families, who know each other's name by now."""
    request, support = _households(pairing)
    return {
        "request": names.request(request, told=True),
        "support": names.support(support, told=True),
    }


def _shown(pairing: Pairing, names: Names) -> ShownHousehold:
    """The household whose page the user may open; the request's if both."""
    request, support = _households(pairing)
    household = request if names.knows(request) else support
    return ShownHousehold(household.reference, household.name)


def _day(day: dt.date | None) -> str:
    return date_format(day, "j F Y") if day else ""
