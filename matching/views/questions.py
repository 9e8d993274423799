"""Putting a question on the list, and taking it off again."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from families.services import tasks
from matching.forms.questions import DropForm, QuestionForm
from matching.services.questions import put_on_list
from matching.views.scope import visible_request


@require_POST
def question_ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Puts a question on the coordinator's own list; a second press finds the first."""
    support_request = visible_request(request, reference)
    form = QuestionForm(request.POST, user=request.user)
    if not form.is_valid():
        raise Http404
    _task, is_new = put_on_list(
        **form.cleaned_data,
        about=support_request.reference,
        on=timezone.localdate(),
        by=request.user,
    )
    if is_new:
        messages.success(request, _("It stands on ‘Today’. You can undo it below."))
    else:
        messages.info(request, _("This question is on a list already."))
    return redirect("matching:bench", support_request.reference)


@require_POST
def question_drop(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes a question off the list."""
    support_request = visible_request(request, reference)
    form = DropForm(request.POST, user=request.user, about=reference)
    if not form.is_valid():
        messages.info(request, _("This was done already."))
        return redirect("matching:bench", support_request.reference)
    try:
        tasks.finish(form.cleaned_data["task"], at=timezone.now(), by=request.user)
    except tasks.TaskIsDone:
        messages.info(request, _("This was done already."))
    else:
        messages.success(request, _("It is off the list."))
    return redirect("matching:bench", support_request.reference)
