"""What a row of a file becomes, and what may be wrong with it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from buurtgezinnen.imports import values
from buurtgezinnen.imports.agreed import EachWeek
from families.services.intake.told import HomeTold


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
    pair_with: str = ""
    pair_since: dt.date | None = None
    pair_stage: str = ""
    agreed: EachWeek | None = None


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
