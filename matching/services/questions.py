"""Questions that would help to find a match, on the list of who asks them."""

import datetime as dt

from django.db import transaction

from families.models import Household, Task, User
from families.services.tasks import plan


@transaction.atomic
def put_on_list(
    household: Household, *, about: str, text: str, on: dt.date, by: User
) -> tuple[Task, bool]:
    """The task to ask a family something, on the list of the coordinator who says so.

    Args:
        household: who is asked.
        about: reference of the request for which the answer matters.
        text: the question.
        on: today, when it is to be asked.
        by: the coordinator on whose list it comes.

    Returns:
        The task, and whether it is new: an open one with the same text is kept.
    """
    # The lock makes two clicks queue up, so that the second finds the first.
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    open_questions = Task.objects.open().filter(
        household=household, kind=Task.Kind.QUESTION, about=about
    )
    for task in open_questions.order_by("pk"):
        # Texts are encrypted, so the database cannot compare them.
        if task.text == text:
            return task, False
    new = plan(
        household,
        Task.Kind.QUESTION,
        on,
        by=by,
        about=about,
        text=text,
        coordinator=by.coordinator,
    )
    return new, True
