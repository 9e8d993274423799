"""Pages about who decides: other holders of custody, and the children themselves."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from families.forms.consents import (
    AddHolderForm,
    ChildSaidForm,
    HolderForm,
    NobodyElseForm,
)
from families.models import CustodyHolder, Household, Person, SupportRequest
from families.services import children_said, custody
from families.services.households import ChangedMeanwhile
from families.views.scope import household_or_404, wish_or_404

ADD, NOBODY, AGAIN = "add", "nobody", "again"


@require_http_methods(["GET", "HEAD", "POST"])
def custody_overview(request: HttpRequest, reference: str, wish: str) -> HttpResponse:
    """Who else has custody, and what each of them says; another one can be added."""
    household, found = _request_or_404(request, reference, wish)
    sent = request.POST.get("what", "") if request.method == "POST" else ""
    add = AddHolderForm(request.POST if sent == ADD else None)
    nobody = NobodyElseForm(
        request.POST if sent == NOBODY else None, auto_id="nobody_%s"
    )
    if add.is_valid():
        custody.add_holder(found, **add.cleaned_data, by=request.user)
        messages.success(request, _("Noted."))
        return redirect("families:custody", reference=reference, wish=wish)
    if nobody.is_valid() or sent == AGAIN:
        _write_nobody(request, found, nobody, sent)
        return redirect("families:custody", reference=reference, wish=wish)
    context = {
        "household": household,
        "wish": found,
        "holders": list(found.custody_holders.select_related("by").order_by("pk")),
        "source": found.sources.filter(field="custody").first(),
        "form": nobody if sent == NOBODY else add,
        "add": add,
        "nobody": nobody,
    }
    status = 422 if add.errors or nobody.errors else 200
    return render(request, "families/custody.html", context, status=status)


def _write_nobody(
    request: HttpRequest, found: SupportRequest, form: NobodyElseForm, sent: str
) -> None:
    try:
        if sent == AGAIN:
            custody.ask_again(found, by=request.user)
        else:
            said = form.cleaned_data
            custody.nobody_else(
                found, on=said["said_on"], how=said["how"], by=request.user
            )
    except custody.OthersHaveCustody:
        messages.info(request, _("Somebody else stands here. Take that away first."))
    else:
        messages.success(request, _("Noted."))


@require_http_methods(["GET", "HEAD", "POST"])
def custody_holder(
    request: HttpRequest, reference: str, wish: str, holder: str
) -> HttpResponse:
    """Change what somebody with custody says, or take that person away."""
    household, found = _request_or_404(request, reference, wish)
    one = _holder_or_404(request, found, holder)
    typed = request.POST if request.method == "POST" else None
    form = HolderForm(typed, holder=one)
    if form.is_valid() and _changed(request, one, form):
        messages.success(request, _("Noted."))
        return redirect("families:custody", reference=reference, wish=wish)
    context = {"household": household, "wish": found, "holder": one, "form": form}
    status = 422 if form.errors else 200
    return render(request, "families/custody_holder.html", context, status=status)


def _changed(request: HttpRequest, one: CustodyHolder, form: HolderForm) -> bool:
    try:
        custody.change_holder(
            one,
            **form.cleaned_data,
            row_version=form.current_version,
            by=request.user,
        )
    except ChangedMeanwhile:
        form.tell_stale()
        return False
    return True


@require_POST
def custody_remove(
    request: HttpRequest, reference: str, wish: str, holder: str
) -> HttpResponse:
    """Take away who has no custody after all."""
    _household, found = _request_or_404(request, reference, wish)
    custody.remove_holder(_holder_or_404(request, found, holder), by=request.user)
    messages.success(request, _("Taken away."))
    return redirect("families:custody", reference=reference, wish=wish)


@require_http_methods(["GET", "HEAD", "POST"])
def child_said(
    request: HttpRequest, reference: str, wish: str, child: str
) -> HttpResponse:
    """Note what a child of twelve or older says itself; the last answer counts."""
    household, found = _request_or_404(request, reference, wish)
    today = timezone.localdate()
    heard = next(
        (
            one
            for one in children_said.heard(found, on=today)
            if one.child.reference == child and (one.is_asked_itself or one.now)
        ),
        None,
    )
    if heard is None:
        raise Http404
    form = ChildSaidForm(
        request.POST if request.method == "POST" else None,
        initial={"said": heard.now.said} if heard.now else None,
    )
    if form.is_valid():
        _note(request, found, heard.child, form.cleaned_data)
        return redirect(household)
    context = {"household": household, "wish": found, "heard": heard, "form": form}
    status = 422 if form.errors else 200
    return render(request, "families/child_said.html", context, status=status)


def _note(
    request: HttpRequest, found: SupportRequest, child: Person, said: dict[str, Any]
) -> None:
    children_said.note_child_said(
        found, child, **said, at=timezone.now(), by=request.user
    )
    messages.success(request, _("The answer of the child is recorded."))


def _request_or_404(
    request: HttpRequest, reference: str, wish: str
) -> tuple[Household, SupportRequest]:
    household = household_or_404(request, reference)
    found = wish_or_404(household, wish)
    if not isinstance(found, SupportRequest):
        raise Http404
    return household, found


def _holder_or_404(
    request: HttpRequest, found: SupportRequest, holder: str
) -> CustodyHolder:
    visible = CustodyHolder.objects.visible_to(request.user)
    return get_object_or_404(
        visible.select_related("request"), request=found, reference=holder
    )
