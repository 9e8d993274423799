"""Questions that would help to find a match, on the list of who asks them."""

import datetime as dt

from django.db import transaction

from families.models import Household, SupportOffer, SupportRequest, Task, User
from families.services.tasks import plan


@transaction.atomic
def put_on_list(
    wishes: SupportRequest | SupportOffer, *, text: str, on: dt.date, by: User
) -> tuple[Task, bool]:
    """The task to ask a family something, on the list of the coordinator who says so.

    Args:
        wishes: what the question is about; its family is asked.
        text: the question.
        on: today, when it is to be asked.
        by: the coordinator on whose list it comes.

    Returns:
        The task, and whether it is new: an open one with the same text is kept.
    """
    # The lock makes two clicks queue up, so that the second finds the first.
    household = Household.objects.select_for_update(no_key=True).get(
        pk=wishes.family.household_id
    )
    open_questions = Task.objects.open().filter(
        household=household, kind=Task.Kind.QUESTION, about=wishes.reference
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
        about=wishes.reference,
        text=text,
        coordinator=by.coordinator,
    )
    return new, True
