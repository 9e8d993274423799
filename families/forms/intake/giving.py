"""Questions to a family that wants to give support."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from families.forms.fields import AgeField, CleanTextField
from families.forms.intake.choices import (
    ELSEWHERE,
    NOT_KNOWN,
    OneOfThese,
    PicturedBoxes,
    PicturedRadios,
)
from families.forms.intake.contact import ContactForm
from families.forms.intake.step import (
    FACTS,
    OLDEST_CHILD,
    UNKNOWN,
    YES_NO_UNKNOWN,
    Data,
    Line,
    StepForm,
    listed,
)
from families.forms.intake.support import (
    FREQUENCY_PICTURES,
    HOW_OFTEN,
    OWN_LANGUAGE,
    KindsForm,
    MomentsForm,
)
from families.models import SupportFamily, SupportOffer
from families.services.intake.told import (
    HomeTold,
    HouseTold,
    LimitsTold,
    SupportTold,
    WishesTold,
)
from families.vocabulary import SupportKind, mask_of

LONGEST_REASON = 500


class ExperienceForm(StepForm):
    """Whether they know children."""

    question = "experience"
    why = _("Everybody may join in. So we know what you would like to hear more about.")
    experience = OneOfThese(
        label=_("Do you have experience in raising children?"),
        choices=[
            (SupportFamily.Experience.PARENT, _("I am a parent or grandparent")),
            (SupportFamily.Experience.WORK, _("I work or worked with children")),
            (SupportFamily.Experience.NONE, _("Not yet")),
        ],
        widget=PicturedRadios(
            pictures={"parent": "users", "work": "blocks", "none": "sprout"}
        ),
        error_messages={"required": _("Choose what fits you. ‘Not yet’ is fine too.")},
    )

    def told(self) -> list[Line]:
        return [_answer(self, "experience")]


class SupportKindsForm(KindsForm):
    """What they would like to do."""

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


class SupportFrequencyForm(StepForm):
    """How often, and about how long each time."""

    question = "frequency"
    why = _("Not every family needs the same amount of time. Say what you can keep up.")
    frequency = OneOfThese(
        label=_("How often would you like to give support?"),
        help_text=_("Choose what fits best now"),
        choices=HOW_OFTEN,
        widget=PicturedRadios(pictures=FREQUENCY_PICTURES),
        error_messages={
            "required": _("Choose how often. Or choose ‘I do not know that yet’.")
        },
    )
    visit_length = OneOfThese(
        label=_("About how many hours each time?"),
        choices=[
            (SupportOffer.VisitLength.TWO_HOURS, _("2 hours")),
            (SupportOffer.VisitLength.FOUR_HOURS, _("4 hours")),
            (SupportOffer.VisitLength.DAY, _("A day")),
            (SupportOffer.VisitLength.NIGHT, _("A night")),
            (NOT_KNOWN, UNKNOWN),
        ],
        widget=PicturedRadios(
            pictures={
                "two_hours": "clock-2",
                "four_hours": "clock-4",
                "day": "sun",
                "night": "moon",
            }
        ),
        error_messages={
            "required": _("Choose how long. Or choose ‘I do not know that yet’.")
        },
    )

    def told(self) -> list[Line]:
        return [_answer(self, "frequency"), _answer(self, "visit_length")]


class SupportMomentsForm(MomentsForm):
    """When they can; with two adults also whether both want to be home."""

    asks = _("When could you give support?")
    why = _("We look for a family that asks for the same moments.")
    only_when_both_home = forms.BooleanField(
        label=_("Only when we are both home"), required=False
    )

    def build(self, shown: Data | None) -> None:
        super().build(shown)
        if not self.asks_about_both():
            del self.fields["only_when_both_home"]

    def asks_about_both(self) -> bool:
        """Whether two or more adults live there."""
        adults = self.earlier.get("gezin", {}).get("adults", [""])[-1:]
        return adults not in ([], [""], ["1"])

    def told(self) -> list[Line]:
        lines = super().told()
        if "only_when_both_home" in self.fields:
            both = self.cleaned_data["only_when_both_home"]
            words = _("Yes") if both else _("No")
            lines.append((self.fields["only_when_both_home"].label, words))
        return lines


class LimitsForm(StepForm):
    """What they rather not do, what is in the house, and how far.

    Unknown is never no.
    """

    question = "avoid"
    why = _(
        "Some children cannot be near animals or smoke. And what does not suit you, we"
        " do not propose."
    )
    SLEEPOVER, DRIVING, MORE = "sleepover", "driving", "more"
    AVOID = {
        SLEEPOVER: _("Sleeping over"),
        DRIVING: _("Driving"),
        MORE: _("More than 1 child at a time"),
    }
    LABELS = {
        "dog": _("Do you have a dog?"),
        "cat": _("Do you have a cat?"),
        "other_animal": _("Do you have another animal?"),
        "smoking": _("Does somebody smoke indoors?"),
    }
    avoid = forms.MultipleChoiceField(
        label=_("What do you rather not want?"),
        choices=list(AVOID.items()),
        required=False,
        widget=PicturedBoxes(
            pictures={SLEEPOVER: "moon", DRIVING: "car", MORE: "users"}
        ),
        error_messages={"invalid_choice": ELSEWHERE},
    )
    younger_than = AgeField(
        label=_("Rather no children younger than"),
        help_text=_("An age. For example 4."),
        required=False,
        oldest=OLDEST_CHILD,
    )
    older_than = AgeField(
        label=_("Rather no children older than"),
        help_text=_("An age. For example 10."),
        required=False,
        oldest=OLDEST_CHILD,
    )
    max_distance_km = forms.TypedChoiceField(
        label=_("How far may it be?"),
        choices=[
            ("1", _("On foot (1 km)")),
            ("3", _("By bicycle (3 km)")),
            ("10", _("By car (10 km)")),
            (NOT_KNOWN, UNKNOWN),
        ],
        coerce=lambda value: int(value) if value.isdecimal() else None,
        empty_value=None,
        widget=PicturedRadios(pictures={"1": "footprints", "3": "bike", "10": "car"}),
        error_messages={
            "required": _("Choose how far. Or choose ‘I do not know that yet’."),
            "invalid_choice": ELSEWHERE,
        },
    )

    def build(self, shown: Data | None) -> None:
        facts = {name: _fact_field(label) for name, label in self.LABELS.items()}
        distance = self.fields.pop("max_distance_km")
        self.fields |= facts | {"max_distance_km": distance}

    def clean_avoid(self) -> list[str]:
        """What they rather not do must not be what they offered before."""
        avoid = self.cleaned_data["avoid"]
        offered = list(self._offered(avoid))
        if offered:
            raise forms.ValidationError(
                [
                    forms.ValidationError(
                        _(
                            "You also chose ‘%(answer)s’. Choose one of the two. You"
                            " can change that answer too."
                        ),
                        code="offered",
                        params={"answer": answer},
                    )
                    for answer in offered
                ]
            )
        return avoid

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        youngest, oldest = cleaned.get("younger_than"), cleaned.get("older_than")
        if youngest is not None and oldest is not None and youngest > oldest:
            self.add_error(
                "older_than", _("This age is lower than the one above. Look once more.")
            )
        return cleaned

    def _offered(self, avoid: list[str]) -> Iterator[Any]:
        """What was chosen on other pages and is not wanted here, in words."""
        kinds = self.earlier.get("wat", {}).get("kinds", [])
        if self.SLEEPOVER in avoid:
            if str(SupportKind.SLEEPOVER.value) in kinds:
                yield SupportKindsForm.names[SupportKind.SLEEPOVER]
            often = self.earlier.get("hoevaak", {}).get("visit_length", [])
            if SupportOffer.VisitLength.NIGHT in often:
                yield _("A night")
        if self.DRIVING in avoid and str(SupportKind.TRANSPORT.value) in kinds:
            yield SupportKindsForm.names[SupportKind.TRANSPORT]

    def ages(self) -> int:
        """The ages as bits; 0 when neither age was told."""
        youngest = self.cleaned_data["younger_than"]
        oldest = self.cleaned_data["older_than"]
        if youngest is None and oldest is None:
            return 0
        last = OLDEST_CHILD if oldest is None else oldest
        return mask_of(range(youngest or 0, last + 1))

    def children_at_once(self) -> int | None:
        """One, for who rather not has more; None is not asked."""
        return 1 if self.MORE in self.cleaned_data["avoid"] else None

    def remarks(self) -> str:
        """What nobody should propose, for the coordinator: in the house's language."""
        with override(settings.LANGUAGE_CODE):
            avoid = [
                str(self.AVOID[one]).lower()
                for one in self.cleaned_data["avoid"]
                if one != self.MORE
            ]
            if not avoid:
                return ""
            return gettext("Rather not: %(things)s.") % {"things": ", ".join(avoid)}

    def told(self) -> list[Line]:
        answers = self.cleaned_data
        words = {fact: dict(YES_NO_UNKNOWN)[word] for word, fact in FACTS.items()}
        distances = {
            None if value == NOT_KNOWN else int(value): name
            for value, name in self.fields["max_distance_km"].choices
        }
        return [
            (self.fields["avoid"].label, listed(map(self.AVOID.get, answers["avoid"]))),
            *(
                (self.fields[name].label, answers[name])
                for name in ("younger_than", "older_than")
                if answers[name] is not None
            ),
            *((label, words[answers[name]]) for name, label in self.LABELS.items()),
            (
                self.fields["max_distance_km"].label,
                distances[answers["max_distance_km"]],
            ),
        ]


class VogForm(StepForm):
    """The VOG that every adult at home needs."""

    question = "vog"
    why = _("Every adult in your home needs one. So parents know that it is safe.")
    YES, QUESTION = "yes", "question"
    vog = OneOfThese(
        label=_("Would you like to apply for a VOG?"),
        help_text=_(
            "A VOG is a letter from the government. It says: there is no objection to"
            " you working with children. It is free. You need DigiD. We prepare it for"
            " you."
        ),
        choices=[(YES, _("Yes")), (QUESTION, _("I have a question about this"))],
        widget=PicturedRadios(pictures={YES: "check", QUESTION: "message-circle"}),
        error_messages={
            "required": _("Choose yes, or ‘I have a question about this’.")
        },
    )

    def note(self) -> str:
        """What the coordinator should know before asking for the VOG."""
        if self.cleaned_data["vog"] != self.QUESTION:
            return ""
        with override(settings.LANGUAGE_CODE):
            return gettext("Has a question about the VOG.")

    def told(self) -> list[Line]:
        return [_answer(self, "vog")]


class SupportContactForm(ContactForm):
    """Whom to call, and why they want to do this."""

    motivation = CleanTextField(
        label=_("Why would you like to do this?"),
        help_text=OWN_LANGUAGE,
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def build(self, shown: Data | None) -> None:
        super().build(shown)
        self.fields["email"].help_text = _(
            "Then you get an e-mail that we have your offer."
        )

    def told(self) -> list[Line]:
        label = self.fields["motivation"].label
        return [*super().told(), (label, self.cleaned_data["motivation"])]


def support_told(form: Callable[[str], Any], home: HomeTold) -> SupportTold:
    """All that was told on these pages; `form` gives that of a page, by its slug."""
    people, kinds, often = form("gezin"), form("wat"), form("hoevaak").cleaned_data
    when, limits = form("wanneer").cleaned_data, form("grenzen")
    facts = {name: limits.cleaned_data[name] for name in limits.LABELS}
    ages = people.ages()
    return SupportTold(
        home=home,
        house=HouseTold(
            adults=people.cleaned_data["adults"],
            ages_of_children=ages,
            has_children=bool(ages),
            **facts,
        ),
        wishes=WishesTold(
            kinds=kinds.mask(),
            kinds_other=kinds.cleaned_data["kinds_other"],
            frequency=often["frequency"],
            moments=when["moments"],
            remarks=limits.remarks(),
        ),
        contact=form("contact").contact(),
        limits=LimitsTold(
            visit_length=often["visit_length"],
            only_when_both_home=when.get("only_when_both_home"),
            max_distance_km=limits.cleaned_data["max_distance_km"],
            ages=limits.ages(),
            children_at_once=limits.children_at_once(),
        ),
        experience=form("ervaring").cleaned_data["experience"],
        motivation=form("contact").cleaned_data["motivation"],
        vog_note=form("vog").note(),
    )


def _fact_field(label: Any) -> forms.Field:
    message = gettext("Choose yes, no or ‘I do not know that yet’ at ‘%(label)s’.")
    return forms.TypedChoiceField(
        label=label,
        choices=YES_NO_UNKNOWN,
        coerce=FACTS.__getitem__,
        empty_value=None,
        widget=PicturedRadios(
            attrs={"class": "opts-row"}, pictures={"yes": "check", "no": "x"}
        ),
        error_messages={
            "required": message % {"label": label},
            "invalid_choice": ELSEWHERE,
        },
    )


def _answer(form: StepForm, name: str) -> Line:
    """A question with radio buttons, and the words of the answer."""
    field = form.fields[name]
    words = {str(value): label for value, label in field.choices}
    return field.label, words.get(str(form.cleaned_data[name]), UNKNOWN)
