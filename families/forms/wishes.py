"""The editor of what a family asks or gives."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from families.facts import in_words, label_of, source_in_words
from families.forms.base import StaleCheck
from families.forms.fields import AgeField, CleanTextField, ForgivingDateField
from families.forms.household import YesNoField
from families.forms.wish_fields import (
    ROW,
    AgesField,
    ChildrenField,
    DemandField,
    KilometresField,
    LanguageField,
    MonthsField,
    OneOfField,
    QuestionsField,
    SourceFields,
    SpokenField,
    WishedKindsField,
    WishedMomentsField,
)
from families.models import (
    MOST_PLACES,
    FactSource,
    SupportOffer,
    SupportRequest,
    Task,
)
from families.services.pauses import may_pause
from families.services.wishes import (
    AGE,
    DERIVED,
    NO_PAUSE,
    PAUSE,
    SPEAKS,
    WITHOUT_END,
    WishRows,
    is_asked,
)
from families.sheet import with_age
from families.vocabulary import Frequency, SupportKind, mask_of

# Nobody is asked for their own words, or for a pause.
TOLD_UNASKED = ("kinds_other", "remarks", PAUSE)
# So much of what is known fits beside the title of a section.
TOLD_AT_MOST = 80
# Enough to see whether two values are the same.
FINGERPRINT_BYTES = 6
HOME_NOW = ("dog", "cat", "other_animal", "smoking", "stairs")
HOME_THERE = ("no_dog", "no_cat", "no_other_animal", "no_smoking", "no_stairs")
Difference = tuple[str, str, str]


@dataclass(frozen=True)
class Group:
    """Fields of a section that belong together; `title` may be ""."""

    title: str
    fields: list[forms.BoundField]


@dataclass(frozen=True)
class Section:
    """A part of the editor.

    Attributes:
        code: that of the criterion it answers.
        n_asked: how many of its facts can be asked.
        n_missing: how many of those nobody asked yet.
        told: what is known, where it is one thing that fits on a line; else "".
        to_see: whether something in it is wrong, or was changed and not saved.
    """

    code: str
    title: str
    groups: list[Group]
    n_asked: int
    n_missing: int
    told: str
    to_see: bool


def fingerprint(value: Any) -> str:
    """A short code by which a form knows what it showed."""
    text = repr(value.normalize() if hasattr(value, "normalize") else value)
    return hashlib.blake2s(text.encode(), digest_size=FINGERPRINT_BYTES).hexdigest()


class WishesForm(StaleCheck, SourceFields):
    """What both sides say; the two forms below add what is theirs.

    The form remembers what it showed: only what somebody changed is written, also when
    a colleague changed something else meanwhile.
    """

    mark_optional = False
    stale_message = _(
        "Somebody else has just changed this. Below it says what. Your own changes are"
        " still there: save again to keep them."
    )
    sections_of: tuple[tuple[str, Any, tuple[tuple[Any, tuple[str, ...]], ...]], ...]

    kinds = WishedKindsField(
        label=_("Which support?"),
        help_text=_("Nothing ticked means: not asked yet."),
    )
    kinds_other = CleanTextField(
        label=_("Something else: what?"), max_length=300, required=False
    )
    frequency = forms.ChoiceField(
        label=_("How often?"),
        choices=[*Frequency.choices, ("", _("Not asked yet"))],
        required=False,
        widget=forms.RadioSelect(attrs=ROW),
    )
    moments = WishedMomentsField(label=_("At which moments?"))
    no_dog = DemandField(label=_("No dog"))
    no_cat = DemandField(label=_("No cat"))
    no_other_animal = DemandField(label=_("No other animal"))
    no_smoking = DemandField(label=_("Nobody smokes indoors"))
    no_stairs = DemandField(label=_("No stairs"))
    dog = YesNoField(label=_("Is there a dog?"))
    cat = YesNoField(label=_("Is there a cat?"))
    other_animal = YesNoField(label=_("Is there another animal?"))
    smoking = YesNoField(label=_("Does somebody smoke indoors?"))
    stairs = YesNoField(label=_("Are there stairs?"))
    max_distance_km = KilometresField(
        label=_("At most how many kilometres away?"),
        help_text=_(
            "1 km is on foot, 3 km by bicycle, 10 km by car. Empty means: not asked"
            " yet."
        ),
        required=False,
    )
    language_demand = DemandField(label=_("Does a shared language matter?"))
    duration_months = MonthsField(
        label=_("For how long, about?"),
        help_text=_("In months or years: 8, or 2 jaar. Empty means: not asked yet."),
        required=False,
    )
    remarks = CleanTextField(
        label=_("What else is good to know?"),
        multiline=True,
        max_length=4000,
        required=False,
    )

    answered = QuestionsField(label=_("Which question does this answer?"))

    def __init__(
        self,
        *args: Any,
        rows: WishRows,
        on: dt.date,
        sources: Iterable[FactSource] = (),
        questions: Iterable[Task] = (),
        **kwargs: Any,
    ) -> None:
        self.rows = rows
        self.on = on
        self.now = {
            name: value for name, value in rows.values.items() if name not in DERIVED
        }
        kwargs.setdefault("initial", dict(self.now))
        super().__init__(*args, row_version=rows.version, **kwargs)
        self.fields["shown"] = CurrentShownField(
            widget=forms.HiddenInput,
            required=False,
            initial=json.dumps(
                {name: fingerprint(one) for name, one in self.now.items()}
            ),
        )
        self.fields["answered"].offer(questions)
        if not questions:
            del self.fields["answered"]
        self._ask_people()
        self._say_sources({source.field: source for source in sources})
        for name in ("kinds", "moments", "ages"):
            if name in self.fields:
                self.fields[name].offer_to_clear(self.now[name])

    def clean(self) -> dict[str, Any] | None:
        """What was typed; kept beside what changed meanwhile when it is stale."""
        cleaned = super().clean()
        self.sent = self.answers()
        self.touched = self._touched()
        if self.has_error(NON_FIELD_ERRORS, code="stale"):
            self._differences = list(self._differ())
            self._take_over()
        return cleaned

    def answers(self) -> dict[str, Any]:
        """The value of each field that was understood, by its name in the rows."""
        sent = {
            name: self.cleaned_data[name]
            for name in self.now
            if name in self.cleaned_data
        }
        # Absent where they could not be kept, such as words that are too long.
        own_words = sent.get("kinds_other")
        if "kinds" in sent and own_words and own_words != self.now["kinds_other"]:
            # Words about something else tick that box too.
            sent["kinds"] |= mask_of([SupportKind.OTHER])
        return sent

    def changes(self) -> dict[str, Any]:
        """What somebody changed on this page, and nothing else."""
        return {name: self.sent[name] for name in self.touched if name in self.sent}

    def meanwhile(self) -> list[Difference]:
        """What somebody else changed: what it is about, what stands now, what was sent.

        The last is "" where nobody changed it on this page: that is taken over.
        """
        return getattr(self, "_differences", [])

    def sections(self) -> Iterator[Section]:
        """The fields in the order of the page."""
        for code, title, groups in self.sections_of:
            shown = [
                Group(str(name), [self[one] for one in self._names(fields)])
                for name, fields in groups
            ]
            shown = [group for group in shown if group.fields]
            if shown or (code in DERIVED and code in self.rows.values):
                yield self._section(code, str(title), shown)

    def _section(self, code: str, title: str, groups: list[Group]) -> Section:
        """A section, with what is known of it and what is missing."""
        fields = [field for group in groups for field in group.fields]
        now = self.rows.values
        names = [field.name for field in fields if field.name in now]
        names += [code] * (code in DERIVED)
        asked = [name for name in names if name not in TOLD_UNASKED]
        missing = [name for name in asked if not is_asked(now[name])]
        said = [name for name in names if is_asked(now[name])]
        told = ""
        if len(said) == 1 and not missing:
            told = Truncator(in_words(self.rows, said[0], now[said[0]]))
            told = told.chars(TOLD_AT_MOST)
        unsaved = getattr(self, "touched", set())
        to_see = any(one.errors or one.name in unsaved for one in fields)
        return Section(code, title, groups, len(asked), len(missing), told, to_see)

    def _names(self, fields: tuple[str, ...]) -> list[str]:
        """Names of fields; one that ends in a dash is the first part of several."""
        names = []
        for one in fields:
            several = [name for name in self.fields if name.startswith(one)]
            names += several if one.endswith("-") else [one] * (one in self.fields)
        return names

    def _ask_people(self) -> None:
        for person in self.rows.adults:
            name = person.name or gettext("somebody whose name we do not know")
            self.fields[SPEAKS + person.reference] = SpokenField(
                label=gettext("Which languages does %(name)s speak?") % {"name": name},
                spoken=person.languages,
            )

    def _say_sources(self, known: dict[str, Any]) -> None:
        for name, value in self.now.items():
            source = source_in_words(self.rows, name, value, known, on=self.on)
            if source and name in self.fields:
                asked = self.fields[name]
                words = gettext("Told: %(source)s.") % {"source": source}
                asked.help_text = f"{asked.help_text} {words}".strip()

    def _shown(self) -> dict[str, str]:
        try:
            shown = json.loads(self.cleaned_data.get("shown") or "{}")
        except ValueError:
            return {}
        return shown if isinstance(shown, dict) else {}

    def _touched(self) -> set[str]:
        shown = self._shown()
        return {
            name
            for name in self.now
            if name not in self.sent or fingerprint(self.sent[name]) != shown.get(name)
        }

    def _differ(self) -> Iterator[Difference]:
        shown = self._shown()
        for name, now in self.now.items():
            if shown.get(name) == fingerprint(now) or self.sent.get(name) == now:
                continue
            sent = ""
            if name in self.touched and name in self.sent:
                sent = in_words(self.rows, name, self.sent[name])
            yield label_of(self.rows, name), in_words(self.rows, name, now), sent

    def _take_over(self) -> None:
        """Shows what stands now wherever nobody changed anything on this page."""
        self.data = self.data.copy()
        for name in set(self.now) - self.touched:
            for key, value in self._as_typed(name, self.now[name]).items():
                self.data.setlist(key, value)

    def _as_typed(self, name: str, value: Any) -> dict[str, list[str]]:
        """The keys and values that a browser would send for a value."""
        prepared = self.fields[name].prepare_value(value)
        if isinstance(prepared, list | tuple):
            return {name: [str(one) for one in prepared]}
        return {name: [] if prepared is None else [str(prepared)]}


class CurrentShownField(forms.CharField):
    """Always what the page shows now, also when the form is shown again."""

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class RequestWishesForm(WishesForm):
    """What a family asks."""

    children_at_home = DemandField(label=_("A family with children at home"))
    preferred_language = LanguageField(label=_("Which language do they like best?"))
    sections_of = (
        ("children", _("For which children"), (("", ("children",)),)),
        ("ages", _("Ages"), (("", (AGE,)),)),
        ("kinds", _("Kind of support"), (("", ("kinds", "kinds_other")),)),
        ("frequency", _("How often"), (("", ("frequency",)),)),
        ("moments", _("Moments"), (("", ("moments",)),)),
        (
            "home",
            _("At home"),
            (
                (
                    _("What matters at the support family's home"),
                    (*HOME_THERE, "children_at_home"),
                ),
                (_("How it is at their own home"), HOME_NOW),
            ),
        ),
        ("distance", _("Distance"), (("", ("max_distance_km",)),)),
        (
            "language",
            _("Languages"),
            (("", (SPEAKS, "preferred_language", "language_demand")),),
        ),
        ("custody", _("Custody"), ()),
        ("duration", _("Duration"), (("", ("duration_months",)),)),
        ("remarks", _("Remarks"), (("", ("remarks",)),)),
    )

    def _ask_people(self) -> None:
        super()._ask_people()
        children = self.rows.children
        self.fields["children"] = ChildrenField(
            label=_("For which children is this request?"),
            choices=[(one.pk, with_age(one, self.on)) for one in children],
            # Who may be searched for is for somebody.
            required=bool(self.rows.chosen),
            error_messages={"required": _("Choose for which children it is.")},
        )
        if not children:
            del self.fields["children"]
        for child in children:
            if child.reference in self.rows.without_age:
                label = gettext("How old is %(name)s?") % {
                    "name": child.name or gettext("a child")
                }
                name = AGE + child.reference
                self.fields[name] = AgeField(label=label, required=False)


class OfferWishesForm(WishesForm):
    """What a family gives."""

    ages = AgesField(
        label=_("Children of which ages?"),
        help_text=_("Nothing ticked means: not asked yet."),
    )
    children_at_once = OneOfField(
        label=_("How many children at once?"), choices=[(n, n) for n in range(1, 7)]
    )
    only_when_both_home = YesNoField(
        label=_("Only when both adults are home?"),
    )
    visit_length = forms.ChoiceField(
        label=_("About how long each time?"),
        choices=[*SupportOffer.VisitLength.choices, ("", _("Not asked yet"))],
        required=False,
        widget=forms.RadioSelect(attrs=ROW),
    )
    has_children = YesNoField(label=_("Are there children at home?"))
    places = forms.TypedChoiceField(
        label=_("For how many families is there room?"),
        coerce=int,
        widget=forms.RadioSelect(attrs=ROW),
    )
    pause = forms.TypedChoiceField(
        label=_("Does this family take a pause?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect(attrs=ROW),
    )
    pause_until = ForgivingDateField(
        label=_("Until when?"),
        help_text=_(
            "On that day you get a task to ask it. Empty means: nobody knows yet."
        ),
        required=False,
    )
    sections_of = (
        ("kinds", _("Kind of support"), (("", ("kinds", "kinds_other")),)),
        ("frequency", _("How often"), (("", ("frequency", "visit_length")),)),
        ("moments", _("Moments"), (("", ("moments",)),)),
        ("ages", _("Ages"), (("", ("ages",)),)),
        ("children", _("Number of children"), (("", ("children_at_once",)),)),
        (
            "home",
            _("At home"),
            (
                (
                    _("How it is at their home"),
                    (*HOME_NOW, "has_children", "only_when_both_home"),
                ),
                (_("What matters at the other family's home"), HOME_THERE),
            ),
        ),
        ("distance", _("Distance"), (("", ("max_distance_km",)),)),
        ("language", _("Languages"), (("", (SPEAKS, "language_demand")),)),
        ("duration", _("Duration"), (("", ("duration_months",)),)),
        ("places", _("Places"), (("", ("places",)),)),
        ("pause", _("Pause"), (("", ("pause", "pause_until")),)),
        ("remarks", _("Remarks"), (("", ("remarks",)),)),
    )

    def __init__(self, *args: Any, rows: WishRows, **kwargs: Any) -> None:
        now = dict(rows.values)
        pause = now[PAUSE]
        now[PAUSE] = "no" if pause is NO_PAUSE else "yes"
        now["pause_until"] = pause if isinstance(pause, dt.date) else None
        kwargs.setdefault("initial", now)
        super().__init__(*args, rows=rows, **kwargs)
        numbers = range(min(1, rows.n_places), MOST_PLACES + 1)
        self.fields["places"].choices = [(n, str(n)) for n in numbers]
        if not may_pause(rows.wishes):
            del self.fields["pause"], self.fields["pause_until"]

    def answers(self) -> dict[str, Any]:
        sent = super().answers()
        if PAUSE in sent:
            until = self.cleaned_data.get("pause_until") or WITHOUT_END
            sent[PAUSE] = until if sent[PAUSE] else NO_PAUSE
        elif PAUSE not in self.fields:
            sent[PAUSE] = self.now[PAUSE]
        return sent

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        until = self.cleaned_data.get("pause_until")
        if until and PAUSE in self.touched and until <= self.on:
            message = gettext("Choose a day that is still to come.")
            self.add_error("pause_until", ValidationError(message, code="past"))
        return cleaned

    def _as_typed(self, name: str, value: Any) -> dict[str, list[str]]:
        if name != PAUSE:
            return super()._as_typed(name, value)
        if PAUSE not in self.fields:
            return {}
        until = self.fields["pause_until"].prepare_value(
            value if isinstance(value, dt.date) else None
        )
        return {
            PAUSE: ["no" if value is NO_PAUSE else "yes"],
            "pause_until": [until] if until else [],
        }


def form_of(wishes: SupportRequest | SupportOffer) -> type[WishesForm]:
    """The form for a request, or that for an offer."""
    if isinstance(wishes, SupportRequest):
        return RequestWishesForm
    return OfferWishesForm
