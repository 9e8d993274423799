"""The pairings of the demo: from a proposal to where they are now."""

import datetime as dt
from dataclasses import replace

from django.conf import settings

from agreements.core.timeline import Frame, Terms
from agreements.services import Yes, record_version
from buurtgezinnen.demo import stories
from buurtgezinnen.demo.cast import Pair
from buurtgezinnen.demo.days import next_weekday, noon
from buurtgezinnen.demo.families import Families
from buurtgezinnen.demo.proposing import Proposing
from families.vocabulary import SupportKind
from matching.models import Pairing
from matching.services import pairings, proposals

WEDNESDAY, FRIDAY = 1 << 2, 1 << 4
# A pairing older than this has a day for its introduction.
DAYS_TO_PLAN = 4
# Days before the start on which others were asked, who said no.
ASKED_BEFORE = (23, 17)
# The pairing of this many days has a change that one family still must confirm.
ONE_SIDE_ONLY = 120
# The pairing of this many days eats together on the first Friday of the month.
ON_THE_FIRST_FRIDAY = 210


class Together:
    """Families that found each other, on the day of the demo."""

    def __init__(self, families: Families, proposing: Proposing) -> None:
        self.families = families
        self.proposing = proposing
        self.on = families.on

    def play(self, pair: Pair) -> Pairing:
        """Two families from their applications to where they are now."""
        (request,) = self.families.asks(pair.asks)
        start = self.on - dt.timedelta(days=pair.days)
        for days_before in ASKED_BEFORE:
            asked_on = start - dt.timedelta(days=days_before)
            self.proposing.declined(request, asked_on)
        offer = self.families.gives(pair.gives)
        lead = request.family.household.coordinator
        by = lead.user
        proposal = self.proposing.chosen(request, offer, start - dt.timedelta(days=8))
        for side in ("support", "request"):
            said_on = start - dt.timedelta(days=3)
            proposal.refresh_from_db()
            proposals.record_answer(
                proposal,
                row_version=proposal.row_version,
                side=side,
                yes=True,
                discussed_on=said_on,
                at=noon(said_on),
                on=said_on,
                by=by,
            )
        pairing = pairings.start_pairing(
            proposal, at=noon(start), on=start, by=by, lead=lead
        )
        if pair.days > DAYS_TO_PLAN:
            met_on = start + dt.timedelta(days=5)
            pairing = pairings.plan_introduction(
                pairing,
                introduction_on=met_on,
                today=met_on,
                row_version=pairing.row_version,
                by=by,
            )
        if pair.stage == Pairing.Stage.INTRODUCTION:
            return pairing
        trial_on = start + dt.timedelta(days=14)
        pairing = pairings.start_trial(
            pairing,
            on=trial_on,
            today=trial_on,
            row_version=pairing.row_version,
            by=by,
        )
        self.agree(pairing, pair, trial_on)
        for household in (request.family.household, offer.family.household):
            text = self.families.draw.choice(stories.PAIRING_NOTES)
            self.families.note(household, text, self.families.day(trial_on, 15))
        if pair.stage == Pairing.Stage.TRIAL:
            return pairing
        active_on = trial_on + dt.timedelta(weeks=settings.TRIAL_WEEKS)
        pairing = pairings.activate(
            pairing,
            on=active_on,
            today=active_on,
            row_version=pairing.row_version,
            by=by,
        )
        if pair.stage == Pairing.Stage.INDEPENDENT:
            guided = active_on + dt.timedelta(days=500)
            pairing = pairings.make_independent(
                pairing, on=guided, row_version=pairing.row_version, by=by
            )
        if pair.stage == Pairing.Stage.ENDED:
            ended_on = self.on - dt.timedelta(days=10)
            pairing = pairings.end_pairing(
                pairing,
                pairings.Ending(
                    on=ended_on,
                    reason=Pairing.EndReason.GOAL_REACHED,
                    text=stories.END_TEXT,
                    child_told=stories.CHILD_TOLD,
                ),
                row_version=pairing.row_version,
                at=noon(ended_on),
                by=by,
            )
        return pairing

    def agree(self, pairing: Pairing, pair: Pair, trial_on: dt.date) -> None:
        """The versions of what they agreed on, each grown out of the former."""
        by = pairing.lead.user
        children = tuple(child.pk for child in pairing.request.children.all())
        active_on = trial_on + dt.timedelta(weeks=settings.TRIAL_WEEKS)
        play = Terms(
            line=1,
            kind=SupportKind.PLAY,
            children=children,
            rhythm="every_n_weeks",
            every=2,
            first_on=next_weekday(trial_on, 2),
            weekdays=WEDNESDAY,
            starts_at=dt.time(13),
            ends_at=dt.time(17),
            brings="request_family",
            fetches="support_family",
        )
        weekly = Terms(
            line=1,
            kind=SupportKind.PLAY,
            children=children,
            rhythm="weekly",
            weekdays=WEDNESDAY,
            starts_at=dt.time(13),
            ends_at=dt.time(17),
            brings="request_family",
            fetches="support_family",
        )
        meal = Terms(
            line=2,
            kind=SupportKind.MEAL,
            children=children,
            rhythm="weekly",
            weekdays=FRIDAY,
            starts_at=dt.time(17),
            ends_at=dt.time(19),
            brings="support_family",
            fetches="request_family",
        )
        if pair.days == ON_THE_FIRST_FRIDAY:
            meal = replace(meal, rhythm="nth_weekday", every=1)
        outing = Terms(
            line=3,
            kind=SupportKind.OUTING,
            children=children,
            rhythm="times_a_month",
            every=1,
            where="elsewhere",
        )
        grown = (
            (trial_on, (play,)),
            (active_on, (weekly,)),
            (active_on + dt.timedelta(days=60), (weekly, meal)),
            (self.on + dt.timedelta(days=8), (weekly, meal, outing)),
        )
        for number, (from_on, items) in enumerate(grown[: pair.n_versions]):
            waits = number == 1 and pair.days == ONE_SIDE_ONLY
            starts = self.on + dt.timedelta(days=8) if waits else from_on
            recorded_on = min(starts, self.on) - dt.timedelta(days=7)
            sides = ("support",) if waits else ("request", "support")
            record_version(
                pairing,
                effective_from=starts,
                items=items,
                by=by,
                at=noon(max(recorded_on, pairing.started_on)),
                frame=Frame(
                    trial_until=None if number else pairing.trial_until,
                    months_request=pairing.request.duration_months,
                    months_support=pairing.offer.duration_months,
                ),
                reason=stories.CHANGE_REASONS[number - 1] if number else "",
                confirmations=[
                    Yes(side, "discussed", max(recorded_on, pairing.started_on))
                    for side in sides
                ],
            )
