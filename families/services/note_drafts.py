"""Keeps what a coordinator is typing, so that nothing which comes between loses it."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction

from families.models import ContactMoment, Household, NoteDraft, User

KEPT_FOR = dt.timedelta(days=14)
# What somebody types; a form in which these are empty is not begun.
WORDS = ("text", "next_step")
FIELDS = (
    *WORDS,
    "kind",
    "outcome",
    "happened_on",
    "sensitive",
    "next_on",
    "promised",
    "finished",
)
# Of each value: longer than any field takes, so that what is too long comes back too.
MOST_CHARACTERS = 20_000

Typed = Mapping[str, Sequence[str]]


@transaction.atomic
def keep(
    household: Household,
    typed: Typed,
    *,
    form_key: uuid.UUID,
    at: dt.datetime,
    by: User,
) -> NoteDraft | None:
    """Keeps what was typed in place of what was kept before; an empty form keeps none.

    What comes later than the note itself, sent with the same key, is not kept.
    """
    # Like who sends the note: whoever comes second sees what the first one did.
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    if ContactMoment.objects.filter(form_key=form_key).exists():
        return None
    kept = {
        name: [one[:MOST_CHARACTERS] for one in typed[name]]
        for name in FIELDS
        if any(typed.get(name, ()))
    }
    if not any(name in kept for name in WORDS):
        forget(household, form_key=form_key, by=by)
        return None
    draft: NoteDraft
    draft, _is_new = NoteDraft.objects.update_or_create(
        user=by,
        household=household,
        defaults={"typed": json.dumps(kept), "form_key": form_key, "updated_at": at},
    )
    return draft


def draft_of(household: Household, *, by: User) -> NoteDraft | None:
    """What somebody was typing about a household."""
    return NoteDraft.objects.filter(household=household, user=by).first()


def typed_in(draft: NoteDraft) -> dict[str, list[str]]:
    """The values of the fields, as they were typed."""
    typed: dict[str, list[str]] = json.loads(draft.typed)
    return typed


def forget(household: Household, *, form_key: uuid.UUID, by: User) -> None:
    """Erases a draft, unless it was typed in another form meanwhile."""
    NoteDraft.objects.filter(household=household, user=by, form_key=form_key).delete()


def erase_old(*, at: dt.datetime) -> None:
    """Erases drafts that nobody went on with."""
    NoteDraft.objects.filter(updated_at__lte=at - KEPT_FOR).delete()
