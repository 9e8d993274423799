"""The best plan for everybody as a page: each pair in words, with what it costs."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from families.models import (
    Coordinator,
    Household,
    Municipality,
    SupportOffer,
    SupportRequest,
    User,
)
from matching.bench.search import CODE
from matching.bench.workbench import check_pair
from matching.core.explain import Reason, explain_many
from matching.core.plan import RowCost, cost_of_pin, cost_of_row
from matching.core.score import band_of
from matching.core.solver.problem import UNMATCHED
from matching.engine.encode import band_name
from matching.engine.planning import PairsImpossible, PoolPlan
from matching.forms.plan import APART, FREE, PINNED, Choices, Pair, key_of
from matching.models import Proposal
from matching.plan.chosen import HOMES, Chosen, planned
from matching.recruitment import is_missing
from matching.wording import words
from matching.wording.help_words import help_sentence
from matching.wording.plan_words import (
    Compared,
    beside_best_first,
    cost_sentences,
    first_sentence,
    main_reasons,
    pin_cost_sentence,
    pins_sentence,
)
from matching.wording.reasons import ReasonInWords
from matching.wording.unlock_words import UnlockLine, unlock_lines
from matching.wording.words import TAG_OF_BAND, band_label

# Who waits alone has the workbench: a plan is about who comes before whom.
FEWEST = 2
HELPS_SHOWN = 3
RADIOS = (
    (FREE, gettext_lazy("Free")),
    (PINNED, gettext_lazy("Fixed")),
    (APART, gettext_lazy("Not together")),
)


@dataclass(frozen=True)
class Radio:
    """One of the three choices about a pair."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class PlanRow:
    """A pair of the plan.

    Attributes:
        key: of the pair, as the form names it.
        children: for whom it is asked, where a family has more than one request.
        support_url: of the support family's page; "" across the border.
        colleague: whom to ask about a family across the border.
        main: what the coordinator should know first, in order.
        cost: what it asks of the request family, in sentences.
        differs: what choosing one by one would give; "" where that is the same.
    """

    key: str
    request: str
    children: str
    bench_url: str
    days: int
    support: str
    support_url: str
    colleague: str
    band: str
    main: list[ReasonInWords]
    cost: list[str]
    differs: str
    choices: list[Radio]
    ticked: bool

    @property
    def band_label(self) -> str:
        """The band in words."""
        return band_label(self.band)

    @property
    def band_tag(self) -> str:
        """The kind of tag that goes with the band."""
        return TAG_OF_BAND[self.band]


@dataclass(frozen=True)
class Left:
    """A family that gets nobody in the plan.

    Attributes:
        unlock: the smallest change that would give them somebody; "" without one.
    """

    name: str
    children: str
    url: str
    days: int
    why: str
    unlock: str


@dataclass(frozen=True)
class Help:
    """One change of many families, and those whom it gives somebody at all."""

    sentence: str
    families: list[Left]


@dataclass(frozen=True)
class Lock:
    """A pair that was fixed or kept apart, with the address that lets go of it."""

    label: str
    text: str
    url: str
    cost: str = ""


@dataclass(frozen=True)
class Impossible:
    """Pairs that cannot all be fixed, and why."""

    text: str
    locks: list[Lock]


@dataclass(frozen=True)
class PlanPage:
    """All that the page shows.

    Attributes:
        choices: as the address says them.
        impossible: what was fixed and cannot be.
        passed: what was chosen about families that are not in the pool any more.
        can_recruit: whether a call can be made for those who are left.
    """

    choices: Choices
    n_waiting: int
    sentence: str = ""
    beside: str = ""
    rows: list[PlanRow] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    helps: list[Help] = field(default_factory=list)
    kept: list[Lock] = field(default_factory=list)
    impossible: list[Impossible] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    can_recruit: bool = False

    @property
    def ready_url(self) -> str:
        """Where the ticked pairs are put ready, with the same choices."""
        return self.choices.url("matching:plan-ready")

    @property
    def too_few(self) -> bool:
        """Whether there is nothing to plan."""
        return self.n_waiting < FEWEST


def plan_page(choices: Choices, *, user: User, on: dt.date) -> PlanPage:
    """The plan for all own requests that wait, held to the choices.

    Raises:
        Http404: a choice names what the user may not see.
    """
    chosen = Chosen.of(choices, user)
    found, impossible = planned(chosen, user=user, on=on)
    n_waiting = len(found.encoded.requests)
    if n_waiting < FEWEST:
        return PlanPage(choices, n_waiting, passed=chosen.passed)
    told = _Teller(chosen, found, user, on)
    return PlanPage(
        choices=choices,
        n_waiting=n_waiting,
        sentence=first_sentence(found.plan, by_request=bool(told.several)),
        beside=beside_best_first(found.plan),
        rows=told.rows(),
        left=list(told.left.values()),
        helps=told.helps(),
        kept=told.kept(),
        impossible=[told.impossible(one) for one in impossible],
        passed=chosen.passed,
        can_recruit=is_missing(found),
    )


class _Teller:
    """Says in words what a plan found."""

    def __init__(
        self, chosen: Chosen, found: PoolPlan, user: User, on: dt.date
    ) -> None:
        self.chosen = chosen
        self.found = found
        self.plan = found.plan
        self.encoded = found.encoded
        self.names = chosen.names
        self.user = user
        self.on = on

    @cached_property
    def requests(self) -> list[SupportRequest]:
        """Those that wait, in the order of the plan's rows."""
        found = SupportRequest.objects.select_related(*HOMES)
        by_key = found.prefetch_related("children").in_bulk(self.encoded.requests)
        return [by_key[key] for key in self.encoded.requests]

    @cached_property
    def costs(self) -> list[RowCost]:
        """What each row gets, and its own best."""
        return [cost_of_row(self.plan, row) for row in range(len(self.plan.column))]

    @cached_property
    def offers(self) -> dict[int, SupportOffer]:
        """Those that somebody gets, or could have had, by column."""
        cols = {
            *self.plan.column.tolist(),
            *self.plan.best_first.tolist(),
            *(cost.own_best for cost in self.costs),
        } - {UNMATCHED}
        keys = {self.encoded.offers[col]: col for col in cols}
        found = SupportOffer.objects.select_related(*HOMES).filter(pk__in=keys)
        return {keys[one.pk]: one for one in found}

    @cached_property
    def several(self) -> set[int]:
        """Households with more than one request."""
        homes = Counter(one.family.household_id for one in self.requests)
        return {home for home, n in homes.items() if n > 1}

    @cached_property
    def colleagues(self) -> dict[int, list[str]]:
        """Who works across the border, by municipality."""
        homes = [one.family.household for one in self.offers.values()]
        across = {home.municipality_id for home in homes if not self.names.knows(home)}
        found = defaultdict(list)
        if not across:
            return found
        working = Coordinator.municipalities.through.objects.filter(
            municipality__in=across, coordinator__user__is_active=True
        ).select_related("coordinator__user")
        for one in working.order_by("coordinator"):
            found[one.municipality_id].append(str(one.coordinator))
        return found

    def rows(self) -> list[PlanRow]:
        """Who gets whom, who waits longest first."""
        return [self._row(row) for row in self._matched()]

    @cached_property
    def left(self) -> dict[int, Left]:
        """Who gets nobody, who waits longest first, by row."""
        return {row: self._left(row) for row in self.found.left}

    @cached_property
    def unlocks(self) -> dict[int, list[UnlockLine]]:
        """What would give somebody to who has nobody, by row."""
        found = {row: self.found.unlocks(row) for row in self.found.left}
        lines = unlock_lines(self.encoded, self.found.not_yet, found, names=self.names)
        return {
            row: [line for line in of_row if line.is_match]
            for row, of_row in lines.items()
        }

    def helps(self) -> list[Help]:
        """What would help most of those who are left, and whom it reaches."""
        found = self.found.helps[:HELPS_SHOWN]
        keys = self.encoded.municipalities
        places: dict[int, str] = {}
        if any(one.code == "place" for one in found):
            names = Municipality.objects.in_bulk(keys)
            places = {number: names[key].name for number, key in enumerate(keys)}
        return [
            Help(
                help_sentence(one, places),
                [self.left[row] for row in self.left if row in one.rows],
            )
            for one in found
        ]

    def kept(self) -> list[Lock]:
        """What the plan is held to; not what is impossible or passed."""
        choices = self.chosen.choices
        requests, offers = self.encoded.requests, self.encoded.offers
        held = {(requests[row], offers[col]) for row, col in self.plan.pinned.tolist()}
        pinned = [
            self._lock(_("Fixed:"), pair, cost=self._cost_of_pin(pair))
            for pair in choices.pinned
            if self._keys(pair) in held
        ]
        looked_at = set(self.chosen.in_pool(choices.apart))
        apart = [
            self._lock(_("Not together:"), pair)
            for pair in choices.apart
            if self._keys(pair) in looked_at
        ]
        return [*pinned, *apart]

    def impossible(self, fault: PairsImpossible) -> Impossible:
        """Which pairs stand in each other's way, and how to let go of each."""
        by_keys = {self._keys(pair): pair for pair in self.chosen.choices.pinned}
        pairs = [by_keys[keys] for keys in fault.pairs]
        request, offer = self.chosen.pairs(pairs)[0]
        free = self.encoded.pool.offers.places_free
        sentence = pins_sentence(
            fault.fault,
            support=self._name(offer),
            places=int(free[self.encoded.offers.index(offer.pk)]),
        )
        if fault.fault == "no_candidate":
            checked = check_pair(request, offer, user=self.user, on=self.on)
            why = checked.why_not or checked.said_no
            sentence = f"{sentence} {why}".rstrip()
        return Impossible(sentence, [self._lock("", pair) for pair in pairs])

    def _matched(self) -> list[int]:
        rows = np.flatnonzero(self.plan.column != UNMATCHED)
        asked = self.encoded.pool.requests
        order = np.lexsort((asked.key[rows], -asked.waited_days[rows]))
        return rows[order].tolist()

    def _row(self, row: int) -> PlanRow:
        request, cost = self.requests[row], self.costs[row]
        offer = self.offers[cost.given]
        home = offer.family.household
        pair = (request.reference, offer.reference)
        chosen = self.chosen.choices.of(pair)
        known = self.names.knows(home)
        # The same pair twice where the plan gives the best one.
        cols = np.array([cost.given, cost.own_best])
        pool, weights = self.encoded.pool, self.found.weights
        reasons, of_best = explain_many(pool, row, cols, weights)
        score = np.array([cost.given_score])
        band = band_name(int(band_of(score, weights)[0]))
        return PlanRow(
            key=key_of(pair),
            request=self.names.request(request.family.household),
            children=self._children(request),
            bench_url=reverse("matching:bench", args=[request.reference]),
            days=request.days_waiting(self.on),
            support=self._name(offer),
            support_url=reverse("family-detail", args=[home.reference])
            if known
            else "",
            colleague="" if known else self._colleague(home),
            band=band,
            main=main_reasons(reasons, strong=band == Proposal.Band.STRONG),
            cost=cost_sentences(self._compared(row, reasons, of_best)),
            differs=self._differs(row),
            choices=[
                Radio(value, str(label), chosen == value) for value, label in RADIOS
            ],
            ticked=pair in self.chosen.choices.ticked,
        )

    def _left(self, row: int) -> Left:
        request, cost = self.requests[row], self.costs[row]
        if cost.own_best == UNMATCHED:
            why = _("Nobody fits now.")
        elif self.plan.best_first[row] == UNMATCHED:
            why = _("Who fits is needed by another family.")
        else:
            why = _("Choosing one by one would give them %(support)s.") % {
                "support": self._name(self.offers[int(self.plan.best_first[row])])
            }
        return Left(
            name=self.names.request(request.family.household),
            children=self._children(request),
            url=reverse("matching:bench", args=[request.reference]),
            days=request.days_waiting(self.on),
            why=why,
            unlock=next((line.sentence for line in self.unlocks[row]), ""),
        )

    def _compared(
        self, row: int, reasons: Sequence[Reason], of_best: Sequence[Reason]
    ) -> Compared | None:
        cost = self.costs[row]
        if cost.own_best == cost.given:
            return None
        return Compared(
            best=self._name(self.offers[cost.own_best]),
            given=self._name(self.offers[cost.given]),
            best_score=cost.own_best_score,
            given_score=cost.given_score,
            best_reasons=of_best,
            given_reasons=reasons,
        )

    def _differs(self, row: int) -> str:
        greedy = int(self.plan.best_first[row])
        if greedy == self.plan.column[row]:
            return ""
        if greedy == UNMATCHED:
            return _("Without a plan: nobody.")
        return _("Without a plan: %(support)s.") % {
            "support": self._name(self.offers[greedy])
        }

    def _name(self, offer: SupportOffer) -> str:
        """A support family by name; unnamed ones are told apart by a code."""
        household = offer.family.household
        name = self.names.support(household)
        if self.names.knows(household):
            return name
        return f"{name} · {offer.reference[:CODE]}"

    def _colleague(self, home: Household) -> str:
        if home.coordinator and home.coordinator.user.is_active:
            return str(home.coordinator)
        return words.listed(self.colleagues[home.municipality_id])

    def _children(self, request: SupportRequest) -> str:
        if request.family.household_id not in self.several:
            return ""
        return words.names_of(request.children.all())

    def _keys(self, pair: Pair) -> tuple[int, int]:
        [(request, offer)] = self.chosen.pairs([pair])
        return request.pk, offer.pk

    def _cost_of_pin(self, pair: Pair) -> str:
        row = self.encoded.requests.index(self._keys(pair)[0])
        return pin_cost_sentence(cost_of_pin(self.plan, row))

    def _lock(self, label: str, pair: Pair, *, cost: str = "") -> Lock:
        [(request, offer)] = self.chosen.pairs([pair])
        text = _("%(request)s and %(support)s") % {
            "request": self.names.request(request.family.household),
            "support": self._name(offer),
        }
        url = self.chosen.choices.without(pair).url()
        return Lock(label, text, url, cost)
