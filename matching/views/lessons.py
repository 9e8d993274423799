"""What a no teaches: approved, or undone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from families.services.households import ChangedMeanwhile, NotPossibleNow
from matching.models import Lesson, Proposal
from matching.proposing.learning import side_that_declined
from matching.services import lessons
from matching.services.proposals import household_of
from matching.views.conflicts import conflict
from matching.views.proposal_page import lesson_form, show, visible_proposal
from matching.wording.names import Names


@require_POST
def lesson_decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Learns what the coordinator of the family chose, or nothing."""
    proposal = visible_proposal(request, reference)
    back = ("matching:proposal-detail", reference)
    side = side_that_declined(proposal)
    if side is None:
        return conflict(request, lessons.NotDeclined(), *back, about=proposal)
    _see_that_it_is_known(request, proposal, side)
    if Lesson.objects.standing().filter(proposal=proposal).exists():
        return conflict(request, lessons.AlreadyDecided(), *back, about=proposal)
    form = lesson_form(proposal, request.POST)
    if not form.is_valid():
        return show(request, proposal, lesson_form=form, form=form)
    try:
        lessons.decide(
            proposal,
            form.cleaned_data["choice"],
            until=form.cleaned_data.get("until"),
            at=timezone.now(),
            on=timezone.localdate(),
            by=request.user,
        )
    except (ChangedMeanwhile, NotPossibleNow, lessons.AlreadyDecided) as fact:
        return conflict(request, fact, *back, about=proposal)
    messages.success(request, _("Recorded. You can undo it below."))
    return redirect(proposal)


@require_POST
def lesson_undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Gives the wish its former value."""
    proposal = visible_proposal(request, reference)
    side = side_that_declined(proposal)
    back = ("matching:proposal-detail", reference)
    if side is None:
        return conflict(request, lessons.NotDeclined(), *back, about=proposal)
    _see_that_it_is_known(request, proposal, side)
    lesson = Lesson.objects.standing().filter(proposal=proposal).first()
    if lesson is None:
        # A second press finds it undone.
        return redirect(proposal)
    try:
        lessons.undo(
            lesson, at=timezone.now(), on=timezone.localdate(), by=request.user
        )
    except (lessons.ValueMoved, NotPossibleNow) as fact:
        return conflict(request, fact, *back)
    if lesson.consequence == Lesson.Consequence.NONE:
        messages.success(request, _("Undone: nothing was changed."))
    else:
        messages.success(request, _("Undone: the wish is as it was."))
    return redirect(proposal)


def _see_that_it_is_known(request: HttpRequest, proposal: Proposal, side: str) -> None:
    """Only who knows the family changes its wishes."""
    if not Names(request.user).knows(household_of(proposal, side)):
        raise Http404
