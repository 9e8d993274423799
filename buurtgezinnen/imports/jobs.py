"""What the worker does with a file. Tasks take keys of rows, never words."""

from functools import partial

from django.utils import timezone
from django_tasks import task

from buurtgezinnen.imports import runs
from families.jobs import may_run_twice
from families.models import ImportRun

State = ImportRun.State


def give_up(run_pk: int) -> None:
    """Says that it stopped, where one worker after the other died over it."""
    at_work = ImportRun.objects.filter(
        pk=run_pk, state__in=(State.CHECKING, State.WRITING)
    )
    at_work.update(state=State.FAILED)


@task()
@may_run_twice(give_up)
def check_file(run_pk: int) -> None:
    """Judges the rows of a file; a second time changes nothing."""
    _work(run_pk, State.CHECKING)


@task()
@may_run_twice(give_up)
def bring_in_file(run_pk: int) -> None:
    """Brings in the rows of a file: all in one transaction, and once."""
    _work(run_pk, State.WRITING)


def _work(run_pk: int, state: str) -> None:
    run = ImportRun.objects.select_related("by").filter(pk=run_pk, state=state).first()
    if run is None:
        return
    seen, at = partial(runs.tell_how_far, run.pk), timezone.now()
    on = timezone.localdate(at)
    try:
        if state == State.CHECKING:
            runs.check(run, on=on, seen=seen)
        else:
            runs.bring_in(run, on=on, at=at, seen=seen)
    except Exception:
        # The page says so; the job fails, where the office sees the place of the fault.
        give_up(run_pk)
        raise
