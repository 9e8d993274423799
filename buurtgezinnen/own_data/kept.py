"""How it is said of a column that it is shown, or why it is not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from buurtgezinnen.own_data.subject import Subject

Rows = Callable[[Subject], "QuerySet[Any]"]

COMPUTER = _("A number or key by which the computer finds it.")
SECRET = _("A secret in code. Nobody can read it, also we cannot.")
COLLEAGUE = _("Who of us wrote it down. Ask your coordinator.")
BELONGS = _("It only says what it belongs to.")
OTHERS = _("It is about another person or another family.")
TOGETHER = _("It is about you and another family together.")
CHILD = _("What a child said itself belongs to the child.")
NOBODY = _("It is about nobody of your family.")


@dataclass(frozen=True)
class Kept:
    """What we hold in one model, and which of it is shown.

    Attributes:
        title: what the rows are called.
        rows: those about somebody.
        shown: columns that are shown, in this order.
        left: why each other column is not.
        of_ours: columns with words of ours, in which others may be named.
    """

    model: type[Model]
    title: Any
    rows: Rows
    shown: tuple[str, ...]
    left: Mapping[str, Any] = field(default_factory=dict)
    of_ours: tuple[str, ...] = ()


def left(**reasons: Any) -> dict[str, Any]:
    """Columns that are left out, from a reason to the names in one text."""
    why = {
        "computer": COMPUTER,
        "coded": SECRET,
        "colleague": COLLEAGUE,
        "belongs": BELONGS,
        "others": OTHERS,
        "together": TOGETHER,
        "child": CHILD,
    }
    return {name: why[key] for key, names in reasons.items() for name in names.split()}


# Both families of a pair, for rows of which the side matters.
PAIR = ("request__family__household", "offer__family__household")
