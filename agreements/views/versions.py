"""Pages of one version: reading, printing, noting a yes, putting a draft away."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements import services, wording
from agreements.core import timeline
from agreements.forms import AskForm, ConfirmForm
from agreements.history import History
from agreements.models import AgreementVersion, Confirmation
from agreements.shown.asked import Stand, standing
from agreements.shown.versions import (
    changed,
    for_readers,
    noted_yes,
    shown_items,
    successor_of,
)
from agreements.views.scope import (
    anew_url,
    context_of,
    history_or_404,
    show,
    version_or_404,
)
from agreements.wording import frames


@require_safe
def version_detail(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One version: what it says, who said yes, and what it changed."""
    history = history_or_404(request, reference, adults=True)
    return version_page(request, history, version_or_404(history, number))


@require_POST
def version_confirm(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Notes that a family said yes."""
    history = history_or_404(request, reference, adults=True)
    version = version_or_404(history, number)
    form = ConfirmForm(
        request.POST, history=history, version=version, today=timezone.localdate()
    )
    if not form.is_valid():
        return version_page(request, history, version, form=form)
    try:
        services.confirm(
            version, **form.cleaned_data, by=request.user, at=timezone.now()
        )
    except services.Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        text = noted_yes(version, form.cleaned_data["side"], history.names)
        messages.success(request, text)
    return redirect(version)


@require_POST
def version_unconfirm(
    request: HttpRequest, reference: str, number: int
) -> HttpResponse:
    """Takes back a yes that was noted by mistake, while the version waits."""
    history = history_or_404(request, reference)
    version = version_or_404(history, number)
    side = request.POST.get("side", "")
    if side not in Confirmation.Side:
        raise Http404
    try:
        services.take_back_yes(version, side=side, by=request.user)
    except services.Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, _("Taken back: no yes of this family is noted."))
    return redirect(version)


@require_POST
def version_discard(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Puts a draft away."""
    history = history_or_404(request, reference)
    version = version_or_404(history, number)
    try:
        services.discard_draft(version, by=request.user, at=timezone.now())
    except services.Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, _("The change is put away. You can still read it."))
    return redirect(history.agreement)


@require_safe
def version_print(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One version on paper, with lines to sign."""
    history = history_or_404(request, reference, adults=True)
    version = version_or_404(history, number)
    today = timezone.localdate()
    names = history.names_for("both", on=today)
    context = context_of(
        history,
        version=version,
        names=names,
        items=shown_items(version.terms(), names),
        frame=frames.sentences(version.frame(), names, on=today),
        hours=wording.hours_a_month(timeline.totals(version.terms())),
    )
    return render(request, "agreements/version_print.html", context)


def version_page(
    request: HttpRequest,
    history: History,
    version: AgreementVersion,
    *,
    form: ConfirmForm | None = None,
    ask: AskForm | None = None,
) -> HttpResponse:
    """The page of a version, with a form that was sent and could not be taken."""
    today = timezone.localdate()
    where = standing(history, version, user=request.user, at=timezone.now())
    other = _compared_with(request, history, version)
    if form is None and history.can_get_a_yes(version):
        form = ConfirmForm(history=history, version=version, today=today)
    terms = version.terms()
    context = context_of(
        history,
        version=version,
        form=form,
        stands=[
            (one, _ask_form(history, one, ask, today=today)) for one in where.stands
        ],
        sent=where.sent,
        items=shown_items(terms, history.names),
        hours=wording.hours_a_month(timeline.totals(terms)),
        other=other,
        others=[one for one in history.versions if one != version],
        shown=changed(other, version, history.names) if other else None,
        frame=frames.sentences(version.frame(), history.names, on=today)
        if terms
        else [],
        house_rules=version.house_rules,
        durations=frames.remark(version.frame(), history.names),
        stage_hint=_stage_hint(history, version),
        readers=for_readers(history, terms, on=today),
        can_correct=history.can_correct(version),
        successor=successor_of(history, version),
        anew_url=anew_url(history, version),
    )
    faulty = ask if ask is not None and ask.errors else form
    return show(request, "version_detail.html", context | {"faulty": faulty}, faulty)


def _ask_form(
    history: History, stand: Stand, sent: AskForm | None, *, today: dt.date
) -> AskForm | None:
    """The form to ask a family; None where that is not possible any more."""
    if not stand.may_be_asked:
        return None
    if sent is not None and sent["side"].value() == stand.side:
        return sent
    return AskForm(history=history, side=stand.side, today=today)


def _stage_hint(history: History, version: AgreementVersion) -> str:
    """How the last word of the families differs from the stage of the pairing."""
    is_last = version == (history.draft or history.last)
    if not is_last or not version.terms():
        return ""
    return frames.stage_hint(history.pairing, version.frame())


def _compared_with(
    request: HttpRequest, history: History, version: AgreementVersion
) -> AgreementVersion | None:
    """The version asked for with `?tegen=`, else the one that this one changed."""
    asked = request.GET.get("tegen", "")
    if asked.isascii() and asked.isdecimal() and len(asked) <= 4:  # noqa: PLR2004 - digits
        found = history.numbered(int(asked))
        if found is None or found == version:
            raise Http404
        return found
    if asked:
        raise Http404
    return history.former(version)
