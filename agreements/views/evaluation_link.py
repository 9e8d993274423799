"""How it goes, as a family tells it by its own link, without logging in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agreements.forms import QuestionsForm
from agreements.history import first_names
from agreements.services import evaluations
from families.views.links import gone, unseen


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_link(request: HttpRequest, token: str) -> HttpResponse:
    """A few questions; each link that opens nothing gives one page.

    Only a press on the button answers: a mail scanner that opens links does not.
    """
    now, today = timezone.now(), timezone.localdate()
    asked = evaluations.what_is_asked(token, at=now, on=today)
    if asked is None:
        return gone(request)
    data = request.POST if request.method == "POST" else None
    children = first_names(evaluations.children_of(asked.evaluation)).values()
    form = QuestionsForm(data, side=asked.side, children=children)
    household = evaluations.household_of(asked.evaluation, asked.side)
    context = {"form": form, "coordinator": household.coordinator}
    if form.is_valid():
        try:
            evaluations.answer_by_link(token, form.said(), at=now, on=today)
        except evaluations.LinkGone:
            return gone(request)
        return unseen(render(request, "agreements/evaluation_done.html", context))
    status = 422 if form.errors else 200
    page = "agreements/evaluation_link.html"
    return unseen(render(request, page, context, status=status))
