"""Who can log in to the demo; shown on the login page in demo mode only."""

from dataclasses import dataclass
from typing import Literal

PASSWORD = "koffie-in-de-buurt"  # noqa: S105 - public, for invented families

Role = Literal["coordinator", "official", "organisation"]


@dataclass(frozen=True)
class Account:
    """Somebody of the demo, and where this person works."""

    email: str
    name: str
    role: Role
    places: tuple[str, ...] = ()
    telephone: str = ""


ACCOUNTS = (
    Account(
        "ilse@demo.example",
        "Ilse Bedacht",
        "coordinator",
        ("Aalsmeer",),
        "+31600000101",
    ),
    Account(
        "noor@demo.example",
        "Noor Verzonnen",
        "coordinator",
        ("Uithoorn",),
        "+31600000102",
    ),
    Account(
        "bram@demo.example",
        "Bram Voorbeeld",
        "coordinator",
        ("Amstelveen", "De Ronde Venen"),
        "+31600000103",
    ),
    Account(
        "aalsmeer@demo.example", "Anouk Papier", "official", ("Aalsmeer", "Amstelveen")
    ),
    Account(
        "uithoorn@demo.example",
        "Umar Schrift",
        "official",
        ("Uithoorn", "De Ronde Venen"),
    ),
    Account("kantoor@demo.example", "Kim Kantoor", "organisation"),
)
