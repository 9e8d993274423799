"""The pages of an application: start, questions, everything once more, sent."""

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from families.forms.intake import ConsentForm, RowsForm, StepForm
from families.forms.steps import Answers, Step
from families.models import (
    AccessLink,
    IntakeCount,
    IntakeDraft,
    Membership,
    Municipality,
)
from families.services.intake import drafts
from families.services.intake.applying import (
    application_in,
    first_call_of,
    one_at_a_time,
)
from families.services.intake.counting import count
from families.services.intake.routing import NotServed, taking_part
from families.services.intake.told import Typed
from families.services.reach import issue_link
from families.views.guard import refuse, refused
from families.views.intake.visit import Visit, with_key

CONFIRMATION_SHOWN = dt.timedelta(hours=1)
CHECK = "families/intake_check.html"
# Buttons of a page that keep what was typed, unread, and lead to another page.
ELSEWHERE = {"later": "later", "call": "callback"}


@login_not_required
@require_safe
def start(request: HttpRequest, kind: str) -> HttpResponse:
    visit = Visit.of(request, kind)
    context = {"visit": visit, "begin_url": visit.step_url(visit.intake.first)}
    return render(request, f"families/intake_start_{visit.intake.kind}.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    visit = Visit.of(request, kind)
    step = visit.intake.step(slug)
    if step is None:
        raise Http404
    if visit.sent and not step.entrance:
        return redirect(visit.url("done"))
    answers = visit.answers
    open_too_long = getattr(request, "open_too_long", False)
    if request.method == "POST" and not open_too_long:
        return _answer(request, visit, answers, step)
    reachable = step.entrance or (visit.draft and answers.applies(step))
    if not reachable:
        return redirect(visit.step_url(visit.intake.first))
    # A page that was open too long comes back as it was sent, and nothing is saved.
    left = dict(request.POST.lists()) or answers.typed.get(slug)
    form = step.form(left=left, earlier=answers.typed, on=answers.on)
    return _page(request, visit, answers, step, form)


def _answer(
    request: HttpRequest, visit: Visit, answers: Answers, step: Step
) -> HttpResponse:
    form = step.form(request.POST, earlier=answers.typed, on=answers.on)
    changed = form.changed_rows() if isinstance(form, RowsForm) else None
    elsewhere = next((name for name in ELSEWHERE if name in request.POST), "")
    if not (changed or elsewhere):
        if not form.is_valid() or form.is_news:
            return _page(request, visit, answers, step, form)
        if form.home and not _is_served(form.home.municipality, answers.on):
            return _unserved(request, visit, form.home.municipality)
    door = "step" if visit.draft else "begin"
    refusal = refused(request, form, door=door, kind=visit.intake.kind)
    if refusal:
        context = _page_context(visit, answers, step, form)
        return refuse(request, step.template, context, refusal)
    kept, index = changed or (form.kept(), None)
    # What the page chose beforehand is no answer of who goes elsewhere first.
    if elsewhere and form.is_untouched and step.slug not in answers.typed:
        kept = None
    draft, key = _save(visit, step, kept)
    if elsewhere:
        response = redirect(visit.url(ELSEWHERE[elsewhere]))
    elif index is not None:
        response = redirect(f"{visit.step_url(step)}#kind-{index + 1}")
    elif visit.draft is None and not step.entrance:
        # The former draft is gone: say so, and show what was kept of this page.
        response = _page(request, visit, answers, step, form)
    else:
        now = Answers(visit.intake, drafts.typed_in(draft), on=answers.on)
        response = redirect(visit.step_url(now.after(step)))
    return with_key(response, visit.intake, key)


def _save(visit: Visit, step: Step, typed: Typed | None) -> tuple[IntakeDraft, str]:
    """Keeps a page, unless nothing was told on it.

    The key is "" unless the draft had to be begun for it.
    """
    draft, key = visit.draft, ""
    if draft is None:
        language = get_language()
        kind = visit.intake.kind
        draft, key = drafts.begin_draft(kind, language=language, at=visit.at)
        on = timezone.localdate(visit.at)
        count(IntakeCount.What.STARTED, kind=kind, language=language, on=on)
    if typed is not None:
        drafts.save_answers(
            draft,
            step.slug,
            typed,
            instead_of=step.instead_of,
            language=get_language(),
        )
    return draft, key


def _page(
    request: HttpRequest, visit: Visit, answers: Answers, step: Step, form: StepForm
) -> HttpResponse:
    context = _page_context(visit, answers, step, form)
    status = 422 if form.errors else 200
    return render(request, step.template, context, status=status)


def _page_context(
    visit: Visit, answers: Answers, step: Step, form: StepForm
) -> dict[str, object]:
    before = answers.before(step)
    return {
        "visit": visit,
        "step": step,
        "form": form,
        "number": visit.intake.number(step),
        "back_url": visit.step_url(before) if before else visit.url("start"),
        "was_away": visit.was_away or not (visit.draft or step.entrance),
    }


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, kind: str) -> HttpResponse:
    visit = Visit.of(request, kind)
    if visit.sent:
        return redirect(visit.url("done"))
    answers = visit.answers
    if visit.draft is None or answers.missing:
        return redirect(visit.step_url(answers.missing or visit.intake.first))
    form = visit.intake.consent(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _send(request, visit, answers, form)
    status = 422 if form.errors else 200
    context = _check_context(visit, answers, form)
    return render(request, CHECK, context, status=status)


def _send(
    request: HttpRequest, visit: Visit, answers: Answers, form: ConsentForm
) -> HttpResponse:
    """Sends it once, however often it is pressed: the others wait, and find it sent."""
    try:
        with one_at_a_time(visit.draft, language=get_language()) as draft:
            if draft.submitted_at:
                return redirect(visit.url("done"))
            email = answers.form("contact").contact().email
            kind = visit.intake.kind
            if refusal := refused(request, form, door="send", email=email, kind=kind):
                context = _check_context(visit, answers, form)
                return refuse(request, CHECK, context, refusal)
            visit.intake.send(answers, draft, on=answers.on, at=visit.at)
            drafts.close_elsewhere(draft, visit.key)
    except NotServed:
        return _unserved(request, visit, answers.home.municipality)
    except drafts.DraftGone:
        return redirect(visit.step_url(visit.intake.first))
    return redirect(visit.url("done"))


def _check_context(
    visit: Visit, answers: Answers, form: ConsentForm
) -> dict[str, object]:
    rows = [
        {"term": term, "value": value, "url": visit.step_url(step)}
        for step in answers.path
        for term, value in answers.form(step.slug).told()
    ]
    back_url = visit.step_url(answers.path[-1])
    return {"visit": visit, "form": form, "rows": rows, "back_url": back_url}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def done(request: HttpRequest, kind: str) -> HttpResponse:
    visit = Visit.of(request, kind)
    if visit.sent is None:
        return redirect(visit.url("start"))
    household = visit.sent.household
    # Of what was put together with another application this browser sent only a part.
    is_other = household.merged_into_id is not None
    if is_other or visit.at - visit.sent.submitted_at > CONFIRMATION_SHOWN:
        return render(request, "families/intake_done_before.html", {"visit": visit})
    application = application_in(household)
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
        return redirect("mine-link", token=token)
    context = {
        "visit": visit,
        "reference": application.reference,
        "call": first_call_of(household),
    }
    return render(request, "families/intake_done.html", context)


def _is_served(municipality: Municipality, on: dt.date) -> bool:
    return taking_part(on).filter(pk=municipality.pk).exists()


def _unserved(
    request: HttpRequest, visit: Visit, municipality: Municipality
) -> HttpResponse:
    context = {
        "visit": visit,
        "municipality": municipality,
        "back_url": visit.step_url(visit.intake.first),
    }
    return render(request, "families/intake_unserved.html", context)
