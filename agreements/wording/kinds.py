"""Each kind of support as a heading, and as a whole sentence for each place."""

from typing import Any

from django.utils.translation import gettext_lazy, ngettext_lazy

from agreements.models import AgreementItem
from families.vocabulary import SupportKind

Where = AgreementItem.Where

# Short names, as headings.
KINDS = {
    SupportKind.PLAY: gettext_lazy("Playing"),
    SupportKind.MEAL: gettext_lazy("Having a meal"),
    SupportKind.SLEEPOVER: gettext_lazy("Sleeping over"),
    SupportKind.TRANSPORT: gettext_lazy("Bringing and fetching"),
    SupportKind.HOMEWORK: gettext_lazy("Homework"),
    SupportKind.OUTING: gettext_lazy("Something nice together"),
    SupportKind.BIRTHDAY: gettext_lazy("Birthday"),
    SupportKind.SCHOOL_TALK: gettext_lazy("Talk at school"),
    SupportKind.LISTENING: gettext_lazy("Somebody to talk to"),
    SupportKind.OTHER: gettext_lazy("Something else"),
}

# One whole sentence for each kind of support and place. The plural is for more
# children. Where the kind says enough about the place, one sentence serves all.
SENTENCES: dict[tuple[int, str], Any] = {
    (SupportKind.PLAY, Where.SUPPORT_FAMILY): ngettext_lazy(
        "%(when)s %(children)s plays at the home of %(support)s.",
        "%(when)s %(children)s play at the home of %(support)s.",
        "n",
    ),
    (SupportKind.PLAY, Where.REQUEST_FAMILY): ngettext_lazy(
        "%(when)s somebody of %(support)s plays with %(children)s at home.",
        "%(when)s somebody of %(support)s plays with %(children)s at home.",
        "n",
    ),
    (SupportKind.PLAY, Where.ELSEWHERE): ngettext_lazy(
        "%(when)s %(children)s plays somewhere else, together with %(support)s.",
        "%(when)s %(children)s play somewhere else, together with %(support)s.",
        "n",
    ),
    (SupportKind.MEAL, Where.SUPPORT_FAMILY): ngettext_lazy(
        "%(when)s %(children)s has a meal at the home of %(support)s.",
        "%(when)s %(children)s have a meal at the home of %(support)s.",
        "n",
    ),
    (SupportKind.MEAL, Where.REQUEST_FAMILY): ngettext_lazy(
        "%(when)s somebody of %(support)s has a meal with %(children)s at home.",
        "%(when)s somebody of %(support)s has a meal with %(children)s at home.",
        "n",
    ),
    (SupportKind.MEAL, Where.ELSEWHERE): ngettext_lazy(
        "%(when)s %(children)s has a meal somewhere else, together with %(support)s.",
        "%(when)s %(children)s have a meal somewhere else, together with %(support)s.",
        "n",
    ),
    (SupportKind.SLEEPOVER, Where.SUPPORT_FAMILY): ngettext_lazy(
        "%(when)s %(children)s sleeps at the home of %(support)s.",
        "%(when)s %(children)s sleep at the home of %(support)s.",
        "n",
    ),
    (SupportKind.SLEEPOVER, Where.REQUEST_FAMILY): ngettext_lazy(
        "%(when)s somebody of %(support)s stays the night with %(children)s at home.",
        "%(when)s somebody of %(support)s stays the night with %(children)s at home.",
        "n",
    ),
    (SupportKind.SLEEPOVER, Where.ELSEWHERE): ngettext_lazy(
        "%(when)s %(children)s sleeps somewhere else, together with %(support)s.",
        "%(when)s %(children)s sleep somewhere else, together with %(support)s.",
        "n",
    ),
    (SupportKind.TRANSPORT, ""): ngettext_lazy(
        "%(when)s %(children)s goes to school, sport or swimming lessons with"
        " %(support)s.",
        "%(when)s %(children)s go to school, sport or swimming lessons with"
        " %(support)s.",
        "n",
    ),
    (SupportKind.HOMEWORK, Where.SUPPORT_FAMILY): ngettext_lazy(
        "%(when)s %(children)s does homework at the home of %(support)s.",
        "%(when)s %(children)s do homework at the home of %(support)s.",
        "n",
    ),
    (SupportKind.HOMEWORK, Where.REQUEST_FAMILY): ngettext_lazy(
        "%(when)s somebody of %(support)s helps %(children)s with homework at home.",
        "%(when)s somebody of %(support)s helps %(children)s with homework at home.",
        "n",
    ),
    (SupportKind.HOMEWORK, Where.ELSEWHERE): ngettext_lazy(
        "%(when)s %(children)s does homework somewhere else, with help of %(support)s.",
        "%(when)s %(children)s do homework somewhere else, with help of %(support)s.",
        "n",
    ),
    (SupportKind.OUTING, ""): ngettext_lazy(
        "%(when)s %(children)s does something nice together with %(support)s.",
        "%(when)s %(children)s do something nice together with %(support)s.",
        "n",
    ),
    (SupportKind.BIRTHDAY, ""): ngettext_lazy(
        "%(when)s somebody of %(support)s helps with the birthday of %(children)s.",
        "%(when)s somebody of %(support)s helps with the birthdays of %(children)s.",
        "n",
    ),
    (SupportKind.SCHOOL_TALK, ""): ngettext_lazy(
        "%(when)s somebody of %(support)s comes along to a talk at school about"
        " %(children)s.",
        "%(when)s somebody of %(support)s comes along to a talk at school about"
        " %(children)s.",
        "n",
    ),
    (SupportKind.LISTENING, ""): ngettext_lazy(
        "%(when)s somebody of %(support)s is there for %(request)s to talk to.",
        "%(when)s somebody of %(support)s is there for %(request)s to talk to.",
        "n",
    ),
    (SupportKind.OTHER, Where.SUPPORT_FAMILY): ngettext_lazy(
        "%(when)s %(children)s is at the home of %(support)s.",
        "%(when)s %(children)s are at the home of %(support)s.",
        "n",
    ),
    (SupportKind.OTHER, Where.REQUEST_FAMILY): ngettext_lazy(
        "%(when)s somebody of %(support)s is with %(children)s at home.",
        "%(when)s somebody of %(support)s is with %(children)s at home.",
        "n",
    ),
    (SupportKind.OTHER, Where.ELSEWHERE): ngettext_lazy(
        "%(when)s %(children)s is somewhere else, together with %(support)s.",
        "%(when)s %(children)s are somewhere else, together with %(support)s.",
        "n",
    ),
}
# These kinds say nothing about the place, and may be at somebody's home.
PLACES = {
    Where.SUPPORT_FAMILY: gettext_lazy("That is at the home of %(support)s."),
    Where.REQUEST_FAMILY: gettext_lazy("That is at the home of %(request)s."),
}
WITH_A_PLACE = {SupportKind.OUTING, SupportKind.BIRTHDAY, SupportKind.LISTENING}
