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
from families.forms.screening import (
    AppliedForm,
    NotGivenForm,
    NotNeededForm,
    ReferenceForm,
    SeenForm,
    ShownForm,
)
from families.models import Household, Person, ScreeningCheck
from families.services import screening
from families.views.scope import household_or_404

# Checks of the household as a whole; they are kept with the person who is called.
SHARED_CHECKS = {
    "huisbezoek": ScreeningCheck.Kind.HOME_VISIT,
    "tweede-huisbezoek": ScreeningCheck.Kind.HOME_VISIT_2,
    "referentie": ScreeningCheck.Kind.REFERENCE,
    "tweede-referentie": ScreeningCheck.Kind.REFERENCE_2,
    "huisregels": ScreeningCheck.Kind.HOUSE_RULES,
    "privacy": ScreeningCheck.Kind.PRIVACY,
}
REFERENCES = {ScreeningCheck.Kind.REFERENCE, ScreeningCheck.Kind.REFERENCE_2}


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
    grown = screened(request, household)
    today = timezone.localdate()
    checks = [done.get(kind) for kind in SHARED_CHECKS.values()]
    n_open = sum(
        check is None or not check.settles(today)
        for check in (*(one["check"] for one in grown), *checks)
    )
    context = {
        "household": household,
        "adults": grown,
        "shared": [
            {"path": path, "label": kind.label, "check": done.get(kind)}
            for path, kind in SHARED_CHECKS.items()
        ],
        "n_open": n_open,
        "n_all": len(grown) + len(checks),
        "growing_up": people.soon_of_age(household.members, today),
        "today": today,
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
    who, kind = _shared_or_404(household, check)
    today = timezone.localdate()
    form_class = ReferenceForm if kind in REFERENCES else SeenForm
    form = form_class(_posted(request), today=today)
    if form.is_valid():
        said = form.cleaned_data
        screening.done(who, kind=kind, **said, today=today, by=request.user)
        messages.success(request, _("Noted."))
        return redirect("families:screening", reference=reference)
    return _screening_page(request, household, None, form, kind.label)


@require_http_methods(["GET", "HEAD", "POST"])
def screening_not_needed(
    request: HttpRequest, reference: str, check: str
) -> HttpResponse:
    """Note why another check of the household is not needed."""
    household = _support_household_or_404(request, reference)
    who, kind = _shared_or_404(household, check)
    form = NotNeededForm(_posted(request))
    if form.is_valid():
        screening.not_needed(
            who,
            kind=kind,
            **form.cleaned_data,
            today=timezone.localdate(),
            by=request.user,
        )
        messages.success(request, _("Noted."))
        return redirect("families:screening", reference=reference)
    return _screening_page(request, household, None, form, kind.label)


@require_POST
def screening_back(request: HttpRequest, reference: str, check: str) -> HttpResponse:
    """Take back another check of the household that was recorded today."""
    household = _support_household_or_404(request, reference)
    who, kind = _shared_or_404(household, check)
    return _take_back(request, household, who, kind)


@require_POST
def screening_vog_back(
    request: HttpRequest, reference: str, person: str
) -> HttpResponse:
    """Take back what was recorded of a VOG today."""
    household = _support_household_or_404(request, reference)
    adult = _adult_or_404(household, person)
    return _take_back(request, household, adult, ScreeningCheck.Kind.VOG)


def _take_back(
    request: HttpRequest, household: Household, person: Person, kind: str
) -> HttpResponse:
    visible = ScreeningCheck.objects.visible_to(request.user).current()
    check = get_object_or_404(visible, person=person, kind=kind)
    try:
        screening.take_back(
            check, household, today=timezone.localdate(), by=request.user
        )
    except screening.TakenBackTooLate:
        messages.info(request, _("There is nothing of today to take back."))
    else:
        messages.success(request, _("The step is taken back."))
    return redirect("families:screening", reference=household.reference)


def _shared_or_404(
    household: Household, check: str
) -> tuple[Person, ScreeningCheck.Kind]:
    who = people.contact_person(household.members, timezone.localdate())
    if check not in SHARED_CHECKS or who is None:
        raise Http404
    return who, SHARED_CHECKS[check]


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
