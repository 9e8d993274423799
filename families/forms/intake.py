"""The pages of both applications: each form asks, reads and repeats one question."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from families import moments
from families.forms.base import HouseForm
from families.forms.fields import (
    AgeField,
    CleanTextField,
    KindsField,
    MomentsField,
    PostcodeField,
    TelephoneField,
)
from families.forms.widgets import PARTS, WEEKDAYS
from families.models import Municipality, PostcodeArea
from families.services.intake import (
    ChildTold,
    ContactTold,
    HomeTold,
    Typed,
    taking_part,
)
from families.vocabulary import SupportKind, mask_of

# The version of the texts that people agree to on the page to check everything.
CONSENT_VERSION = "2026-11"

UNKNOWN = _("I do not know that yet")
MOST_CHILDREN = 12
MOST_ADULTS = 6
# Older children are adults: they need a VOG too.
OLDEST_CHILD = 17
YES_NO_UNKNOWN = [("yes", _("Yes")), ("no", _("No")), ("unknown", UNKNOWN)]
FACTS: dict[str, bool | None] = {"yes": True, "no": False, "unknown": None}

Data = MultiValueDict[str, str]
Line = tuple[Any, Any]


class StepForm(HouseForm, forms.Form):
    """One page of questions.

    Args:
        typed: what was sent, or None to show the page.
        left: what an earlier visit left here; shown without being judged.
        earlier: what was typed on every page so far, by slug.
        on: the day of the application.

    Attributes:
        heading: of the page, where no single field is the question.
        why: the reason for asking.
        home: where the family lives, once this page settles it.
    """

    heading: Any = ""
    why: Any = ""
    home: HomeTold | None = None

    def __init__(
        self,
        typed: Data | None = None,
        *,
        left: Typed | None = None,
        earlier: Mapping[str, Typed],
        on: dt.date,
    ) -> None:
        super().__init__(typed)
        self.earlier = earlier
        self.on = on
        shown = MultiValueDict(left) if left is not None else typed
        self.build(shown)
        if left is not None:
            self.initial = {
                name: field.widget.value_from_datadict(shown, {}, name)
                for name, field in self.fields.items()
            }

    def build(self, shown: Data | None) -> None:
        """Finishes the fields that depend on what was typed, here or before."""

    @property
    def title(self) -> Any:
        """The heading of the page, for its title."""
        return self.fields[self.question].label if self.question else self.heading

    def kept(self) -> Typed:
        """What is kept of the page: its fields as they were typed."""
        return {
            name: self.data.getlist(name) for name in self.fields if name in self.data
        }

    def told(self) -> list[Line]:
        """Questions and answers in words, for the page to check everything."""
        raise NotImplementedError


class PostcodeForm(StepForm):
    """The postcode, and with it the municipality unless it lies in two.

    Attributes:
        unknown: whether what was typed is a postcode, but none that we know.
    """

    question = "postcode"
    unknown = False
    why = _(
        "Then we know who works near you. And we look for a family that lives close by."
    )
    postcode = PostcodeField(
        label=_("What is your postcode?"), help_text=_("For example 1431 AB")
    )

    def clean_postcode(self) -> str:
        postcode = self.cleaned_data["postcode"]
        areas = list(PostcodeArea.objects.of(postcode).select_related("municipality"))
        if not areas:
            self.unknown = True
            raise forms.ValidationError(
                _("We do not know ‘%(postcode)s’. Look at your postcode once more."),
                code="unknown",
                params={"postcode": _spaced(postcode)},
            )
        if len(areas) == 1:
            self.home = HomeTold(areas[0].municipality, areas[0], postcode)
        return postcode

    def told(self) -> list[Line]:
        return [(_("Postcode"), _spaced(self.cleaned_data["postcode"]))]


class WhichMunicipalityForm(StepForm):
    """Which municipality, for a postcode that lies in more than one."""

    question = "area"
    why = _("The coordinator of your municipality is going to help you.")
    area = forms.ModelChoiceField(
        PostcodeArea.objects.none(),
        label=_("In which municipality do you live?"),
        help_text=_("Your postcode lies in more than one municipality."),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose your municipality."),
            "invalid_choice": _("Choose one of the municipalities on this page."),
        },
    )

    def build(self, shown: Data | None) -> None:
        self.postcode = _typed_postcode(self.earlier)
        field = self.fields["area"]
        field.queryset = PostcodeArea.objects.of(self.postcode).select_related(
            "municipality"
        )
        field.label_from_instance = lambda area: str(area.municipality)

    def clean_area(self) -> PostcodeArea:
        area = self.cleaned_data["area"]
        self.home = HomeTold(area.municipality, area, self.postcode)
        return area

    def told(self) -> list[Line]:
        return [(_("Municipality"), str(self.cleaned_data["area"].municipality))]


class NoAddressForm(StepForm):
    """The municipality of somebody without a fixed address."""

    question = "municipality"
    why = _("The coordinator of this municipality is going to help you.")
    municipality = forms.ModelChoiceField(
        Municipality.objects.none(),
        label=_("In which municipality are you most of the time?"),
        help_text=_("You can ask for support without a fixed address too."),
        empty_label=_("Choose a municipality"),
        error_messages={
            "required": _("Choose a municipality."),
            "invalid_choice": _("Choose one of the municipalities on this page."),
        },
    )

    def build(self, shown: Data | None) -> None:
        self.fields["municipality"].queryset = taking_part(self.on).order_by("name")

    def clean_municipality(self) -> Municipality:
        municipality = self.cleaned_data["municipality"]
        self.home = HomeTold(municipality)
        return municipality

    def told(self) -> list[Line]:
        return [
            (_("Postcode"), _("None")),
            (_("Municipality"), str(self.cleaned_data["municipality"])),
        ]


class RowsForm(StepForm):
    """The same questions for each child; rows come and go by a button.

    Attributes:
        row_fields: names of the questions in a row.
    """

    row_fields: ClassVar[tuple[str, ...]] = ()
    ADD, REMOVE, ROWS = "add", "remove", "rows"

    def build(self, shown: Data | None) -> None:
        self.n_rows = self._count(shown)
        for number in range(self.n_rows):
            for name in self.row_fields:
                self.fields[f"{name}-{number}"] = self.row_field(name)

    def row_field(self, name: str) -> forms.Field:
        """A field for one question of a row."""
        raise NotImplementedError

    def kept(self) -> Typed:
        return super().kept() | {self.ROWS: [str(self.n_rows)]}

    def changed_rows(self) -> tuple[Typed, int] | None:
        """What is typed after a press on "one more" or "remove"; None without one.

        Returns:
            what is kept, and the index of the row to go on with.
        """
        kept = self.kept()
        if self.ADD in self.data:
            count = min(self.n_rows + 1, MOST_CHILDREN)
            return kept | {self.ROWS: [str(count)]}, count - 1
        gone = self.data.get(self.REMOVE, "")
        if gone not in map(str, range(self.n_rows)):
            return None
        stay = [number for number in range(self.n_rows) if str(number) != gone]
        moved = {
            f"{name}-{new}": kept[f"{name}-{old}"]
            for new, old in enumerate(stay)
            for name in self.row_fields
            if f"{name}-{old}" in kept
        }
        others = {name: typed for name, typed in kept.items() if "-" not in name}
        return others | moved | {self.ROWS: [str(len(stay))]}, max(0, int(gone) - 1)

    def shown_rows(self) -> Iterator[dict[str, Any]]:
        """Each row: its index, its number for people, and its fields."""
        for index in range(self.n_rows):
            fields = [self[f"{name}-{index}"] for name in self.row_fields]
            yield {"index": index, "number": index + 1, "fields": fields}

    @property
    def may_grow(self) -> bool:
        return self.n_rows < MOST_CHILDREN

    def _count(self, shown: Data | None) -> int:
        told = shown.get(self.ROWS, "") if shown else ""
        if not (told.isascii() and told.isdecimal()):
            return 1
        # Only the first figures: nobody has more children, and a huge number is slow.
        return min(max(int(told[:3]), 1), MOST_CHILDREN)


class _AgeUnlessUnbornField(AgeField):
    """An age that the form asks for, unless the box beside it is ticked."""

    default_error_messages = {
        "required": _(
            "Fill in the age. Use a number. For example 6. Or choose ‘Not born yet’."
        ),
        "invalid": _(
            "Fill in the age. Use a number. For example 6. Or choose ‘Not born yet’."
        ),
    }

    def validate(self, value: int | None) -> None:
        """Leaves an empty age to the form."""


class ChildrenForm(RowsForm):
    """The children for whom support is asked: an age each, or not born yet."""

    heading = _("For which children do you ask for support?")
    why = _(
        "A support family wants to know how old the children are. We do not ask for a"
        " date of birth."
    )
    row_fields = ("name", "age", "unborn")

    def row_field(self, name: str) -> forms.Field:
        if name == "name":
            return CleanTextField(
                label=_("Name or letter"), max_length=60, required=False
            )
        if name == "age":
            return _AgeUnlessUnbornField(label=_("Age"), oldest=OLDEST_CHILD)
        return forms.BooleanField(label=_("Not born yet"), required=False)

    def build(self, shown: Data | None) -> None:
        super().build(shown)
        if self.n_rows > 1:
            # In the list above the form it must be clear which child is meant.
            for index in range(self.n_rows):
                message = gettext(
                    "Fill in the age of child %(number)d. Use a number. For example 6."
                    " Or choose ‘Not born yet’."
                ) % {"number": index + 1}
                for code in ("required", "invalid"):
                    self.fields[f"age-{index}"].error_messages[code] = message

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for index in range(self.n_rows):
            name = f"age-{index}"
            told, unborn = cleaned.get(name), cleaned.get(f"unborn-{index}")
            if name in self.errors:
                continue
            if told is None and not unborn:
                message = self.fields[name].error_messages["required"]
                self.add_error(name, forms.ValidationError(message, code="required"))
            if told is not None and unborn:
                self.add_error(name, _("Choose one: an age, or ‘Not born yet’."))
        return cleaned

    def children(self) -> list[ChildTold]:
        """The children as they were told."""
        answers = self.cleaned_data
        return [
            ChildTold(answers[f"age-{index}"], answers[f"name-{index}"])
            for index in range(self.n_rows)
        ]

    def told(self) -> list[Line]:
        return [
            (
                gettext("Child %(number)d") % {"number": number},
                ", ".join(filter(None, [child.name, _age_in_words(child)])),
            )
            for number, child in enumerate(self.children(), start=1)
        ]


class HomePeopleForm(RowsForm):
    """Who live in the home of a support family; a row left empty is no child."""

    heading = _("Who live in your home?")
    why = _(
        "For a family it matters whether there are children to play with. And every"
        " adult needs a VOG."
    )
    row_fields = ("age",)
    adults = forms.TypedChoiceField(
        label=_("How many adults?"),
        help_text=_("Count yourself too, and children of 18 or older."),
        choices=[(number, number) for number in range(1, MOST_ADULTS + 1)],
        coerce=int,
        widget=forms.RadioSelect(attrs={"class": "opts-row"}),
        error_messages={
            "required": _("Choose how many adults live in your home."),
            "invalid_choice": _("Choose a number on this page."),
        },
    )

    def row_field(self, name: str) -> forms.Field:
        return AgeField(
            label=_("Age"),
            required=False,
            oldest=OLDEST_CHILD,
            error_messages={
                "out_of_range": _(
                    "Fill in an age from 0 to 17. Count older children as adults."
                )
            },
        )

    def ages(self) -> tuple[int, ...]:
        """The ages of the children at home."""
        told = (self.cleaned_data[f"age-{index}"] for index in range(self.n_rows))
        return tuple(age for age in told if age is not None)

    def told(self) -> list[Line]:
        ages = ", ".join(map(str, self.ages()))
        return [
            (_("Adults"), self.cleaned_data["adults"]),
            (_("Ages of the children"), ages or _("No children at home")),
        ]


class KindsForm(StepForm):
    """Kinds of support; each side names them from where it stands."""

    question = "kinds"
    asks: Any
    nothing_chosen: Any
    names: ClassVar[dict[SupportKind, Any]]
    kinds = KindsField(
        help_text=_("Choose all that fits. You can change it later."),
        unknown_label=UNKNOWN,
        error_messages={"invalid_choice": _("Choose from the answers on this page.")},
    )
    kinds_other = CleanTextField(
        label=_("Something else: what?"), max_length=300, required=False
    )

    def build(self, shown: Data | None) -> None:
        field = self.fields["kinds"]
        field.label = self.asks
        field.error_messages["required"] = self.nothing_chosen
        field.choices = [
            *((kind.value, name) for kind, name in self.names.items()),
            (KindsField.UNKNOWN, UNKNOWN),
        ]

    def mask(self) -> int:
        """The kinds as bits; words about something else tick that box too."""
        other = mask_of([SupportKind.OTHER]) if self.cleaned_data["kinds_other"] else 0
        return (self.cleaned_data["kinds"] or 0) | other

    def told(self) -> list[Line]:
        mask = self.cleaned_data["kinds"] or 0
        chosen = [name for kind, name in self.names.items() if mask >> kind & 1]
        lines = [(self.asks, _listed(chosen) or UNKNOWN)]
        if self.cleaned_data["kinds_other"]:
            label = self.fields["kinds_other"].label
            lines.append((label, self.cleaned_data["kinds_other"]))
        return lines


class RequestKindsForm(KindsForm):
    asks = _("What would help you?")
    nothing_chosen = _(
        "Choose what would help you. Or choose ‘I do not know that yet’."
    )
    why = _("So we look for a family that would like to do this too.")
    names = {
        SupportKind.PLAY: _("My child plays at another family's home"),
        SupportKind.MEAL: _("My child has a meal there"),
        SupportKind.SLEEPOVER: _("My child sleeps there now and then"),
        SupportKind.TRANSPORT: _(
            "Somebody brings or fetches my child (school, sport, swimming lessons)"
        ),
        SupportKind.HOMEWORK: _("A quiet place for homework"),
        SupportKind.OUTING: _("Doing something nice together"),
        SupportKind.BIRTHDAY: _("Help with a birthday"),
        SupportKind.SCHOOL_TALK: _("Somebody comes along to a talk at school"),
        SupportKind.LISTENING: _("Somebody to talk to"),
        SupportKind.OTHER: _("Something else"),
    }


class SupportKindsForm(KindsForm):
    asks = _("What would you like to do?")
    nothing_chosen = _(
        "Choose what you would like to do. Or choose ‘I do not know that yet’."
    )
    why = _("So we look for a family that asks for just this.")
    names = {
        SupportKind.PLAY: _("A child plays at our home"),
        SupportKind.MEAL: _("A child has a meal with us"),
        SupportKind.SLEEPOVER: _("A child sleeps at our home now and then"),
        SupportKind.TRANSPORT: _(
            "We bring or fetch a child (school, sport, swimming lessons)"
        ),
        SupportKind.HOMEWORK: _("A quiet place for homework at our home"),
        SupportKind.OUTING: _("Doing something nice together"),
        SupportKind.BIRTHDAY: _("Help with a birthday"),
        SupportKind.SCHOOL_TALK: _("We come along to a talk at school"),
        SupportKind.LISTENING: _("We listen to a parent"),
        SupportKind.OTHER: _("Something else"),
    }


class MomentsForm(StepForm):
    """The week, of a family that asks or gives."""

    question = "moments"
    asks: Any
    moments = MomentsField(
        help_text=_("Choose all moments that suit you. Nothing is fixed yet.")
    )

    def build(self, shown: Data | None) -> None:
        self.fields["moments"].label = self.asks

    def told(self) -> list[Line]:
        mask = self.cleaned_data["moments"]
        return [(self.asks, UNKNOWN if mask is None else _moments_in_words(mask))]


class RequestMomentsForm(MomentsForm):
    asks = _("When would support help?")
    why = _("We look for a family that can at the same moments.")


class SupportMomentsForm(MomentsForm):
    asks = _("When could you give support?")
    why = _("We look for a family that asks for the same moments.")


class LimitsForm(StepForm):
    """What is in the house, how far, and for which ages. Unknown is never no."""

    heading = _("Your home and your limits")
    why = _(
        "Some children cannot be near animals or smoke. And what does not suit you, we"
        " do not propose."
    )
    LABELS = {
        "dog": _("Do you have a dog?"),
        "cat": _("Do you have a cat?"),
        "other_animal": _("Do you have another animal?"),
        "smoking": _("Does somebody smoke indoors?"),
    }
    max_distance_km = forms.TypedChoiceField(
        label=_("How far may it be?"),
        choices=[
            ("1", _("On foot (1 km)")),
            ("3", _("By bicycle (3 km)")),
            ("10", _("By car (10 km)")),
            ("unknown", UNKNOWN),
        ],
        coerce=lambda value: int(value) if value.isdecimal() else None,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how far. Or choose ‘I do not know that yet’."),
            "invalid_choice": _("Choose from the answers on this page."),
        },
    )
    youngest = AgeField(label=_("From which age?"), required=False, oldest=OLDEST_CHILD)
    oldest = AgeField(
        label=_("Up to and including which age?"), required=False, oldest=OLDEST_CHILD
    )

    def build(self, shown: Data | None) -> None:
        facts = {
            name: forms.TypedChoiceField(
                label=label,
                choices=YES_NO_UNKNOWN,
                coerce=FACTS.__getitem__,
                empty_value=None,
                widget=forms.RadioSelect(attrs={"class": "opts-row"}),
                error_messages={
                    "required": gettext(
                        "Choose yes, no or ‘I do not know that yet’ at ‘%(label)s’."
                    )
                    % {"label": label},
                    "invalid_choice": _("Choose from the answers on this page."),
                },
            )
            for name, label in self.LABELS.items()
        }
        self.fields = facts | self.fields

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        youngest, oldest = cleaned.get("youngest"), cleaned.get("oldest")
        if youngest is not None and oldest is not None and youngest > oldest:
            self.add_error(
                "oldest", _("This age is lower than the one above. Look once more.")
            )
        return cleaned

    def ages(self) -> int:
        """The ages as bits; 0 when neither age was told."""
        youngest, oldest = self.cleaned_data["youngest"], self.cleaned_data["oldest"]
        if youngest is None and oldest is None:
            return 0
        last = OLDEST_CHILD if oldest is None else oldest
        return mask_of(range(youngest or 0, last + 1))

    def told(self) -> list[Line]:
        answers = self.cleaned_data
        words = {fact: dict(YES_NO_UNKNOWN)[word] for word, fact in FACTS.items()}
        distances = {
            None if value == "unknown" else int(value): name
            for value, name in self.fields["max_distance_km"].choices
        }
        return [
            *((label, words[answers[name]]) for name, label in self.LABELS.items()),
            (_("How far may it be?"), distances[answers["max_distance_km"]]),
            *(
                (self.fields[name].label, answers[name])
                for name in ("youngest", "oldest")
                if answers[name] is not None
            ),
        ]


class ContactForm(StepForm):
    """Whom to call, when, and what we may leave behind."""

    heading = _("How can we reach you?")
    why = _(
        "Sometimes somebody else listens or reads along. That is why we ask whether we"
        " may leave a message."
    )
    DAYPARTS = [(0, _("Morning")), (1, _("Afternoon")), (2, _("Evening"))]
    MESSAGES = [("yes", _("Yes")), ("no", _("No, rather not"))]
    name = CleanTextField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Fill in your name.")},
    )
    telephone = TelephoneField(label=_("Telephone number"))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Then you get an e-mail that we have your application."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _(
                "This is not an e-mail address. For example naam@voorbeeld.nl."
            )
        },
    )
    call_dayparts = KindsField(
        label=_("When can we call?"),
        choices=DAYPARTS,
        required=False,
        empty_value=0,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "opts-row"}),
        error_messages={"invalid_choice": _("Choose from the answers on this page.")},
    )
    may_leave_message = forms.ChoiceField(
        label=_("May we leave a message?"),
        help_text=_("If you choose no, we do not send you an e-mail either."),
        choices=MESSAGES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whether we may leave a message."),
            "invalid_choice": _("Choose from the answers on this page."),
        },
    )

    def contact(self) -> ContactTold:
        """Whom to call, as it was told."""
        answers = self.cleaned_data
        return ContactTold(
            name=answers["name"],
            telephone=answers["telephone"],
            email=answers["email"],
            call_dayparts=answers["call_dayparts"],
            may_leave_message=answers["may_leave_message"] == "yes",
        )

    def told(self) -> list[Line]:
        answers = self.cleaned_data
        mask = answers["call_dayparts"]
        return [
            (_("Your name"), answers["name"]),
            (
                _("Telephone number"),
                self.fields["telephone"].prepare_value(answers["telephone"]),
            ),
            (_("E-mail address"), answers["email"]),
            (
                _("When can we call?"),
                _listed(name for bit, name in self.DAYPARTS if mask >> bit & 1),
            ),
            (
                _("May we leave a message?"),
                dict(self.MESSAGES)[answers["may_leave_message"]],
            ),
        ]


class SupportContactForm(ContactForm):
    """The same, and the VOG that every adult at home needs."""

    VOG = [("yes", _("Yes")), ("question", _("I have a question about this"))]
    vog = forms.ChoiceField(
        label=_("Would you like to apply for a VOG?"),
        help_text=_(
            "A VOG is a letter from the government. It says that there is no objection"
            " to you being with children. It is free. Every adult in your home needs"
            " one. The coordinator helps you with it."
        ),
        choices=VOG,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose yes, or ‘I have a question about this’."),
            "invalid_choice": _("Choose from the answers on this page."),
        },
    )

    def build(self, shown: Data | None) -> None:
        self.fields["email"].help_text = _(
            "Then you get an e-mail that we have your offer."
        )

    def vog_note(self) -> str:
        """What the coordinator should know before asking for the VOG."""
        if self.cleaned_data["vog"] == "yes":
            return ""
        return gettext("Has a question about the VOG.")

    def told(self) -> list[Line]:
        vog = dict(self.VOG)[self.cleaned_data["vog"]]
        return [*super().told(), (_("VOG"), vog)]


class ConsentForm(HouseForm, forms.Form):
    """The two boxes under the page to check everything."""

    agree = forms.BooleanField(
        label=_(
            "Buurtgezinnen may use my answers to call me and to look for a family."
        ),
        error_messages={
            "required": _(
                "Tick that we may use your answers. Without it we cannot call you."
            )
        },
    )


class RequestConsentForm(ConsentForm):
    parent = forms.BooleanField(
        label=_("I am a parent or carer of these children."),
        error_messages={
            "required": _("Tick that you are a parent or carer of these children.")
        },
    )
    field_order = ["parent", "agree"]


class SupportConsentForm(ConsentForm):
    together = forms.BooleanField(
        label=_("All adults in our home know about this."),
        error_messages={
            "required": _("Tick that all adults in your home know about this.")
        },
    )
    field_order = ["together", "agree"]


def _typed_postcode(earlier: Mapping[str, Typed]) -> str:
    """The postcode of an earlier page; "" when there is none that can be read."""
    typed = earlier.get("postcode", {}).get("postcode", [""])
    try:
        return PostcodeField(required=False).clean(typed[-1]) or ""
    except forms.ValidationError:
        return ""


def _spaced(postcode: str) -> str:
    return f"{postcode[:4]} {postcode[4:]}".strip()


def _listed(words: Iterable[Any]) -> str:
    return ", ".join(map(str, words))


def _age_in_words(child: ChildTold) -> str:
    if child.age is None:
        return gettext("not born yet")
    words = ngettext("%(age)d year old", "%(age)d years old", child.age)
    return words % {"age": child.age}


def _moments_in_words(mask: int) -> str:
    """Day by day: "Wednesday: afternoon; Saturday: morning, afternoon"."""
    days: dict[int, list[str]] = {}
    for weekday, part in moments.slots_in(mask):
        days.setdefault(weekday, []).append(str(PARTS[part]).lower())
    lines = [f"{WEEKDAYS[day]}: {', '.join(parts)}" for day, parts in days.items()]
    if mask & moments.SCHOOL_HOLIDAYS:
        lines.append(gettext("In the school holidays"))
    return "; ".join(lines)
