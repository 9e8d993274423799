"""Asking the families of a version for their yes, and what they say instead."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from agreements import services
from agreements.forms import AskForm
from agreements.models import AgreementVersion, Asking, Confirmation
from agreements.services.asking import works_until
from agreements.shown.reading import reading
from agreements.views.scope import context_of, history_or_404, version_or_404
from agreements.views.versions import version_page
from families.codes import qr_of

Way = Asking.Way
SEEN_ONCE = gettext_lazy(
    "You see the link only once. Make a new one: press the button again."
)


@require_POST
def version_ask(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Asks one family; once more is a reminder."""
    history = history_or_404(request, reference, adults=True)
    version = version_or_404(history, number)
    side = request.POST.get("side", "")
    if side not in Confirmation.Side:
        raise Http404
    today = timezone.localdate()
    form = AskForm(request.POST, history=history, side=side, today=today)
    if not form.is_valid():
        return version_page(request, history, version, ask=form)
    try:
        asking = services.ask(
            version, form.question(), by=request.user, at=timezone.now()
        )
    except services.Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        # Of a mail the page says so itself, with the way to take it back.
        if asking.way != Way.MAIL:
            said = (
                _("Written down. Print the letter below.")
                if asking.way == Way.LETTER
                else _("Written down. Get the link below.")
            )
            messages.success(request, said)
    return redirect(version)


@require_http_methods(["GET", "HEAD", "POST"])
def version_link(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The text or the letter with a link; a new link each time it is asked for.

    A telephone that comes back to the page asks for it without a press on a button.
    """
    history = history_or_404(request, reference)
    version = version_or_404(history, number)
    if request.method != "POST":
        messages.warning(request, SEEN_ONCE)
        return redirect(version)
    asking = _asking(request, version)
    if asking.way == Way.MAIL:
        raise Http404
    now = timezone.now()
    try:
        url = services.new_link(asking, by=request.user, at=now)
    except services.Refused as refused:
        messages.warning(request, str(refused.message))
        return redirect(version)
    by_letter = asking.way == Way.LETTER
    context = context_of(
        history,
        version=version,
        person=asking.person,
        url=url,
        works_until=works_until(at=now),
        today=timezone.localdate(now),
        coordinator=request.user.coordinator,
        first_name=request.user.name.split()[0],
        qr=qr_of(url) if by_letter else None,
        read=reading(version, asking.side, on=timezone.localdate(now))
        if by_letter
        else None,
    )
    page = "asking_letter" if by_letter else "asking_text"
    response = render(request, f"agreements/{page}.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def version_unask(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Takes a mail back that was sent a moment ago."""
    history = history_or_404(request, reference)
    version = version_or_404(history, number)
    try:
        services.take_back_asking(
            _asking(request, version), by=request.user, at=timezone.now()
        )
    except services.Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, _("Taken back: this family was not asked."))
    return redirect(version)


@require_POST
def version_remind(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Mails once more to who was mailed and did not answer."""
    history = history_or_404(request, reference)
    version = version_or_404(history, number)
    try:
        asked = services.remind(version, by=request.user, at=timezone.now())
    except services.Refused as refused:
        messages.warning(request, str(refused.message))
        return redirect(version)
    if asked:
        text = ngettext(
            "%(n)d reminder is on its way.",
            "%(n)d reminders are on their way.",
            len(asked),
        )
        messages.success(request, text % {"n": len(asked)})
    else:
        messages.warning(request, _("Nobody can be mailed. Ask in another way."))
    return redirect(version)


def _asking(request: HttpRequest, version: AgreementVersion) -> Asking:
    askings = version.askings.standing().select_related("person", "mail")
    asking: Asking = get_object_or_404(askings, pk=_number(request, "asking"))
    asking.version = version
    return asking


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    if not (given.isascii() and given.isdecimal() and len(given) < 18):  # noqa: PLR2004 - digits of a key
        raise Http404
    return int(given)
