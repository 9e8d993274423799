"""What a family sees and does by its own link, without logging in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from families.views.links import gone, unseen
from matching.forms import LinkAnswerForm
from matching.services.answers import LinkGone, answer_by_link, what_is_asked
from matching.services.proposals import household_of


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The question and three answers; each link that opens nothing gives one page.

    Only a press on a button answers: a mail scanner that opens links does not.
    """
    now, today = timezone.now(), timezone.localdate()
    asked = what_is_asked(token, at=now, on=today)
    if asked is None:
        return gone(request)
    form = LinkAnswerForm(request.POST if request.method == "POST" else None)
    context = {
        "text": asked.text,
        "form": form,
        "coordinator": household_of(asked.proposal, asked.side).coordinator,
        "answer_by": asked.proposal.hold_until,
    }
    if form.is_valid():
        try:
            answer_by_link(token, **form.cleaned_data, at=now, on=today)
        except LinkGone:
            return gone(request)
        context["said"] = form.cleaned_data["said"]
        return unseen(render(request, "matching/answer_done.html", context))
    status = 422 if form.errors else 200
    return unseen(render(request, "matching/answer.html", context, status=status))
