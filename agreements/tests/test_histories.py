"""Random histories against the naive rule: each day exactly the version that holds."""

import datetime as dt
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements import services
from agreements.history import History, with_families
from agreements.models import AgreementVersion
from agreements.services import Yes
from agreements.tests.factories import NOON, START, make_pairing, wednesdays
from families.models import User
from matching.models import Pairing

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
N_DAYS = 12
EVERY_DAY = [START + n * DAY for n in range(-1, N_DAYS)]

steps = st.lists(
    st.tuples(
        st.sampled_from(["change", "insertion", "correction", "stop"]),
        st.integers(-1, N_DAYS - 2),
        # What the item says, and how many families say yes at once.
        st.integers(1, 127),
        st.integers(0, 2),
    )
    | st.tuples(st.sampled_from(["yes request", "yes support", "put away"])),
    max_size=10,
)


@dataclass
class Believed:
    """The naive rule: a list of what counts, written over day by day."""

    settled: list[tuple[dt.date, int]] = field(default_factory=list)

    def settle(self, day, number, *, stop):
        """A version takes the place of its date; a stop of all that comes after."""
        self.settled = [
            (start, other)
            for start, other in self.settled
            if (start < day if stop else start != day)
        ]
        self.settled.append((day, number))

    def on(self, day):
        """The number of the version in force."""
        started = [one for one in self.settled if one[0] <= day]
        return max(started)[1] if started else None


@given(steps)
@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_each_day_has_exactly_the_version_of_the_naive_rule(history):
    with transaction.atomic():
        pairing = make_pairing()
        believed, photographs = play(pairing, history)

        assert in_force(pairing, None) == [believed.on(day) for day in EVERY_DAY]
        for moment, seen in photographs:
            assert in_force(pairing, moment, EVERY_DAY[::3]) == seen[::3]
        assert_pages_agree(pairing, photographs)
        transaction.set_rollback(True)


def play(pairing, history):
    """Plays the steps; returns the naive belief, and what was believed after each."""
    believed, photographs = Believed(), []
    for number, step in enumerate(history):
        moment = NOON + number * dt.timedelta(hours=1)
        before = {one.pk for one in AgreementVersion.objects.current()}
        try:
            take(pairing, step, moment)
        except services.Refused:
            assert {one.pk for one in AgreementVersion.objects.current()} == before
        for one in AgreementVersion.objects.current().exclude(pk__in=before):
            stop = one.kind == "stop"
            believed.settle(one.effective_from, one.number, stop=stop)
        photographs.append((moment, [believed.on(day) for day in EVERY_DAY]))
    return believed, photographs


def take(pairing, step, moment):
    by = User.objects.get(coordinator=pairing.lead)
    versions = AgreementVersion.objects.filter(agreement__pairing=pairing)
    draft = versions.draft().first()
    kind, *rest = step
    if kind.startswith("yes") or kind == "put away":
        if draft is None:
            return
        if kind == "put away":
            services.discard_draft(draft, by=by, at=moment)
        else:
            services.confirm(
                draft, side=kind[4:], channel="paper", on=START, by=by, at=moment
            )
        return
    offset, weekdays, n_yes = rest
    item = wednesdays(pairing, weekdays=weekdays)
    services.record_version(
        pairing,
        effective_from=START + offset * DAY,
        items=[] if kind == "stop" else [item],
        kind=kind,
        by=by,
        at=moment,
        confirmations=[
            Yes(side, "discussed", START) for side in ("request", "support")[:n_yes]
        ],
    )


def in_force(pairing, known_at, days=EVERY_DAY):
    """By the database: at most one version a day, or `get` would not give one."""
    versions = AgreementVersion.objects.filter(agreement__pairing=pairing)
    found = []
    for day in days:
        rows = list(versions.in_force_on(day, known_at=known_at))
        assert len(rows) <= 1
        found.append(rows[0].number if rows else None)
    return found


def assert_pages_agree(pairing, photographs):
    """The rule in Python, which the pages use, says what the database says."""
    history = History.of(with_families(Pairing.objects).get(pk=pairing.pk))
    for moment, seen in [*photographs, (None, in_force(pairing, None))]:
        found = [history.in_force_on(day, known_at=moment) for day in EVERY_DAY]
        assert [one.number if one else None for one in found] == seen
