"""The one step that brings a family further, from where it stands now."""

from dataclasses import dataclass, replace
from typing import Literal

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from families.models import Household, SupportOffer, SupportRequest, User
from families.services.contact import TRIES_BEFORE_AN_END
from families.services.stages import stage_before_pause
from matching.panels import OfferState, offer_state


@dataclass(frozen=True)
class NextStep:
    """What a family needs now, with one button.

    Attributes:
        to: the stage that the button brings about, as a form; "" for a plain link.
        also_label, also_url: a second way on, beside the first; "" for none.
    """

    side: Literal["request", "support"]
    sentence: str
    label: str = ""
    url: str = ""
    to: str = ""
    also_label: str = ""
    also_url: str = ""


def next_step(
    household: Household,
    wish: SupportRequest | SupportOffer,
    *,
    tries: int,
    without_vog: list[str],
    user: User,
) -> NextStep:
    """What to do next for a request or offer, by its stage.

    `tries` counts the calls without an answer since somebody was last reached;
    `without_vog` names the adults whose VOG nobody saw yet.
    """
    if wish.stage == wish.Stage.PAUSED:
        return _in_a_pause(household, wish)
    if isinstance(wish, SupportRequest):
        return _for_request(household, wish, tries)
    if wish.stage == SupportOffer.Stage.APPLIED:
        return _call("support", household, wish, tries)
    if wish.stage == SupportOffer.Stage.AVAILABLE:
        return _for_available(household, without_vog, offer_state(wish, user=user))
    return _for_offer(household, wish, without_vog)


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


def _for_available(
    household: Household, without_vog: list[str], state: OfferState
) -> NextStep:
    if state.proposal_url:
        return NextStep(
            "support",
            _("There is a proposal. Note the answer."),
            _("To the proposal"),
            state.proposal_url,
        )
    if without_vog:
        return _ask_for_vog(household, without_vog)
    if not state.place_is_free:
        return NextStep("support", _("All places of this family are taken."))
    return NextStep("support", _("This family can be proposed to others."))


def _for_offer(
    household: Household, wish: SupportOffer, without_vog: list[str]
) -> NextStep:
    stage = SupportOffer.Stage
    if wish.stage == stage.TALKING:
        label, url = _("Make available"), _wish_url("ready", household, wish)
        if without_vog:
            first = _ask_for_vog(household, without_vog)
            return replace(first, also_label=label, also_url=url)
        return NextStep(
            "support", _("Every VOG was seen. Make this family available."), label, url
        )
    return NextStep("support", _("This offer has ended."))


def _in_a_pause(household: Household, wish: SupportRequest | SupportOffer) -> NextStep:
    sentence = _("This family takes a pause.")
    if wish.paused_until is not None:
        sentence = _("This family takes a pause until %(day)s.") % {
            "day": date_format(wish.paused_until, "j F Y")
        }
    asks = isinstance(wish, SupportRequest)
    return NextStep(
        "request" if asks else "support",
        sentence,
        _("The pause is over") if asks else _("Available again"),
        _wish_url("stage", household, wish),
        to=stage_before_pause(wish),
    )


def _ask_for_vog(household: Household, without_vog: list[str]) -> NextStep:
    names = get_text_list(without_vog, _("and"))
    return NextStep(
        "support",
        _("First the VOG. We miss the one of %(names)s.") % {"names": names},
        _("To the screening"),
        reverse("families:screening", args=[household.reference]),
    )


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
