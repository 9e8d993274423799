"""A browser on its way through an application."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from families.forms.steps import INTAKES, Answers, Intake, Step
from families.models import IntakeDraft
from families.services.intake import drafts


@dataclass(frozen=True)
class Visit:
    """A browser with the application it is busy with, or has sent.

    Attributes:
        draft: the answers so far; None before the first and after sending.
        sent: the application that this browser sent, while the draft is kept.
        was_away: it holds the key of a draft that is no longer there.
        key: with which this browser opens it.
    """

    kind: str
    intake: Intake
    at: dt.datetime
    draft: IntakeDraft | None
    sent: IntakeDraft | None
    was_away: bool
    key: str = ""

    @classmethod
    def of(cls, request: HttpRequest, kind: str) -> "Visit":
        intake, at = INTAKES[kind], timezone.now()
        key = request.COOKIES.get(cookie_name(intake), "")
        found = drafts.find_draft(key, intake.kind, at=at) if key else None
        sent = found if found and found.submitted_at else None
        draft = None if sent else found
        was_away = bool(key and not found)
        return cls(kind, intake, at, draft, sent, was_away, key)

    @property
    def answers(self) -> Answers:
        typed = drafts.typed_in(self.draft) if self.draft else {}
        return Answers(self.intake, typed, on=timezone.localdate(self.at))

    def url(self, name: str, *args: str) -> str:
        return reverse(f"intake:{name}", args=[self.kind, *args])

    def step_url(self, step: Step | None) -> str:
        """The address of a page; without one that of the page to check everything."""
        return self.url("step", step.slug) if step else self.url("check")


def cookie_name(intake: Intake) -> str:
    """The cookie with the key of a draft; outside the demo tied to https."""
    return f"{'' if settings.DEMO else '__Host-'}draft-{intake.kind}"


def with_key(response: HttpResponse, intake: Intake, key: str) -> HttpResponse:
    """The answer, and with it the key of a draft unless it is ""."""
    if key:
        response.set_cookie(
            cookie_name(intake),
            key,
            max_age=dt.timedelta(days=settings.DRAFT_DAYS),
            secure=not settings.DEMO,
            httponly=True,
            samesite="Lax",
        )
    return response
