"""Referring a family: the parents first, then three pages, and a confirmation."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from families.codes import qr_of
from families.forms.intake import StepForm
from families.forms.intake.referring import (
    FAMILY,
    ParentsKnowForm,
    SendReferralForm,
)
from families.forms.referral_steps import (
    PAGES,
    PARENTS,
    REFERRAL,
    REFERRER,
    ReferralAnswers,
    send_referral,
)
from families.forms.steps import Step
from families.models import IntakeCount, IntakeDraft, Municipality
from families.services.intake import drafts
from families.services.intake.applying import first_call_of, one_at_a_time
from families.services.intake.counting import count
from families.services.intake.routing import NotServed, taking_part
from families.views.guard import refuse, refused
from families.views.intake.visit import cookie_name, with_key

CONFIRMATION_SHOWN = dt.timedelta(hours=1)
START = "families/referral_start.html"
CHECK = "families/referral_check.html"


@dataclass(frozen=True)
class Visit:
    """A browser with the referral it is busy with, or has sent.

    Attributes:
        draft: the answers so far; None before the parents' yes and after sending.
        sent: the referral that this browser sent, while the draft is kept.
    """

    at: dt.datetime
    draft: IntakeDraft | None
    sent: IntakeDraft | None

    @classmethod
    def of(cls, request: HttpRequest) -> "Visit":
        at = timezone.now()
        key = request.COOKIES.get(cookie_name(REFERRAL), "")
        found = drafts.find_draft(key, REFERRAL.kind, at=at) if key else None
        sent = found if found and found.submitted_at else None
        return cls(at, None if sent else found, sent)

    @cached_property
    def answers(self) -> ReferralAnswers:
        return self.answers_in(self.draft)

    def answers_in(self, draft: IntakeDraft | None) -> ReferralAnswers:
        """What was typed in a draft, judged today."""
        typed = drafts.typed_in(draft) if draft else {}
        return ReferralAnswers(REFERRAL, typed, on=timezone.localdate(self.at))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Whether the parents know; nothing is kept before a yes, not even a cookie."""
    visit = Visit.of(request)
    form = ParentsKnowForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "number": 1, "total": PAGES}
    if not form.is_valid():
        return render(request, START, context, status=422 if form.errors else 200)
    if form.cleaned_data["agreed"] == "no":
        return redirect("intake:refer-talk-first")
    if refusal := refused(request, form, door="begin", kind=REFERRAL.kind):
        return refuse(request, START, context, refusal)
    _draft, key = _with_parents_yes(visit)
    return with_key(redirect("intake:refer-step", REFERRER), REFERRAL, key)


@login_not_required
@require_safe
def talk_first(request: HttpRequest) -> HttpResponse:
    """A card to share with parents who do not know of it yet."""
    url = settings.SITE_URL + reverse("intake:start", args=["steun-vragen"])
    context = {"url": url, "qr": qr_of(url)}
    return render(request, "families/referral_talk_first.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of questions."""
    visit, step = Visit.of(request), REFERRAL.step(slug)
    if step is None:
        raise Http404
    if visit.sent:
        return redirect("intake:refer-done")
    answers = visit.answers
    if request.method == "POST":
        return _answer(request, visit, step)
    if not (visit.draft and answers.parents_agree and answers.applies(step)):
        return redirect("intake:refer-start")
    form = step.form(left=answers.typed.get(slug), earlier=answers.typed, on=answers.on)
    return _page(request, visit, step, form)


def _answer(request: HttpRequest, visit: Visit, step: Step) -> HttpResponse:
    answers = visit.answers
    form = step.form(request.POST, earlier=answers.typed, on=answers.on)
    # The page carries the yes, for who comes back after the draft is gone.
    no_yes = visit.draft is None and request.POST.get(PARENTS) != "yes"
    if not form.is_valid() or form.is_news or no_yes:
        return _page(request, visit, step, form)
    if form.home and not _is_served(form.home.municipality, answers.on):
        return _unserved(request, form.home.municipality)
    door = "step" if visit.draft else "begin"
    if refusal := refused(request, form, door=door, kind=REFERRAL.kind):
        context = _page_context(visit, step, form)
        return refuse(request, step.template, context, refusal)
    draft, key = _with_parents_yes(visit)
    drafts.save_answers(draft, step.slug, form.kept(), instead_of=step.instead_of)
    after = visit.answers_in(draft).after(step)
    url = _step_url(after) if after else reverse("intake:refer-check")
    return with_key(redirect(url), REFERRAL, key)


def _with_parents_yes(visit: Visit) -> tuple[IntakeDraft, str]:
    """A draft that holds the yes; the key is "" unless it had to be begun for it."""
    draft, key = visit.draft, ""
    if draft is None:
        language = get_language()
        draft, key = drafts.begin_draft(REFERRAL.kind, language=language, at=visit.at)
        count(
            IntakeCount.What.STARTED,
            kind=REFERRAL.kind,
            language=language,
            on=visit.answers.on,
        )
    if not visit.answers_in(draft).parents_agree:
        drafts.save_answers(draft, PARENTS, {"agreed": ["yes"]})
    return draft, key


def _page(
    request: HttpRequest, visit: Visit, step: Step, form: StepForm
) -> HttpResponse:
    status = 422 if form.errors else 200
    context = _page_context(visit, step, form)
    return render(request, step.template, context, status=status)


def _page_context(visit: Visit, step: Step, form: StepForm) -> dict[str, object]:
    before = visit.answers.before(step)
    return {
        "form": form,
        "step": step,
        # After the question about the parents.
        "number": REFERRAL.number(step) + 1,
        "total": PAGES,
        "kept": visit.draft is not None,
        "back_url": _step_url(before) if before else reverse("intake:refer-start"),
    }


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Everything once more; sending it twice makes one referral."""
    visit = Visit.of(request)
    if visit.sent:
        return redirect("intake:refer-done")
    answers = visit.answers
    if visit.draft is None or not answers.parents_agree:
        return redirect("intake:refer-start")
    if answers.missing:
        return redirect(_step_url(answers.missing))
    form = SendReferralForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _send(request, visit, form)
    status = 422 if form.errors else 200
    return render(request, CHECK, _check_context(visit, form), status=status)


def _send(request: HttpRequest, visit: Visit, form: SendReferralForm) -> HttpResponse:
    """Sends it once, however often it is pressed: the others wait, and find it sent."""
    answers, kind = visit.answers, REFERRAL.kind
    try:
        with one_at_a_time(visit.draft, language=get_language()) as draft:
            if draft.submitted_at:
                return redirect("intake:refer-done")
            email = answers.form(FAMILY).cleaned_data["email"]
            if refusal := refused(
                request, form, door="referral", email=email, kind=kind
            ):
                context = _check_context(visit, form)
                return refuse(request, CHECK, context, refusal)
            send_referral(answers, draft, on=answers.on, at=visit.at)
            finished = IntakeCount.What.FINISHED
            count(finished, kind=kind, language=draft.language, on=answers.on)
    except NotServed:
        return _unserved(request, answers.home.municipality)
    except drafts.DraftGone:
        return redirect("intake:refer-start")
    return redirect("intake:refer-done")


def _check_context(visit: Visit, form: SendReferralForm) -> dict[str, object]:
    return {
        "form": form,
        "rows": _summary(visit.answers),
        "number": PAGES,
        "total": PAGES,
        "back_url": _step_url(visit.answers.path[-1]),
    }


def _summary(answers: ReferralAnswers) -> list[dict[str, object]]:
    return [
        {"term": term, "value": value, "url": _step_url(step)}
        for step in answers.path
        for term, value in answers.form(step.slug).told()
    ]


@login_not_required
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """What happens now, and by which code we know it; for an hour."""
    visit = Visit.of(request)
    if visit.sent is None or visit.at - visit.sent.submitted_at > CONFIRMATION_SHOWN:
        return redirect("intake:refer-start")
    household = visit.sent.household
    referral = household.referrals.order_by("pk").first()
    # It went along with what was put together with another application.
    if referral is None:
        return redirect("intake:refer-start")
    context = {
        "reference": referral.reference,
        "invited": referral.invited_at is not None,
        "call": first_call_of(household),
    }
    return render(request, "families/referral_done.html", context)


def _step_url(step: Step) -> str:
    return reverse("intake:refer-step", args=[step.slug])


def _is_served(municipality: Municipality, on: dt.date) -> bool:
    return taking_part(on).filter(pk=municipality.pk).exists()


def _unserved(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    context = {"municipality": municipality}
    return render(request, "families/referral_unserved.html", context)
