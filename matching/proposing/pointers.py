"""Words in an anonymous text that could tell which family it is about.

Two kinds. What names somebody: a name, street, school, telephone number, address or
exact age. And what few families share: a number of children of such ages. The second
rule compares with the families we know in the municipality, since whoever reads the
text knows the neighbourhood and we do not: it warns where fewer than k of them fit
and that is also less than one in twenty. In a municipality of a hundred families with
children, the smallest there are, one in twenty is five families, the usual k.

A warning never blocks: the coordinator decides.
"""

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from families.models import (
    Household,
    Location,
    Membership,
    Person,
    partnership_on,
)
from matching.wording import words

USUAL_K = 5
# Of so many known families one in twenty says something; below, all are compared.
ENOUGH_KNOWN = 20
ONE_IN = 20
# So many children or more count as the same.
MANY_CHILDREN = 4
SHORTEST_NAME = 2
# A longer name is one in small letters too; "Wil" is also a word.
SURELY_A_NAME = 5
NOT_OF_ONE_FAMILY = (
    "aan al da de del den der di do du el en het ibn in kind la le of op te ten ter"
    " uit van"
)
NO_NAMES = frozenset(NOT_OF_ONE_FAMILY.split())
# Municipalities that are words too: only with a capital is it the place.
NO_PLACES = frozenset({"best", "buren", "heel", "made", "dalen", "goes"})

EMAIL = re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+\.[^\s@,;:<>().]+")
NUMBER = re.compile(r"\+?\(?\d[\d\s()./-]{7,}\d")
DIGITS_OF_A_NUMBER = 9
# "2026 is" and "1500km" look like one in small letters.
POSTCODE = re.compile(
    r"\b[1-9]\d{3} ?[A-Z]{2}\b"
    r"|\b[1-9]\d{3} ?(?!(?:al|ca|cm|de|en|er|gr|ha|ik|in|is|je|kg|km|ml|mm|na|nu|of|om"
    r"|op|te|we|ze|zo)\b)[a-z]{2}\b"
)
# What a number counts, where it is no house and no age.
COUNTED = (
    r"(?! ?(?:%|x\b|u\b|uur|uren|keer|maal|km|kilo|meter|min|kwartier|dag|week|weken"
    r"|avond|middag|ochtend|nacht|kind|jong|meisje|mens|ouder|person|gezin|euro|jan|feb"
    r"|maart|apr|mei|jun|jul|aug|sep|okt|nov|dec))"
)
OF_STREETS = (
    "straat|laan|weg|plein|kade|gracht|dijk|hof|singel|steeg|pad|markt|park|plantsoen"
    "|dreef|brink|haven|boulevard"
)
ADDRESS = re.compile(
    r"(?:\b[A-Z]\w+(?: [A-Z]\w+){1,3}"
    rf"|(?i:\b[^\W\d_]+ (?:{OF_STREETS}))"
    rf"|(?i:\b(?!onderweg)[^\W\d_]+?(?:{OF_STREETS})))"
    rf" +\d+\w?\b(?![.:,]\d){COUNTED}"
)
# "De Vier Winden", "het Palet", "Sint Jan van den Bosch".
NAME = (
    r"(?:(?:[Dd]e|[Hh]et|'t|[Ss]int|[Ss]t\.|van|op) ){0,2}[A-Z]\w+"
    r"(?: (?:(?:de|het|van|den|der) ){0,2}[A-Z]\w+){0,4}"
)
NO_SCHOOL_NAMES = (
    "Basis|Brede|Dans|Dag|Hoge|Kleuter|Middel|Muziek|Peuter|Praktijk|Rij|Sport|Taal|Vak"
    "|Voor|Zwem"
)
SCHOOL = re.compile(
    rf"\b(?:[Bb]asis)?[Ss]chool,? {NAME}"
    r"|\b(?:[A-Z]\w+ ){2,4}(?:basis)?school\b"
    rf"|\b(?!(?:{NO_SCHOOL_NAMES})school)[A-Z]\w+school\b"
    rf"|\b(?i:OBS|CBS|RKBS|KBS|PCBS|IKC) {NAME}"
    r"|\b(?:OBS|CBS|RKBS|KBS|PCBS|IKC)\b(?: \w+){1,2}"
)
NUMBER_WORDS = (
    "[eé]én|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien"
    "|vijftien|zestien|zeventien"
)
YEARS = rf"(?<!\d[.,])\b(?:(?:1[0-7]|\d)(?:[.,]\d)?|{NUMBER_WORDS})"
AGE_BAND = re.compile(
    rf"(?<!\d[.:,])\b(?:\d{{1,2}}|{NUMBER_WORDS}) ?(?:tot en met|t/m|tot|–|-) ?"
    rf"(?:\d{{1,2}}|{NUMBER_WORDS})\b(?: jaar)?",
    re.IGNORECASE,
)
EXACT_AGE = re.compile(
    rf"{YEARS} ?(?:jaar|jr|j|-?jarige?)\b"
    rf"|\b(?:\d{{1,2}}|{NUMBER_WORDS}) (?:maanden|mnd)\b"
    rf"|(?<!gezin )\bvan (?:1[0-7]|\d)\b(?![.:,]\d)(?! ?(?:tot|t/m|–|-|j)){COUNTED}"
    rf"|\b(?:groep|klas) ?(?:[1-8]|{NUMBER_WORDS})\b(?! ?(?:kind|pers))"
    r"|\bgeboren (?:in|op|rond)(?: [^\W\d_]+| \d{1,2}){0,3} ?[\d/-]*(?:19|20)\d\d\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Described:
    """The family that a text is about, as far as its words could tell.

    Attributes:
        names: of the household and of everybody who lives there.
        streets: without numbers.
        places: the municipality and what is smaller.
        postcodes: as they are written, "1431AB".
        ages: of the children that the text is about; [] where it tells of none.
    """

    household: Household
    names: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    ages: tuple[int, ...] = field(default=())
    n_children: int = 0


@dataclass(frozen=True)
class Pointer:
    """Some words of a text, and why they could point to one family."""

    words: str
    why: str


def unknown(household: Household) -> Described:
    """Nothing of a household, for who does not know it: a warning would tell it."""
    return Described(household=household)


def described(
    household: Household, *, on: dt.date, children: Iterable[Person] = ()
) -> Described:
    """What to look for in a text about a household."""
    people = Person.objects.filter(
        memberships__in=Membership.objects.filter(household=household).current_on(on)
    )
    homes = list(
        Location.objects.filter(household=household)
        .current_on(on)
        .select_related("area")
    )
    children = list(children)
    ages = (child.age_on(on) for child in children)
    places = {home.area.place for home in homes if home.area}
    return Described(
        household=household,
        names=tuple(_name_words([household.name, *(one.name for one in people)])),
        streets=tuple(
            street
            for home in homes
            if (street := re.sub(r"\s*\d.*$", "", home.street).strip())
        ),
        places=tuple(sorted(places | {household.municipality.name})),
        postcodes=tuple(home.postcode for home in homes if home.postcode),
        ages=tuple(age for age in ages if age is not None),
        n_children=len(children),
    )


def pointers_in(text: str, about: Described) -> list[Pointer]:
    """The words that name somebody, each once, in the order of the reasons below."""
    text = _as_it_reads(text)
    found = [
        *_found(_words_of(about.names, text), _("a name of this family")),
        *_found(_plainly(about.streets, text), _("the street of this family")),
        *_found(_places(about.places, text), _("the place where this family lives")),
        *_found(_own_postcodes(about, text), _("the postcode of this family")),
        *_found(ADDRESS.findall(text), _("a street with a number")),
        *_found(SCHOOL.findall(text), _("a school by its name")),
        *_found(EMAIL.findall(text), _("an e-mail address")),
        *_found(_numbers(text), _("a telephone number")),
        *_found(POSTCODE.findall(text), _("a postcode")),
        *_found(
            EXACT_AGE.findall(AGE_BAND.sub("", text)),
            _("an exact age; an age group tells less"),
        ),
    ]
    return list({one.words: one for one in reversed(found)}.values())[::-1]


def rare_combination(text: str, about: Described, *, on: dt.date) -> list[Pointer]:
    """The children of the text, where few families have children like these."""
    told = [
        phrase
        for group in words.AGE_GROUPS
        if any(age in group for age in about.ages)
        and (phrase := words.age_group(group)) in text
    ]
    if not told:
        return []
    municipality = about.household.municipality
    partnership = partnership_on(municipality, on)
    k = partnership.small_count if partnership else USUAL_K
    known = _families_known(about.household, on=on)
    like = sum(_alike(ages, about) for ages in known)
    if like >= k or like * ONE_IN >= len(known):
        return []
    number = ngettext("%(n)d child", "%(n)d children", about.n_children) % {
        "n": about.n_children
    }
    why = _("fewer than %(k)d of the families we know have children like these") % {
        "k": k
    }
    return [Pointer(f"{number}, {words.listed(told)}", why)]


def _families_known(household: Household, *, on: dt.date) -> list[list[int | None]]:
    """The ages of the children of each family we know, near or else anywhere."""
    rows = (
        Membership.objects.filter(role=Membership.Role.CHILD)
        .current_on(on)
        .select_related("person", "household")
        .only(
            "household__municipality",
            "person__age_told",
            "person__age_told_on",
            "person__birth_month",
            "person__birth_year",
        )
    )
    here = rows.filter(household__municipality=household.municipality_id)
    families = _by_household(here, on=on)
    if len(families) < ENOUGH_KNOWN:
        families = _by_household(rows, on=on)
    return families


def _by_household(rows: Iterable[Membership], *, on: dt.date) -> list[list[int | None]]:
    families: dict[int, list[int | None]] = defaultdict(list)
    for row in rows:
        families[row.household_id].append(row.person.age_on(on))
    return list(families.values())


def _alike(ages: list[int | None], about: Described) -> bool:
    """Whether a family has as many children, and children of each age group."""
    if min(len(ages), MANY_CHILDREN) != min(about.n_children, MANY_CHILDREN):
        return False
    groups = [
        group for group in words.AGE_GROUPS if any(age in group for age in about.ages)
    ]
    return all(any(age in group for age in ages) for group in groups)


def _found(texts: Iterable[str], why: str) -> list[Pointer]:
    return [Pointer(text.strip(), why) for text in texts]


def _name_words(names: Iterable[str]) -> list[str]:
    found = {
        word
        for name in names
        for word in re.findall(r"[^\W\d_]+", name)
        if len(word) >= SHORTEST_NAME and word.casefold() not in NO_NAMES
    }
    return sorted(found)


def _words_of(names: Iterable[str], text: str) -> list[str]:
    """The words of a text that are one of these names, accents or not."""
    plain = {_plain(name) for name in names}
    return [
        word
        for word in re.findall(r"[^\W\d_]+", text)
        if _plain(word) in plain and (word[0].isupper() or len(word) >= SURELY_A_NAME)
    ]


def _plainly(wanted: Iterable[str], text: str) -> list[str]:
    return [
        one
        for one in wanted
        if re.search(rf"\b{re.escape(_plain(one))}\b", _plain(text))
    ]


def _places(wanted: Iterable[str], text: str) -> list[str]:
    return [
        one
        for one in _plainly(wanted, text)
        if _plain(one) not in NO_PLACES or re.search(rf"\b{re.escape(one)}\b", text)
    ]


def _own_postcodes(about: Described, text: str) -> list[str]:
    return [
        match
        for postcode in about.postcodes
        for match in re.findall(
            rf"\b{postcode[:4]}(?: ?{postcode[4:]})?\b", text, re.IGNORECASE
        )
    ]


def _numbers(text: str) -> list[str]:
    return [
        number
        for number in NUMBER.findall(text)
        if sum(letter.isdigit() for letter in number) >= DIGITS_OF_A_NUMBER
    ]


def _as_it_reads(text: str) -> str:
    """The text without what is not seen, so that it hides no word."""
    seen = (one for one in text if unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFKC", "".join(seen))


def _plain(text: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
