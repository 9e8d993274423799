"""Tasks in words, as lists beside the rows of Vandaag tell them."""

from collections.abc import Iterable

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from families.models import OwnRequest, Task

# What a family does itself, at the moment of which its tasks are closed.
STOPPING = (OwnRequest.Kind.WITHDRAW, OwnRequest.Kind.STOP)


def in_words(tasks: Iterable[Task]) -> dict[int, str]:
    """Each of these tasks, whose households are loaded, as one sentence by its key.

    Of what a family asked it says what that was. Of what was closed because the family
    stopped it says so: nobody did it.
    """
    tasks = list(tasks)
    households = {
        task.household_id
        for task in tasks
        if task.done_at or task.kind == Task.Kind.OWN_REQUEST
    }
    asked: list[OwnRequest] = []
    if households:
        asked = list(OwnRequest.objects.filter(household__in=households))
    by_reference = {one.reference: one for one in asked}
    stopped = {
        (one.household_id, one.asked_at): one for one in asked if one.kind in STOPPING
    }
    words = {}
    for task in tasks:
        what = _what(task, by_reference.get(task.about))
        ended = stopped.get((task.household_id, task.done_at))
        if ended is None:
            words[task.pk] = capfirst(what)
        elif ended.kind == OwnRequest.Kind.WITHDRAW:
            words[task.pk] = _("Stopped: %(what)s (consent withdrawn)") % {"what": what}
        else:
            words[task.pk] = _("Stopped: %(what)s (they stopped)") % {"what": what}
    return words


def _what(task: Task, asked: OwnRequest | None) -> str:
    names = {"name": task.household.name}
    if task.kind == Task.Kind.FIRST_CALL:
        return _("first talk with the %(name)s family") % names
    if task.kind == Task.Kind.CALL_AGAIN:
        return _("another call to the %(name)s family") % names
    if task.kind == Task.Kind.DOUBLE:
        return _("looked whether the %(name)s family applied twice") % names
    # What they asked is in their words; what we were to do stands in the task.
    kind = asked.get_kind_display() if asked else task.get_kind_display()
    return _("%(what)s: the %(name)s family") % (names | {"what": task.text or kind})
