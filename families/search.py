"""Finds families by a name, a place, a reference, digits of a telephone, or a note.

Names are encrypted, so what the user may see is decrypted and compared in memory.
Beyond `MOST_PEOPLE` only what is asked for exactly is found, by a blind index.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field

import phonenumbers
from django.db.models import Q, QuerySet

from families import people
from families.encryption import blind_index
from families.models import (
    ContactAddition,
    ContactMoment,
    Household,
    Membership,
    Municipality,
    Person,
    User,
)

MOST_PEOPLE = 2000
MOST_NOTES = 2000
FEWEST_DIGITS = 3
AROUND = 60
HOME = re.compile(r"^(?:\+|00)31(?:\(0\))?")
NO_LETTERS = re.compile(r"[\d\s()+./-]+")
# Letters that have no accent to take away, but are often typed without.
PLAIN = str.maketrans("ıłøđ", "ilod")


@dataclass(frozen=True)
class FoundFamily:
    """A household that was found.

    Attributes:
        sides: "request", "support" or both.
        people: whom of it was meant; where the home itself was, whom to call.
    """

    household: Household
    town: str
    sides: tuple[str, ...]
    people: tuple[Person, ...]


@dataclass(frozen=True)
class FoundNote:
    """A note that was found, with the words around what was looked for."""

    household: Household
    on: dt.date
    kind: str
    excerpt: str


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        too_many: there are more people than are looked through, so only who has just
            this reference, telephone number or e-mail address was found.
        older_notes: there are older notes that were not looked through.
    """

    families: list[FoundFamily] = field(default_factory=list)
    notes: list[FoundNote] = field(default_factory=list)
    too_many: bool = False
    older_notes: bool = False


def search(
    user: User,
    words: str,
    *,
    on: dt.date,
    municipality: Municipality | None = None,
    in_notes: bool = False,
) -> Found:
    """What `user` may see and `words` say, the closest first.

    Args:
        user: who looks.
        words: names, a place, a reference, an e-mail address, or digits of a telephone
            number in any spelling. All of the words must be found.
        on: who lives where on this day.
        municipality: None for all.
        in_notes: whether the words of notes are read as well.
    """
    homes = Household.objects.visible_to(user).filter(merged_into=None)
    if municipality is not None:
        homes = homes.filter(municipality=municipality)
    members = Membership.objects.visible_to(user).current_on(on)
    counted = members.filter(household__in=homes.values("pk"))
    too_many = counted.count() > MOST_PEOPLE
    if too_many:
        homes = _exactly(homes, counted, words)
    asked = Asked.of(words)
    found = [
        one
        for household in _loaded(homes, on=on)
        if (one := _found(household, asked, on=on)) is not None
    ]
    found.sort(
        key=lambda one: (asked.distance(one.household), fold(one.household.name))
    )
    notes, older = [], False
    if in_notes and not asked.digits:
        notes, older = _notes(user, homes if municipality else None, asked)
    return Found(found, notes, too_many, older)


@dataclass(frozen=True)
class Asked:
    """What was typed, as it is compared.

    Attributes:
        words: without accents and capitals; none where a number was typed.
        digits: of a telephone number as it is dialled here; "" where words were typed.
    """

    words: tuple[str, ...]
    digits: str

    @classmethod
    def of(cls, typed: str) -> "Asked":
        """What somebody looks for who types this."""
        if NO_LETTERS.fullmatch(typed.strip()):
            digits = dialled(typed)
            if len(digits) >= FEWEST_DIGITS:
                return cls((), digits)
        return cls(tuple(fold(typed).split()), "")

    def are_in(self, text: str) -> bool:
        """Whether all of the words stand in a text."""
        folded = fold(text)
        return bool(self.words) and all(word in folded for word in self.words)

    def distance(self, household: Household) -> int:
        """0 where the surname begins with what was typed, 1 where a word of it does."""
        name = fold(household.name)
        if name.startswith(" ".join(self.words)):
            return 0
        parts = name.split()
        begins = any(part.startswith(word) for part in parts for word in self.words)
        return 1 if begins else 2


def fold(text: str) -> str:
    """A text without accents and capitals, to compare with: "Zoë" is "zoe"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return bare.translate(PLAIN)


def dialled(number: str) -> str:
    """The digits of a telephone number as they are dialled in the Netherlands."""
    bare = re.sub(r"[\s./-]", "", number)
    return re.sub(r"\D", "", HOME.sub("0", bare))


def _loaded(homes: QuerySet[Household], *, on: dt.date) -> QuerySet[Household]:
    return homes.select_related(
        "municipality", "request_family", "support_family"
    ).prefetch_related(*people.people_and_home(on))


def _found(household: Household, asked: Asked, *, on: dt.date) -> FoundFamily | None:
    members: list[Membership] = household.members  # type: ignore[attr-defined]
    persons = [one.person for one in members]
    who = people.contact_person(members, on)
    to_call = [who] if who else []
    town = people.town(household)
    if asked.digits:
        meant = [one for one in persons if asked.digits in dialled(one.telephone)]
        if not meant:
            return None
    else:
        home = f"{household.name} {town} {household.municipality} {household.reference}"
        told = " ".join([home, *(f"{one.name} {one.email}" for one in persons)])
        if not asked.are_in(told):
            return None
        beyond = [word for word in asked.words if word not in fold(home)]
        meant = [
            one
            for one in persons
            if beyond
            and any(word in fold(f"{one.name} {one.email}") for word in beyond)
        ]
    return FoundFamily(household, town, _sides(household), tuple(meant or to_call))


def _sides(household: Household) -> tuple[str, ...]:
    return tuple(
        side
        for side in ("request", "support")
        if getattr(household, f"{side}_family", None) is not None
    )


def _exactly(
    homes: QuerySet[Household], members: QuerySet[Membership], typed: str
) -> QuerySet[Household]:
    """Homes with this reference, or with somebody of this number or address."""
    wanted = Q(reference=typed.strip().upper())
    if "@" in typed:
        index = blind_index("email", typed.strip())
        wanted |= Q(
            pk__in=members.filter(person__email_index=index).values("household")
        )
    if number := _as_stored(typed):
        index = blind_index("telephone", number)
        same = members.filter(person__telephone_index=index)
        wanted |= Q(pk__in=same.values("household"))
    return homes.filter(wanted)


def _as_stored(typed: str) -> str:
    try:
        number = phonenumbers.parse(typed, "NL")
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _notes(
    user: User, homes: QuerySet[Household] | None, asked: Asked
) -> tuple[list[FoundNote], bool]:
    """The newest notes that have all words, and whether older ones were left."""
    readable = ContactMoment.objects.readable_by(user).filter(
        household__merged_into=None
    )
    if homes is not None:
        readable = readable.filter(household__in=homes.values("pk"))
    newest = list(
        readable.select_related("household").order_by("-happened_on", "-pk")[
            : MOST_NOTES + 1
        ]
    )
    looked_at = newest[:MOST_NOTES]
    added: dict[int, list[str]] = {}
    additions = ContactAddition.objects.visible_to(user).filter(contact__in=looked_at)
    for contact, text in additions.order_by("pk").values_list("contact", "text"):
        added.setdefault(contact, []).append(text)
    found = []
    for note in looked_at:
        text = " ".join(
            filter(None, [note.text, note.next_step, *added.get(note.pk, [])])
        )
        if asked.are_in(text):
            found.append(
                FoundNote(
                    note.household,
                    note.happened_on,
                    str(note.get_kind_display()),
                    _around(text, asked.words[0]),
                )
            )
    return found, len(newest) > MOST_NOTES


def _around(text: str, word: str) -> str:
    """The part of a text where a folded word stands, in whole words."""
    spoken = text.split()
    # Folding may change how long a text is, so it is looked for word by word.
    place = next((at for at, one in enumerate(spoken) if word in fold(one)), 0)
    before, after = spoken[:place], spoken[place:]
    kept: list[str] = []
    while before and len(" ".join([before[-1], *kept])) <= AROUND:
        kept.insert(0, before.pop())
    end: list[str] = []
    while after and (not end or len(" ".join([*end, after[0]])) <= AROUND):
        end.append(after.pop(0))
    return " ".join(
        [*(["…"] if before else []), *kept, *end, *(["…"] if after else [])]
    )
