"""What a plan says: how many families it helps, and what it asks of each of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.core.explain import Reason
from matching.core.plan import Plan, Reached
from matching.wording.reasons import CRITERIA, ReasonInWords, reasons_in_words
from matching.wording.words import kilometres

# Less than this is no difference.
SAME_DISTANCE_M = 100


def first_sentence(made: Plan, *, by_request: bool) -> str:
    """How many get a support family by this plan.

    Args:
        made: the plan.
        by_request: whether a family has more than one request, so that these are
            counted and not families.
    """
    n = {"matched": made.reached.matched, "waiting": len(made.column)}
    if not n["matched"]:
        return _("Nobody fits anybody now.")
    if by_request:
        return (
            ngettext(
                "If you follow this plan, %(matched)d of %(waiting)d requests gets a"
                " support family.",
                "If you follow this plan, %(matched)d of %(waiting)d requests get a"
                " support family.",
                n["matched"],
            )
            % n
        )
    return (
        ngettext(
            "If you follow this plan, %(matched)d of %(waiting)d families gets a"
            " support family.",
            "If you follow this plan, %(matched)d of %(waiting)d families get a"
            " support family.",
            n["matched"],
        )
        % n
    )


def beside_best_first(made: Plan) -> str:
    """What choosing the best pair first, again and again, would have given."""
    plan, best_first = made.reached, made.reached_best_first
    if not plan.matched:
        return ""
    if plan.matched > best_first.matched:
        return _("Choosing one by one gives %(n)d.") % {"n": best_first.matched}
    if (made.column == made.best_first).all():
        return _("Choosing one by one gives the same pairs.")
    if plan.first > best_first.first:
        more = plan.first - best_first.first
        return ngettext(
            "Choosing one by one gives as many, but then %(n)d family that waits long"
            " gets nobody.",
            "Choosing one by one gives as many, but then %(n)d families that wait long"
            " get nobody.",
            more,
        ) % {"n": more}
    if plan.score > best_first.score:
        return _(
            "Choosing one by one gives as many, but those pairs fit less well together."
        )
    return _("Choosing one by one gives as many, in other pairs that fit as well.")


def main_reason(reasons: Iterable[Reason]) -> ReasonInWords | None:
    """What a coordinator should know first: where it rubs, else what fits best."""
    said = reasons_in_words(reasons)
    rubs = [
        reason for sign in ("not", "partly") for reason in said if reason.sign == sign
    ]
    if rubs:
        return rubs[0]
    met = [reason for reason in said if reason.sign == "met"]
    return max(met, key=lambda reason: reason.points, default=None)


def main_reasons(reasons: Sequence[Reason], *, strong: bool) -> list[ReasonInWords]:
    """What to know first of a pair; what fits comes first where it fits very well."""
    said = reasons_in_words(reasons)
    met = [reason for reason in said if reason.sign == "met"]
    first = main_reason(reasons)
    if first is None or not strong or not met or first.sign == "met":
        return [first] if first else []
    return [max(met, key=lambda reason: reason.points), first]


@dataclass(frozen=True)
class Compared:
    """A family's own best offer and the one it gets, with the reasons of both."""

    best: str
    given: str
    best_score: int
    given_score: int
    best_reasons: Sequence[Reason]
    given_reasons: Sequence[Reason]


def cost_sentences(found: Compared | None) -> list[str]:
    """What the plan asks of a family; None where it gets its own best."""
    if found is None:
        return [_("Gets the family that fits best.")]
    sentences = [_best(found), _given(found)]
    if found.given_score >= found.best_score:
        return sentences
    if worse := _worse(found):
        sentences.append(_("Fits less well: %(criterion)s.") % {"criterion": worse})
    elif _more_m(found) is None:
        sentences.append(_("That fits a little less well."))
    return sentences


def _best(found: Compared) -> str:
    names = {"best": capfirst(found.best), "given": found.given}
    if found.given_score >= found.best_score:
        return _("%(best)s and %(given)s fit equally well.") % names
    return _("%(best)s fits best.") % names


def _given(found: Compared) -> str:
    more_m = _more_m(found)
    names = {"given": found.given}
    if more_m is None:
        return _("In this plan they get %(given)s.") % names
    names["distance"] = kilometres(abs(more_m))
    if more_m > 0:
        return _("In this plan they get %(given)s: %(distance)s further away.") % names
    return _("In this plan they get %(given)s: %(distance)s nearer.") % names


def _more_m(found: Compared) -> float | None:
    """How much farther it is than the best one; None where that is no difference."""
    best, given = (
        _distance_m(reasons) for reasons in (found.best_reasons, found.given_reasons)
    )
    if best is None or given is None or abs(given - best) < SAME_DISTANCE_M:
        return None
    return given - best


def _worse(found: Compared) -> str:
    """The criterion, besides distance, that loses most; "" where none loses."""
    lost = {
        best.code: best.points - given.points
        for best, given in zip(found.best_reasons, found.given_reasons, strict=True)
        if best.code != "distance"
    }
    code = max(lost, key=lambda one: lost[one], default="")
    return str(CRITERIA[code]).lower() if code and lost[code] > 0 else ""


def _distance_m(reasons: Sequence[Reason]) -> float | None:
    (distance,) = (one for one in reasons if one.code == "distance")
    return distance.params["distance_m"]


def pins_sentence(fault: str, *, support: str, places: int) -> str:
    """Why pairs cannot be fixed together; `fault` is that of `PinsImpossible`."""
    if fault == "places":
        return ngettext(
            "%(support)s has %(n)d place. You fixed more families to them.",
            "%(support)s has %(n)d places. You fixed more families to them.",
            places,
        ) % {"support": capfirst(support), "n": places}
    return {
        "row_twice": _("You fixed one family to two support families."),
        "apart": _("You fixed a pair that you also keep apart."),
        "no_candidate": _("You fixed a pair that does not fit."),
    }[fault]


def pin_cost_sentence(cost: Reached) -> str:
    """What a fixed pair costs all families together; "" where it costs nothing."""
    if cost.matched > 0:
        return ngettext(
            "Without this, %(n)d family more would get a support family.",
            "Without this, %(n)d families more would get a support family.",
            cost.matched,
        ) % {"n": cost.matched}
    if cost.first > 0:
        return ngettext(
            "Without this, %(n)d family more that waits long would get a support"
            " family.",
            "Without this, %(n)d families more that wait long would get a support"
            " family.",
            cost.first,
        ) % {"n": cost.first}
    if cost.score > 0:
        return _("Without this, the pairs would fit a little better together.")
    return ""
