"""The one step that brings a family further, from where it stands now."""

from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext as _

from families.models import Household, SupportOffer, SupportRequest
from families.services.contact import TRIES_BEFORE_AN_END


@dataclass(frozen=True)
class NextStep:
    """What a family needs now, with one button.

    Attributes:
        to: the stage that the button brings about, as a form; "" for a plain link.
    """

    side: Literal["request", "support"]
    sentence: str
    label: str = ""
    url: str = ""
    to: str = ""


def next_step(
    household: Household, wish: SupportRequest | SupportOffer, *, tries: int
) -> NextStep:
    """What to do next for a request or offer, by its stage.

    `tries` counts the calls without an answer since somebody was last reached.
    """
    if isinstance(wish, SupportRequest):
        return _for_request(household, wish, tries)
    return _for_offer(household, wish, tries)


def _for_request(household: Household, wish: SupportRequest, tries: int) -> NextStep:
    stage = SupportRequest.Stage
    if wish.stage == stage.APPLIED:
        return _call("request", household, wish, tries)
    if wish.stage == stage.TALKING:
        return NextStep(
            "request",
            _("You are talking. Is it clear what would help?"),
            _("Ready to be matched"),
            _wish_url("ready", household, wish),
        )
    if wish.stage == stage.WAITING:
        return NextStep(
            "request",
            _("This family waits for a support family."),
            _("Find a match"),
            reverse("matching:bench", args=[wish.reference]),
        )
    if wish.stage == stage.PROPOSED:
        return NextStep(
            "request",
            _("A proposal is out. Ask both families what they think."),
            _("To the proposals"),
            reverse("matching:bench", args=[wish.reference]),
        )
    if wish.stage == stage.PAIRED:
        return NextStep("request", _("This family has a support family."))
    return NextStep("request", _("This request has ended."))


def _for_offer(household: Household, wish: SupportOffer, tries: int) -> NextStep:
    stage = SupportOffer.Stage
    if wish.stage == stage.APPLIED:
        return _call("support", household, wish, tries)
    if wish.stage == stage.TALKING:
        return NextStep(
            "support",
            _(
                "You are talking. See how the screening stands, then make them"
                " available."
            ),
            _("Make available"),
            _wish_url("ready", household, wish),
        )
    if wish.stage == stage.AVAILABLE:
        return NextStep("support", _("This family can be proposed to others."))
    if wish.stage == stage.PAUSED:
        return NextStep(
            "support",
            _("This family takes a pause."),
            _("Available again"),
            _wish_url("stage", household, wish),
            to=stage.AVAILABLE,
        )
    return NextStep("support", _("This offer has ended."))


def _call(
    side: Literal["request", "support"],
    household: Household,
    wish: SupportRequest | SupportOffer,
    tries: int,
) -> NextStep:
    if tries >= TRIES_BEFORE_AN_END:
        return NextStep(
            side,
            _("You tried three times. Send a friendly message and close this kindly."),
            _("Close kindly"),
            _wish_url("close", household, wish),
        )
    return NextStep(
        side,
        _("Call for the first talk. Who was reached goes on to ‘in talks’."),
        _("Note the talk"),
        reverse("families:contact-note", args=[household.reference]),
    )


def _wish_url(
    name: str, household: Household, wish: SupportRequest | SupportOffer
) -> str:
    return reverse(f"families:wish-{name}", args=[household.reference, wish.reference])
