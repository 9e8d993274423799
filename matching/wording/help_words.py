"""What would help most of the families without a match, in a sentence each."""

from collections.abc import Mapping

from django.utils.translation import ngettext_lazy

from matching.core.unlock_all import SharedUnlock
from matching.engine.not_yet import Why
from matching.wording.words import kilometres, kinds_in_words, moments_in_words

CHANGES = {
    ("distance", "request"): ngettext_lazy(
        "If families may go %(more)s farther: %(n)d match more.",
        "If families may go %(more)s farther: %(n)d matches more.",
        "n",
    ),
    ("distance", "offer"): ngettext_lazy(
        "If support families may go %(more)s farther: %(n)d match more.",
        "If support families may go %(more)s farther: %(n)d matches more.",
        "n",
    ),
    ("moments", "request"): ngettext_lazy(
        "If %(moment)s is possible too for families: %(n)d match more.",
        "If %(moment)s is possible too for families: %(n)d matches more.",
        "n",
    ),
    ("kinds", "request"): ngettext_lazy(
        "If %(kind)s is welcome too for families: %(n)d match more.",
        "If %(kind)s is welcome too for families: %(n)d matches more.",
        "n",
    ),
    ("language", "request"): ngettext_lazy(
        "If a shared language is no limit for families: %(n)d match more.",
        "If a shared language is no limit for families: %(n)d matches more.",
        "n",
    ),
    ("language", "offer"): ngettext_lazy(
        "If a shared language is no limit for support families: %(n)d match more.",
        "If a shared language is no limit for support families: %(n)d matches more.",
        "n",
    ),
    ("ages", "offer"): ngettext_lazy(
        "If children a little younger or older are welcome: %(n)d match more.",
        "If children a little younger or older are welcome: %(n)d matches more.",
        "n",
    ),
    ("children", "offer"): ngettext_lazy(
        "If support families take one child more at once: %(n)d match more.",
        "If support families take one child more at once: %(n)d matches more.",
        "n",
    ),
    ("place", "either"): ngettext_lazy(
        "If %(one)s and %(other)s take part together: %(n)d match more.",
        "If %(one)s and %(other)s take part together: %(n)d matches more.",
        "n",
    ),
}
PLACES = {
    Why.HELD: ngettext_lazy(
        "If places that are held come free: %(n)d match more.",
        "If places that are held come free: %(n)d matches more.",
        "n",
    ),
    Why.SCREENING: ngettext_lazy(
        "If every VOG that was asked is in: %(n)d match more.",
        "If every VOG that was asked is in: %(n)d matches more.",
        "n",
    ),
    Why.TALKING: ngettext_lazy(
        "If support families still in talks become available: %(n)d match more.",
        "If support families still in talks become available: %(n)d matches more.",
        "n",
    ),
    Why.APPLIED: ngettext_lazy(
        "If support families that just applied become available: %(n)d match more.",
        "If support families that just applied become available: %(n)d matches more.",
        "n",
    ),
    Why.PAUSED: ngettext_lazy(
        "If support families end their pause: %(n)d match more.",
        "If support families end their pause: %(n)d matches more.",
        "n",
    ),
    Why.FULL: ngettext_lazy(
        "If full support families take one family more: %(n)d match more.",
        "If full support families take one family more: %(n)d matches more.",
        "n",
    ),
}


def help_sentence(one: SharedUnlock, places: Mapping[int, str]) -> str:
    """What has to change, and how many matches that gives.

    Args:
        one: a change that many could make.
        places: names of municipalities by their number in the pool.
    """
    params, said = one.params, {"n": one.matched}
    if one.code == "load":
        return PLACES[list(Why)[params["group"]]] % said
    words = {
        "distance": lambda: {"more": kilometres(params["more_m"])},
        "moments": lambda: {"moment": moments_in_words(params["moment"])},
        "kinds": lambda: {"kind": kinds_in_words(params["kind"])},
        "place": lambda: {
            "one": places[params["request"]],
            "other": places[params["offer"]],
        },
    }
    more = words[one.code]() if one.code in words else {}
    return CHANGES[one.code, one.side] % (said | more)
