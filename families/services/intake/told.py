"""What families tell at an application, in the shape the services take it."""

from dataclasses import dataclass

from families.models import Municipality, PostcodeArea

# One step of one draft, as the browser sent it: each field with its values.
Typed = dict[str, list[str]]


@dataclass(frozen=True)
class HomeTold:
    """Where a family lives; without an area it has no fixed address."""

    municipality: Municipality
    area: PostcodeArea | None = None
    postcode: str = ""


@dataclass(frozen=True)
class ChildTold:
    """A child as a parent told of it; without an age it is not born yet."""

    age: int | None
    name: str = ""


@dataclass(frozen=True)
class ContactTold:
    """Whom to call, and how."""

    name: str
    telephone: str
    may_leave_message: bool
    email: str = ""
    call_dayparts: int = 0


@dataclass(frozen=True)
class HouseTold:
    """What a support family told about its house and its limits; None: not known."""

    adults: int
    ages_of_children: tuple[int, ...] = ()
    dog: bool | None = None
    cat: bool | None = None
    other_animal: bool | None = None
    smoking: bool | None = None
    max_distance_km: int | None = None
    ages: int = 0
    vog_note: str = ""


# A family that asks tells nothing about its house at the application.
NOTHING_TOLD = HouseTold(adults=1)
