"""Reads one row of a file, and gathers all that is wrong with it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from buurtgezinnen.imports import values
from buurtgezinnen.imports.agreed import each_week
from buurtgezinnen.imports.found import Family, Problem
from buurtgezinnen.imports.known import Known
from families.encryption import blind_index
from families.forms.bsn import looks_like_bsn
from families.forms.fields import PostcodeField, TelephoneField
from families.services.intake.told import HomeTold
from matching.models import Pairing

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


class RowReader:
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
        told |= self._together(side)
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

    def _together(self, side: str) -> dict[str, Any]:
        """Who supports them already, since when, and how far that is."""
        named = self.cells.get("pair_with", "")
        on = self.known.on
        since = self._read("pair_since", lambda text: values.day(text, on=on))
        stage = self._read("pair_stage", values.pair_stage)
        if named and side == "support":
            self._wrong("pair_with", _("Write this in the row of the request family."))
        if named and not self.cells.get("pair_since"):
            self._wrong("pair_since", _("Write on which day they began together."))
        agreed = self._read("agreed", each_week)
        too_early = stage == Pairing.Stage.INTRODUCTION
        if agreed and (not named or too_early):
            self._wrong(
                "agreed", _("Only a pairing in its trial or later has agreements.")
            )
        return {
            "agreed": agreed,
            "pair_with": _one_line(named),
            "pair_since": since,
            "pair_stage": stage or Pairing.Stage.ACTIVE,
        }

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
