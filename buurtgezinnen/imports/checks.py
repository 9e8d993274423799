"""Judges the rows of a file: what each becomes, or what is wrong with it and where."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from buurtgezinnen.imports.found import Family, Problem
from buurtgezinnen.imports.known import Known, brought_in
from buurtgezinnen.imports.pairs import Matchmaker, Pair
from buurtgezinnen.imports.rows import RowReader
from families.encryption import blind_index
from families.models import SupportOffer, SupportRequest

# Where each row is looked at, so that a page can show how far it is.
Seen = Callable[[int], None]


@dataclass
class Judged:
    """A whole file, judged.

    Attributes:
        families: what is made, in the order of the file.
        problems: what is wrong or pointed out, in the order of the file.
        before: numbers of rows that became a family before.
        pairs: who of them are together already.
    """

    families: list[Family] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)

    @property
    def wrong(self) -> set[int]:
        """Numbers of rows that do not go in."""
        return {one.number for one in self.problems if one.stops}

    def counted(self) -> dict[str, int]:
        """The counts that a run keeps."""
        asking = sum(one.side == "request" for one in self.families)
        return {
            "n_asking": asking,
            "n_giving": len(self.families) - asking,
            "n_wrong": len(self.wrong),
            "n_before": len(self.before),
        }


def judge(
    rows: Iterable[tuple[int, dict[str, str]]], known: Known, *, seen: Seen
) -> Judged:
    """What becomes of each row. Looks only: nothing is written.

    Args:
        rows: each with its number, and its cells by key of the column.
        known: what the database knows.
        seen: is told now and then how many rows were looked at.
    """
    judged = Judged()
    read: list[Family] = []
    for count, (number, cells) in enumerate(rows, start=1):
        reader = RowReader(number, cells, known)
        family = reader.family()
        judged.problems += reader.problems
        if family is not None:
            read.append(family)
        if count % 100 == 0:
            seen(count)
    before = brought_in((one.key_hash for one in read), known.municipalities.values())
    first: dict[str, int] = {}
    for family in read:
        if family.key_hash in before:
            judged.before.append(family.number)
            continue
        earlier = first.setdefault(family.key_hash, family.number)
        if earlier != family.number:
            judged.problems.append(_same_row(family.number, earlier))
            continue
        judged.problems += _doubles(family, known, first)
        judged.families.append(family)
    _match(judged, read, known)
    judged.problems.sort(key=lambda one: one.number)
    return judged


def _match(judged: Judged, read: list[Family], known: Known) -> None:
    """Finds who are together; a row that names nobody we find does not go in."""
    finder = Matchmaker(read, set(judged.before), known.here, known.offers)
    lost = set()
    for found in finder.pairs(judged.families):
        if isinstance(found, Pair):
            judged.pairs.append(found)
        else:
            judged.problems.append(found)
            lost.add(found.number)
    judged.families = [one for one in judged.families if one.number not in lost]


def _same_row(number: int, earlier: int) -> Problem:
    text = _("This is the same family as in row %(row)s. Take one of them away.")
    return Problem(number, "", text % {"row": earlier})


def _doubles(family: Family, known: Known, first: dict[str, int]) -> Iterator[Problem]:
    """Who has the same number or address: here already, or in an earlier row."""
    for column, value in (("telephone", family.telephone), ("email", family.email)):
        index = blind_index(column, value)
        if not index:
            continue
        if reference := known.here.get(index):
            yield Problem(
                family.number,
                column,
                _("A family that is here already has the same. You can compare them."),
                stops=False,
                reference=reference,
            )
        earlier = first.setdefault(index, family.number)
        if earlier != family.number:
            yield Problem(
                family.number,
                column,
                _("Row %(row)s has the same. You can compare them afterwards.")
                % {"row": earlier},
                stops=False,
            )


def first_stage(family: Family) -> bool:
    """Whether nobody called this family yet."""
    return family.stage in (SupportRequest.Stage.APPLIED, SupportOffer.Stage.APPLIED)
