"""What stands out among answers: between two families, and against an earlier time.

Scores are 1 (very well) to 5 (not well at all). A question that was skipped says
nothing, so it never stands out.
"""

from dataclasses import dataclass
from typing import Literal

Question = Literal["child", "own", "fit", "wants"]

SCORED: tuple[Question, ...] = ("child", "own", "fit")
QUESTIONS: tuple[Question, ...] = (*SCORED, "wants")
# One step is how people differ in choosing words.
FAR_APART = 2


@dataclass(frozen=True, slots=True)
class Answers:
    """What one family said at one time; None and "" where it skipped the question."""

    child: int | None = None
    own: int | None = None
    fit: int | None = None
    wants: str = ""

    def score(self, question: Question) -> int | None:
        """What it chose of the five words, for one of `SCORED`."""
        chosen: int | None = getattr(self, question)
        return chosen


NOTHING = Answers()


def divergences(one: Answers, other: Answers) -> tuple[Question, ...]:
    """The questions on which two families are far apart, or want different things."""
    return tuple(
        question for question in QUESTIONS if _apart(question, one, other) >= FAR_APART
    )


def falls(before: Answers, now: Answers) -> tuple[Question, ...]:
    """The questions whose answer is worse than it was."""
    return tuple(
        question
        for question in SCORED
        if (was := before.score(question)) is not None
        and (is_now := now.score(question)) is not None
        and is_now > was
    )


def differing_first(one: Answers, other: Answers) -> tuple[Question, ...]:
    """All questions, those on which two families are furthest apart before the rest."""
    return tuple(sorted(QUESTIONS, key=lambda question: -_apart(question, one, other)))


def _apart(question: Question, one: Answers, other: Answers) -> int:
    """How many steps lie between two answers; wanting something else is far."""
    if question == "wants":
        differ = bool(one.wants and other.wants) and one.wants != other.wants
        return FAR_APART if differ else 0
    mine, theirs = one.score(question), other.score(question)
    if mine is None or theirs is None:
        return 0
    return abs(mine - theirs)
