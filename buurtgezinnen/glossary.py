"""The words of this work, each with one meaning, as pages and mails use them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Term:
    """A word with what it means here."""

    word: Promise
    meaning: Promise


@dataclass(frozen=True)
class Chapter:
    """Words that belong together."""

    key: str
    title: Promise
    terms: tuple[Term, ...]


CHAPTERS = (
    Chapter(
        "people",
        _("People"),
        (
            Term(
                _("Request family"),
                _("A family that asks for support with raising children."),
            ),
            Term(
                _("Support family"),
                _("A family nearby that gives support, unpaid and for a longer time."),
            ),
            Term(
                _("Coordinator"),
                _("Guides the families of one or more municipalities. That is you."),
            ),
            Term(
                _("Deputy"),
                _("A colleague who stands in for you while you are away."),
            ),
            Term(
                _("Lead coordinator"),
                _("The colleague to ask when something goes beyond one coordinator."),
            ),
            Term(
                _("Referrer"),
                _("A professional who brings a family here, with the parents' yes."),
            ),
        ),
    ),
    Chapter(
        "way",
        _("The way of a family"),
        (
            Term(_("Application"), _("A family asks for support or offers it.")),
            Term(
                _("Waiting list"),
                _("Request families that are ready to be matched, longest first."),
            ),
            Term(
                _("Proposal"),
                _("Two families that may fit. Each reads of the other without names."),
            ),
            Term(
                _("Introduction"),
                _("Both families said yes and meet, with you there."),
            ),
            Term(
                _("Trial"),
                _("The first weeks, with agreements for the time being."),
            ),
            Term(
                _("Pairing"),
                _("A request family and a support family, for one or more children."),
            ),
            Term(
                _("Pause"),
                _("The support rests for a while. The place stays taken."),
            ),
            Term(
                _("Ending"),
                _("The guidance ends. The families may go on by themselves."),
            ),
        ),
    ),
    Chapter(
        "agreements",
        _("Agreements"),
        (
            Term(
                _("Agreements"),
                _("What a pair agreed on: what, when, who brings and who fetches."),
            ),
            Term(
                _("Version"),
                _("Agreements that hold from a day. A change makes a new version."),
            ),
            Term(
                _("Confirmation"),
                _("The yes of a family: by link, on paper, or as you heard it."),
            ),
            Term(
                _("House rules"),
                _("Rules that hold for all families, beside their own agreements."),
            ),
            Term(
                _("Evaluation"),
                _("How it goes, asked of both families, each by themselves."),
            ),
        ),
    ),
    Chapter(
        "safe",
        _("Careful and safe"),
        (
            Term(
                _("VOG"),
                _("A letter from the government: no objection to work with children."),
            ),
            Term(
                _("Screening"),
                _("What you look at before a support family meets a child."),
            ),
            Term(
                _("Limit"),
                _("Something that must not be. It keeps two families apart."),
            ),
            Term(
                _("Wish"),
                _("Something a family would like. It counts, and keeps nobody apart."),
            ),
            Term(
                _("Not asked yet"),
                _("We do not know. It never counts as a no."),
            ),
            Term(
                _("Sensitive note"),
                _("A note that few people read. Write it in a note, never in a wish."),
            ),
        ),
    ),
)
