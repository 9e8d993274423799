"""Reads one cell with goodwill, and says in words what it cannot read."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from families import moments as weeks
from families.forms.fields import ForgivingDateField
from families.forms.parsing import MONTHS, NotAnAge, parse_age
from families.models import SupportOffer, SupportRequest
from families.vocabulary import Language, SupportKind, mask_of
from matching.models import Pairing

FIRST_DAY = dt.date(2000, 1, 1)
OLDEST_CHILD = 17
QUOTE = 40
SIDES = {
    "request": ("vraaggezin", "vraag", "vraagt", "hulpvraag", "request", "asks"),
    "support": ("steungezin", "steun", "geeft", "aanbod", "support", "gives"),
}
_Request, _Offer = SupportRequest.Stage, SupportOffer.Stage
_TALKING = ("", "in gesprek", "gesprek", "gesprekken", "intake", "talking", "screening")
_APPLIED = ("aangemeld", "nieuw", "te bellen", "applied")
STAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "request": {
        _Request.TALKING: _TALKING,
        _Request.APPLIED: _APPLIED,
        _Request.WAITING: ("wacht", "wachtend", "wachtlijst", "klaar om te matchen"),
        _Request.PAUSED: ("pauze", "gepauzeerd", "paused"),
    },
    "support": {
        _Offer.TALKING: _TALKING,
        _Offer.APPLIED: _APPLIED,
        _Offer.AVAILABLE: ("beschikbaar", "vrij", "klaar om te matchen", "available"),
        _Offer.PAUSED: ("pauze", "gepauzeerd", "paused"),
    },
}
PAIR_STAGES: dict[str, tuple[str, ...]] = {
    Pairing.Stage.INTRODUCTION: ("kennismaking", "introduction"),
    Pairing.Stage.TRIAL: ("proef", "proefperiode", "trial"),
    Pairing.Stage.ACTIVE: ("loopt", "lopend", "actief", "definitief", "active"),
}
KINDS = {
    SupportKind.PLAY: ("spelen", "speelmiddag", "opvang", "oppas", "play"),
    SupportKind.MEAL: ("eten", "mee-eten", "maaltijd", "meal"),
    SupportKind.SLEEPOVER: ("logeren", "slapen", "overnachten", "sleepover"),
    SupportKind.TRANSPORT: (
        "halen en brengen",
        "halen",
        "brengen",
        "vervoer",
        "rijden",
    ),
    SupportKind.HOMEWORK: ("huiswerk", "rustige plek", "homework"),
    SupportKind.OUTING: ("uitje", "iets leuks doen", "uitstapje", "outing"),
    SupportKind.BIRTHDAY: ("verjaardag", "birthday"),
    SupportKind.SCHOOL_TALK: ("ouderavond", "gesprek op school"),
    SupportKind.LISTENING: ("luisterend oor", "praten", "contact", "listening"),
}
DAYS = ("ma maandag", "di dinsdag", "wo woensdag", "do donderdag", "vr vrijdag")
DAYS += ("za zaterdag", "zo zondag")
PARTS = ("ochtend ochtends morgen", "middag middags", "avond avonds", "nacht nachts")
DAY_OF = {word: n for n, words in enumerate(DAYS) for word in words.split()}
PART_OF = {word: n for n, words in enumerate(PARTS) for word in words.split()}
DAYTIME = range(3)
WHOLE = {
    "weekend": weeks.WEEKEND & weeks.DAYTIME,
    "weekeinde": weeks.WEEKEND & weeks.DAYTIME,
    "na school": weeks.AFTERNOONS,
    "doordeweeks": weeks.mask_of(
        one
        for one in weeks.moments_in(weeks.DAYTIME)
        if one.weekday < 5  # noqa: PLR2004 - Saturday
    ),
    "schoolvakantie": weeks.SCHOOL_HOLIDAYS,
    "vakantie": weeks.SCHOOL_HOLIDAYS,
    "altijd": weeks.DAYTIME,
}
_MONTH = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.]\d{1,2})?"
    r"|(?:\d{1,2}[-/.])?(?P<month2>\d{1,2})[-/.](?P<year2>\d{4})"
    r"|(?P<word>[a-z]{3,9})\.? (?P<year3>\d{4})"
)
_CHILD = re.compile(
    r"(?P<name>.*?)(?:(?:^|[\s,(:]+)(?P<age>\d[\d\s\-/.]*(?:j|jr|jaar|m|mnd|maanden?|weken)?\.?"
    r"|[a-z]{3,9}\.? \d{4}))?\)?",
    re.IGNORECASE,
)


class Unread(ValueError):
    """A cell that says nothing we know; the message is for who filled it in."""


@dataclass(frozen=True)
class Child:
    """A child as a file tells of it; an age, a month of birth, or neither."""

    name: str = ""
    age: int | None = None
    birth_year: int | None = None
    birth_month: int | None = None


def parts(text: str, *, commas: bool = True) -> list[str]:
    """What stands between the separators of one cell, empty places included."""
    found = re.split(r"[;\n,]" if commas else r"[;\n]", text)
    return [one.strip() for one in found]


def side(text: str) -> str:
    """Which kind of family: "request" or "support"."""
    plain = text.casefold().strip()
    for name, words in SIDES.items():
        if plain in words:
            return name
    raise Unread(
        _("‘%(value)s’ is no kind of family. Write vraaggezin or steungezin.")
        % {"value": quoted(text)}
    )


def stage(text: str, of: str) -> str:
    """The stage of a request or an offer."""
    plain = " ".join(text.casefold().split())
    for name, words in STAGES[of].items():
        if plain in words:
            return name
    expected = (
        _("‘%(value)s’ is not known. Write aangemeld, in gesprek, wacht or pauze.")
        if of == "request"
        else _(
            "‘%(value)s’ is not known. Write aangemeld, in gesprek, beschikbaar or"
            " pauze."
        )
    )
    raise Unread(expected % {"value": quoted(text)})


def pair_stage(text: str) -> str:
    """How far a pairing is that runs already."""
    plain = text.casefold().strip()
    for name, words in PAIR_STAGES.items():
        if plain in words:
            return name
    raise Unread(
        _("‘%(value)s’ is not known. Write kennismaking, proef or loopt.")
        % {"value": quoted(text)}
    )


def day(text: str, *, on: dt.date) -> dt.date:
    """A day in the past, or today."""
    try:
        found = ForgivingDateField(today=on).clean(text)
    except ValidationError as error:
        raise Unread(error.messages[0]) from error
    if found > on:
        raise Unread(_("This day is still to come. Write a day up to today."))
    if found < FIRST_DAY:
        raise Unread(_("This day is before 2000. Look at the year."))
    return found  # type: ignore[no-any-return]


def days(text: str, *, on: dt.date) -> list[dt.date | None]:
    """A day for each place between separators; None where it stays open."""
    return [
        None if one.casefold() in ("", "-", "nee", "niet") else day(one, on=on)
        for one in parts(text)
    ]


def number(text: str, least: float, most: float) -> Decimal:
    """A number within bounds, with a comma or a point."""
    plain = text.casefold().replace(",", ".").removesuffix("km").strip()
    try:
        found = Decimal(plain)
        if least <= found <= most:
            return found
    except InvalidOperation:
        pass
    raise Unread(
        _("‘%(value)s’ is not possible. Write a number from %(least)s to %(most)s.")
        % {"value": quoted(text), "least": least, "most": most}
    )


def ages(text: str) -> int:
    """A mask of the years that stand there: 4-10, or 4, 5 and 6."""
    mask = 0
    for one in re.split(r"[;,]|\ben\b", text.casefold().replace("jaar", "")):
        found = re.fullmatch(
            r"(\d{1,2})(?:\s*(?:-|–|t/m|tot)\s*(\d{1,2}))?", one.strip()
        )
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if not first <= last <= OLDEST_CHILD:
            raise Unread(
                _("‘%(value)s’ are no ages. Write for example 4-10, up to 17.")
                % {"value": quoted(text)}
            )
        mask |= mask_of(range(first, last + 1))
    return mask


def kinds(text: str) -> tuple[int, str]:
    """A mask of the kinds of support, and what is something else, in their words."""
    mask, others = 0, []
    for one in filter(None, parts(text)):
        plain = one.casefold()
        known = [
            kind
            for kind, words in KINDS.items()
            if plain in words or plain == str(kind.label).casefold()
        ]
        if known:
            mask |= mask_of(known)
        else:
            others.append(one)
    if others:
        mask |= mask_of([SupportKind.OTHER])
    return mask, ", ".join(others)[:300]


def languages(text: str) -> tuple[int, int, str]:
    """A mask of all, the one that comes first as a mask, and the name of another."""
    known, found, other = _languages(), [], ""
    for one in filter(None, parts(text)):
        language = known.get(one.casefold(), Language.OTHER)
        if language == Language.OTHER:
            other = one[:60]
        found.append(language)
    return mask_of(found), mask_of(found[:1]), other


@cache
def _languages() -> dict[str, Language]:
    words: dict[str, Language] = {}
    for language in Language:
        label = str(language.label).casefold()
        for word in (label, label.split(" (")[0], language.name.casefold()):
            words.setdefault(word, language)
    return words


def moments(text: str) -> int:
    """A mask of the week: wo middag; za; weekend."""
    mask = 0
    for one in filter(None, parts(text)):
        plain = " ".join(one.casefold().replace("'s ", "").split())
        mask |= WHOLE.get(plain) or _daypart(plain, text)
    return mask


def _daypart(plain: str, text: str) -> int:
    first, _space, rest = re.sub(
        r"([a-z])(ochtend|middag|avond)", r"\1 \2", plain
    ).partition(" ")
    if first not in DAY_OF or (rest and rest not in PART_OF):
        raise Unread(
            _(
                "‘%(value)s’ is no moment. Write for example wo middag, za ochtend or"
                " weekend, with ; between them."
            )
            % {"value": quoted(plain or text)}
        )
    chosen = [PART_OF[rest]] if rest else DAYTIME
    mask = 0
    for part in chosen:
        mask |= weeks.both_weeks(DAY_OF[first], part)
    return mask


def children(text: str, *, on: dt.date) -> list[Child]:
    """Each child with its name, and its age or month of birth where it stands there."""
    return [_child(one, on) for one in parts(text) if one]


def _child(text: str, on: dt.date) -> Child:
    found = _CHILD.fullmatch(text)
    name = (found["name"] if found else text).strip(" -(:")
    told = (found["age"] or "" if found else "").strip().casefold()
    if len(name) > 120:  # noqa: PLR2004 - as the column of a name
        raise Unread(_("A name of a child is too long. Put ; between the children."))
    if not told:
        return Child(name)
    if month := _MONTH.fullmatch(told):
        return _born(name, month, text, on)
    try:
        age = parse_age(told)
    except NotAnAge as error:
        raise _no_child(text) from error
    if age > OLDEST_CHILD:
        raise _too_old(text)
    return Child(name, age=age)


def _born(name: str, found: "re.Match[str]", text: str, on: dt.date) -> Child:
    year = int(found["year"] or found["year2"] or found["year3"])
    word = found["word"]
    month = MONTHS.get(word, 0) if word else int(found["month"] or found["month2"])
    if not 1 <= month <= 12 or (year, month) > (on.year, on.month):  # noqa: PLR2004
        raise _no_child(text)
    if on.year - year - (on.month < month) > OLDEST_CHILD:
        raise _too_old(text)
    return Child(name, birth_year=year, birth_month=month)


def _no_child(text: str) -> Unread:
    return Unread(
        _("We cannot read ‘%(value)s’. Write name and age, such as: Noor 6; Sam 4.")
        % {"value": quoted(text)}
    )


def _too_old(text: str) -> Unread:
    return Unread(
        _("‘%(value)s’ is older than 17. Write who is grown up with the other adults.")
        % {"value": quoted(text)}
    )


def quoted(text: str) -> str:
    """The beginning of what was typed."""
    return text if len(text) <= QUOTE else text[:QUOTE] + "…"
