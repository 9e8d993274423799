"""The page of one proposal, which several addresses show, and where it leads."""

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from families import people
from families.models import OutboxMail, Person
from matching.forms import AnswerForm, AskForm, LessonForm
from matching.models import Lesson, Proposal
from matching.proposing.drafts import Draft, not_by_mail
from matching.proposing.learning import (
    learned_in_words,
    side_that_declined,
    suggestions,
)
from matching.proposing.meeting import hindrances
from matching.proposing.pipeline import (
    COORDINATORS,
    HOUSEHOLDS,
    Head,
    both_yes,
    heads,
    lies_ready,
    proposal_line,
    reasons_seen,
    turn,
)
from matching.proposing.sent import just_sent
from matching.proposing.told import who_to_call
from matching.services import asking, proposals
from matching.services.lessons import value_after
from matching.services.proposals import SIDES, household_of
from matching.services.screening import adults_without_vog
from matching.wording import words
from matching.wording.names import Names

Reason = Proposal.Reason
# Where the wishes stand that a reason against is about.
SECTION_OF = {
    Reason.DISTANCE: "distance",
    Reason.MOMENTS: "moments",
    Reason.FREQUENCY: "frequency",
    Reason.AGES: "ages",
    Reason.HOME: "home",
    Reason.LANGUAGE: "language",
}


@dataclass(frozen=True)
class Side:
    """One of the two families on the page of a proposal.

    Attributes:
        answer: what it said.
        asked: how and when it was asked; "" when it was not.
        mail: the mail with its link, where one was made.
        text: what it was given to read.
        ask: the form to ask it, where that may be done now.
        form: the form to write its answer down.
        call: first names and telephone, once both said yes and it is not known.
        is_turn: whether the next answer is to come from it.
        by_text: whether a text for it can be copied now.
        by_telephone: whether it was asked by telephone.
        reach: whom to call to ask it so; None where the call is not to be made.
    """

    key: str
    head: Head
    answer: str
    asked: str
    mail: OutboxMail | None
    text: str
    ask: AskForm | None
    form: AnswerForm | None
    call: list[dict[str, str]]
    is_turn: bool
    by_text: bool
    by_telephone: bool
    reach: Person | None


def visible_proposal(request: HttpRequest, reference: str) -> Proposal:
    """A proposal of which the coordinator knows a family; else not found."""
    visible = Proposal.objects.visible_to(request.user)
    related = visible.select_related(
        *HOUSEHOLDS, *COORDINATORS, "rules", "pairing", "made_by"
    )
    return get_object_or_404(related, reference=reference)


def answer_forms(request: HttpRequest, proposal: Proposal) -> dict[str, AnswerForm]:
    """A form for each family whose coordinator is asking; none once it is closed."""
    if proposal.closed_on:
        return {}
    today = timezone.localdate()
    names = Names(request.user)
    return {
        side: AnswerForm(
            request.POST if request.POST.get("side") == side else None,
            auto_id=f"{side}_%s",
            initial=_said(proposal, side, today),
            made_on=proposal.made_on,
            side=side,
            today=today,
            row_version=proposal.row_version,
        )
        for side in SIDES
        if names.knows(household_of(proposal, side))
    }


def ask_form(
    request: HttpRequest, proposal: Proposal, side: str, sent: Any = None
) -> AskForm | None:
    """The form to ask a family; None when that cannot be done, or not by this user."""
    names = Names(request.user)
    household = household_of(proposal, side)
    waits = getattr(proposal, f"{side}_answer") == Proposal.Answer.WAITING
    asked = getattr(proposal, f"{side}_asked_at")
    if proposal.closed_on or asked or not waits or not names.knows(household):
        return None
    if not lies_ready(proposal) and turn(proposal) != side:
        return None
    today = timezone.localdate()
    draft = Draft.of(proposal, on=today)
    name = (names.support if side == "support" else names.request)(household)
    why_not = not_by_mail(household, name, on=today)
    way = Proposal.Way.TELEPHONE if why_not else Proposal.Way.MAIL
    until = proposals.answer_by(request.user.coordinator, today)
    return AskForm(
        sent,
        auto_id=f"ask_{side}_%s",
        side=side,
        today=today,
        check=partial(draft.check, names=names),
        not_by_mail={side: why_not},
        initial={
            "text": getattr(proposal, f"{side}_text") or draft.text(side),
            "way": way,
            "hold_until": max(until, proposal.hold_until),
            "row_version": proposal.row_version,
        },
    )


def show(
    request: HttpRequest,
    proposal: Proposal,
    *,
    answers: dict[str, AnswerForm] | None = None,
    asks: dict[str, AskForm | None] | None = None,
    lesson_form: LessonForm | None = None,
    form: Any = None,
) -> HttpResponse:
    """The page, with a form that was sent and could not be taken."""
    told = both_yes(proposal)
    request_head, support_head = heads(proposal, request.user, told=False)
    if answers is None:
        answers = answer_forms(request, proposal)
    sides = [
        _side(request, proposal, head, answers.get(head.kind), asks)
        for head in (support_head, request_head)
    ]
    today, now = timezone.localdate(), timezone.now()
    context = {
        "proposal": proposal,
        "sides": sides if proposal.first == "support" else sides[::-1],
        "request_head": request_head,
        "support_head": support_head,
        "both_yes": told,
        "without_vog": words.names_of(
            adults_without_vog(proposal.offer.family, on=today)
        )
        if told and not proposal.closed_on
        else "",
        "hindrances": hindrances(
            proposal.request, proposal.offer, Names(request.user), on=today
        )
        if told and not proposal.closed_on
        else [],
        "turn": turn(proposal),
        "ready": lies_ready(proposal) and not proposal.closed_on,
        "line": "" if proposal.closed_on else proposal_line(proposal),
        "sent": just_sent(proposal, Names(request.user), at=now),
        "reasons": [(one.sign, one.text) for one in reasons_seen(proposal)],
        "lesson": _lesson(request, proposal, lesson_form),
        "form": form,
        "section": "pairings",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "matching/proposal_detail.html", context, status=status)


def tell_what_comes(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """After a family was asked: where to go on, which depends on how."""
    side = asking.asked_last(proposal) or proposal.first
    way = getattr(proposal, f"{side}_way")
    household = household_of(proposal, side)
    names = Names(request.user)
    name = (names.support if side == "support" else names.request)(household)
    family = {"family": name}
    if way == Proposal.Way.MAIL:
        # The page says so itself, with the way to take it back.
        return redirect("matching:bench", proposal.request.reference)
    if way == Proposal.Way.TELEPHONE:
        messages.success(
            request,
            _("The proposal is recorded. Call %(family)s and note the answer.")
            % family,
        )
    elif way == Proposal.Way.TEXT:
        messages.success(
            request, _("The proposal is recorded. Get the text with the link below.")
        )
    else:
        messages.success(
            request, _("The proposal is recorded. Your colleague asks the family.")
        )
    return redirect(proposal)


def _side(
    request: HttpRequest,
    proposal: Proposal,
    head: Head,
    form: AnswerForm | None,
    asks: dict[str, AskForm | None] | None,
) -> Side:
    key = head.kind
    asked_at = getattr(proposal, f"{key}_asked_at")
    told = both_yes(proposal) and not head.known
    mails = OutboxMail.objects.filter(
        about=proposal.reference,
        cancelled_at=None,
        person__memberships__household=head.household,
    )
    way = getattr(proposal, f"{key}_way")
    waits = getattr(proposal, f"{key}_answer") == Proposal.Answer.WAITING
    by_telephone = way == Proposal.Way.TELEPHONE
    ask = asks[key] if asks and asks.get(key) else ask_form(request, proposal, key)
    to_call = by_telephone and head.known and waits and not proposal.closed_on
    if ask and ask["way"].value() == Proposal.Way.TELEPHONE:
        to_call = True
    return Side(
        key=key,
        head=head,
        answer=getattr(proposal, f"{key}_answer"),
        asked=_asked_in_words(asked_at, way) if asked_at else "",
        mail=mails.order_by("pk").last() if way == Proposal.Way.MAIL else None,
        text=getattr(proposal, f"{key}_text") if head.known else "",
        ask=ask,
        form=form,
        call=who_to_call(head.household, on=timezone.localdate()) if told else [],
        is_turn=turn(proposal) == key,
        by_telephone=by_telephone,
        reach=people.contact_person(
            asking.members_of(head.household, on=timezone.localdate()),
            timezone.localdate(),
        )
        if to_call
        else None,
        by_text=way == Proposal.Way.TEXT
        and head.known
        and not proposal.closed_on
        and getattr(proposal, f"{key}_answer") == Proposal.Answer.WAITING,
    )


def _asked_in_words(asked_at: dt.datetime, way: str) -> str:
    day = {"date": words.day(timezone.localdate(asked_at))}
    return {
        Proposal.Way.MAIL: _("Asked by e-mail on %(date)s."),
        Proposal.Way.TEXT: _("Asked with a text on %(date)s."),
        Proposal.Way.TELEPHONE: _("Asked by telephone on %(date)s."),
    }[Proposal.Way(way)] % day


def _said(proposal: Proposal, side: str, today: dt.date) -> dict[str, Any]:
    answer = getattr(proposal, f"{side}_answer")
    return {
        "answer": "" if answer == Proposal.Answer.WAITING else answer,
        "discussed_on": getattr(proposal, f"{side}_answered_on") or today,
    }


def _lesson(
    request: HttpRequest, proposal: Proposal, sent: LessonForm | None
) -> dict[str, Any] | None:
    """What a no teaches: the choice, or what was chosen; None where nobody said no."""
    side = side_that_declined(proposal)
    if side is None:
        return None
    household = household_of(proposal, side)
    names = Names(request.user)
    name = (names.support if side == "support" else names.request)(household)
    chosen = (
        Lesson.objects.standing()
        .filter(proposal=proposal)
        .select_related("decided_by")
        .first()
    )
    form = None if chosen else sent or lesson_form(proposal)
    return {
        "name": capfirst(name),
        "household": household,
        "wish": proposal.offer if side == "support" else proposal.request,
        "section": SECTION_OF.get(proposal.reason, ""),
        "known": names.knows(household),
        "chosen": chosen,
        "words": _in_words(chosen) if chosen else "",
        "form": form,
        "suggests": form and form.suggests,
    }


def lesson_form(proposal: Proposal, sent: Any = None) -> LessonForm:
    """The form with what a declined proposal may teach."""
    found = suggestions(proposal)
    return LessonForm(
        sent,
        auto_id="lesson_%s",
        today=timezone.localdate(),
        suggested=[(one.key, one.text) for one in found],
        pauses=any(one.key == "pause" for one in found),
    )


def _in_words(lesson: Lesson) -> str:
    if lesson.consequence == Lesson.Consequence.NONE:
        return _("Nothing: the wishes stayed as they were.")
    after = value_after(lesson)
    if lesson.consequence == Lesson.Consequence.PAUSE:
        after = dt.date.fromisoformat(after)
    return learned_in_words(lesson, after)
