"""Pages that change the facts of a household, and what it asks or gives."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from families import people
from families.forms.household import CloseForm, FactsForm, ReadyForm, StageForm
from families.models import Household, Person, SupportOffer, SupportRequest
from families.services import households, pauses
from families.views.scope import household_or_404, wish_or_404
from families.views.screening import screened


@require_http_methods(["GET", "HEAD", "POST"])
def family_facts(request: HttpRequest, reference: str) -> HttpResponse:
    """Change facts of the home and how to reach the family."""
    household = household_or_404(request, reference)
    person = people.contact_person(household.members, timezone.localdate())
    known = {"household": household, "person": person}
    if request.method == "POST":
        form = FactsForm(request.POST, **known)
        if form.is_valid() and _facts_are_written(request, form, household, person):
            messages.success(request, _("The facts are kept."))
            return redirect(household)
    else:
        form = FactsForm(**known)
    context = {"household": household, "form": form}
    status = 422 if form.errors else 200
    return render(request, "families/family_facts.html", context, status=status)


def _facts_are_written(
    request: HttpRequest, form: FactsForm, household: Household, person: Person | None
) -> bool:
    try:
        households.change_facts(
            household,
            person,
            **form.cleaned_data,
            row_version=form.current_version,
            person_version=form.person_version,
            by=request.user,
        )
    except households.ChangedMeanwhile:
        form.tell_stale()
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def wish_ready(request: HttpRequest, reference: str, wish: str) -> HttpResponse:
    """Let a family be searched for; asks only what is still needed."""
    household = household_or_404(request, reference)
    wishes = wish_or_404(household, wish)
    posted = request.POST if request.method == "POST" else None
    form = ReadyForm(posted, wishes=wishes)
    if form.is_valid():
        on = timezone.localdate()
        try:
            households.make_ready(wishes, **form.cleaned_data, on=on, by=request.user)
        except households.NotPossibleNow:
            messages.info(request, _("That is not possible in this stage."))
        except households.NotAskedEnough:
            messages.error(request, _("Say first for which children it is."))
        else:
            messages.success(request, _("The family can be searched for now."))
        return redirect(household)
    context = {
        "household": household,
        "wishes": wishes,
        "is_request": isinstance(wishes, SupportRequest),
        "adults": screened(request, household),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "families/wish_ready.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def wish_close(request: HttpRequest, reference: str, wish: str) -> HttpResponse:
    """Withdraw a request, with a reason. An offer ends at `matching:offer-end`."""
    household = household_or_404(request, reference)
    wishes = wish_or_404(household, wish)
    if not isinstance(wishes, SupportRequest):
        raise Http404
    if not households.may_close(wishes):
        messages.info(request, _("First end the pairing or the proposal."))
        return redirect(household)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            households.close(
                wishes,
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
                on=timezone.localdate(),
                by=request.user,
            )
        except households.NotPossibleNow:
            messages.info(request, _("That is not possible in this stage."))
        else:
            messages.success(request, _("It has ended. You can step back below."))
        return redirect(household)
    context = {
        "household": household,
        "is_request": True,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "families/wish_close.html", context, status=status)


@require_POST
def wish_stage(request: HttpRequest, reference: str, wish: str) -> HttpResponse:
    """Bring a request or offer into another stage by one press, or a step back."""
    household = household_or_404(request, reference)
    wishes = wish_or_404(household, wish)
    form = StageForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        _change_stage(request, wishes, **form.cleaned_data)
    except households.NotPossibleNow:
        messages.info(request, _("That is not possible in this stage."))
    except households.NotAskedEnough:
        return redirect("families:wish-ready", reference=reference, wish=wish)
    else:
        messages.success(
            request,
            _("The stage is now: %(stage)s.") % {"stage": wishes.get_stage_display()},
        )
    return redirect(household)


def _change_stage(
    request: HttpRequest, wishes: SupportRequest | SupportOffer, *, to: str, shown: str
) -> None:
    on, by = timezone.localdate(), request.user
    paused = wishes.Stage.PAUSED
    back = to == StageForm.BACK
    goes_on = set(households.moves_from(wishes)) - set(households.CLOSED)
    ends_a_pause = shown == paused if back else to in goes_on
    if wishes.stage == paused and ends_a_pause:
        # Nobody needs to ask any more when it ends.
        pauses.resume(wishes, on=on, at=timezone.now(), by=by)
    elif back:
        households.step_back(wishes, shown=shown, on=on, by=by)
    else:
        households.move(wishes, to=to, on=on, by=by)
