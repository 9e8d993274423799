"""How much each criterion counts, and from where a match is called strong or good."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any, Self

from matching.core.pool import Frequency

# The criteria by their stable codes, in the order in which they are always shown.
CODES = (
    "moments",
    "kinds",
    "frequency",
    "ages",
    "children",
    "home",
    "distance",
    "language",
    "screening",
    "custody",
    "place",
    "duration",
    "load",
    "history",
)
FREQUENCIES = {f.name.lower(): f for f in Frequency if f is not Frequency.UNKNOWN}

FULL_SCORE = 10_000

DEFAULT_RULES: dict[str, Any] = {
    "version": 1,
    "weights": {
        "moments": 22,
        "kinds": 20,
        "frequency": 10,
        "ages": 8,
        "children": 0,
        "home": 10,
        "distance": 15,
        "language": 5,
        "screening": 0,
        "custody": 0,
        "place": 2,
        "duration": 5,
        "load": 3,
        "history": 0,
    },
    "neutral": 0.5,
    "strong_from": 7_500,
    "good_from": 6_000,
    "near_tie": 50,
    "dayparts_enough": {
        "weekly": 1,
        "fortnightly": 1,
        "monthly": 1,
        "now_and_then": 1,
    },
    "visits_in_four_weeks": {
        "weekly": 4,
        "fortnightly": 2,
        "monthly": 1,
        "now_and_then": 0.5,
    },
    "agrees_from": 0.75,
    "agrees_partly_from": 0.4,
    "age_at_edge": 0.5,
    "distance_at_limit": 0.25,
    "usual_distance_m": 10_000,
    "other_language": 0.5,
    "other_municipality": 0.5,
    "screening_under_way": 0.5,
}
"""The rules a new organisation starts with; to be kept in configuration from then on.

All numbers are assumptions of ours, to be discussed with coordinators. The reason of
each:

- `weights`: moments and kinds of support are what a family literally asks for.
  Distance comes next, as everyday support needs a short way. Frequency and limits
  follow; differing expectations of frequency and duration are known to predict early
  endings. 0 is a criterion that is shown and may exclude, but does not rank: the
  screening is a matter of time, not of who fits. They add up to 100 for the reader.
- `neutral`: an unknown answer counts halfway between fitting and not fitting.
- `strong_from`, `good_from`: out of 10,000. A pair of which nothing is known has
  5,000 and is called possible; a strong one fits on all but one weighty criterion.
  Where a criterion that counts is not met at all (asked weekly, offered monthly), the
  score stays below `strong_from`, whatever else fits: nobody would call that strong.
- `near_tie`: half a point in a hundred; whoever waits longer goes first within it.
  The two thresholds are multiples of it, so that waiting never crosses a band.
- `dayparts_enough`: one visit takes one daypart. For weekly support it is counted in
  even and in odd weeks apart.
- `visits_in_four_weeks`: what the words of the intake mean; "now and then" is taken
  as once in two months.
- `agrees_from`, `agrees_partly_from`: 18 of 24 months still agrees; half as often as
  asked agrees partly; a quarter does not.
- `age_at_edge`: a child at the edge of the ages a family likes counts half.
- `distance_at_limit`: what is left at the very limit; it falls in a straight line.
- `usual_distance_m`: "by car" in the intake, used where nobody named a limit.
- `other_language`, `other_municipality`: workable, but second choice.
- `screening_under_way`: only counts where an organisation gives screening a weight.
"""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """One version of the rules, checked; see `DEFAULT_RULES` for their meaning.

    The three tables are tuples: `weights` in the order of `CODES`, the other two by
    the number of a `Frequency`. For an unknown frequency every daypart asked counts.
    """

    version: int
    weights: tuple[float, ...]
    neutral: float
    strong_from: int
    good_from: int
    near_tie: int
    dayparts_enough: tuple[float, ...]
    visits_in_four_weeks: tuple[float, ...]
    agrees_from: float
    agrees_partly_from: float
    age_at_edge: float
    distance_at_limit: float
    usual_distance_m: float
    other_language: float
    other_municipality: float
    screening_under_way: float

    @classmethod
    def from_rules(cls, rules: Mapping[str, Any]) -> Self:
        """The rules of a plain dict in the form of `DEFAULT_RULES`.

        Raises:
            ValueError: a number is missing, not known here, or out of range.
        """
        tables = {
            "weights": CODES,
            "dayparts_enough": tuple(FREQUENCIES),
            "visits_in_four_weeks": tuple(FREQUENCIES),
        }
        _check_names("rules", rules, [column.name for column in fields(cls)])
        plain = {
            name: value if name in tables else _number(name, value)
            for name, value in rules.items()
        }
        for name, codes in tables.items():
            _check_names(name, rules[name], codes)
            plain[name] = tuple(_number(code, rules[name][code]) for code in codes)
        every_daypart = 56
        plain["dayparts_enough"] = (every_daypart, *plain["dayparts_enough"])
        plain["visits_in_four_weeks"] = (0, *plain["visits_in_four_weeks"])
        return cls(**plain)

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ValueError: a number is out of range; names it.
        """
        if min(self.weights) < 0 or not sum(self.weights):
            raise ValueError(f"weights: none below 0, not all 0, got {self.weights}")
        for name in (
            "neutral",
            "agrees_from",
            "agrees_partly_from",
            "age_at_edge",
            "distance_at_limit",
            "other_language",
            "other_municipality",
            "screening_under_way",
        ):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name}: expected 0 to 1, got {getattr(self, name)}")
        if self.agrees_partly_from > self.agrees_from:
            raise ValueError("agrees_partly_from: above agrees_from")
        if min(self.dayparts_enough) < 1:
            raise ValueError(f"dayparts_enough: below 1, {self.dayparts_enough}")
        if min(self.visits_in_four_weeks[1:]) <= 0:
            raise ValueError(f"visits_in_four_weeks: {self.visits_in_four_weeks}")
        if self.usual_distance_m <= 0:
            raise ValueError(f"usual_distance_m: got {self.usual_distance_m}")
        if self.near_tie < 1:
            raise ValueError(f"near_tie: at least 1, got {self.near_tie}")
        if not 0 <= self.good_from <= self.strong_from <= FULL_SCORE:
            raise ValueError("good_from, strong_from: expected 0 <= good <= strong")
        if self.good_from % self.near_tie or self.strong_from % self.near_tie:
            raise ValueError("near_tie: good_from and strong_from are no multiples")


def _check_names(what: str, found: Collection[str], expected: Collection[str]) -> None:
    if wrong := set(found) ^ set(expected):
        raise ValueError(f"{what}: missing or not known here: {sorted(wrong)}")


def _number(name: str, value: Any) -> Any:
    if isinstance(value, bool | str) or not isfinite(value):
        raise ValueError(f"{name}: expected a number, got {value!r}")
    return value
