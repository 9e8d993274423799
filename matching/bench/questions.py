"""What to ask whom, so that a better match is found; each goes on a list by a press."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from families.models import SupportOffer, SupportRequest, Task
from matching.bench.search import Search
from matching.core.explain import question_that_matters
from matching.engine.planning import PoolPlan, unlocks_in
from matching.wording.reasons import TASKS, question_in_words
from matching.wording.unlock_words import UnlockLine


@dataclass(frozen=True)
class Ask:
    """Something to ask one family, or the colleague who knows it.

    Attributes:
        family: who is asked.
        button: what the button says that puts it on the list.
        household: reference of the own family that it is about.
        text: the question, as it comes on the list.
        url: where the answer is written down; "" where a colleague does that.
        task: the open task, where it is on somebody's list already.
        own: whether that is the list of who looks.
    """

    family: str
    button: str
    household: str
    text: str
    url: str = ""
    task: Task | None = None
    own: bool = False


@dataclass(frozen=True)
class QuestionThatMatters:
    """The one question that would change the ranking most.

    Attributes:
        asks: one for each family to be asked.
    """

    sentence: str
    asks: list[Ask]


@dataclass(frozen=True)
class UnlockAsk:
    """What would unlock a match, and the button that makes a task of it."""

    line: UnlockLine
    ask: Ask


class Questions:
    """The questions about one request; those on a list already say so."""

    def __init__(self, search: Search, found: PoolPlan) -> None:
        self.search = search
        self.found = found

    @cached_property
    def tasks(self) -> dict[tuple[str, str], Task]:
        """Open questions about the request, by who is asked and what."""
        tasks = (
            Task.objects.visible_to(self.search.user)
            .open()
            .filter(kind=Task.Kind.QUESTION, about=self.search.request.reference)
            .select_related("coordinator__user", "household")
            .order_by("-pk")
        )
        return {(task.household.reference, task.text): task for task in tasks}

    @property
    def that_matters(self) -> QuestionThatMatters | None:
        """The question whose answer would change the first candidates most."""
        search = self.search
        question = question_that_matters(search.pool, 0, search.weights)
        if question is None:
            return None
        offer = (
            None
            if question.col is None
            else search.offers_at([question.col]).popitem()[1]
        )
        sentence = question_in_words(
            question,
            request=search.names.request(search.request.family.household),
            offer=search.label(offer) if offer else "",
        )
        sides: dict[str, list[Any]] = {
            "request": [search.request],
            "offer": [offer],
            "both": [search.request, offer],
        }
        asks = [self._wishes(one, question.code) for one in sides[question.side] if one]
        return QuestionThatMatters(sentence, asks)

    @property
    def that_unlock(self) -> list[UnlockAsk]:
        """The smallest changes that would give a match, or a better one."""
        search = self.search
        return [
            # On a list the name of the family follows.
            UnlockAsk(
                line,
                self._ask("", line.button, line.household, line.task.removesuffix(".")),
            )
            for line in unlocks_in(self.found, search.request, search.user)
        ]

    def _wishes(self, wishes: SupportRequest | SupportOffer, code: str) -> Ask:
        """The question about one side of a pair."""
        household = wishes.family.household
        what = str(TASKS[code])
        asks = wishes == self.search.request
        family = (
            self.search.names.request(household) if asks else self.search.label(wishes)
        )
        button = _("Put it on my list")
        if self.search.names.knows(household):
            url = wish_url(wishes, code, back=self.search.request)
            return self._ask(family, button, household.reference, what, url)
        # Nobody asks a family of another office: the colleague who knows it does.
        text = _("Call your colleague about a %(family)s. %(what)s") % {
            "family": family,
            "what": what,
        }
        own = self.search.request.family.household
        return self._ask(family, button, own.reference, text)

    def _ask(
        self, family: str, button: str, household: str, text: str, url: str = ""
    ) -> Ask:
        task = self.tasks.get((household, text))
        own = bool(
            task
            and task.coordinator
            and task.coordinator.user_id == self.search.user.pk
        )
        return Ask(family, button, household, text, url, task, own)


def wish_url(
    wishes: SupportRequest | SupportOffer, section: str, *, back: SupportRequest
) -> str:
    """Where the wishes of a family are written down, and back to a workbench."""
    bench = reverse("matching:bench", args=[back.reference])
    return reverse(
        "families:wish-edit",
        args=[wishes.family.household.reference, wishes.reference],
        query={"veld": section, "next": bench},
        fragment=section,
    )
