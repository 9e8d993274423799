"""Pages about the screening of a support family."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from families import people
from families.forms.screening import AppliedForm, NotGivenForm, SeenForm, ShownForm
from families.models import Household, Person, ScreeningCheck
from families.services import screening
from families.views.scope import household_or_404

# Checks of the household as a whole; they are kept with the person who is called.
SHARED_CHECKS = {
    "huisbezoek": ScreeningCheck.Kind.HOME_VISIT,
    "referentie": ScreeningCheck.Kind.REFERENCE,
    "huisregels": ScreeningCheck.Kind.HOUSE_RULES,
}


def _support_household_or_404(request: HttpRequest, reference: str) -> Household:
    household = household_or_404(request, reference)
    if not hasattr(household, "support_family"):
        raise Http404
    return household


def screened(request: HttpRequest, household: Household) -> list[dict[str, Any]]:
    """The adults of a household, each with the current VOG and the earlier ones."""
    grown = people.adults(household.members, timezone.localdate())
    vogs = (
        ScreeningCheck.objects.visible_to(request.user)
        .filter(person__in=grown, kind=ScreeningCheck.Kind.VOG)
        .select_related("seen_by")
        .order_by("-pk")
    )
    by_person: dict[int, list[ScreeningCheck]] = {}
    for check in vogs:
        by_person.setdefault(check.person_id, []).append(check)
    return [
        {
            "person": person,
            "check": next((one for one in checks if not one.replaced_on), None),
            "earlier": [one for one in checks if one.replaced_on],
        }
        for person in grown
        for checks in [by_person.get(person.pk, [])]
    ]


@require_safe
def screening_overview(request: HttpRequest, reference: str) -> HttpResponse:
    """How the screening of a support family stands."""
    household = _support_household_or_404(request, reference)
    members = [one.person for one in household.members]
    shared = (
        ScreeningCheck.objects.visible_to(request.user)
        .current()
        .filter(person__in=members, kind__in=SHARED_CHECKS.values())
        .select_related("seen_by")
    )
    done = {check.kind: check for check in shared}
    context = {
        "household": household,
        "adults": screened(request, household),
        "shared": [
            {"path": path, "label": kind.label, "check": done.get(kind)}
            for path, kind in SHARED_CHECKS.items()
        ],
    }
    return render(request, "families/screening.html", context)


def _adult_or_404(household: Household, person: str) -> Person:
    for adult in people.adults(household.members, timezone.localdate()):
        if adult.reference == person:
            return adult
    raise Http404


def _vog_or_404(request: HttpRequest, person: Person) -> ScreeningCheck:
    checks = ScreeningCheck.objects.visible_to(request.user).current()
    return get_object_or_404(checks, person=person, kind=ScreeningCheck.Kind.VOG)


@require_POST
def screening_ask(request: HttpRequest, reference: str, person: str) -> HttpResponse:
    """Ask an adult for a VOG, or for a new one."""
    household = _support_household_or_404(request, reference)
    adult = _adult_or_404(household, person)
    try:
        screening.ask(
            adult,
            household,
            kind=ScreeningCheck.Kind.VOG,
            on=timezone.localdate(),
            by=request.user,
        )
    except screening.AlreadyAsked:
        messages.info(request, _("The VOG was asked for already."))
    else:
        messages.success(request, _("Noted: the VOG was asked for today."))
    return redirect("families:screening", reference=reference)


@require_http_methods(["GET", "HEAD", "POST"])
def screening_applied(
    request: HttpRequest, reference: str, person: str
) -> HttpResponse:
    """Note that an adult applied for the VOG."""
    household = _support_household_or_404(request, reference)
    adult = _adult_or_404(household, person)
    check = _vog_or_404(request, adult)
    form = AppliedForm(_posted(request), today=timezone.localdate())
    if form.is_valid():
        return _screening_step(
            request,
            reference,
            screening.applied,
            check,
            household,
            **form.cleaned_data,
            by=request.user,
        )
    return _screening_page(request, household, adult, form, _("Applied for a VOG"))


@require_http_methods(["GET", "HEAD", "POST"])
def screening_shown(request: HttpRequest, reference: str, person: str) -> HttpResponse:
    """Note that the VOG was seen."""
    household = _support_household_or_404(request, reference)
    adult = _adult_or_404(household, person)
    check = _vog_or_404(request, adult)
    form = ShownForm(_posted(request), today=timezone.localdate())
    if form.is_valid():
        return _screening_step(
            request,
            reference,
            screening.shown,
            check,
            household,
            **form.cleaned_data,
            at=timezone.now(),
            by=request.user,
        )
    return _screening_page(request, household, adult, form, _("VOG seen"))


@require_http_methods(["GET", "HEAD", "POST"])
def screening_not_given(
    request: HttpRequest, reference: str, person: str
) -> HttpResponse:
    """Note why there is no VOG, with the way on that belongs to it."""
    household = _support_household_or_404(request, reference)
    adult = _adult_or_404(household, person)
    check = _vog_or_404(request, adult)
    form = NotGivenForm(_posted(request), today=timezone.localdate())
    if form.is_valid():
        return _screening_step(
            request,
            reference,
            screening.not_given,
            check,
            household,
            **form.cleaned_data,
            on=timezone.localdate(),
            at=timezone.now(),
            by=request.user,
        )
    return _screening_page(request, household, adult, form, _("No VOG"))


@require_http_methods(["GET", "HEAD", "POST"])
def screening_done(request: HttpRequest, reference: str, check: str) -> HttpResponse:
    """Note another check of the household as done."""
    household = _support_household_or_404(request, reference)
    who = people.contact_person(household.members, timezone.localdate())
    if check not in SHARED_CHECKS or who is None:
        raise Http404
    kind = SHARED_CHECKS[check]
    form = SeenForm(_posted(request), today=timezone.localdate())
    if form.is_valid():
        screening.done(who, kind=kind, **form.cleaned_data, by=request.user)
        messages.success(request, _("Noted."))
        return redirect("families:screening", reference=reference)
    return _screening_page(request, household, None, form, kind.label)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _screening_step(
    request: HttpRequest, reference: str, step: Any, *args: Any, **kwargs: Any
) -> HttpResponse:
    try:
        step(*args, **kwargs)
    except screening.StepNotPossible:
        messages.info(request, _("This check is past that step already."))
    else:
        messages.success(request, _("Noted."))
    return redirect("families:screening", reference=reference)


def _screening_page(
    request: HttpRequest,
    household: Household,
    adult: Person | None,
    form: Any,
    title: str,
) -> HttpResponse:
    context = {
        "household": household,
        "adult": adult,
        "form": form,
        "title": title,
        "back": reverse("families:screening", args=[household.reference]),
    }
    status = 422 if form.errors else 200
    return render(request, "families/screening_step.html", context, status=status)
