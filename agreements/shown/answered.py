"""Answers of evaluations in words: side by side, against earlier, and what stands out.

Only for coordinators: no family ever sees what the other one said. A coordinator who
reads one family only is shown nothing that compares the two.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements.core import compared
from agreements.core.compared import Question
from agreements.models import (
    Baseline,
    Confirmation,
    Evaluation,
    EvaluationAnswers,
)
from agreements.wording import Names

Side = Confirmation.Side
Wants = EvaluationAnswers.Wants

# One word for each score, and the small face beside it.
WORDS = {
    1: gettext_lazy("very well"),
    2: gettext_lazy("well"),
    3: gettext_lazy("all right"),
    4: gettext_lazy("not so well"),
    5: gettext_lazy("not well at all"),
}
# What answers "Do the agreements still fit?", which is no question of how it goes.
FIT_WORDS = {
    1: pgettext_lazy("whether it fits", "yes, very well"),
    2: pgettext_lazy("whether it fits", "yes, well"),
    3: pgettext_lazy("whether it fits", "so-so"),
    4: pgettext_lazy("whether it fits", "not so well"),
    5: pgettext_lazy("whether it fits", "not at all"),
}
FACES = {1: "laugh", 2: "smile", 3: "meh", 4: "frown", 5: "angry"}

HEADINGS = {
    "child": gettext_lazy("How the child is doing"),
    "own": gettext_lazy("How they are doing themselves"),
    "fit": gettext_lazy("Whether the agreements still fit"),
    "wants": gettext_lazy("Whether they want to go on"),
}
TEXT_HEADINGS = {
    "otherwise": gettext_lazy("What they want to be different"),
    "child_voice": gettext_lazy("What the child itself says"),
}
WANTED = {
    Wants.GO_ON: pgettext_lazy("what a family wants", "to go on as it is"),
    Wants.MORE: pgettext_lazy("what a family wants", "more"),
    Wants.LESS: pgettext_lazy("what a family wants", "less"),
    Wants.OTHERWISE: pgettext_lazy("what a family wants", "something else"),
    Wants.STOP: pgettext_lazy("what a family wants", "to stop"),
}

# One whole sentence for each thing that stands out.
DIVERGES: dict[Question, Promise] = {
    "child": gettext_lazy(
        "They see differently how the child is doing: %(request)s says ‘%(asks)s’,"
        " %(support)s says ‘%(gives)s’."
    ),
    "own": gettext_lazy(
        "They are doing very differently themselves: %(request)s says ‘%(asks)s’,"
        " %(support)s says ‘%(gives)s’."
    ),
    "fit": gettext_lazy(
        "They see the agreements differently: %(request)s says ‘%(asks)s’,"
        " %(support)s says ‘%(gives)s’."
    ),
    "wants": gettext_lazy(
        "They want different things: %(request)s wants %(asks)s, %(support)s wants"
        " %(gives)s."
    ),
}
FELL_SINCE_BEFORE: dict[Question, Promise] = {
    "child": gettext_lazy(
        "The child is doing less well than at the evaluation before: %(family)s said"
        " ‘%(was)s’ and says ‘%(now)s’ now."
    ),
    "own": gettext_lazy(
        "They are doing less well themselves than at the evaluation before: %(family)s"
        " said ‘%(was)s’ and says ‘%(now)s’ now."
    ),
    "fit": gettext_lazy(
        "The agreements fit less well than at the evaluation before: %(family)s said"
        " ‘%(was)s’ and says ‘%(now)s’ now."
    ),
}
FELL_SINCE_THE_START: dict[Question, Promise] = {
    "child": gettext_lazy(
        "The child is doing less well than at the first talk: %(family)s said"
        " ‘%(was)s’ and says ‘%(now)s’ now."
    ),
    "own": gettext_lazy(
        "They are doing less well themselves than at the first talk: %(family)s said"
        " ‘%(was)s’ and says ‘%(now)s’ now."
    ),
}


@dataclass(frozen=True)
class Heard:
    """What one family said this time and before; nothing for who may not read it.

    Attributes:
        name: as the coordinator calls it.
        may_read: whether its answers are for who looks.
        answered: whether it answered this time, read or not.
        before: its answers in the evaluation before this one.
    """

    side: str
    name: str
    may_read: bool = True
    answered: bool = False
    now: EvaluationAnswers | None = None
    before: EvaluationAnswers | None = None
    baseline: Baseline | None = None


@dataclass(frozen=True)
class Earlier:
    """What somebody said at an earlier time."""

    when: str
    on: dt.date
    word: str


@dataclass(frozen=True)
class Cell:
    """One answer of one family; "" where it skipped the question."""

    name: str
    word: str = ""
    face: str = ""
    earlier: list[Earlier] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One question with the answer of each family that may be read."""

    heading: str
    cells: tuple[Cell, ...]
    stands_out: bool = False


def heard(
    evaluation: Evaluation,
    *,
    answers: Iterable[EvaluationAnswers],
    baselines: Iterable[Baseline],
    households: Mapping[str, int],
    names: Names,
    readable: Collection[str],
    answered: Collection[str],
) -> dict[str, Heard]:
    """What each family said in an evaluation, and at earlier times.

    Args:
        evaluation: the one that is looked at.
        answers: of all evaluations of the pairing, with their evaluation.
        baselines: first answers of the households.
        households: the primary key of the household of each side.
        names: how the families are called.
        readable: the sides that may be read; of others nothing is said.
        answered: the sides that answered this time.
    """
    found = sorted(answers, key=lambda one: (one.evaluation.started_at, one.pk))
    first = {one.household_id: one for one in baselines}

    def of(side: str) -> Heard:
        name, has_answered = getattr(names, side).name, side in answered
        if side not in readable:
            return Heard(side, name, may_read=False, answered=has_answered)
        own = [one for one in found if one.side == side]
        started = evaluation.started_at
        return Heard(
            side,
            name,
            answered=has_answered,
            now=next((one for one in own if one.evaluation_id == evaluation.pk), None),
            before=next(
                (one for one in reversed(own) if one.evaluation.started_at < started),
                None,
            ),
            baseline=first.get(households[side]),
        )

    return {side: of(side) for side in (Side.REQUEST, Side.SUPPORT)}


def what_stands_out(request: Heard, support: Heard) -> list[str]:
    """Every divergence and every fall as a sentence; nothing else."""
    asks, gives = _answers(request.now), _answers(support.now)
    found = [
        DIVERGES[question]
        % {
            "request": request.name,
            "support": support.name,
            "asks": _in_a_sentence(question, asks),
            "gives": _in_a_sentence(question, gives),
        }
        for question in compared.divergences(asks, gives)
    ]
    for one in (request, support):
        found += _falls(FELL_SINCE_BEFORE, one, _answers(one.before))
        found += _falls(FELL_SINCE_THE_START, one, _first_answers(one.baseline))
    return [capfirst(sentence) for sentence in found]


def own_answers(family: Heard) -> list[tuple[str, Cell]]:
    """What one family said, question by question; nothing where it did not answer."""
    if family.now is None:
        return []
    scored = [
        (str(heading), _cell(question, family))
        for question, heading in HEADINGS.items()
    ]
    return scored + [
        (str(heading), _text(name, family)) for name, heading in TEXT_HEADINGS.items()
    ]


def side_by_side(request: Heard, support: Heard) -> list[Row]:
    """Each question with its answers, those that differ most first, texts last."""
    read = [one for one in (request, support) if one.may_read]
    asks, gives = _answers(request.now), _answers(support.now)
    apart = compared.divergences(asks, gives)
    rows = [
        Row(
            str(HEADINGS[question]),
            tuple(_cell(question, one) for one in read),
            stands_out=question in apart,
        )
        for question in compared.differing_first(asks, gives)
    ]
    return rows + [
        Row(str(heading), tuple(_text(name, one) for one in read))
        for name, heading in TEXT_HEADINGS.items()
    ]


def first_answers(baseline: Baseline | None) -> list[tuple[str, str]]:
    """What was said at the first talk; nothing where nobody asked."""
    said = _first_answers(baseline)
    return [
        (str(HEADINGS[question]), word)
        for question in compared.SCORED
        if (word := _word(question, said))
    ]


def _falls(
    sentences: Mapping[Question, Promise], family: Heard, before: compared.Answers
) -> list[str]:
    now = _answers(family.now)
    return [
        sentences[question]
        % {
            "family": family.name,
            "was": _in_a_sentence(question, before),
            "now": _in_a_sentence(question, now),
        }
        for question in compared.falls(before, now)
    ]


def _answers(answers: EvaluationAnswers | None) -> compared.Answers:
    if answers is None:
        return compared.NOTHING
    return compared.Answers(
        answers.child_score, answers.own_score, answers.fit_score, answers.wants
    )


def _first_answers(baseline: Baseline | None) -> compared.Answers:
    if baseline is None:
        return compared.NOTHING
    return compared.Answers(baseline.child_score, baseline.own_score)


def _word(question: Question, answers: compared.Answers) -> str:
    if question == "wants":
        return str(Wants(answers.wants).label) if answers.wants else ""
    score = answers.score(question)
    words = FIT_WORDS if question == "fit" else WORDS
    return str(words[score]) if score else ""


def _in_a_sentence(question: Question, answers: compared.Answers) -> str:
    if question == "wants":
        return str(WANTED[Wants(answers.wants)])
    return _word(question, answers)


def _cell(question: Question, family: Heard) -> Cell:
    now = _answers(family.now)
    earlier = []
    if family.before and (word := _word(question, _answers(family.before))):
        earlier.append(Earlier(_("Evaluation before"), family.before.answered_on, word))
    if family.baseline and (word := _word(question, _first_answers(family.baseline))):
        earlier.append(Earlier(_("First talk"), family.baseline.asked_on, word))
    score = None if question == "wants" else now.score(question)
    face = FACES[score] if score else ""
    return Cell(family.name, _word(question, now), face, earlier)


def _text(name: str, family: Heard) -> Cell:
    return Cell(family.name, getattr(family.now, name) if family.now else "")
