"""The call for support families, for a local paper or the newsletter of a school.

Made of numbers about several families at once: of no place with fewer than three, and
with nothing that one family alone asks.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from families.models import Municipality, User
from families.vocabulary import SupportKind
from matching.core.recruit import AGE_GROUPS, Unmet, unmet
from matching.core.unlocking.relax import SLOTS
from matching.engine.planning import PoolPlan, plan_for
from matching.wording import words

# More than this nobody remembers; the most asked ones are named.
NAMED = 3
AGES_NAMED = 2


class Length(StrEnum):
    """For whom the call is written, which decides how long it is."""

    PAPER = "krant"
    SCHOOL = "school"


@dataclass(frozen=True)
class Missing:
    """What is missing in one place, or in several small ones together.

    Attributes:
        place: the municipalities, in a sentence.
        numbers: how many families wait, and what they ask.
    """

    place: str
    numbers: Unmet

    def call(self, length: Length) -> str:
        """The whole text of a call."""
        return "\n\n".join(_school(self) if length is Length.SCHOOL else _paper(self))


def what_is_missing(user: User, *, on: dt.date) -> list[Missing]:
    """What families without a match miss, for each place that can be named.

    Who would get a support family in the best plan for everybody is not counted.
    """
    found = plan_for(user, on=on)
    names = dict(
        Municipality.objects.filter(pk__in=found.encoded.municipalities).values_list(
            "pk", "name"
        )
    )
    return [
        Missing(
            words.listed(
                sorted(
                    names[found.encoded.municipalities[number]]
                    for number in one.municipalities
                )
            ),
            one,
        )
        for one in _unmet(found)
    ]


def is_missing(found: PoolPlan) -> bool:
    """Whether a plan leaves so many families that a call can be made for them."""
    return bool(_unmet(found))


def _unmet(found: PoolPlan) -> tuple[Unmet, ...]:
    return unmet(
        found.encoded.pool,
        np.array(found.left, np.int64),
        np.array(found.encoded.families, np.int64),
    )


def _paper(missing: Missing) -> list[str]:
    wait = ngettext(
        "In %(place)s %(n)d family is looking for a support family nearby.",
        "In %(place)s %(n)d families are looking for a support family nearby.",
        missing.numbers.families,
    ) % {"place": missing.place, "n": missing.numbers.families}
    what_it_is = _(
        "A support family is an ordinary family, a couple or a person alone. Now and "
        "then children of a busy or tired family may come to them. That gives their "
        "parents a moment of rest, and the children a second place where they are "
        "welcome."
    )
    you_need = _(
        "You need no diploma, and no big house. We get to know you first, and ask for "
        "a certificate of good conduct (VOG). You say yourself when you can, and what "
        "you like to do. A coordinator helps you, and you can always stop."
    )
    return [
        _("Is there a chair free at your table?"),
        wait,
        what_it_is,
        *_asked(missing.numbers),
        you_need,
        _reply(),
    ]


def _school(missing: Missing) -> list[str]:
    wait = ngettext(
        "In %(place)s %(n)d family is looking for a support family: a family nearby "
        "where children are welcome now and then.",
        "In %(place)s %(n)d families are looking for a support family: a family "
        "nearby where children are welcome now and then.",
        missing.numbers.families,
    ) % {"place": missing.place, "n": missing.numbers.families}
    return [
        _("Do you have room for one more?"),
        wait,
        *_asked(missing.numbers)[:1],
        _reply(),
    ]


def _asked(numbers: Unmet) -> list[str]:
    """What they ask, when, and how old the children are; the most asked first.

    As far as it may be told; "something else" tells nobody anything.
    """
    sentences = []
    named = [kind for kind in numbers.kinds if kind != SupportKind.OTHER]
    if kinds := named[:NAMED]:
        asked = words.listed(words.KINDS[SupportKind(kind)] for kind in kinds)
        sentences.append(_("Most often they ask for: %(kinds)s.") % {"kinds": asked})
    if slots := list(numbers.moments)[:NAMED]:
        mask = 0
        for slot in slots:
            mask |= SLOTS[slot]
        when = words.moments_in_words(mask, most=NAMED + 1)
        sentences.append(_("They are helped most on %(moments)s.") % {"moments": when})
    if ages := list(numbers.ages)[:AGES_NAMED]:
        groups = words.listed(
            _("%(youngest)d to %(eldest)d years")
            % {"youngest": AGE_GROUPS[one][0], "eldest": AGE_GROUPS[one][-1]}
            for one in sorted(ages)
        )
        sentences.append(_("Many of the children are %(ages)s old.") % {"ages": groups})
    return sentences


def _reply() -> str:
    address = reverse("intake:start", args=["steun-geven"])
    return _(
        "Would you like to know more? Look at %(address)s or call %(telephone)s. "
        "Calling binds you to nothing."
    ) % {
        "address": f"{settings.SITE_URL}{address}",
        "telephone": settings.ORGANISATION_PHONE,
    }
