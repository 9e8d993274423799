"""What families tell at an application, in the shape the services take it."""

from dataclasses import dataclass

from families.models import Municipality, PostcodeArea
from families.vocabulary import Language

# One step of one draft, as the browser sent it: each field with its values.
Typed = dict[str, list[str]]
# Beside the steps of a draft: what we knew of a family when it was invited.
INVITED = "invited"


@dataclass(frozen=True)
class HomeTold:
    """Where a family lives; without an area it has no fixed address."""

    municipality: Municipality
    area: PostcodeArea | None = None
    postcode: str = ""


@dataclass(frozen=True)
class ChildTold:
    """A child as a parent told of it; without an age it is not born yet.

    Attributes:
        age_is_told: where it is not, nobody knows the age yet.
        reference: of the child, where we asked about one that we know.
    """

    age: int | None
    name: str = ""
    age_is_told: bool = True
    reference: str = ""


@dataclass(frozen=True)
class ContactTold:
    """Whom to call, and how."""

    name: str
    telephone: str
    may_leave_message: bool | None = None
    email: str = ""
    call_dayparts: int = 0


@dataclass(frozen=True)
class WishesTold:
    """What either side told about support; 0, "" and None: not known yet."""

    kinds: int = 0
    kinds_other: str = ""
    frequency: str = ""
    moments: int | None = None
    remarks: str = ""


@dataclass(frozen=True)
class MattersTold:
    """What a family would rather have; what it did not tick, nobody knows."""

    no_animals: bool = False
    no_smoking: bool = False
    with_children: bool = False
    no_car: bool = False


@dataclass(frozen=True)
class LanguageTold:
    """The language in which somebody likes best to talk with us."""

    language: Language
    other: str = ""
    interpreter_needed: bool | None = None


@dataclass(frozen=True)
class RequestTold:
    """All that a family told that asks for support."""

    home: HomeTold
    children: tuple[ChildTold, ...]
    wishes: WishesTold
    contact: ContactTold
    matters: MattersTold = MattersTold()
    likes: str = ""
    language: LanguageTold | None = None


@dataclass(frozen=True)
class HouseTold:
    """What a support family told about its house; None: not known."""

    adults: int = 1
    ages_of_children: tuple[int, ...] = ()
    has_children: bool | None = None
    dog: bool | None = None
    cat: bool | None = None
    other_animal: bool | None = None
    smoking: bool | None = None


@dataclass(frozen=True)
class LimitsTold:
    """Within which limits somebody gives support; 0, "" and None: not known yet."""

    visit_length: str = ""
    only_when_both_home: bool | None = None
    max_distance_km: int | None = None
    ages: int = 0
    children_at_once: int | None = None


@dataclass(frozen=True)
class SupportTold:
    """All that a family told that wants to give support.

    Attributes:
        vog_is_asked: they were told that every adult needs one.
    """

    home: HomeTold
    house: HouseTold
    wishes: WishesTold
    contact: ContactTold
    limits: LimitsTold = LimitsTold()
    experience: str = ""
    motivation: str = ""
    vog_note: str = ""
    vog_is_asked: bool = True
