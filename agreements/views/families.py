"""What a family reads and answers by its own link, without logging in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agreements import services
from agreements.forms import LinkAnswerForm
from agreements.forms.by_link import YES
from agreements.services.links import last_day_of_link
from agreements.shown.reading import reading
from families.views.links import gone, unseen


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The agreements and two answers; each link that opens nothing gives one page.

    Only a press on a button answers: a mail scanner that opens links does not.
    """
    now, today = timezone.now(), timezone.localdate()
    asked = services.what_is_asked(token, at=now, on=today)
    if asked is None:
        return gone(request)
    form = LinkAnswerForm(request.POST if request.method == "POST" else None)
    read = reading(asked.version, asked.side, on=today)
    last = last_day_of_link(asked.link.expires_at)
    context = {"read": read, "form": form, "works_until": max(last, today)}
    if not form.is_valid():
        status = 422 if form.errors else 200
        page = render(request, "agreements/answer.html", context, status=status)
        return unseen(page)
    context["said"], words = form.cleaned_data["said"], form.cleaned_data["words"]
    try:
        if context["said"] == YES:
            context["version"] = services.say_yes_by_link(token, at=now, on=today)
        else:
            services.want_change_by_link(token, words=words, at=now, on=today)
    except services.LinkGone:
        return gone(request)
    return unseen(render(request, "agreements/answer_done.html", context))
