"""What became of the pairings of the demo: how it goes, what rests, where it rubs."""

import datetime as dt

from django.conf import settings

from agreements.models import Confirmation, Evaluation, EvaluationAnswers, Strain
from agreements.services import evaluations, exceptions, pauses, strain, visits
from agreements.services.evaluations import Said
from buurtgezinnen.demo import stories
from buurtgezinnen.demo.days import next_weekday, noon
from buurtgezinnen.demo.families import Families
from families.models import SchoolHoliday, User
from matching.models import Pairing

REQUEST, SUPPORT = Confirmation.Side.REQUEST, Confirmation.Side.SUPPORT
Wants = EvaluationAnswers.Wants
HALF_A_YEAR = dt.timedelta(days=182)
WEDNESDAY = 2

# The pairings to which something happens, by the days since they started.
RESTED_IN_BETWEEN = 400
GOES_ANOTHER_WAY = 210
RUBS = 150
# Nobody called these families since their trial.
SILENT = 120
CALLED_DAYS_AGO = (98, 56, 14)

WELL = {
    REQUEST: Said(child_score=1, own_score=2, fit_score=1, wants=Wants.GO_ON),
    SUPPORT: Said(child_score=1, own_score=1, fit_score=2, wants=Wants.GO_ON),
}
# One family would like more, the other less: a coordinator should see that.
APART = {
    REQUEST: Said(
        child_score=1,
        own_score=2,
        fit_score=2,
        otherwise=stories.WANTS_MORE,
        wants=Wants.MORE,
        child_voice=stories.CHILD_VOICE,
    ),
    SUPPORT: Said(
        child_score=2,
        own_score=4,
        fit_score=4,
        otherwise=stories.WANTS_LESS,
        wants=Wants.LESS,
    ),
}


class Since:
    """What happened to pairings after they began, up to the day of the demo."""

    def __init__(self, families: Families) -> None:
        self.families = families
        self.on = families.on

    def play(self, pairing: Pairing, days: int) -> None:
        """Evaluations, and for some a pause, an exception or strain."""
        by = pairing.lead.user
        if pairing.stage == Pairing.Stage.ACTIVE and days != SILENT:
            self.kept_in_touch(pairing)
        if pairing.stage not in {Pairing.Stage.ACTIVE, Pairing.Stage.INDEPENDENT}:
            return
        start = self.on - dt.timedelta(days=days)
        definite_on = start + dt.timedelta(days=14, weeks=settings.TRIAL_WEEKS)
        self.evaluated(pairing, definite_on, Evaluation.Occasion.END_OF_TRIAL, by=by)
        due_on = definite_on + HALF_A_YEAR
        while due_on < self.on - dt.timedelta(days=30):
            self.evaluated(pairing, due_on, Evaluation.Occasion.HALF_YEAR, by=by)
            due_on += HALF_A_YEAR
        if days == RESTED_IN_BETWEEN:
            self.rested(pairing, definite_on + dt.timedelta(days=100), by=by)
            self.fell_out(pairing, by=by)
            self.came_besides(pairing, self.on - dt.timedelta(days=30), by=by)
        if days == GOES_ANOTHER_WAY:
            self.goes_another_way(pairing, by=by)
            self.asked(pairing, Evaluation.Occasion.EXTRA, APART, on=self.on, by=by)
        if days == RUBS:
            self.rubs(pairing, by=by)

    def kept_in_touch(self, pairing: Pairing) -> None:
        """A call to each family now and then."""
        first = pairing.started_on + dt.timedelta(weeks=settings.TRIAL_WEEKS)
        for wishes in (pairing.request, pairing.offer):
            for days_ago in CALLED_DAYS_AGO:
                text = self.families.draw.choice(stories.PAIRING_NOTES)
                called_on = self.on - dt.timedelta(days=days_ago)
                if called_on > first:
                    self.families.note(wishes.family.household, text, called_on)

    def evaluated(
        self, pairing: Pairing, on: dt.date, occasion: str, *, by: User
    ) -> None:
        """A round in which both were content, and what came of it."""
        evaluation = self.asked(pairing, occasion, WELL, on=on, by=by)
        evaluations.close(
            evaluation,
            outcome=Evaluation.Outcome.GO_ON,
            outcome_text="",
            row_version=evaluation.row_version,
            at=noon(on),
            on=on,
            by=by,
        )

    def asked(
        self,
        pairing: Pairing,
        occasion: str,
        said: dict[Confirmation.Side, Said],
        *,
        on: dt.date,
        by: User,
    ) -> Evaluation:
        """A round that both families answered on the telephone."""
        evaluation = evaluations.start(
            pairing, occasion=occasion, due_on=on, at=noon(on), by=by
        )
        for side, answers in said.items():
            evaluation.refresh_from_db()
            evaluations.record_answers(
                evaluation,
                side,
                answers,
                channel=EvaluationAnswers.Channel.TELEPHONE,
                answered_on=on,
                row_version=evaluation.row_version,
                at=noon(on),
                by=by,
            )
        evaluation.refresh_from_db()
        return evaluation

    def rested(self, pairing: Pairing, on: dt.date, *, by: User) -> None:
        """A pause of five weeks that one family asked for."""
        pauses.note_pause(
            pairing,
            from_on=on,
            until_on=on + dt.timedelta(weeks=5),
            side=SUPPORT,
            reason=stories.PAUSE_REASON,
            by=by,
            at=noon(on - dt.timedelta(days=7)),
        )

    def goes_another_way(self, pairing: Pairing, *, by: User) -> None:
        """One of the next Wednesdays becomes a Thursday."""
        day = next_weekday(self.on + dt.timedelta(days=1), WEDNESDAY)
        while self.is_holiday(pairing, day):
            day += dt.timedelta(weeks=1)
        exceptions.note_exception(
            pairing,
            line=1,
            on=day,
            moved_to=day + dt.timedelta(days=1),
            reason=stories.EXCEPTION_REASON,
            by=by,
            at=noon(self.on),
        )

    def fell_out(self, pairing: Pairing, *, by: User) -> None:
        """One Wednesday of the last weeks nobody came."""
        day = next_weekday(self.on - dt.timedelta(days=14), WEDNESDAY)
        while self.is_holiday(pairing, day):
            day -= dt.timedelta(weeks=1)
        exceptions.note_exception(
            pairing,
            line=1,
            on=day,
            reason=stories.FELL_OUT_REASON,
            by=by,
            at=noon(day - dt.timedelta(days=1)),
        )

    def came_besides(self, pairing: Pairing, on: dt.date, *, by: User) -> None:
        """One day more than was agreed on."""
        visits.note_visit(pairing, on=on, text=stories.EXTRA_VISIT, by=by, at=noon(on))

    def is_holiday(self, pairing: Pairing, day: dt.date) -> bool:
        """Whether the schools are closed where the family lives that asks."""
        region = pairing.request.family.household.municipality.holiday_region
        closed = SchoolHoliday.objects.filter(region=region, first_on__lte=day)
        return closed.filter(last_on__gte=day).exists()

    def rubs(self, pairing: Pairing, *, by: User) -> None:
        """Something is the matter, and one side was talked with."""
        raised_on = self.on - dt.timedelta(days=9)
        raised = strain.raise_strain(
            pairing,
            raised_by=Strain.RaisedBy.SUPPORT,
            raised_on=raised_on,
            words=stories.WHAT_RUBS,
            look_again_on=self.on + dt.timedelta(days=12),
            child_told=stories.RUBS_CHILD_TOLD,
            by=by,
            at=noon(raised_on),
        )
        strain.add_talk(
            raised,
            side=SUPPORT,
            on=raised_on,
            words=stories.TALK_ABOUT_IT,
            by=by,
            at=noon(raised_on),
        )
