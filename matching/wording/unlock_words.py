"""What would unlock a match, in words: the change, who can make it, the task for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from families.models import Household, Municipality, SupportOffer, SupportRequest
from matching.core.unlock import MATCH, Unlock
from matching.core.unlocking.relax import Change
from matching.engine.encode import Encoded, band_name
from matching.engine.not_yet import NotYet, Why
from matching.wording.names import Names
from matching.wording.words import (
    TAG_OF_BAND,
    band_label,
    day,
    kilometres,
    kinds_in_words,
    moments_in_words,
    years_in_words,
)

# Longer is not kept of a task.
MOST_TEXT = 200

# What a request family or a municipality changes may hold for several offers.
SHARED = {
    "distance": ngettext_lazy(
        "If the distance may be %(to)s instead of %(from)s: %(n)d family more.",
        "If the distance may be %(to)s instead of %(from)s: %(n)d families more.",
        "n",
    ),
    "moments": ngettext_lazy(
        "If %(moment)s is possible too: %(n)d family more.",
        "If %(moment)s is possible too: %(n)d families more.",
        "n",
    ),
    "kinds": ngettext_lazy(
        "If %(kind)s is welcome too: %(n)d family more.",
        "If %(kind)s is welcome too: %(n)d families more.",
        "n",
    ),
    "children": ngettext_lazy(
        "If not all %(from)s children come at once but %(to)s: %(n)d family more.",
        "If not all %(from)s children come at once but %(to)s: %(n)d families more.",
        "n",
    ),
    "language": ngettext_lazy(
        "If a shared language is a wish and no limit: %(n)d family more.",
        "If a shared language is a wish and no limit: %(n)d families more.",
        "n",
    ),
    "place": ngettext_lazy(
        "If %(municipality)s takes part too: %(n)d family more.",
        "If %(municipality)s takes part too: %(n)d families more.",
        "n",
    ),
}
OF_OFFER = {
    "distance": gettext_lazy(
        "If %(family)s goes as far as %(to)s instead of %(from)s, it fits."
    ),
    "moments": gettext_lazy("If %(moment)s is possible too with %(family)s, it fits."),
    "kinds": gettext_lazy("If %(kind)s is possible too with %(family)s, it fits."),
    "ages": ngettext_lazy(
        "If a child of %(years)s is welcome too with %(family)s, it fits.",
        "If children of %(years)s are welcome too with %(family)s, it fits.",
        "n_ages",
    ),
    "children": gettext_lazy(
        "If %(to)s children may come at once to %(family)s instead of %(from)s,"
        " it fits."
    ),
    "language": gettext_lazy(
        "If a shared language is a wish and no limit for %(family)s, it fits."
    ),
}
NOT_YET = {
    Why.HELD: gettext_lazy(
        "If the place of %(family)s comes free, it fits. It is held until %(date)s."
    ),
    Why.SCREENING: gettext_lazy("If the VOG of %(family)s is in, it fits."),
    Why.TALKING: gettext_lazy("If %(family)s becomes available, it fits."),
    Why.APPLIED: gettext_lazy("If the first talks with %(family)s go well, it fits."),
    Why.PAUSED: gettext_lazy("If %(family)s ends its pause, it fits."),
    Why.FULL: gettext_lazy("If %(family)s has room for one family more, it fits."),
}
PAUSED_UNTIL = gettext_lazy("If %(family)s can again after %(date)s, it fits.")

ASK = {
    "distance": gettext_lazy("Ask %(family)s whether %(to)s is all right."),
    "moments": gettext_lazy("Ask %(family)s whether %(moment)s is possible too."),
    "kinds": gettext_lazy("Ask %(family)s whether %(kind)s is possible too."),
    "ages": ngettext_lazy(
        "Ask %(family)s whether a child of %(years)s is welcome too.",
        "Ask %(family)s whether children of %(years)s are welcome too.",
        "n_ages",
    ),
    "children": gettext_lazy(
        "Ask %(family)s whether %(to)s children may come at once."
    ),
    "language": gettext_lazy(
        "Ask %(family)s whether a shared language may be a wish instead of a limit."
    ),
    "place": gettext_lazy("Ask whether %(municipality)s can take part too."),
}
DO = {
    Why.HELD: gettext_lazy("Look whether the place of %(family)s came free."),
    Why.SCREENING: gettext_lazy("Ask %(family)s about the VOG."),
    Why.TALKING: gettext_lazy("Finish the talks with %(family)s."),
    Why.APPLIED: gettext_lazy("Call %(family)s about their application."),
    Why.PAUSED: gettext_lazy("Ask %(family)s whether they can again."),
    Why.FULL: gettext_lazy("Ask %(family)s whether there is room for one family more."),
}
ASK_APART = gettext_lazy(
    "Ask %(family)s whether the children may come apart, %(to)s at once."
)
# Each change as it stands among two.
PARTS = {
    "distance": gettext_lazy("%(to)s instead of %(from)s for %(family)s"),
    "moments": gettext_lazy("%(moment)s with %(family)s"),
    "kinds": gettext_lazy("%(kind)s with %(family)s"),
    "ages": ngettext_lazy(
        "a child of %(years)s with %(family)s",
        "children of %(years)s with %(family)s",
        "n_ages",
    ),
    "children": gettext_lazy("%(to)s children at once with %(family)s"),
    "language": gettext_lazy("a shared language as a wish of %(family)s"),
    "place": gettext_lazy("taking part by %(municipality)s"),
}
PART_APART = gettext_lazy("the children of %(family)s apart, %(to)s at once")
PART_OF_VOG = gettext_lazy("the VOG of %(family)s")
PART_OF_PLACE = gettext_lazy("a place with %(family)s")


@dataclass(frozen=True)
class UnlockLine:
    """One thing that would give a request a support family, or a better one.

    Attributes:
        key: the same for the same changes, to find the line again.
        sentence: what would have to change, and what it gives.
        who: who can make it: "request", "support", "colleague" or "you".
        button: what the button that makes the task says.
        task: the text of that task.
        household: reference of the own family that the task is about.
        band: of the best pair it gives, as proposals store it.
        is_match: a family more gets somebody; else a pair fits better.
        n_offers: how many support families it opens.
    """

    key: str
    sentence: str
    who: str
    button: str
    task: str
    household: str
    band: str
    is_match: bool
    n_offers: int

    @property
    def band_label(self) -> str:
        """The band in words; never a percentage."""
        return band_label(self.band)

    @property
    def band_tag(self) -> str:
        """The kind of tag that goes with the band."""
        return TAG_OF_BAND[self.band]


@dataclass(frozen=True)
class UnlockWords:
    """Puts unlocks of a pool into words for one coordinator.

    Attributes:
        offers: by primary key, with household and municipality.
        requests: the same.
        places: municipalities by primary key.
    """

    encoded: Encoded
    not_yet: Mapping[int, NotYet]
    names: Names
    offers: Mapping[int, SupportOffer]
    requests: Mapping[int, SupportRequest]
    places: Mapping[int, Municipality]

    @classmethod
    def of(
        cls,
        encoded: Encoded,
        not_yet: Mapping[int, NotYet],
        names: Names,
        unlocks: Mapping[int, Iterable[Unlock]],
    ) -> Self:
        """Reads the families that are named, in as many queries for any number."""
        home = "family__household__municipality"
        changes = [
            change
            for found in unlocks.values()
            for one in found
            for change in one.changes
        ]
        offers = {encoded.offers[one.col] for one in changes if one.col is not None}
        requests = {encoded.requests[row] for row in unlocks}
        places = {
            encoded.municipalities[one.params["offer"]]
            for one in changes
            if one.code == "place"
        }
        return cls(
            encoded=encoded,
            not_yet=not_yet,
            names=names,
            offers=SupportOffer.objects.select_related(home).in_bulk(offers),
            requests=SupportRequest.objects.select_related(home).in_bulk(requests),
            places=Municipality.objects.in_bulk(places),
        )

    def line(self, row: int, unlock: Unlock) -> UnlockLine | None:
        """One unlock of the request in a row; None where it can never be."""
        if any(
            change.code == "load" and not self.not_yet[change.col].possible
            for change in unlock.changes
        ):
            return None
        first = unlock.changes[0]
        asked = self._home(row, None)
        theirs = self._home(row, first.col)
        known = self.names.knows(theirs)
        return UnlockLine(
            key=self._key(unlock),
            sentence=self._sentence(row, unlock),
            who=self._who(first, known=known),
            button=self._button(row, first, known=known),
            task=self._task(row, unlock)[:MOST_TEXT],
            household=(theirs if known else asked).reference,
            band=band_name(unlock.band),
            is_match=unlock.gain == MATCH,
            n_offers=unlock.cols.size,
        )

    def _home(self, row: int, col: int | None) -> Household:
        """The household of an offer, or of the request where it is nobody's."""
        if col is None:
            return self.requests[self.encoded.requests[row]].family.household
        return self.offers[self.encoded.offers[col]].family.household

    def _key(self, unlock: Unlock) -> str:
        changes = [
            (
                one.code,
                one.side,
                sorted(one.params.items()),
                None if one.col is None else self.encoded.offers[one.col],
            )
            for one in unlock.changes
        ]
        return sha256(repr(changes).encode()).hexdigest()[:16]

    def _sentence(self, row: int, unlock: Unlock) -> str:
        said = [self._said(row, change) for change in unlock.changes]
        n = unlock.cols.size
        if len(said) > 1:
            first, second = (
                self._part(change) % one
                for change, one in zip(unlock.changes, said, strict=True)
            )
            return ngettext(
                "If both can be, %(first)s and %(second)s: %(n)d family more.",
                "If both can be, %(first)s and %(second)s: %(n)d families more.",
                n,
            ) % {"first": first, "second": second, "n": n}
        (change,), (one,) = unlock.changes, said
        if change.code == "load":
            reason = self.not_yet[change.col]
            again = reason.why == Why.PAUSED and reason.until
            text = PAUSED_UNTIL if again else NOT_YET[reason.why]
            return " ".join(filter(None, [text % one, reason.expected]))
        texts = SHARED if change.col is None else OF_OFFER
        return texts[change.code] % (one | {"n": n})

    def _said(self, row: int, change: Change) -> dict[str, Any]:
        """The words that the texts about a change take."""
        home, params = self._home(row, change.col), change.params
        named = self.names.request if change.col is None else self.names.support
        said: dict[str, Any] = {"family": named(home)}
        if change.code == "distance":
            said |= {name[:-2]: kilometres(metres) for name, metres in params.items()}
        elif change.code == "moments":
            said["moment"] = moments_in_words(params["moment"])
        elif change.code == "kinds":
            said["kind"] = kinds_in_words(params["kind"])
        elif change.code == "ages":
            said["years"] = years_in_words(params["outside"])
            said["n_ages"] = params["outside"].bit_count()
        elif change.code == "children":
            said |= params
        elif change.code == "place":
            place = self.encoded.municipalities[params["offer"]]
            said["municipality"] = self.places[place].name
        elif change.code == "load" and (until := self.not_yet[change.col].until):
            said["date"] = day(until)
        return said

    def _part(self, change: Change) -> Any:
        if _is_apart(change):
            return PART_APART
        if change.code != "load":
            return PARTS[change.code]
        waits_for_vog = self.not_yet[change.col].why == Why.SCREENING
        return PART_OF_VOG if waits_for_vog else PART_OF_PLACE

    def _who(self, change: Change, *, known: bool) -> str:
        if change.side == "request":
            return "request"
        if change.side == "either":
            return "you"
        return "support" if known else "colleague"

    def _button(self, row: int, change: Change, *, known: bool) -> str:
        who = self._who(change, known=known)
        if who == "colleague":
            return _("Ask your colleague")
        if who == "you" or change.code == "load":
            return _("Put it on my list")
        said = self._said(row, change)
        return _("Ask %(family)s") % {"family": said["family"]}

    def _task(self, row: int, unlock: Unlock) -> str:
        """What to do for it; about a family of a colleague, who is to be called."""
        sentences = []
        for change in unlock.changes:
            home, said = self._home(row, change.col), self._said(row, change)
            if not self.names.knows(home):
                place = {"municipality": home.municipality.name}
                sentences.append(_("Call your colleague in %(municipality)s.") % place)
            sentences.append(self._ask(change) % said)
        return " ".join(sentences)

    def _ask(self, change: Change) -> Any:
        if change.code == "load":
            return DO[self.not_yet[change.col].why]
        return ASK_APART if _is_apart(change) else ASK[change.code]


def _is_apart(change: Change) -> bool:
    """Whether brothers and sisters would come apart."""
    return change.code == "children" and change.side == "request"


def unlock_lines(
    encoded: Encoded,
    not_yet: Mapping[int, NotYet],
    unlocks: Mapping[int, Iterable[Unlock]],
    *,
    names: Names,
) -> dict[int, list[UnlockLine]]:
    """The unlocks of each row in words."""
    said = UnlockWords.of(encoded, not_yet, names, unlocks)
    return {
        row: [line for one in found if (line := said.line(row, one))]
        for row, found in unlocks.items()
    }
