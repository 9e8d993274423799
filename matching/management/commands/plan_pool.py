"""Shows the best plan for municipalities in the terminal, by reference only."""

import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from families.models import (
    AuditEvent,
    Household,
    Municipality,
    SupportOffer,
    SupportRequest,
)
from families.services.audit import record
from matching.core.pool import Ints
from matching.core.score import band_of
from matching.core.solver.problem import UNMATCHED, NotOptimal
from matching.engine.encode import band_name
from matching.engine.planning import FIRST_AFTER_DAYS, PoolPlan, pool_plan
from matching.wording.help_words import help_sentence
from matching.wording.plan_words import beside_best_first, first_sentence
from matching.wording.unlock_words import UnlockLine, UnlockWords
from matching.wording.words import band_label


class References:
    """Calls every family by its reference, as a terminal is nobody's desk."""

    def knows(self, household: Household) -> bool:
        """Nobody is a colleague's family here."""
        return True

    def support(self, household: Household, *, told: bool = False) -> str:
        """The reference of a support family."""
        return household.reference

    def request(self, household: Household, *, told: bool = False) -> str:
        """The reference of a request family."""
        return household.reference


class Command(BaseCommand):
    help = (
        "Shows the best plan for all families that wait in these municipalities, "
        "beside taking the best pair first, and what would unlock a match for who is "
        "left. Support families of their neighbours that take part are among those to "
        "choose from. Families are named by reference; nothing is written but that "
        "the families were read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("municipality", metavar="MUNICIPALITY", nargs="+")
        parser.add_argument("--json", action="store_true", help="for other programs")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="prove by its prices that no better plan exists",
        )

    def handle(
        self, *, municipality: list[str], verbosity: int, **options: Any
    ) -> None:
        places = [_municipality(name) for name in municipality]
        on = timezone.localdate()
        for place in places:
            record(place, verb="read", by=AuditEvent.ActorKind.SYSTEM)
        found = _planned(places, on=on)
        if options["verify"]:
            try:
                found.plan.assignment.verify()
            except NotOptimal as fault:
                raise CommandError(f"The plan is not proven: {fault}") from fault
        # Without a terminal there is no bar.
        rows = tqdm(
            found.left,
            "unlocks",
            disable=None if verbosity and not options["json"] else True,
            leave=False,
        )
        lines = _lines(found, {row: found.unlocks(row) for row in rows})
        plan = _as_data(found, places, lines, on=on, verified=options["verify"])
        if options["json"]:
            self.stdout.write(json.dumps(plan, indent=2, ensure_ascii=False))
        else:
            self._write(found, plan)

    def _write(self, found: PoolPlan, plan: dict[str, Any]) -> None:
        families = [one["family"] for one in (*plan["pairs"], *plan["left"])]
        several = len(set(families)) < len(families)
        said = (
            first_sentence(found.plan, by_request=several),
            beside_best_first(found.plan),
        )
        self.stdout.write(" ".join(filter(None, said)))
        if plan["verified"]:
            self.stdout.write(_("Proven by prices: there is no better plan."))
        for one in plan["pairs"]:
            band, star = band_label(one["band"]), " *" if one["first"] else ""
            self.stdout.write(
                f"{one['family']} → {one['support_family']}  {band:8}"
                f"  {_days(one['waited_days'])}{star}"
            )
        if any(one["first"] for one in plan["pairs"]):
            self.stdout.write(
                _("* waits more than %(days)d days and goes first")
                % {"days": FIRST_AFTER_DAYS}
            )
        for one in plan["left"]:
            self.stdout.write(f"{one['family']} → –  {_days(one['waited_days'])}")
            for line in one["unlocks"]:
                self.stdout.write(f"    {line['sentence']}")
        if plan["helps"]:
            self.stdout.write(_("What would help most of them:"))
        for one in plan["helps"]:
            self.stdout.write(f"    {one['sentence']}")


def _municipality(name: str) -> Municipality:
    """The municipality of this name, short name or CBS code.

    Raises:
        CommandError: there is none, or more than one of that name.
    """
    found = Municipality.objects.filter(
        Q(name__iexact=name) | Q(slug__iexact=name) | Q(cbs_code=name)
    )
    names = [place.slug for place in found.order_by("slug")]
    if not names:
        raise CommandError(f"There is no municipality called {name!r}.")
    if len(names) > 1:
        raise CommandError(f"{name!r} may be {', '.join(names)}: say which.")
    return found.get()


def _planned(places: list[Municipality], *, on: dt.date) -> PoolPlan:
    there = "family__household__municipality"
    own = Q(**{f"{there}__in": places})
    near = Q(**{f"{there}__neighbours__in": places, "stage": "available"})
    offers = SupportOffer.objects.filter(own | near).values("pk")
    return pool_plan(
        SupportRequest.objects.filter(own).waiting(),
        SupportOffer.objects.filter(pk__in=offers),
        on=on,
    )


def _lines(found: PoolPlan, unlocked: dict[int, Any]) -> dict[int, list[UnlockLine]]:
    words = UnlockWords.of(found.encoded, found.not_yet, References(), unlocked)
    return {
        row: [line for one in several if (line := words.line(row, one))]
        for row, several in unlocked.items()
    }


def _as_data(
    found: PoolPlan,
    places: list[Municipality],
    lines: dict[int, list[UnlockLine]],
    *,
    on: dt.date,
    verified: bool,
) -> dict[str, Any]:
    """The plan as plain data, with references only."""
    encoded, plan = found.encoded, found.plan
    names = Municipality.objects.in_bulk(encoded.municipalities)
    by_number = {
        number: names[pk].name for number, pk in enumerate(encoded.municipalities)
    }
    requests = _references(SupportRequest.objects.all(), encoded.requests, "family")
    offers = _references(SupportOffer.objects.all(), encoded.offers, "support_family")
    offers = [{"offer": one.pop("reference"), **one} for one in offers]
    waited = encoded.pool.requests.waited_days.tolist()
    rows = [
        {
            "request": one["reference"],
            "family": one["family"],
            "waited_days": days,
            "first": first,
        }
        for one, days, first in zip(requests, waited, plan.first.tolist(), strict=True)
    ]
    score = _scores(found)
    bands = band_of(score, found.weights).tolist()
    pairs = [
        rows[row]
        | offers[col]
        | {"band": band_name(bands[row]), "score": int(score[row])}
        for row, col in enumerate(plan.column.tolist())
        if col != UNMATCHED
    ]
    return {
        "municipalities": [place.slug for place in places],
        "on": on.isoformat(),
        "rules": found.weights.version,
        "waiting": len(rows),
        "reached": plan.reached._asdict(),
        "reached_best_first": plan.reached_best_first._asdict(),
        "verified": verified,
        "pairs": pairs,
        "left": [
            rows[row] | {"unlocks": [_line(line) for line in lines[row]]}
            for row in found.left
        ],
        "helps": [
            {
                "code": one.code,
                "side": one.side,
                "sentence": help_sentence(one, by_number),
                "matched": one.matched,
                "requests": [rows[row]["request"] for row in one.rows.tolist()],
            }
            for one in found.helps
        ],
    }


def _references(
    queryset: QuerySet[Any], keys: tuple[int, ...], family: str
) -> list[dict[str, str]]:
    """References of rows and of their households, in the order of the keys."""
    rows = queryset.order_by("pk").values_list(
        "pk", "reference", "family__household__reference"
    )
    # Everybody's references are less to read than a query with 100,000 keys.
    wanted = set(keys)
    return [
        {"reference": reference, family: home}
        for pk, reference, home in rows.iterator()
        if pk in wanted
    ]


def _scores(found: PoolPlan) -> Ints:
    """(n,) the score of each row's pair in the plan; 0 without one."""
    score = np.zeros(found.plan.column.size, np.int64)
    pairs = found.candidates
    chosen = pairs.indices == found.plan.column[pairs.rows]
    score[pairs.rows[chosen]] = found.scores[chosen]
    return score


def _line(line: UnlockLine) -> dict[str, Any]:
    return {
        "sentence": line.sentence,
        "who": line.who,
        "household": line.household,
        "band": line.band,
        "match": line.is_match,
        "offers": line.n_offers,
    }


def _days(number: int) -> str:
    return ngettext("waits %(n)d day", "waits %(n)d days", number) % {"n": number}
