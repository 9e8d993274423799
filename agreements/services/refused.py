"""Why a write is refused, in words for a person."""

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matching.models import Pairing


class Refused(Exception):
    """A rule does not allow it; `message` says why to a person."""

    message: str | Promise = ""


class BeforeThePairing(Refused):
    """The version would start before the pairing did."""

    message = _("The pairing had not begun on this date.")


class AfterThePairing(Refused):
    """The version would start after the pairing ended."""

    message = _("The pairing had ended on this date.")


class PairingHasEnded(Refused):
    """New agreements, or a stop, of a pairing that is over."""

    message = _("The pairing has ended. What was agreed on stays readable.")


class NothingAgreed(Refused):
    """A version without items that is not a stop."""

    message = _("Add at least one item. Do you want to stop? Then choose Stop.")


class StopWithItems(Refused):
    """A stop that says something."""

    message = _("A stop has no items.")


class TrialEndsBefore(Refused):
    """A trial that would be over before its version starts."""

    message = _("The trial would end before it begins.")


class NothingToStop(Refused):
    """A stop where nothing holds."""

    message = _("Nothing holds on this date, so there is nothing to stop.")


class DraftIsOpen(Refused):
    """There is a draft that a family must still confirm."""

    message = _("There is already a change that both families must still confirm.")


class StartsBeforeFormer(Refused):
    """A change that starts before the last version, and does not say so."""

    message = _("Later agreements already exist. Say that this comes before them.")


class SameDate(Refused):
    """A change on the date of another version, which only a correction may have."""

    message = _("There is already a version from this date. Correct that one.")


class NothingToCorrect(Refused):
    """A correction of something that does not count."""

    message = _("This version no longer counts, so it cannot be corrected.")


class ChildOfAnotherPairing(Refused):
    """A child that does not take part in the pairing."""

    message = _("Choose from the children of this pairing.")


class ForNobody(Refused):
    """An item without a child, of a kind that is for a child."""

    message = _("Choose for which children this is.")


class ChangedMeanwhile(Refused):
    """Somebody else wrote to the agreement after it was read."""

    message = _("Somebody else has just changed these agreements.")


class NotADraft(Refused):
    """The version is settled already, or was put away."""

    message = _("This version does not wait for an answer any more.")


class AlreadySaidYes(Refused):
    """This family said yes before."""

    message = _("This family already said yes.")


class SaidItself(Refused):
    """A yes by link is taken back, which only that family could."""

    message = _("This family said yes itself, by its link. Call them.")


class SaidInTheFuture(Refused):
    """A yes on a day that has not come."""

    message = _("This day has not come yet.")


class NotOfThisFamily(Refused):
    """Somebody who does not live there, or is a child, is asked for a yes."""

    message = _("Choose an adult of this family.")


class CannotBeMailed(Refused):
    """Somebody without an address, or without leave to write to it, is mailed."""

    message = _("We may not send this person an e-mail. Choose another way.")


class TooLate(Refused):
    """The mail left, or the family answered."""

    message = _("It has been sent. Call the family if it should not have been.")


class EndsBeforeItStarts(Refused):
    """The last day comes before the first one."""

    message = _("The end is before the start.")


class PausesOverlap(Refused):
    """Another pause has days in common with this one."""

    message = _("There is already a pause on these days. Choose other days.")


class NotEarlier(Refused):
    """A pause that ends by then anyhow."""

    message = _("The pause ends before this day already.")


class InAPause(Refused):
    """An exception on a day on which nothing takes place."""

    message = _("The pairing pauses then, so nothing takes place.")


class NotOnThisDay(Refused):
    """An exception on a day that the rhythm does not give."""

    message = _("By the agreements this does not take place then.")


class DifferentAlready(Refused):
    """A second exception for the same time, or for one that was moved there."""

    message = _("It was noted before that this goes differently. Take that back first.")


class MovesOneDayOnly(Refused):
    """A whole week that moves."""

    message = _("A whole week falls out. Only one day can move.")


class MovesNowhere(Refused):
    """A day that moves to itself."""

    message = _("Choose another day.")


class NotAgreedOnThen(Refused):
    """A move to a day on which the item does not hold."""

    message = _("On that day this is not part of the agreements.")


class TakesPlaceAlready(Refused):
    """A move to a day on which the item takes place anyhow."""

    message = _("On that day it takes place already. Choose another day.")


def refuse_after_the_end(pairing: Pairing, effective_from: dt.date) -> None:
    """Refuse what would start after the last day of the pairing."""
    if pairing.ended_on is not None and effective_from > pairing.ended_on:
        raise AfterThePairing
