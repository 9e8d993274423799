"""A column and its value in words that a family understands."""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Manager, Model
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst, get_text_list
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from families.facts import ages_in_words, moments_in_words, months_in_words
from families.forms.household import DAYPARTS
from families.forms.widgets import PARTS, WEEKDAYS
from families.models import (
    AuditEvent,
    FactSource,
    Household,
    IntakeDraft,
    Location,
    OwnRequest,
    Person,
    Referral,
    StageChange,
    SupportOffer,
    SupportRequest,
)
from families.services.own import REACH
from families.vocabulary import kinds_in, languages_in

APPS = ("families", "matching", "agreements")
# What the models do not name in words.
LABELS = {
    "municipality": gettext_lazy("municipality"),
    "coordinator": gettext_lazy("coordinator"),
    "created_at": gettext_lazy("written down on"),
    "recorded_at": gettext_lazy("written down on"),
    "received_at": gettext_lazy("received on"),
    "redacted_at": gettext_lazy("emptied on"),
    "replaced_on": gettext_lazy("replaced on"),
    "saved_at": gettext_lazy("kept for later on"),
    "submitted_at": gettext_lazy("sent on"),
    "expires_at": gettext_lazy("ends on"),
    "used_at": gettext_lazy("used on"),
    "revoked_at": gettext_lazy("stopped on"),
    "before": gettext_lazy("what it was before"),
    "undo_until": gettext_lazy("can be put back until"),
    "undone_at": gettext_lazy("put back on"),
    "postcode": gettext_lazy("postcode"),
    "area": gettext_lazy("place"),
    "person": gettext_lazy("who"),
    "child": gettext_lazy("child"),
    "referrer": gettext_lazy("referrer"),
    "kind": gettext_lazy("kind"),
}


def label_of(model: type[Model], name: str) -> str:
    """What a column is called."""
    found = model._meta.get_field(name)
    named = str(getattr(found, "verbose_name", ""))
    if name in LABELS and named == name.replace("_", " "):
        return str(LABELS[name])
    return named


def in_words(row: Model, name: str, *, own: set[int]) -> str:
    """A value as people say it; "" where nothing is known.

    Args:
        row: of one of the models that are shown.
        name: of the column.
        own: keys of the people who may be named.
    """
    value = getattr(row, name)
    if isinstance(row, AuditEvent) and name == "fields":
        return _changed(row)
    special = SPECIAL.get((type(row), name)) or MASKS.get(name)
    if special is not None:
        return special(value) if value not in (None, "", 0) else ""
    if isinstance(value, Manager):
        return _listed(
            person.name or _("a child")
            for person in value.all()
            if isinstance(person, Person) and person.pk in own
        )
    found = row._meta.get_field(name)
    if getattr(found, "choices", None) and value not in (None, ""):
        return str(getattr(row, f"get_{name}_display")())
    return _plain(value)


def as_json(row: Model, name: str, *, own: set[int]) -> Any:
    """A value as a computer reads it; people and places by their names."""
    value = getattr(row, name)
    if isinstance(value, Manager):
        return [one.name for one in value.all() if one.pk in own]
    if isinstance(value, Model):
        return in_words(row, name, own=own)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value


def _plain(value: Any) -> str:
    say = next((say for kind, say in PLAIN if isinstance(value, kind)), str)
    return "" if value is None else say(value)


def _moment(value: dt.datetime) -> str:
    return date_format(timezone.localtime(value), "j E Y H:i")


def _kinds(mask: int) -> str:
    return _listed(kind.label for kind in kinds_in(mask))


def _languages(mask: int) -> str:
    return _listed(one.label for one in languages_in(mask))


def _times(mask: int) -> str:
    return _listed(words for bit, words in DAYPARTS if mask >> bit & 1)


def _weekdays(mask: int) -> str:
    return _listed(day for bit, day in enumerate(WEEKDAYS) if mask >> bit & 1)


def _parts(mask: int) -> str:
    return _listed(part for bit, part in enumerate(PARTS) if mask >> bit & 1)


def _fact(name: str) -> str:
    """What a source is about, as the models call it."""
    for model in (SupportRequest, SupportOffer, Household):
        try:
            found: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
        except FieldDoesNotExist:
            continue
        return str(getattr(found, "verbose_name", name))
    return {
        "languages": _("Languages they speak"),
        "has_children": _("has children at home"),
        "places": _("places"),
    }.get(name, name)


def _stage(code: str) -> str:
    """How far a request or offer was: both use the same words."""
    stages = (
        SupportRequest.Stage if code in SupportRequest.Stage else SupportOffer.Stage
    )
    return str(stages(code).label)


def _thing(model: str) -> str:
    """What was seen or changed: a page, or a row of one of our models."""
    found = _model_named(model)
    return _("page") if found is None else str(found._meta.verbose_name)


def _changed(event: AuditEvent) -> str:
    """The names of what changed, as far as they have a name in words."""
    model = _model_named(event.object_type)
    if model is None:
        return ""
    names = {one.name for one in model._meta.get_fields()}
    changed = [name for name in event.fields.split() if name in names]
    # What has no name in words is a count or a key that only the computer needs.
    words = [(name.replace("_", " "), label_of(model, name)) for name in changed]
    return _listed(label for technical, label in words if label != technical)


def _model_named(name: str) -> type[Model] | None:
    for app in APPS:
        try:
            return apps.get_model(app, name)
        except LookupError:
            continue
    return None


def _language(code: str) -> str:
    return str(get_language_info(code)["name_translated"])


# What only the computer needs to put it back.
NOT_TOLD = ("row_version", "beside")


def _before(text: str) -> str:
    """What a family changed as it was, each with its name."""
    former = {
        name: value
        for name, value in json.loads(text).items()
        if name not in NOT_TOLD and value not in (None, "", 0)
    }
    return capfirst("; ".join(_was(name, value) for name, value in former.items()))


def _was(name: str, value: Any) -> str:
    label = label_of(Person if name in REACH else SupportRequest, name)
    say = STORED.get(name) or MASKS.get(name) or _plain
    return f"{label}: {say(value)}"


def _for_a_file_only(_value: Any) -> str:
    return ""


def _referrer(referrer: Any) -> str:
    return f"{referrer.name}, {referrer.organisation}"


def _listed(words: Any) -> str:
    return get_text_list([str(word) for word in words], _("and"))


Say = Callable[[Any], str]
# A moment is a day too, and yes and no are numbers: the first that fits.
PLAIN: tuple[tuple[Any, Say], ...] = (
    (bool, lambda value: _("yes") if value else _("no")),
    (dt.datetime, _moment),
    (dt.date, lambda value: date_format(value, "j E Y")),
    (dt.time, lambda value: f"{value:%H.%M}"),
    (Person, lambda value: value.name or _("somebody without a name")),
    ((float, Decimal), number_format),
)
MASKS: dict[str, Say] = {
    "kinds": _kinds,
    "moments": moments_in_words,
    "stays": moments_in_words,
    "occupied_moments": moments_in_words,
    "ages": ages_in_words,
    "languages": _languages,
    "preferred_language": _languages,
    "call_dayparts": _times,
    "weekdays": _weekdays,
    "dayparts": _parts,
    "duration_months": months_in_words,
}
# As a request of a family keeps them.
STORED: dict[str, Say] = {
    "stage": _stage,
    "waiting_since": lambda value: _plain(dt.date.fromisoformat(value)),
    "paused_until": lambda value: _plain(dt.date.fromisoformat(value)),
}
SPECIAL: dict[tuple[type[Model], str], Say] = {
    (FactSource, "field"): _fact,
    (StageChange, "stage"): _stage,
    (AuditEvent, "object_type"): _thing,
    (Referral, "referrer"): _referrer,
    (OwnRequest, "before"): _before,
    (Person, "not_yet_born"): lambda _value: _("yes"),
    (Person, "site_language"): _language,
    (IntakeDraft, "language"): _language,
    # The place of the postcode, which is told.
    (Location, "latitude"): _for_a_file_only,
    (Location, "longitude"): _for_a_file_only,
}
