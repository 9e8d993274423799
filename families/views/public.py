"""What families do without logging in: apply, and see how their application stands."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from families.forms.intake import RowsForm, StepForm
from families.forms.steps import INTAKES, Answers, Intake, Step
from families.models import (
    AccessLink,
    AuditEvent,
    IntakeDraft,
    Membership,
    Municipality,
    SupportOffer,
    SupportRequest,
)
from families.services import intake as services
from families.services.audit import record
from families.services.reach import application_of, issue_link, open_link

CONFIRMATION_SHOWN = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Visit:
    """A browser with the application it is busy with, or has sent.

    Attributes:
        draft: the answers so far; None before the first and after sending.
        sent: the application that this browser sent, while the draft is kept.
        was_away: it holds the key of a draft that is no longer there.
    """

    kind: str
    intake: Intake
    at: dt.datetime
    draft: IntakeDraft | None
    sent: IntakeDraft | None
    was_away: bool

    @classmethod
    def of(cls, request: HttpRequest, kind: str) -> "Visit":
        intake, at = INTAKES[kind], timezone.now()
        key = request.COOKIES.get(cookie_name(intake), "")
        found = services.find_draft(key, intake.kind, at=at) if key else None
        sent = found if found and found.submitted_at else None
        draft = None if sent else found
        return cls(kind, intake, at, draft, sent, was_away=bool(key and not found))

    @property
    def answers(self) -> Answers:
        typed = services.typed_in(self.draft) if self.draft else {}
        return Answers(self.intake, typed, on=timezone.localdate(self.at))

    def url(self, name: str, *args: str) -> str:
        return reverse(f"families:intake-{name}", args=[self.kind, *args])

    def step_url(self, step: Step | None) -> str:
        """The address of a page; without one that of the page to check everything."""
        return self.url("step", step.slug) if step else self.url("check")


def cookie_name(intake: Intake) -> str:
    """The cookie with the key of a draft; outside the demo tied to https."""
    return f"{'' if settings.DEMO else '__Host-'}draft-{intake.kind}"


@login_not_required
@require_safe
def intake_start(request: HttpRequest, kind: str) -> HttpResponse:
    visit = Visit.of(request, kind)
    context = {
        "visit": visit,
        "begin_url": visit.step_url(visit.intake.first),
        "working_days": settings.CALL_WITHIN_DAYS_REQUEST
        if visit.intake.asks
        else settings.CALL_WITHIN_DAYS_SUPPORT,
    }
    return render(request, f"families/intake_start_{visit.intake.kind}.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def intake_step(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    visit = Visit.of(request, kind)
    step = visit.intake.step(slug)
    if step is None:
        raise Http404
    if visit.sent and not step.entrance:
        return redirect(visit.url("done"))
    answers = visit.answers
    if request.method == "POST":
        return _answer(request, visit, answers, step)
    reachable = step.entrance or (visit.draft and answers.applies(step))
    if not reachable:
        return redirect(visit.step_url(visit.intake.first))
    form = step.form(left=answers.typed.get(slug), earlier=answers.typed, on=answers.on)
    return _page(request, visit, answers, step, form)


def _answer(
    request: HttpRequest, visit: Visit, answers: Answers, step: Step
) -> HttpResponse:
    form = step.form(request.POST, earlier=answers.typed, on=answers.on)
    changed = form.changed_rows() if isinstance(form, RowsForm) else None
    if changed:
        kept, index = changed
        key = _save(visit, step, kept)[1]
        url = f"{visit.step_url(step)}#kind-{index + 1}"
        return _with_key(redirect(url), visit, key)
    if not form.is_valid():
        return _page(request, visit, answers, step, form)
    if form.home and not _is_served(form.home.municipality, answers.on):
        return _unserved(request, visit, form.home.municipality)
    draft, key = _save(visit, step, form.kept())
    if visit.draft is None and not step.entrance:
        # The former draft is gone: say so, and show what was kept of this page.
        response = _page(request, visit, answers, step, form)
    else:
        now = Answers(visit.intake, services.typed_in(draft), on=answers.on)
        response = redirect(visit.step_url(now.after(step)))
    return _with_key(response, visit, key)


def _save(visit: Visit, step: Step, typed: services.Typed) -> tuple[IntakeDraft, str]:
    """Keeps a page; the key is "" unless the draft had to be begun for it."""
    draft, key = visit.draft, ""
    if draft is None:
        draft, key = services.begin_draft(visit.intake.kind, at=visit.at)
    services.save_answers(draft, step.slug, typed, instead_of=step.instead_of)
    return draft, key


def _with_key(response: HttpResponse, visit: Visit, key: str) -> HttpResponse:
    if key:
        response.set_cookie(
            cookie_name(visit.intake),
            key,
            max_age=dt.timedelta(days=settings.DRAFT_DAYS),
            secure=not settings.DEMO,
            httponly=True,
            samesite="Lax",
        )
    return response


def _page(
    request: HttpRequest, visit: Visit, answers: Answers, step: Step, form: StepForm
) -> HttpResponse:
    before = answers.before(step)
    context = {
        "visit": visit,
        "step": step,
        "form": form,
        "number": visit.intake.number(step),
        "back_url": visit.step_url(before) if before else visit.url("start"),
        "was_away": visit.was_away or not (visit.draft or step.entrance),
    }
    status = 422 if form.errors else 200
    return render(request, step.template, context, status=status)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def intake_check(request: HttpRequest, kind: str) -> HttpResponse:
    visit = Visit.of(request, kind)
    if visit.sent:
        return redirect(visit.url("done"))
    answers = visit.answers
    if visit.draft is None or answers.missing:
        return redirect(visit.step_url(answers.missing or visit.intake.first))
    form = visit.intake.consent(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            visit.intake.send(answers, visit.draft, on=answers.on, at=visit.at)
        except services.NotServed:
            return _unserved(request, visit, answers.home.municipality)
        return redirect(visit.url("done"))
    context = {
        "visit": visit,
        "form": form,
        "rows": _summary(visit, answers),
        "back_url": visit.step_url(answers.path[-1]),
    }
    status = 422 if form.errors else 200
    return render(request, "families/intake_check.html", context, status=status)


def _summary(visit: Visit, answers: Answers) -> list[dict[str, object]]:
    return [
        {"term": term, "value": value, "url": visit.step_url(step)}
        for step in answers.path
        for term, value in answers.form(step.slug).told()
    ]


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def intake_done(request: HttpRequest, kind: str) -> HttpResponse:
    visit = Visit.of(request, kind)
    if visit.sent is None:
        return redirect(visit.url("start"))
    if visit.at - visit.sent.submitted_at > CONFIRMATION_SHOWN:
        return render(request, "families/intake_done_before.html", {"visit": visit})
    household = visit.sent.household
    application = services.application_in(household)
    if request.method == "POST":
        person = (
            Membership.objects.filter(household=household, role=Membership.Role.PARENT)
            .earliest("pk")
            .person
        )
        token = issue_link(
            person,
            purpose=AccessLink.Purpose.STATUS,
            about=application.reference,
            at=visit.at,
        )
        return redirect("families:status-link", token=token)
    context = {
        "visit": visit,
        "reference": application.reference,
        "call": services.first_call_of(household),
    }
    return render(request, "families/intake_done.html", context)


@login_not_required
@require_safe
def status_link(request: HttpRequest, token: str) -> HttpResponse:
    """How an application stands; each link that opens nothing gives the same page."""
    link = open_link(token, purpose=AccessLink.Purpose.STATUS, at=timezone.now())
    application = application_of(link) if link else None
    if application is None:
        response = render(request, "families/link_gone.html", status=404)
    else:
        record(application, verb="read", by=AuditEvent.ActorKind.FAMILY)
        household = application.family.household
        asks = isinstance(application, SupportRequest)
        context = {
            "title": _("Your application") if asks else _("Your offer"),
            "application": application,
            "coordinator": household.coordinator,
            "call": services.first_call_of(household),
            "steps": _course(application),
        }
        response = render(request, "families/status_link.html", context)
    # The address is the key: no page that is opened from here may learn it.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


# The way of an application, and which part of it a stage is.
COURSE = (
    _("Applied"),
    _("Talk"),
    _("We look for a family"),
    _("Getting to know each other"),
    _("Trial period"),
    _("Fixed agreements"),
)
REACHED = {
    SupportRequest.Stage.APPLIED: 1,
    SupportRequest.Stage.TALKING: 1,
    SupportRequest.Stage.WAITING: 2,
    SupportRequest.Stage.PROPOSED: 2,
    SupportRequest.Stage.PAIRED: 3,
    SupportOffer.Stage.AVAILABLE: 2,
    SupportOffer.Stage.PAUSED: 2,
}


def _course(application: SupportRequest | SupportOffer) -> list[dict[str, object]]:
    """The parts of the way, each with its state; [] for what has ended.

    How far a pairing has come is not told here: it shows no part as the present one.
    """
    reached = REACHED.get(application.stage)
    if reached is None:
        return []
    paired = application.stage == SupportRequest.Stage.PAIRED
    return [
        {
            "name": name,
            "done": number < reached,
            "now": number == reached and not paired,
        }
        for number, name in enumerate(COURSE)
    ]


def _is_served(municipality: Municipality, on: dt.date) -> bool:
    return services.taking_part(on).filter(pk=municipality.pk).exists()


def _unserved(
    request: HttpRequest, visit: Visit, municipality: Municipality
) -> HttpResponse:
    context = {
        "visit": visit,
        "municipality": municipality,
        "back_url": visit.step_url(visit.intake.first),
    }
    return render(request, "families/intake_unserved.html", context)
