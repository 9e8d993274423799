"""Judges the rows of a file: what each becomes, or what is wrong with it and where."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from buurtgezinnen.imports import values
from buurtgezinnen.imports.known import Known, brought_in
from families.encryption import blind_index
from families.forms.bsn import looks_like_bsn
from families.forms.fields import PostcodeField, TelephoneField
from families.models import SupportOffer, SupportRequest
from families.services.intake.told import HomeTold

LONGEST = {"name": 120, "street": 120, "contact_text": 4000, "note": 4000}
MOST_ADULTS = 8
MOST_CHILDREN = 12
NEEDED = {
    "side": gettext_lazy("Write vraaggezin or steungezin."),
    "name": gettext_lazy("Fill in the name."),
    "telephone": gettext_lazy("Fill in the telephone number."),
    "postcode": gettext_lazy("Fill in the postcode."),
}
_TELEPHONE = TelephoneField(required=False)
_EMAIL = forms.EmailField(required=False, max_length=254)
_POSTCODE = PostcodeField(required=False)
# Where each row is looked at, so that a page can show how far it is.
Seen = Callable[[int], None]


@dataclass(frozen=True)
class Family:
    """What a row becomes."""

    number: int
    side: str
    name: str
    telephone: str
    home: HomeTold
    key_hash: str
    stage: str
    waiting_since: dt.date
    email: str = ""
    street: str = ""
    adults: tuple[str, ...] = ()
    children: tuple[values.Child, ...] = ()
    languages: tuple[int, int, str] = (0, 0, "")
    kinds: tuple[int, str] = (0, "")
    moments: int | None = None
    distance: Decimal | None = None
    ages: int = 0
    places: int = 1
    contacted_on: dt.date | None = None
    contact_text: str = ""
    vog_on: tuple[dt.date | None, ...] = ()
    agreed_on: dt.date | None = None
    note: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row, or worth a look.

    Attributes:
        number: of the row in the file.
        column: key of the column; "" for the whole row.
        text: what is wrong and what is expected, in words.
        stops: whether the row does not go in; else it is only pointed out.
        reference: of the family that is meant, where there is one.
    """

    number: int
    column: str
    text: str
    stops: bool = True
    reference: str = ""


@dataclass
class Judged:
    """A whole file, judged.

    Attributes:
        families: what is made, in the order of the file.
        problems: what is wrong or pointed out, in the order of the file.
        before: numbers of rows that became a family before.
    """

    families: list[Family] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    before: list[int] = field(default_factory=list)

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
        reader = _Reader(number, cells, known)
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
    judged.problems.sort(key=lambda one: one.number)
    return judged


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


class _Reader:
    """Reads one row, and gathers all that is wrong with it."""

    def __init__(self, number: int, cells: dict[str, str], known: Known) -> None:
        self.number = number
        self.cells = {key: text.strip() for key, text in cells.items()}
        self.known = known
        self.problems: list[Problem] = []

    def family(self) -> Family | None:
        """What the row becomes; None where something is wrong with it."""
        side = self._needed("side", values.side) or ""
        told = self._contact() | self._wishes(side) | self._course()
        told["home"] = self._home()
        told["adults"], told["children"] = self._people(side)
        told["vog_on"] = self._vog(side, 1 + len(told["adults"]))
        self._refuse_numbers()
        if self.problems:
            return None
        stage = values.stage(self.cells.get("stage", ""), side)
        return Family(
            number=self.number,
            side=side,
            stage=stage,
            key_hash=key_of(side, told["name"], told["telephone"], told["home"]),
            **told,
        )

    def _contact(self) -> dict[str, Any]:
        return {
            "name": self._needed("name", _one_line),
            "telephone": self._needed("telephone", _TELEPHONE.clean),
            "email": self._read("email", _EMAIL.clean) or "",
            "street": self._read("street", _one_line) or "",
            "languages": self._read("languages", values.languages) or (0, 0, ""),
        }

    def _wishes(self, side: str) -> dict[str, Any]:
        if side:
            self._read("stage", lambda text: values.stage(text, side))
        told: dict[str, Any] = {
            "kinds": self._read("kinds", values.kinds) or (0, ""),
            "moments": self._read("moments", values.moments),
            "distance": self._read(
                "distance", lambda text: values.number(text, 0.5, 100)
            ),
            "note": self._read("note", str) or "",
        }
        if side == "support":
            told["ages"] = self._read("ages", values.ages) or 0
            places = self._read("places", lambda text: values.number(text, 1, 3))
            told["places"] = int(places or 1)
        return told

    def _course(self) -> dict[str, Any]:
        on = self.known.on
        told = {
            key: self._read(key, lambda text: values.day(text, on=on))
            for key in ("waiting_since", "contacted_on", "agreed_on")
        }
        told["waiting_since"] = told["waiting_since"] or on
        text = self._read("contact_text", str) or ""
        if text and not self.cells.get("contacted_on"):
            self._wrong("contacted_on", _("Write on which day this was said."))
        return told | {"contact_text": text}

    def _people(self, side: str) -> tuple[tuple[str, ...], tuple[values.Child, ...]]:
        adults = tuple(filter(None, values.parts(self.cells.get("adults", ""))))
        if len(adults) > MOST_ADULTS or any(
            len(one) > LONGEST["name"] for one in adults
        ):
            self._wrong("adults", _("Write names only, with ; between them."))
        children = self._read(
            "children", lambda text: values.children(text, on=self.known.on)
        )
        if children and len(children) > MOST_CHILDREN:
            self._wrong("children", _("More than 12 children. Look at this row."))
        if side == "request" and not self.cells.get("children"):
            self._wrong(
                "children",
                _("A request family has at least one child. Write: Noor 6; Sam 4."),
            )
        return adults, tuple(children or ())

    def _vog(self, side: str, n_adults: int) -> tuple[dt.date | None, ...]:
        if side != "support":
            return ()
        seen = self._read("vog_on", lambda text: values.days(text, on=self.known.on))
        if seen and len(seen) > n_adults:
            self._wrong(
                "vog_on",
                _("There are more days than adults. Name the other adults too."),
            )
        return tuple(seen or ())

    def _home(self) -> HomeTold | None:
        postcode = self._needed("postcode", _POSTCODE.clean)
        if not postcode:
            return None
        digits, named = postcode[:4], self.cells.get("municipality", "").casefold()
        areas = self.known.areas.get(digits, [])
        if named:
            if named not in self.known.municipalities:
                self._wrong("municipality", self._own_municipalities())
                return None
            areas = [one for one in areas if one.municipality.name.casefold() == named]
        if not areas:
            self._wrong("postcode", self._why_no_area(digits))
            return None
        if len(areas) > 1:
            self._wrong(
                "municipality",
                _("This postcode lies in two municipalities. Write which: %(names)s.")
                % {"names": ", ".join(one.municipality.name for one in areas)},
            )
            return None
        area = areas[0]
        return HomeTold(area.municipality, area, postcode)

    def _own_municipalities(self) -> str:
        names = ", ".join(
            sorted(one.name for one in self.known.municipalities.values())
        )
        return _("You can bring in families of: %(names)s.") % {"names": names}

    def _why_no_area(self, digits: str) -> str:
        if digits in self.known.elsewhere or digits in self.known.areas:
            return " ".join(
                [
                    _("This postcode lies in another municipality."),
                    self._own_municipalities(),
                ]
            )
        return _("We do not know this postcode. Look at the four digits.")

    def _refuse_numbers(self) -> None:
        for key in ("name", "adults", "children", "contact_text", "note"):
            if looks_like_bsn(self.cells.get(key, "")):
                self._wrong(
                    key, _("Here stands a number that looks like a BSN. Take it away.")
                )

    def _needed(self, key: str, read: Callable[[str], Any]) -> Any:
        if not self.cells.get(key):
            self._wrong(key, str(NEEDED[key]))
            return None
        return self._read(key, read)

    def _read(self, key: str, read: Callable[[str], Any]) -> Any:
        text = self.cells.get(key, "")
        if not text:
            return None
        if len(text) > LONGEST.get(key, 2000):
            self._wrong(key, _("This text is too long. Make it shorter."))
            return None
        try:
            return read(text)
        except values.Unread as error:
            self._wrong(key, str(error))
        except ValidationError as error:
            self._wrong(key, error.messages[0])
        return None

    def _wrong(self, key: str, text: str) -> None:
        self.problems.append(Problem(self.number, key, text))


def key_of(side: str, name: str, telephone: str, home: HomeTold) -> str:
    """By which a row is known again in another file: who, where, and asks or gives."""
    words = " ".join(name.casefold().split())
    return blind_index("row", f"{side}|{words}|{telephone}|{home.postcode[:4]}")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def first_stage(family: Family) -> bool:
    """Whether nobody called this family yet."""
    return family.stage in (SupportRequest.Stage.APPLIED, SupportOffer.Stage.APPLIED)
