"""Pages of the agreements of a pair: what holds, and stopping."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements import services, wording
from agreements.core import timeline
from agreements.forms import AsOfForm, StopForm
from agreements.history import History, terms_of
from agreements.models import AgreementVersion
from agreements.shown.asked import still_wanted, what_they_want
from agreements.shown.planned import next_times
from agreements.shown.versions import (
    agreed_house_rules,
    days_waiting,
    line_of,
    shown_items,
    waits_for,
)
from agreements.views.scope import (
    anew_url,
    context_of,
    history_or_404,
    show,
    to_what_was,
)
from agreements.wording import frames


@require_safe
def agreement_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """What holds today, and how it came to be."""
    history = history_or_404(request, reference)
    today = timezone.localdate()
    in_force = history.in_force_on(today)
    wishes = still_wanted(history, history.draft, user=request.user, on=today)
    wanting = {one.name for one in wishes}
    context = context_of(
        history,
        another_day=AsOfForm(today=today),
        pause=history.pause_on(today),
        in_force=in_force,
        items=shown_items(terms_of(in_force), history.names),
        frame=frames.sentences(in_force.frame(), history.names, on=today)
        if in_force
        else [],
        durations=frames.remark(in_force.frame(), history.names) if in_force else "",
        agreed_rules=agreed_house_rules(history, today),
        hours=wording.hours_a_month(timeline.totals(terms_of(in_force))),
        wants=what_they_want(history, in_force, user=request.user, on=today)
        if in_force
        else [],
        upcoming=[
            one
            for one in timeline.known(history.versions)
            if one.effective_from > today and not history.is_over_on(one.effective_from)
        ],
        is_over=history.is_over_on(today),
        next_times=next_times(history, history.names, on=today),
        draft=history.draft,
        anew_url=anew_url(history, history.draft),
        line=line_of(history, today),
        days_waiting=days_waiting(history.draft, today),
        draft_waits_for=[
            name
            for name in waits_for(history.draft, history.names)
            if name not in wanting
        ],
        draft_wishes=wishes,
    )
    return render(request, "agreements/agreement_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_stop(request: HttpRequest, reference: str) -> HttpResponse:
    """Stops the agreements on the word of one family."""
    history = history_or_404(request, reference)
    if history.pairing.ended_on:
        return to_what_was(request, history)
    today = timezone.localdate()
    form = StopForm(request.POST or None, history=history, today=today)
    if request.method == "POST":
        stop = _stopped(request, history, form)
        if stop is not None:
            messages.success(
                request, _("The agreements stop. Both can still read them.")
            )
            return redirect(stop)
    in_force = history.in_force_on(today)
    items = shown_items(terms_of(in_force), history.names)
    context = context_of(history, form=form, items=items, in_force=in_force)
    return show(request, "agreement_stop.html", context, form)


def _stopped(
    request: HttpRequest, history: History, form: StopForm
) -> AgreementVersion | None:
    """The stop, also where the same form was sent a moment ago; None where refused."""
    if form.is_valid():
        try:
            return services.stop(
                history.pairing,
                effective_from=form.cleaned_data["effective_from"],
                said=form.said(),
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
                row_version=history.row_version,
            )
        except services.Refused as refused:
            form.add_error("effective_from", refused.message)
    sent_twice = form.is_stale_only and form.noted_before(request.user)
    return history.last if sent_twice else None
