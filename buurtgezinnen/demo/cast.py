"""The invented families: some told one by one, the others drawn with a fixed seed."""

import random
from dataclasses import dataclass, replace

from buurtgezinnen.demo.names import (
    CHILDREN,
    PARENTS,
    REQUEST_SURNAMES,
    SUPPORT_SURNAMES,
)
from families import moments
from families.vocabulary import Demand, Frequency, Language, SupportKind, mask_of

MORNING, AFTERNOON, EVENING, NIGHT = range(4)
MO, TU, WE, TH, FR, SA, SU = range(7)
KIND = SupportKind

# Four digits of the postcode, with the municipality where a postcode lies in two.
AALSMEER = (("1431", "Aalsmeer"), ("1432", "Aalsmeer"), ("1433", "Aalsmeer"))
UITHOORN = tuple((code, "Uithoorn") for code in ("1421", "1422", "1423", "1424"))
AMSTELVEEN = tuple((code, "Amstelveen") for code in ("1185", "1187", "1188", "1181"))
RONDE_VENEN = tuple(
    (code, "De Ronde Venen") for code in ("3641", "3642", "1427", "3645")
)
NO_ADDRESS = ("", "Aalsmeer")


@dataclass(frozen=True)
class Child:
    """A child: name and age; `even_weeks` lives with the other parent in odd weeks."""

    name: str
    age: int
    even_weeks: bool = False


@dataclass(frozen=True)
class Asks:
    """A family that asks, as it stands in the demo."""

    surname: str
    parent: str
    home: tuple[str, str]
    children: tuple[Child, ...]
    kinds: int
    when: int | None
    frequency: str
    stage: str
    days: int
    months: int | None = 12
    max_km: int | None = None
    languages: int = 0
    language_demand: str = Demand.NOT_ASKED
    limits: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    may_leave_message: bool | None = True
    apart: bool = False
    says: str = ""


@dataclass(frozen=True)
class Gives:
    """A family that gives, as it stands in the demo."""

    surname: str
    parent: str
    home: tuple[str, str]
    adults: int
    children: tuple[int, ...]
    kinds: int
    when: int | None
    frequency: str
    stage: str
    days: int
    ages: tuple[int, int] | None
    at_once: int | None = 2
    places: int = 1
    months: int | None = 12
    max_km: int | None = 5
    languages: int = 0
    facts: tuple[tuple[str, bool | None], ...] = ()
    vog: str = "shown"
    limits: tuple[str, ...] = ()


def when(*slots: tuple[int, int], holidays: bool = False) -> int:
    """Weekday and daypart pairs, in even and odd weeks alike."""
    mask = moments.SCHOOL_HOLIDAYS if holidays else 0
    for weekday, part in slots:
        mask |= moments.both_weeks(weekday, part)
    return mask


WEDNESDAY = when((WE, AFTERNOON))
FRIDAY_EVENING = when((FR, AFTERNOON), (FR, EVENING))
SATURDAY = when((SA, MORNING), (SA, AFTERNOON))
AFTER_SCHOOL = when((MO, AFTERNOON), (TU, AFTERNOON), (TH, AFTERNOON))
WEEKEND = when(
    (SA, MORNING), (SA, AFTERNOON), (SU, MORNING), (SU, AFTERNOON), (SA, EVENING)
)
PLAY_AND_MEAL = mask_of([KIND.PLAY, KIND.MEAL])


def applies(
    surname: str, parent: str, child: Child, *, days: int, stage: str = "applied"
) -> Asks:
    """A family of Aalsmeer that asks for an afternoon."""
    return Asks(
        surname,
        parent,
        AALSMEER[0],
        (child,),
        PLAY_AND_MEAL,
        WEDNESDAY,
        Frequency.WEEKLY,
        stage,
        days,
    )


# Each with its second application: the same telephone number.
CAME_TWICE = (
    (
        applies("Dubbelman", "Mirthe", Child("Sil", 7), days=12, stage="talking"),
        applies("Van Tweemaal", "Mirthe", Child("Sil", 7), days=1),
    ),
    (
        applies("Echoput", "Yusuf", Child("Lina", 5), days=15, stage="talking"),
        applies("Echoput", "Yusuf", Child("Lina", 5), days=3),
    ),
)
# The first takes back its consent, the second stops by itself.
WENT_AWAY = (
    applies("Zonderling", "Femke", Child("Bo", 9), days=8),
    applies("Vaarwel", "Karim", Child("Aya", 4), days=6),
)

# Families whose way is told one by one: nobody fits, each for another reason.
NOBODY_FITS = (
    Asks(
        "Van Nergens",
        "Wendy",
        ("1431", "Aalsmeer"),
        (Child("Pim", 4),),
        mask_of([KIND.SLEEPOVER]),
        when((TU, NIGHT)),
        Frequency.WEEKLY,
        "waiting",
        64,
        says="Alleen de nacht van dinsdag op woensdag: moeder werkt dan in de zorg.",
    ),
    Asks(
        "Wolkema",
        "Iris",
        ("1422", "Uithoorn"),
        (Child("Teun", 17),),
        PLAY_AND_MEAL,
        WEDNESDAY,
        Frequency.WEEKLY,
        "waiting",
        51,
        says="Teun wordt volgend jaar 18 en zoekt rust buiten huis.",
    ),
    Asks(
        "Hasabay",
        "Selam",
        ("1421", "Uithoorn"),
        (Child("Amal", 5),),
        PLAY_AND_MEAL,
        AFTER_SCHOOL,
        Frequency.WEEKLY,
        "waiting",
        33,
        languages=mask_of([Language.TIGRINYA]),
        language_demand=Demand.LIMIT,
        says="Moeder spreekt alleen Tigrinya en wil zelf kunnen overleggen.",
    ),
    Asks(
        "Regenboogh",
        "Margriet",
        ("1396", "De Ronde Venen"),
        (Child("Guus", 8),),
        PLAY_AND_MEAL,
        WEDNESDAY,
        Frequency.WEEKLY,
        "waiting",
        27,
        max_km=1,
        says="Geen auto en geen fiets: het moet op loopafstand.",
    ),
    Asks(
        "Proefman",
        "Karin",
        ("1433", "Aalsmeer"),
        (Child("Lotte", 9),),
        mask_of([KIND.SCHOOL_TALK]),
        WEDNESDAY | SATURDAY,
        Frequency.NOW_AND_THEN,
        "waiting",
        19,
        says="Zoekt alleen iemand die meegaat naar gesprekken op school.",
    ),
    Asks(
        "Kabouterbos",
        "Els",
        ("1188", "Amstelveen"),
        tuple(
            Child(name, age)
            for name, age in (
                ("Saar", 2),
                ("Jip", 4),
                ("Finn", 5),
                ("Roos", 7),
                ("Bodhi", 9),
            )
        ),
        PLAY_AND_MEAL,
        SATURDAY,
        Frequency.FORTNIGHTLY,
        "waiting",
        40,
        says="De vijf kinderen willen graag samen blijven.",
    ),
)

# Families with something that matching and agreements must be able to hold.
SPECIAL = (
    Asks(
        "El Khayali",
        "Amira",
        ("1433", "Aalsmeer"),
        (Child("Noor", 6), Child("Sem", 9)),
        mask_of([KIND.PLAY, KIND.MEAL, KIND.TRANSPORT]),
        WEDNESDAY | SATURDAY,
        Frequency.WEEKLY,
        "applied",
        12,
        languages=mask_of([Language.DUTCH, Language.ARABIC]),
    ),
    Asks(
        "Droomstra",
        "Sanne",
        ("1431", "Aalsmeer"),
        (Child("Liv", 7, even_weeks=True),),
        PLAY_AND_MEAL,
        (WEDNESDAY | SATURDAY) & moments.EVEN_WEEKS,
        Frequency.FORTNIGHTLY,
        "waiting",
        23,
        limits=("no_dog",),
        says="Liv woont de oneven weken bij haar vader. Ze is bang voor honden.",
    ),
    Asks(
        "Hayaloğlu",
        "Elif",
        ("1421", "Uithoorn"),
        (Child("Kerem", 4), Child("Ayla", 11)),
        PLAY_AND_MEAL,
        AFTER_SCHOOL,
        Frequency.WEEKLY,
        "waiting",
        30,
        apart=True,
        languages=mask_of([Language.DUTCH, Language.TURKISH]),
        says="Kerem en Ayla willen ieder hun eigen plek.",
    ),
    Asks(
        "Vyhadka",
        "Oksana",
        NO_ADDRESS,
        (Child("Danylo", 8),),
        mask_of([KIND.PLAY, KIND.HOMEWORK]),
        AFTER_SCHOOL | WEDNESDAY,
        Frequency.WEEKLY,
        "waiting",
        12,
        languages=mask_of([Language.UKRAINIAN, Language.ENGLISH]),
        may_leave_message=False,
        says="Woont nu bij kennissen; de school is het vaste punt.",
    ),
    Asks(
        "De Gedachte",
        "Marloes",
        ("1424", "Uithoorn"),
        (Child("Fenna", 10),),
        mask_of([KIND.HOMEWORK, KIND.MEAL]),
        when((MO, AFTERNOON), (TU, AFTERNOON)),
        Frequency.WEEKLY,
        "waiting",
        16,
        says="Dit gezin vangt zelf op zaterdag een jonger kind op.",
    ),
    Asks(
        "Sprookjema",
        "Ruben",
        ("1432", "Aalsmeer"),
        (Child("Mila", 3),),
        mask_of([KIND.PLAY, KIND.OUTING]),
        SATURDAY,
        Frequency.MONTHLY,
        "applied",
        5,
    ),
    Asks(
        "Van Papier",
        "Fatima",
        ("1432", "Aalsmeer"),
        (Child("Yara", 8), Child("Adam", 5)),
        PLAY_AND_MEAL,
        WEDNESDAY | AFTER_SCHOOL,
        Frequency.WEEKLY,
        "waiting",
        23,
        months=12,
        wishes=("no_smoking",),
        languages=mask_of([Language.DUTCH, Language.DARIJA]),
        says="Fatima staat er alleen voor. Een vaste middag zou lucht geven.",
    ),
)

# Two families for two that listen: the first fits both, and best where only the
# second can go. Taking the best pair first leaves the second without.
FOR_THE_PLAN = (
    Asks(
        "Van Testeren",
        "Joanna",
        ("1431", "Aalsmeer"),
        (Child("Hanna", 5),),
        mask_of([KIND.LISTENING]),
        WEDNESDAY | SATURDAY,
        Frequency.FORTNIGHTLY,
        "waiting",
        41,
        says="Joanna wil haar hart kunnen luchten bij een andere moeder.",
    ),
    Asks(
        "Kazkova",
        "Andriy",
        ("1432", "Aalsmeer"),
        (Child("Maja", 4),),
        mask_of([KIND.LISTENING]),
        WEDNESDAY,
        Frequency.MONTHLY,
        "waiting",
        26,
        languages=mask_of([Language.DUTCH, Language.UKRAINIAN]),
        says="Andriy kan alleen op woensdagmiddag, als Maja naar de opvang is.",
    ),
)
LISTENERS = (
    Gives(
        "Schommel",
        "Dewi",
        ("1431", "Aalsmeer"),
        2,
        (7,),
        mask_of([KIND.LISTENING]),
        WEDNESDAY | SATURDAY,
        Frequency.FORTNIGHTLY,
        "available",
        90,
        (0, 12),
    ),
    Gives(
        "Wasknijper",
        "Thijs",
        ("1433", "Aalsmeer"),
        1,
        (),
        mask_of([KIND.LISTENING]),
        SATURDAY,
        Frequency.FORTNIGHTLY,
        "available",
        45,
        (0, 12),
    ),
)

# Both asks and gives: the same home as in SPECIAL.
ALSO_GIVES = "De Gedachte"

REST_STAGES = ("waiting",) * 4 + ("talking",) * 3 + ("applied",) * 2 + ("withdrawn",)
# Days since the application, for whoever is in this stage.
DAYS_IN = {
    "applied": (1, 2, 3, 4),
    "talking": (9, 12, 18, 24),
    "waiting": (15, 21, 34, 48, 70),
    "withdrawn": (30, 60),
    "available": (20, 45, 90, 200),
    "paused": (150, 200),
    "ended": (200, 300),
}
WHENS = (WEDNESDAY, AFTER_SCHOOL, SATURDAY, WEEKEND, WEDNESDAY | SATURDAY)
FREQUENCIES = (*Frequency.values, "")
KIND_SETS = (
    mask_of([KIND.PLAY]),
    PLAY_AND_MEAL,
    mask_of([KIND.PLAY, KIND.TRANSPORT]),
    mask_of([KIND.HOMEWORK, KIND.MEAL]),
    mask_of([KIND.PLAY, KIND.MEAL, KIND.SLEEPOVER]),
    mask_of([KIND.OUTING, KIND.BIRTHDAY]),
)
VOG_STATES = (
    "shown",
    "shown",
    "shown",
    "shown",
    "applied",
    "asked",
    "shown_long_ago",
    "not_shown",
    "cannot_apply",
    "lived_abroad",
    "refused",
    "not_needed",
)
SPOKEN = (
    mask_of([Language.DUTCH]),
    mask_of([Language.DUTCH, Language.ENGLISH]),
    mask_of([Language.DUTCH, Language.TURKISH]),
    mask_of([Language.DUTCH, Language.ARABIC]),
    mask_of([Language.DUTCH, Language.POLISH]),
)
REGION = (*AALSMEER * 2, *UITHOORN * 2, *AMSTELVEEN, *RONDE_VENEN)


def asking(n_more: int, *, seed: int) -> list[Asks]:
    """So many more families that ask, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - invented families need no secrecy
    used = {told.surname for told in (*NOBODY_FITS, *SPECIAL, *FOR_THE_PLAN)}
    surnames = [name for name in REQUEST_SURNAMES if name not in used]
    return [
        Asks(
            surname=surname,
            parent=draw.choice(PARENTS),
            home=draw.choice(REGION),
            children=tuple(
                Child(name, draw.randint(1, 13))
                for name in draw.sample(CHILDREN, draw.choice((1, 1, 2)))
            ),
            kinds=draw.choice(KIND_SETS),
            when=draw.choice((*WHENS, None)),
            frequency=draw.choice(FREQUENCIES),
            stage=REST_STAGES[number % len(REST_STAGES)],
            days=draw.choice(DAYS_IN[REST_STAGES[number % len(REST_STAGES)]]),
            months=draw.choice((6, 12, 24, None)),
            max_km=draw.choice((None, 3, 5, 10)),
            languages=draw.choice(SPOKEN),
            limits=draw.choice(((), (), ("no_dog",), ("no_smoking",))),
            wishes=draw.choice(((), ("no_cat",), ("children_at_home",))),
            may_leave_message=draw.choice((True, True, False, None)),
        )
        for number, surname in enumerate(surnames[:n_more])
    ]


def giving(n: int, *, seed: int) -> list[Gives]:
    """So many families that give, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - invented families need no secrecy
    stages = (
        ("available",) * 7 + ("talking",) * 2 + ("applied",) * 2 + ("paused", "ended")
    )
    return [
        Gives(
            surname=surname,
            parent=draw.choice(PARENTS),
            home=draw.choice(REGION),
            adults=draw.choice((1, 2, 2)),
            children=tuple(
                draw.randint(0, 16) for _child in range(draw.choice((0, 1, 2, 3)))
            ),
            kinds=draw.choice(KIND_SETS) | draw.choice(KIND_SETS),
            when=draw.choice(WHENS) | draw.choice(WHENS),
            frequency=draw.choice(FREQUENCIES),
            stage=stages[number % len(stages)],
            days=draw.choice(DAYS_IN[stages[number % len(stages)]]),
            ages=draw.choice(((0, 6), (2, 10), (4, 12), (6, 14))),
            at_once=draw.choice((1, 1, 2, 2, 3)),
            places=draw.choice((1, 1, 1, 2, 3)),
            months=draw.choice((6, 12, 24, None)),
            max_km=draw.choice((1, 3, 3, 10, None)),
            languages=draw.choice(SPOKEN),
            facts=tuple(
                (fact, draw.choice((True, False, False, None)))
                for fact in ("dog", "cat", "other_animal", "smoking", "stairs")
            ),
            vog=VOG_STATES[number % len(VOG_STATES)],
        )
        for number, surname in enumerate(SUPPORT_SURNAMES[:n])
    ]


@dataclass(frozen=True)
class Pair:
    """Two families that are together, how far they are, and what they agreed on."""

    asks: Asks
    gives: Gives
    stage: str
    days: int
    n_versions: int


def pairs(asks: list[Asks], gives: list[Gives]) -> list[Pair]:
    """The first families of both lists, made to fit each other."""
    plan = (
        ("introduction", 9, 0),
        ("introduction", 3, 0),
        ("trial", 35, 1),
        ("trial", 20, 1),
        ("active", 150, 2),
        ("active", 210, 3),
        ("active", 400, 4),
        ("active", 120, 2),
        ("independent", 720, 4),
        ("ended", 300, 2),
        ("ended", 90, 1),
    )
    homes = (*AALSMEER, *UITHOORN[:2], *AMSTELVEEN[:2], *AALSMEER, *RONDE_VENEN)
    together = []
    for step, home, ask, give in zip(plan, homes, asks, gives, strict=False):
        stage, days, n_versions = step
        ages = [child.age for child in ask.children]
        fitting = replace(
            give,
            home=home,
            kinds=give.kinds | ask.kinds,
            when=(ask.when or 0) | (give.when or 0) | WEDNESDAY | FRIDAY_EVENING,
            frequency=Frequency.WEEKLY,
            ages=(max(0, min(ages) - 2), min(17, max(ages) + 3)),
            at_once=max(2, len(ages)),
            stage="available",
            days=days + 60,
            max_km=5,
            vog="shown",
            facts=(("dog", False), ("cat", False), ("smoking", False)),
        )
        told = replace(
            ask,
            home=home,
            when=(ask.when or 0) | WEDNESDAY | FRIDAY_EVENING,
            frequency=Frequency.WEEKLY,
            stage="waiting",
            days=days + 30,
            limits=(),
        )
        together.append(Pair(told, fitting, stage, days, n_versions))
    return together
