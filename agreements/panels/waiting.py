"""Versions that wait for a family, or that a family wants otherwise, on Vandaag."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements import wording
from agreements.history import History, with_families
from agreements.models import (
    AgreementVersion,
    Asking,
    Confirmation,
    Pause,
    WantedChange,
)
from agreements.services.asking import can_be_mailed, waits_too_long
from agreements.shown.asked import asked_in_words, last_of
from families.panels import ShownHousehold, TodayRow, Urgency
from matching.models import Pairing
from matching.wording.names import Names

Side = Confirmation.Side


def today_rows(own: Names, *, on: dt.date) -> list[TodayRow]:
    """What families want otherwise, and who has not said yes for more than five days.

    What a family wants otherwise comes in place of the waiting. Nobody is reminded
    without guidance, nor in a pause that began after the version was written down.
    """
    running = Q(agreement__pairing__ended_on=None)
    drafts = AgreementVersion.objects.visible_to(own.user).draft().filter(running)
    open_changes = WantedChange.objects.visible_to(own.user).open()
    wanted = _by_version(
        open_changes.filter(version__agreement__pairing__ended_on=None).order_by("pk")
    )
    askings = _by_version(
        Asking.objects.visible_to(own.user)
        .standing()
        .filter(version__in=drafts)
        .select_related("person")
        .order_by("asked_at", "pk")
    )
    pairings = with_families(
        Pairing.objects.visible_to(own.user).filter(
            Q(agreement__versions__in=drafts) | Q(agreement__versions__in=list(wanted))
        ),
        terms=False,
    )
    rests = Pause.objects.counted().filter(
        Q(until_on=None) | Q(until_on__gte=on),
        from_on__lte=on,
        agreement__pairing=OuterRef("pk"),
    )
    noted = Subquery(rests.order_by("-recorded_at").values("recorded_at")[:1])
    rows = []
    for pairing in pairings.annotate(rest_noted_at=noted).order_by("pk").distinct():
        history = History.of(pairing)
        for version in history.versions:
            if wanted[version.pk]:
                changes = wanted[version.pk]
                rows.append(_wants_row(history, version, changes, own=own))
            elif version.is_draft and not _rests(pairing, version):
                rows += _waits_row(history, version, askings[version.pk], own, on=on)
    return rows


def _rests(pairing: Any, draft: AgreementVersion) -> bool:
    """Whether nobody waits for a yes now; `rest_noted_at` is that of a pause."""
    rests = pairing.rest_noted_at and pairing.rest_noted_at >= draft.recorded_at
    return bool(rests) or pairing.stage == Pairing.Stage.INDEPENDENT


def _by_version(found: Iterable[Any]) -> defaultdict[int, list[Any]]:
    by_version: defaultdict[int, list[Any]] = defaultdict(list)
    for one in found:
        by_version[one.version_id].append(one)
    return by_version


def _wants_row(
    history: History,
    version: AgreementVersion,
    changes: list[WantedChange],
    *,
    own: Names,
) -> TodayRow:
    names = dict.fromkeys(getattr(history.names, one.side).name for one in changes)
    why = ngettext(
        "%(families)s wants to change something.",
        "%(families)s want to change something.",
        len(names),
    ) % {"families": wording.in_a_row(names)}
    return TodayRow(
        urgency=Urgency.BLOCKS_SOMEBODY,
        household=_household(history, own),
        side="pairing",
        title=_title(history),
        why=capfirst(why),
        since=min(timezone.localdate(one.recorded_at) for one in changes),
        action_label=_("Read what they want"),
        action_url=version.get_absolute_url(),
        tags=(("warn", _("Wants to change something")),),
    )


def _waits_row(
    history: History,
    draft: AgreementVersion,
    askings: list[Asking],
    own: Names,
    *,
    on: dt.date,
) -> list[TodayRow]:
    """A row once a family has waited too long; with a reminder where one can go."""
    said = {one.side for one in draft.confirmations.all()}
    last = [last_of(askings, side) for side in Side if side not in said]
    asked = [one for one in last if one is not None]
    waiting = [
        (since, one)
        for one in last
        for since in [timezone.localdate(one.asked_at if one else draft.recorded_at)]
        if waits_too_long(since, on=on)
    ]
    if not waiting:
        return []
    by_mail = any(
        one is not None and one.way == Asking.Way.MAIL and can_be_mailed(one.person)
        for _since, one in waiting
    )
    no_yes = _("No yes yet from %(families)s.") % {
        "families": wording.in_a_row(wording.waits_for(draft, history.names))
    }
    remind = reverse(
        "agreements:version-remind", args=[history.pairing.reference, draft.number]
    )
    return [
        TodayRow(
            urgency=Urgency.BLOCKS_SOMEBODY,
            household=_household(history, own),
            side="pairing",
            title=_title(history),
            why=" ".join([no_yes, *dict.fromkeys(map(asked_in_words, asked))]),
            since=min(since for since, _one in waiting),
            action_label=_("Send a reminder") if by_mail else _("Note a yes"),
            action_url=remind if by_mail else draft.get_absolute_url(),
            posts=by_mail,
            tags=(("warn", _("Waits for a yes")),),
        )
    ]


def _household(history: History, own: Names) -> ShownHousehold:
    request = history.pairing.request.family.household
    support = history.pairing.offer.family.household
    household = request if own.knows(request) else support
    return ShownHousehold(household.reference, household.name)


def _title(history: History) -> str:
    return _("Agreements: %(request)s and %(support)s") % {
        "request": history.names.request.name,
        "support": history.names.support.name,
    }
