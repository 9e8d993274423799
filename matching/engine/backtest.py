"""How often the choices of coordinators would have stood first by other weights.

Reads only what proposals kept of their moment, so a family that changed since changes
nothing, and it gives only numbers, so that who may see no family may read them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from matching.core.pool import Pool
from matching.core.rank import rank_offers
from matching.core.rules import Weights
from matching.engine.snapshots import pool_of
from matching.models import Proposal

# The latest choices tell most, and this many are counted while somebody waits.
LATEST = 500


@dataclass(frozen=True)
class Choice:
    """What a coordinator could choose from for one request, and what it became.

    Attributes:
        pool: the request and the offers of that moment.
        chosen: the column of the one that was proposed.
        accepted: whether both families said yes.
    """

    pool: Pool
    chosen: int
    accepted: bool

    def stands_first(self, weights: Weights) -> bool:
        """Whether the chosen offer is the best one by these weights."""
        best = rank_offers(self.pool, 0, weights).cols[:1]
        return best.tolist() == [self.chosen]


@dataclass(frozen=True)
class Choices:
    """The latest choices, as far as there was something to choose.

    Attributes:
        n_uncounted: proposals of which no rival was kept, or that had none.
    """

    made: tuple[Choice, ...]
    n_uncounted: int

    @property
    def accepted(self) -> tuple[Choice, ...]:
        """Those that both families said yes to."""
        return tuple(one for one in self.made if one.accepted)


def choice_of(proposal: Proposal) -> Choice | None:
    """What could be chosen then; None when no rival was kept, or there was none."""
    kept = pool_of(proposal)
    if kept is None or len(kept[0].offers) == 1:
        return None
    pool, chosen = kept
    return Choice(pool, chosen, proposal.outcome == Proposal.Outcome.ACCEPTED)


def latest_choices(*, most: int = LATEST) -> Choices:
    """The latest proposals of everybody, without those that were taken back."""
    proposals = (
        Proposal.objects.exclude(outcome=Proposal.Outcome.WITHDRAWN)
        .only("snapshot", "outcome")
        .order_by("-made_on", "-pk")[:most]
    )
    made = [choice_of(proposal) for proposal in proposals]
    counted = tuple(one for one in made if one is not None)
    return Choices(made=counted, n_uncounted=len(made) - len(counted))


def n_first(choices: Iterable[Choice], weights: Weights) -> int:
    """How many of these choices stand first by `weights`."""
    return sum(one.stands_first(weights) for one in choices)
