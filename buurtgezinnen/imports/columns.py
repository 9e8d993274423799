"""What a file may tell of a family: each column with its words, hint and example."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Column:
    """One thing that a file may tell.

    Attributes:
        key: its name in code.
        label: what stands above it in our template.
        hint: what to write there.
        examples: of a family that asks, and of one that gives.
        words: other headings by which it is known, in lower case.
        needed: without it no row can be read.
    """

    key: str
    label: Any
    hint: Any
    examples: tuple[str, str]
    words: tuple[str, ...] = ()
    needed: bool = False


COLUMNS: tuple[Column, ...] = (
    Column(
        "side",
        _("Kind of family"),
        _("“vraaggezin” or “steungezin”."),
        ("vraaggezin", "steungezin"),
        ("soort", "soort gezin", "type", "rol", "vraag of steun", "kind of family"),
        needed=True,
    ),
    Column(
        "name",
        _("Name"),
        _("First name and surname of whom we call."),
        ("Sanne de Vries", "Henk Bakker"),
        (
            "naam",
            "naam contactpersoon",
            "contactpersoon",
            "ouder",
            "gezin",
            "achternaam",
            "family",
            "contact",
        ),
        needed=True,
    ),
    Column(
        "telephone",
        _("Telephone"),
        _("One number of ten digits."),
        ("06 12345601", "06 12345602"),
        ("telefoon", "telefoonnummer", "tel", "mobiel", "gsm", "phone", "mobile"),
        needed=True,
    ),
    Column(
        "email",
        _("E-mail address"),
        _("May stay empty."),
        ("sanne@voorbeeld.example", ""),
        ("e-mail", "email", "mail", "e-mailadres", "emailadres", "mailadres"),
    ),
    Column(
        "postcode",
        _("Postcode"),
        _("Four digits, with or without the letters."),
        ("1431 AB", "1431 CD"),
        ("zip", "pc", "postal code"),
        needed=True,
    ),
    Column(
        "street",
        _("Street and number"),
        _("May stay empty."),
        ("Dorpsstraat 1", ""),
        ("straat", "adres", "straat en huisnummer", "address", "street"),
    ),
    Column(
        "municipality",
        _("Municipality"),
        _("Only where a postcode lies in two municipalities."),
        ("Aalsmeer", "Aalsmeer"),
        ("gemeente", "town"),
    ),
    Column(
        "adults",
        _("Other adults"),
        _("Names of who else is grown up there, with ; between them."),
        ("", "Ria Bakker"),
        ("andere volwassenen", "partner", "volwassenen", "tweede ouder", "adults"),
    ),
    Column(
        "children",
        _("Children"),
        _("Name and age, or name and month of birth, with ; between the children."),
        ("Noor 6; Sam 2023-04", ""),
        ("kinderen", "kind", "kind(eren)", "kinderen en leeftijd", "child"),
    ),
    Column(
        "languages",
        _("Languages spoken"),
        _("With ; between them. The one they like best comes first."),
        ("Nederlands", "Nederlands; Engels"),
        ("taal", "talen", "voertaal", "moedertaal", "language", "languages"),
    ),
    Column(
        "kinds",
        _("Kind of support"),
        _("For example: spelen; eten; logeren; halen en brengen; huiswerk."),
        ("spelen; eten", "spelen"),
        ("soort steun", "steun", "hulpvraag", "vraag", "aanbod", "support"),
    ),
    Column(
        "moments",
        _("Moments"),
        _("For example: wo middag; za. Or: weekend."),
        ("wo middag", "wo middag; za"),
        ("momenten", "dagdelen", "wanneer", "dagen", "beschikbaarheid", "when"),
    ),
    Column(
        "distance",
        _("At most so many kilometres away"),
        _("A number from 0.5 to 100."),
        ("", "5"),
        ("afstand", "max afstand", "km", "maximale afstand", "reisafstand", "distance"),
    ),
    Column(
        "ages",
        _("Ages"),
        _("Which ages a support family can have: 4-10."),
        ("", "4-10"),
        ("leeftijden", "leeftijd", "leeftijd kinderen", "ages"),
    ),
    Column(
        "places",
        _("Places"),
        _("How many request families a support family can have: 1, 2 or 3."),
        ("", "1"),
        ("plekken", "aantal plekken", "plaatsen", "capaciteit", "capacity"),
    ),
    Column(
        "waiting_since",
        _("Waiting since"),
        _("The day of the application. Empty: today."),
        ("1-9-2026", "15-8-2026"),
        (
            "wacht sinds",
            "wachtend sinds",
            "aangemeld op",
            "aanmelddatum",
            "datum aanmelding",
            "since",
        ),
    ),
    Column(
        "stage",
        _("How far"),
        _(
            "aangemeld, in gesprek, wacht (request), beschikbaar (support) or pauze."
            " Empty: in gesprek."
        ),
        ("wacht", "beschikbaar"),
        ("stand", "hoe ver", "fase", "status", "stadium", "stage"),
    ),
    Column(
        "contacted_on",
        _("Last contact on"),
        _("The day on which you last spoke with them."),
        ("3-11-2026", ""),
        ("laatste contact", "laatste contact op", "contact op", "last contact"),
    ),
    Column(
        "contact_text",
        _("What was said then"),
        _("In one or two sentences."),
        ("Gebeld. Woensdag past het beste.", ""),
        ("wat is er gezegd", "gespreksverslag", "verslag laatste contact", "verslag"),
    ),
    Column(
        "vog_on",
        _("VOG seen on"),
        _(
            "One day for each adult, with ; between them. Leave open what you did not"
            " see."
        ),
        ("", "2-10-2026; 9-10-2026"),
        ("vog", "vog gezien", "vog gezien op", "vog datum"),
    ),
    Column(
        "agreed_on",
        _("Agreed on"),
        _("The day on which they agreed that we keep their data and search."),
        ("1-9-2026", "15-8-2026"),
        ("akkoord op", "toestemming", "toestemming op", "akkoord", "avg", "consent"),
    ),
    Column(
        "pair_with",
        _("Together with"),
        _(
            "In the row of a request family: the telephone number, the name or the row"
            " of its support family."
        ),
        ("", ""),
        ("gekoppeld aan", "koppeling", "gekoppeld met", "steungezin", "matched with"),
    ),
    Column(
        "pair_since",
        _("Together since"),
        _("The day on which they began together."),
        ("", ""),
        ("koppeling sinds", "gekoppeld sinds", "start koppeling", "startdatum"),
    ),
    Column(
        "pair_stage",
        _("Pairing is"),
        _("kennismaking, proef or loopt. Empty: loopt."),
        ("", ""),
        ("stand koppeling", "fase koppeling", "koppeling fase"),
    ),
    Column(
        "agreed",
        _("Agreements"),
        _("For example: elke woensdag 13-17."),
        ("", ""),
        ("afspraken", "afspraak", "ritme"),
    ),
    Column(
        "note",
        _("Remarks"),
        _("What else matters."),
        ("", "Heeft een grote tuin."),
        ("opmerkingen", "opmerking", "bijzonderheden", "notitie", "notities", "note"),
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}
# Stands in the file of rows that did not go in, and is never read.
WRONG = _("What is wrong?")


def guess(headers: list[str], before: dict[str, str]) -> dict[str, int]:
    """Which column of a file means what, by its heading.

    Args:
        headers: what stands above the columns.
        before: headings that were chosen for the last file, by key.

    Returns:
        By key the number of the column, from 0; each column at most once.
    """
    plain = [_plain(header) for header in headers]
    found: dict[str, int] = {}
    chosen = {key: _plain(heading) for key, heading in before.items()}
    own = {one.key: _plain(str(one.label)) for one in COLUMNS}
    for names in (
        {key: (heading,) for key, heading in chosen.items()},
        {key: (label,) for key, label in own.items()},
        {one.key: one.words for one in COLUMNS},
    ):
        for column in COLUMNS:
            if column.key in found:
                continue
            wanted = names.get(column.key, ())
            for number, heading in enumerate(plain):
                if heading in wanted and number not in found.values():
                    found[column.key] = number
                    break
    return found


def _plain(heading: str) -> str:
    return " ".join(heading.casefold().replace("_", " ").strip(" :*?").split())
