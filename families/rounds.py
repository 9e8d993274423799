"""What is erased by itself once its time is over, in rounds of the worker."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from families.forms.steps import INTAKES, Answers
from families.jobs import may_run_twice
from families.models import IntakeDraft
from families.services import note_drafts
from families.services.doors import forget_knocks
from families.services.imports import forget_files
from families.services.intake.drafts import typed_in
from families.services.intake.erasing import erase_old_drafts

ROUND_EVERY = dt.timedelta(hours=6)
# What stands for a page where all questions were answered and nothing was sent.
CHECKING = "controleren"


@task()
@may_run_twice()
def erase_what_is_over() -> None:
    """Erases drafts, keys, files and what doors counted, once their time is over."""
    at = timezone.now()
    erase_old_drafts(at=at, left_at=last_page)
    forget_knocks(at)
    note_drafts.erase_old(at=at)
    forget_files(at)


def plan_a_round(at: dt.datetime) -> None:
    """Puts a round in the queue, unless one waits, runs or was just done.

    Two workers that do so at once plan two: the second finds nothing to erase.
    """
    rounds = DBTaskResult.objects.filter(task_path=erase_what_is_over.module_path)
    on_its_way = Q(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING])
    lately = Q(finished_at__gt=at - ROUND_EVERY)
    if not rounds.filter(on_its_way | lately).exists():
        erase_what_is_over.enqueue()


def last_page(draft: IntakeDraft) -> str:
    """The first page without a good answer; "" for an application that is not ours."""
    for intake in INTAKES.values():
        if intake.kind == draft.kind:
            on = timezone.localdate(draft.updated_at)
            missing = Answers(intake, typed_in(draft), on=on).missing
            return missing.slug if missing else CHECKING
    return ""
