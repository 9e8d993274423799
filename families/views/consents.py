"""On which ground we keep and use what of whom, as coordinators see and note it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from families import people, texts
from families.forms.consents import GiveForm
from families.models import Consent, Household, Person
from families.services import consents
from families.views.scope import household_or_404

# The purposes, as addresses call them.
PURPOSES = {
    "zoeken": Consent.Purpose.CONTACT_AND_SEARCH,
    "kennismaken": Consent.Purpose.INTRODUCE,
    "verwijzer": Consent.Purpose.TELL_REFERRER,
}


@require_safe
def consent_list(request: HttpRequest, reference: str) -> HttpResponse:
    """Per adult and purpose: the basis, how and when it was given, and its text."""
    household = household_or_404(request, reference)
    context = {"household": household, "people": consents_of(household)}
    return render(request, "families/consent_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def consent_give(
    request: HttpRequest, reference: str, person: str, purpose: str
) -> HttpResponse:
    """Note what somebody said by telephone, during a visit or on paper."""
    household = household_or_404(request, reference)
    adult = adult_or_404(household, person)
    about = purpose_or_404(purpose)
    form = GiveForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _given(request, form, adult, about):
        return redirect("families:consent-list", reference=reference)
    context = {
        "household": household,
        "person": adult,
        "purpose": about.label,
        "text": texts.current(about),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "families/consent_give.html", context, status=status)


def _given(request: HttpRequest, form: GiveForm, adult: Person, purpose: str) -> bool:
    now = timezone.now()
    given = form.cleaned_data
    try:
        consents.give(
            adult,
            purpose=purpose,
            basis=given["basis"],
            how=given["how"],
            given_at=consents.moment_of(given["given_on"], at=now),
            by=request.user,
        )
    except consents.AlreadyGiven:
        messages.info(request, _("This was noted already."))
    except consents.WithdrawnSince:
        form.tell_withdrawn_since()
        return False
    else:
        messages.success(request, _("Noted."))
    return True


@require_safe
def consent_text(
    request: HttpRequest, reference: str, purpose: str, version: str
) -> HttpResponse:
    """A text as it was when somebody agreed to it."""
    household = household_or_404(request, reference)
    about = purpose_or_404(purpose)
    text = texts.text_of(about, version)
    if text is None:
        raise Http404
    context = {
        "household": household,
        "purpose": about.label,
        "text": text,
        "is_current": text == texts.current(about),
    }
    return render(request, "families/consent_text.html", context)


def consents_of(household: Household) -> list[dict[str, Any]]:
    """The adults of a household, each with every purpose: what holds and what was."""
    adults = people.adults(household.members, timezone.localdate())
    given: dict[tuple[int, str], list[Consent]] = {}
    rows = Consent.objects.filter(person__in=adults).select_related("recorded_by")
    for one in rows.order_by("-given_at", "-pk"):
        given.setdefault((one.person_id, one.purpose), []).append(one)
    return [
        {
            "person": adult,
            "purposes": [
                {
                    "slug": slug,
                    "label": purpose.label,
                    "now": next((one for one in found if not one.withdrawn_at), None),
                    "earlier": [
                        {"consent": one, "replaced": consents.was_replaced(one, found)}
                        for one in found
                        if one.withdrawn_at
                    ],
                }
                for slug, purpose in PURPOSES.items()
                for found in [given.get((adult.pk, purpose), [])]
            ],
        }
        for adult in adults
    ]


def purpose_or_404(slug: str) -> Consent.Purpose:
    """The purpose that an address names."""
    if slug not in PURPOSES:
        raise Http404
    return PURPOSES[slug]


def adult_or_404(household: Household, person: str) -> Person:
    """An adult of a household that the user may see."""
    for adult in people.adults(household.members, timezone.localdate()):
        if adult.reference == person:
            return adult
    raise Http404
