"""What holds between two families, for the page of their pairing."""

import datetime as dt

from agreements import wording
from agreements.core import timeline
from agreements.history import History, terms_of, with_families
from agreements.shown.planned import next_times
from families.models import User
from families.panels import Panel
from matching.models import Pairing

Stage = Pairing.Stage


def panel(pairing: Pairing, *, user: User, on: dt.date) -> Panel | None:
    """What holds on a day, when they meet next, and what waits; None for strangers."""
    visible = Pairing.objects.visible_to(user).filter(pk=pairing.pk)
    found = with_families(visible).first()
    if found is None:
        return None
    history = History.of(found)
    in_force, draft, last = history.in_force_on(on), history.draft, history.last
    to_come = [
        one
        for one in timeline.known(history.versions)
        if one.effective_from > on and not history.is_over_on(one.effective_from)
    ]
    visits = [
        one
        for one in next_times(history, history.names, on=on).visits
        if one.takes_place
    ]
    is_trial = last is not None and last.frame().trial_until is not None
    context = {
        "pairing": found,
        "in_force": in_force,
        "sentences": [
            wording.sentences(one, history.names) for one in terms_of(in_force)
        ],
        "to_come": min(to_come, key=lambda one: one.effective_from, default=None),
        "next_visit": visits[0] if visits else None,
        "pause": history.pause_on(on),
        "draft": draft,
        "waits_for": wording.in_a_row(wording.waits_for(draft, history.names))
        if draft
        else "",
        # The pairing is not made definite while its agreements are a trial.
        "trial": last if found.stage == Stage.TRIAL and is_trial else None,
    }
    return Panel(10, "agreements/_pairing_panel.html", context)
