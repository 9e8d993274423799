"""Looked for a match, nobody fits now: kept, with a day to look again."""

import datetime as dt

from django.db import transaction

from families.models import SupportRequest, Task, User
from families.services.audit import record
from matching.models import Look
from matching.services.exclusions import look_again


@transaction.atomic
def nobody_fits(
    request: SupportRequest, *, due_on: dt.date, text: str, on: dt.date, by: User
) -> Task:
    """Writes down that nobody fits on a day, and plans to look again.

    Looking twice on a day keeps the later decision.

    Args:
        request: for whom somebody looked.
        due_on: the day to look again.
        text: what to think of then.
        on: today.
        by: who looked.
    """
    # First, as it locks the request: two who look at once queue up here.
    task = look_again(request, due_on=due_on, text=text, by=by)
    look, is_new = Look.objects.update_or_create(
        request=request, on=on, by=by, defaults={"again_on": due_on}
    )
    record(look, verb="created" if is_new else "changed", by=by, fields=["again_on"])
    return task
