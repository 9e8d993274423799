"""What to ask whom, so that a better match is found; each goes on a list by a press."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from families.models import Household, SupportOffer, SupportRequest, Task
from matching.core.explain import Question, question_that_matters
from matching.reasons import QUESTIONS, question_in_words
from matching.workbench import Search


@dataclass(frozen=True)
class Ask:
    """Something to ask one family, or the colleague who knows it.

    Attributes:
        who: whom to ask, for the hidden words of a button.
        about: reference of the request or offer of who is asked.
        text: the question, as it comes on the list.
        url: where the answer is written down; "" where a colleague does that.
        task: the open task, where it is on somebody's list already.
        own: whether that is the list of who looks.
    """

    who: str
    about: str
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


class Lists:
    """Which questions are on somebody's list already; asks the database once."""

    def __init__(self, search: Search, abouts: Iterable[str]) -> None:
        self.user = search.user
        tasks = (
            Task.objects.visible_to(search.user)
            .open()
            .filter(kind=Task.Kind.QUESTION, about__in=set(abouts))
            .select_related("coordinator__user", "household")
            .order_by("pk")
        )
        self.tasks = {(task.about, task.text): task for task in reversed(tasks)}

    def ask(self, who: str, about: str, text: str, url: str = "") -> Ask:
        """The question, with the task that stands for it if there is one."""
        task = self.tasks.get((about, text))
        own = bool(
            task and task.coordinator and task.coordinator.user_id == self.user.pk
        )
        return Ask(who, about, text, url, task, own)


def question_of(search: Search) -> QuestionThatMatters | None:
    """The question whose answer would change the first candidates most."""
    question = question_that_matters(search.pool, 0, search.weights)
    if question is None:
        return None
    offer = _offer(search, question)
    household = search.request.family.household
    sentence = question_in_words(
        question,
        request=search.names.request(household),
        offer=search.label(offer) if offer else "",
    )
    sides: Sequence[SupportRequest | SupportOffer | None] = {
        "request": [search.request],
        "offer": [offer],
        "both": [search.request, offer],
    }[question.side]
    asked = [one for one in sides if one]
    lists = Lists(search, [search.request.reference, *(one.reference for one in asked)])
    return QuestionThatMatters(
        sentence, [_ask(search, lists, one, question.code) for one in asked]
    )


def wish_url(
    household: Household, wishes: SupportRequest | SupportOffer, section: str = ""
) -> str:
    """Where the wishes of a family are written down, at one section."""
    try:
        url = reverse(
            "families:wish-edit",
            kwargs={"reference": household.reference, "wish": wishes.reference},
        )
    except NoReverseMatch:
        return reverse("family-detail", args=[household.reference])
    return f"{url}#{section}" if section else url


def _offer(search: Search, question: Question) -> SupportOffer | None:
    if question.col is None:
        return None
    return search.offers_at([question.col])[question.col]


def _ask(
    search: Search, lists: Lists, wishes: SupportRequest | SupportOffer, code: str
) -> Ask:
    household = wishes.family.household
    what = str(QUESTIONS[code])
    if search.names.knows(household):
        name = search.names.support(household)
        url = wish_url(household, wishes, code)
        return lists.ask(name, wishes.reference, what, url)
    # Nobody asks a family of another office: the colleague who knows it does.
    text = _("Ask your colleague about a %(family)s: %(question)s") % {
        "family": search.label(wishes),
        "question": what,
    }
    who = _("your colleague in %(place)s") % {"place": household.municipality.name}
    return lists.ask(who, search.request.reference, text)


def unlocks_of(search: Search) -> list[Ask]:
    """What would unlock a match for the request."""
    return []
