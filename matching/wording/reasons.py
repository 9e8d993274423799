"""The engine's reasons as sentences, always in the same order and for both sides."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from families.vocabulary import Frequency, languages_in
from matching.core.criteria import State
from matching.core.explain import Question, Reason
from matching.core.pool import ALL_AGES, Screening
from matching.core.rules import FREQUENCIES
from matching.wording.words import (
    HOME_KEPT,
    kilometres,
    kinds_in_words,
    listed,
    moments_in_words,
    years_in_words,
)

SIGNS = {
    State.MET: "met",
    State.PARTLY: "partly",
    State.NOT_MET: "not",
    State.UNKNOWN: "unknown",
}
CRITERIA = {
    "moments": gettext_lazy("Moments"),
    "kinds": gettext_lazy("Kinds of support"),
    "frequency": gettext_lazy("How often"),
    "ages": gettext_lazy("Ages"),
    "children": gettext_lazy("Number of children"),
    "home": gettext_lazy("Limits and wishes"),
    "distance": gettext_lazy("Distance"),
    "language": gettext_lazy("Language"),
    "screening": gettext_lazy("Screening"),
    "custody": gettext_lazy("Custody"),
    "place": gettext_lazy("Municipality"),
    "duration": gettext_lazy("Duration"),
    "load": gettext_lazy("Load"),
    "history": gettext_lazy("Earlier decision"),
}
# Custody says the same of every candidate, so it stands with what the family asks;
# a decision about the pair only ever excludes. Neither is a reason on a card.
NEVER_A_REASON = frozenset({"custody", "history"})

# What is still to be asked about a home, and where it is not as the other side wants.
HOME_OPEN = {
    "dog": gettext_lazy("a dog"),
    "cat": gettext_lazy("a cat"),
    "other_animal": gettext_lazy("other animals"),
    "smoking": gettext_lazy("smoking indoors"),
    "stairs": gettext_lazy("stairs"),
    "no_children": gettext_lazy("children at home"),
}
HOME_BROKEN = {
    ("offer", "dog"): gettext_lazy("The support family has a dog."),
    ("offer", "cat"): gettext_lazy("The support family has a cat."),
    ("offer", "other_animal"): gettext_lazy("The support family has another animal."),
    ("offer", "smoking"): gettext_lazy("Somebody smokes in the support family's home."),
    ("offer", "stairs"): gettext_lazy("The support family's home has stairs."),
    ("offer", "no_children"): gettext_lazy("No children live with the support family."),
    ("request", "dog"): gettext_lazy("The request family has a dog."),
    ("request", "cat"): gettext_lazy("The request family has a cat."),
    ("request", "other_animal"): gettext_lazy("The request family has another animal."),
    ("request", "smoking"): gettext_lazy(
        "Somebody smokes in the request family's home."
    ),
    ("request", "stairs"): gettext_lazy("The request family's home has stairs."),
}

QUESTIONS = {
    "moments": gettext_lazy("When can they?"),
    "kinds": gettext_lazy("Which kinds of support?"),
    "frequency": gettext_lazy("How often?"),
    "ages": gettext_lazy("Which ages?"),
    "children": gettext_lazy("How many children at once?"),
    "home": gettext_lazy("What matters about the other home, and what is theirs like?"),
    "distance": gettext_lazy("Where do they live?"),
    "language": gettext_lazy("Which languages do they speak, and does it matter?"),
    "duration": gettext_lazy("For how long?"),
}
# The same as what is to be done, as it stands on a list before the name of a family.
TASKS = {
    "moments": gettext_lazy("Ask when they can"),
    "kinds": gettext_lazy("Ask which kinds of support"),
    "frequency": gettext_lazy("Ask how often"),
    "ages": gettext_lazy("Ask which ages"),
    "children": gettext_lazy("Ask how many children at once"),
    "home": gettext_lazy("Ask what matters about the other home, and about theirs"),
    "distance": gettext_lazy("Ask where they live"),
    "language": gettext_lazy("Ask which languages they speak, and whether it matters"),
    "duration": gettext_lazy("Ask for how long"),
}
Sentences = list[str]


@dataclass(frozen=True)
class ReasonInWords:
    """One reason on a card: its sign, what it says, and how it counts.

    Attributes:
        sign: met, partly, not or unknown, as the tag `sign` wants it.
        text: one to three sentences.
        label: the name of the criterion.
        points: what it adds to the score.
        out_of: what it could add.
    """

    code: str
    sign: str
    text: str
    label: str
    points: int
    out_of: int


def reasons_in_words(reasons: Iterable[Reason]) -> list[ReasonInWords]:
    """The reasons of a pair in their fixed order, as far as they say something."""
    return [
        ReasonInWords(
            code=reason.code,
            sign=sign_of(reason),
            text=text,
            label=str(CRITERIA[reason.code]),
            points=reason.points,
            out_of=reason.out_of,
        )
        for reason in reasons
        if (text := sentence(reason))
    ]


def sign_of(reason: Reason) -> str:
    """The sign of a reason; what both sides accept is met, however it counts."""
    if reason.state is State.UNKNOWN or reason.veto:
        return SIGNS[reason.state]
    said = reason.params
    accepted = (reason.code == "distance" and said["limit_m"] is not None) or (
        reason.code == "duration" and said["offered_months"] >= said["asked_months"]
    )
    return SIGNS[State.MET if accepted else reason.state]


def sentence(reason: Reason) -> str:
    """What a reason says; "" where it goes without saying."""
    if reason.code in NEVER_A_REASON and not reason.veto:
        return ""
    return " ".join(str(one) for one in _SAY[reason.code](reason))


def question_in_words(question: Question, *, request: str, offer: str) -> str:
    """Whom to ask what; `request` and `offer` are the names on the page."""
    what = str(QUESTIONS[question.code])
    if question.side == "both":
        return _("Ask both families: %(question)s") % {"question": what}
    who = request if question.side == "request" else offer
    return _("Ask %(family)s: %(question)s") % {"family": who, "question": what}


def _moments(reason: Reason) -> Sentences:
    said = reason.params
    if reason.state is State.UNKNOWN:
        return [
            _missing(
                reason,
                request=_("It was not asked yet when the request family can."),
                offer=_("It was not asked yet when the support family can."),
                both=_("It was not asked yet when both families can."),
            )
        ]
    if reason.veto:
        return [
            _("No moment suits both."),
            _("The support family can: %(moments)s.")
            % {"moments": moments_in_words(said["only_offer"]) or _("no moment left")},
        ]
    together = _("Together: %(moments)s.") % {
        "moments": moments_in_words(said["common"])
    }
    if reason.state is State.PARTLY:
        return [together, _("That is not as often as is asked.")]
    return [together]


def _kinds(reason: Reason) -> Sentences:
    said = reason.params
    if reason.state is State.UNKNOWN:
        return [
            _missing(
                reason,
                request=_(
                    "It was not asked yet which support the request family wants."
                ),
                offer=_("It was not asked yet which support the support family gives."),
                both=_("It was not asked yet which support they want and give."),
            )
        ]
    if reason.veto:
        return [
            _("Asked: %(kinds)s.") % {"kinds": kinds_in_words(said["only_request"])},
            _("Offered: %(kinds)s.") % {"kinds": kinds_in_words(said["only_offer"])},
        ]
    found = [_("Offers: %(kinds)s.") % {"kinds": kinds_in_words(said["common"])}]
    if said["only_request"]:
        missing = kinds_in_words(said["only_request"])
        found.append(_("Does not offer: %(kinds)s.") % {"kinds": missing})
    return found


def _frequency(reason: Reason) -> Sentences:
    asked, offered = (_often(reason.params[side]) for side in ("asked", "offered"))
    if reason.state is State.UNKNOWN:
        return [
            _missing(
                reason,
                request=_("How often the request family wants was not asked yet."),
                offer=_("How often the support family can was not asked yet."),
                both=_("How often was not asked yet of either family."),
            )
        ]
    if asked == offered:
        return [_("Both: %(often)s.") % {"often": asked}]
    return [
        _("Asked: %(often)s.") % {"often": asked},
        _("Offered: %(often)s.") % {"often": offered},
    ]


def _ages(reason: Reason) -> Sentences:
    said = reason.params
    if reason.state is State.UNKNOWN:
        return [
            _missing(
                reason,
                request=_("The ages of the children are not known yet."),
                offer=_("It was not asked yet which ages are welcome."),
                both=_(
                    "The ages of the children, and which are welcome, are not known."
                ),
            )
        ]
    welcome = _welcome(said["welcome"])
    if reason.veto:
        outside = years_in_words(said["outside"])
        return [_("Child of %(years)s does not fit.") % {"years": outside}, welcome]
    n_ages = int(said["asked"]).bit_count()
    fits = ngettext(
        "Child of %(years)s fits.", "Children of %(years)s fit.", n_ages
    ) % {"years": years_in_words(said["asked"])}
    return [fits]


def _children(reason: Reason) -> Sentences:
    number, at_once = reason.params["number"], reason.params["at_once"]
    if reason.state is State.UNKNOWN:
        if number == 1:
            return []
        return [
            _missing(
                reason,
                request=_("For how many children it is, is not known yet."),
                offer=_("It was not asked yet how many children may come at once."),
                both=_(
                    "For how many children it is, and how many may come, is not known."
                ),
            )
        ]
    if not reason.veto:
        return []
    return [
        _("Asked for %(number)d children, room for %(at_once)d at once.")
        % {"number": number, "at_once": at_once}
    ]


def _home(reason: Reason) -> Sentences:
    said = reason.params
    broken = [*said["broken_limits"], *said["broken_wishes"]]
    if reason.veto:
        limits = [str(HOME_BROKEN[one]) for one in said["broken_limits"]]
        return [*limits, _("That is a limit.")]
    found = [str(HOME_BROKEN[one]) for one in broken]
    if broken:
        found.append(_("Rather not."))
    # Proposals of before limits and wishes were told apart have no kept limits.
    limits = said.get("kept_limits", ())
    if limits:
        found.append(_("Within the limit: %(what)s.") % {"what": _kept(limits)})
    if wishes := [one for one in said["kept"] if one not in limits]:
        found.append(_("As they wish: %(what)s.") % {"what": _kept(wishes)})
    if said["open"]:
        asked = listed(
            dict.fromkeys(str(HOME_OPEN[fact]) for _side, fact in said["open"])
        )
        found.append(_("Still to be asked: %(what)s.") % {"what": asked})
    if not found and reason.state is State.UNKNOWN:
        return [_("Limits and wishes about the home were not asked yet.")]
    return found or [_("Nothing at home stands in the way.")]


def _kept(items: Iterable[tuple[str, str]]) -> str:
    return listed(dict.fromkeys(str(HOME_KEPT[fact]) for _side, fact in items))


def _distance(reason: Reason) -> Sentences:
    metres, limit = reason.params["distance_m"], reason.params["limit_m"]
    if reason.state is State.UNKNOWN:
        return [
            _missing(
                reason,
                request=_("Where the request family lives is not known yet."),
                offer=_("Where the support family lives is not known yet."),
                both=_("Where both families live is not known yet."),
            )
        ]
    if limit is None:
        return [_("Nobody named a limit to the distance.")]
    words = {"distance": kilometres(metres), "limit": kilometres(limit)}
    if reason.veto:
        return [_("%(distance)s away; the limit is %(limit)s.") % words]
    return [_("Within the limit of %(limit)s.") % words]


def _language(reason: Reason) -> Sentences:
    said = reason.params
    if reason.state is State.UNKNOWN:
        return [
            _missing(
                reason,
                request=_("Language was not asked yet of the request family."),
                offer=_("Language was not asked yet of the support family."),
                both=_("Language was not asked yet of either family."),
            )
        ]
    if said["common"]:
        both = _("Both speak %(languages)s.") % {
            "languages": _languages(said["common"])
        }
        # Proposals of before families were asked which one they like best lack it.
        best = said.get("preferred", 0)
        if best and not best & said["common"]:
            likes = _("The request family likes %(language)s best.")
            return [both, likes % {"language": _languages(best)}]
        return [both]
    if reason.state is State.MET:
        return [_("The language does not matter to them.")]
    if reason.veto:
        return [_("No language in common, and that is a limit.")]
    return [_("No language in common.")]


def _screening(reason: Reason) -> Sentences:
    return [
        {
            Screening.SHOWN: _("The VOG of every adult was seen."),
            Screening.UNDER_WAY: _(
                "Not every VOG was seen yet. They can meet when it was."
            ),
            Screening.NOTHING_YET: _("No VOG was asked yet."),
            Screening.REFUSED: _("A VOG was refused."),
        }[Screening(reason.params["stage"])]
    ]


def _custody(reason: Reason) -> Sentences:
    return [_("Somebody with custody does not agree.")]


def _place(reason: Reason) -> Sentences:
    if reason.veto:
        return [_("Lives in a municipality that does not take part.")]
    if reason.state is State.PARTLY:
        return [_("Lives in a neighbouring municipality.")]
    return []


def _duration(reason: Reason) -> Sentences:
    asked, offered = reason.params["asked_months"], reason.params["offered_months"]
    if asked is None or offered is None:
        return []
    return [
        _("Expected: %(asked)s asked, %(offered)s offered.")
        % {"asked": _months(asked), "offered": _months(offered)}
    ]


def _load(reason: Reason) -> Sentences:
    running, free = reason.params["running"], reason.params["free"]
    if reason.veto:
        return [_("No place is free.")]
    if not running:
        return [_("Has no other family yet.")]
    taken = ngettext(
        "Already has %(n)d family.", "Already has %(n)d families.", running
    ) % {"n": running}
    return [
        taken,
        ngettext("%(n)d place is free.", "%(n)d places are free.", free) % {"n": free},
    ]


def _history(reason: Reason) -> Sentences:
    return [_("Decided before.")]


_SAY: Mapping[str, Callable[[Reason], Sentences]] = {
    "moments": _moments,
    "kinds": _kinds,
    "frequency": _frequency,
    "ages": _ages,
    "children": _children,
    "home": _home,
    "distance": _distance,
    "language": _language,
    "screening": _screening,
    "custody": _custody,
    "place": _place,
    "duration": _duration,
    "load": _load,
    "history": _history,
}


@dataclass(frozen=True)
class Counted:
    """How much one criterion adds, for who wants to know how it is done."""

    label: str
    sign: str
    points: str
    out_of: str


def calculation(reasons: Iterable[Reason]) -> list[Counted]:
    """What each criterion that counts adds, out of 100 points in all."""
    return [
        Counted(
            label=str(CRITERIA[reason.code]),
            sign=sign_of(reason),
            points=points(reason.points),
            out_of=points(reason.out_of),
        )
        for reason in reasons
        if reason.out_of
    ]


def points(score: int) -> str:
    """A score of 10,000 as whole points of a hundred: 84."""
    return number_format(round(score / 100), 0)


def _missing(reason: Reason, *, request: str, offer: str, both: str) -> str:
    """What is said where somebody was not asked, by whose answer is missing."""
    return {"request": request, "offer": offer}.get(reason.missing or "", both)


def _often(frequency: int | None) -> str:
    names = {number: Frequency(name).label for name, number in FREQUENCIES.items()}
    return str(names.get(frequency, ""))


def _welcome(mask: int) -> str:
    if mask == ALL_AGES:
        return _("Every age is welcome.")
    youngest = (mask & -mask).bit_length() - 1
    return _("Welcome: %(youngest)d to %(eldest)d years.") % {
        "youngest": youngest,
        "eldest": mask.bit_length() - 1,
    }


def _languages(mask: int) -> str:
    return listed(language.label for language in languages_in(mask))


def _months(number: int) -> str:
    return ngettext("%(n)d month", "%(n)d months", number) % {"n": number}
