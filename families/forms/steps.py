"""Which pages each application has, in which order, and what they become."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.datastructures import MultiValueDict

from families.forms import intake as pages
from families.models import IntakeDraft, SupportOffer, SupportRequest
from families.services.intake.applying import submit_request, submit_support
from families.services.intake.told import (
    HomeTold,
    RequestTold,
    Typed,
    WishesTold,
)

POSTCODE, WHICH, NO_ADDRESS = "postcode", "gemeente", "geen-adres"


@dataclass(frozen=True)
class Step:
    """One page of an application.

    Attributes:
        slug: its name in the address.
        form: asks the question.
        template: shows the form.
        entrance: somebody may begin here.
        counted: one of the numbered steps; others belong to the step before.
        instead_of: slugs of the pages whose answers this one replaces.
    """

    slug: str
    form: type[pages.StepForm]
    template: str = "families/intake_step.html"
    entrance: bool = False
    counted: bool = True
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Intake:
    """One kind of application: its pages and where the answers go."""

    kind: IntakeDraft.Kind
    steps: tuple[Step, ...]
    consent: type[pages.ConsentForm]
    send: Callable[..., SupportRequest | SupportOffer]

    def step(self, slug: str) -> Step | None:
        """The page with this name."""
        return next((step for step in self.steps if step.slug == slug), None)

    def number(self, step: Step) -> int:
        """Which of the numbered steps a page is, or belongs to."""
        until = self.steps[: self.steps.index(step) + 1]
        return sum(one.counted for one in until)

    @property
    def total(self) -> int:
        return sum(step.counted for step in self.steps)

    @property
    def first(self) -> Step:
        return self.steps[0]

    @property
    def asks(self) -> bool:
        """Whether it is a family that asks for support."""
        return self.kind == IntakeDraft.Kind.REQUEST

    @property
    def days_told(self) -> int | None:
        """The working days within which we call, for who is told days too."""
        return None if self.asks else settings.CALL_WITHIN_DAYS_SUPPORT

    @property
    def base(self) -> str:
        """The template of its pages: somebody who asks can leave quickly."""
        return "base_safe.html" if self.asks else "base_public.html"


class Answers:
    """What was typed so far, read by the forms that asked for it."""

    def __init__(
        self, intake: Intake, typed: Mapping[str, Typed], *, on: dt.date
    ) -> None:
        self.intake = intake
        self.typed = typed
        self.on = on
        self._forms: dict[str, pages.StepForm] = {}

    def form(self, slug: str) -> pages.StepForm:
        """The form of a page with what was typed there, judged anew."""
        if slug not in self._forms:
            step = self.intake.step(slug)
            self._forms[slug] = step.form(
                MultiValueDict(self.typed.get(slug, {})),
                earlier=self.typed,
                on=self.on,
            )
        return self._forms[slug]

    def applies(self, step: Step) -> bool:
        """Whether the page is on the way of this family."""
        if step.slug == NO_ADDRESS:
            return NO_ADDRESS in self.typed
        if step.slug == POSTCODE:
            return NO_ADDRESS not in self.typed
        if step.slug == WHICH:
            if NO_ADDRESS in self.typed or POSTCODE not in self.typed:
                return False
            postcode = self.form(POSTCODE)
            return postcode.is_valid() and postcode.home is None
        return True

    @cached_property
    def path(self) -> list[Step]:
        """The pages of this family, in order."""
        return [step for step in self.intake.steps if self.applies(step)]

    @cached_property
    def missing(self) -> Step | None:
        """The first page without a good answer."""
        return next((step for step in self.path if not self._answered(step)), None)

    def after(self, step: Step) -> Step | None:
        """Where to go on after a page; None to check everything.

        A page that was skipped comes first, and who has answered all goes back to
        checking.
        """
        if self.missing is None:
            return None
        here = self.path.index(step)
        if self.path.index(self.missing) <= here:
            return self.missing
        return self.path[here + 1]

    def before(self, step: Step) -> Step | None:
        """The page to go back to; None for the start."""
        if not step.counted:
            return self.intake.first
        here = self.intake.steps.index(step)
        earlier = [one for one in self.intake.steps[:here] if self.applies(one)]
        return earlier[-1] if earlier else None

    @property
    def home(self) -> HomeTold:
        """Where the family lives, from whichever page settled it.

        Raises:
            ValueError: a page is missing.
        """
        for step in self.path:
            if self._answered(step) and (home := self.form(step.slug).home):
                return home
        raise ValueError("No page says where the family lives.")

    def _answered(self, step: Step) -> bool:
        return step.slug in self.typed and self.form(step.slug).is_valid()


def request_told(form: Callable[[str], Any], home: HomeTold) -> RequestTold:
    """All that was told on the pages; `form` gives that of a page, by its slug."""
    kinds, matters = form("wat"), form("belangrijk")
    return RequestTold(
        home=home,
        children=tuple(form("kinderen").children()),
        wishes=WishesTold(
            kinds=kinds.mask(),
            kinds_other=kinds.cleaned_data["kinds_other"],
            frequency=form("hoevaak").cleaned_data["frequency"],
            moments=form("wanneer").cleaned_data["moments"],
            remarks=matters.cleaned_data["remarks"],
        ),
        matters=matters.matters_told(),
        likes=form("delen").cleaned_data["likes"],
        language=form("taal").language_told(),
        contact=form("contact").contact(),
    )


def _send_request(
    answers: Answers, draft: IntakeDraft, *, on: dt.date, at: dt.datetime
) -> SupportRequest | SupportOffer:
    told = request_told(answers.form, answers.home)
    version = pages.CONSENT_VERSION
    return submit_request(draft, told, consent_version=version, on=on, at=at)


def _send_support(
    answers: Answers, draft: IntakeDraft, *, on: dt.date, at: dt.datetime
) -> SupportRequest | SupportOffer:
    told = pages.support_told(answers.form, answers.home)
    version = pages.CONSENT_VERSION
    return submit_support(draft, told, consent_version=version, on=on, at=at)


REQUEST = Intake(
    kind=IntakeDraft.Kind.REQUEST,
    steps=(
        Step(
            POSTCODE,
            pages.PostcodeForm,
            entrance=True,
            instead_of=(NO_ADDRESS, WHICH),
        ),
        Step(
            NO_ADDRESS,
            pages.NoAddressForm,
            entrance=True,
            counted=False,
            instead_of=(POSTCODE, WHICH),
        ),
        Step(WHICH, pages.WhichMunicipalityForm, counted=False),
        Step("kinderen", pages.ChildrenForm, "families/intake_rows.html"),
        Step("wat", pages.RequestKindsForm),
        Step("hoevaak", pages.RequestFrequencyForm),
        Step("wanneer", pages.RequestMomentsForm),
        Step("belangrijk", pages.MattersForm),
        Step("delen", pages.LikesForm),
        Step("taal", pages.LanguageForm, "families/intake_language.html"),
        Step("contact", pages.ContactForm),
    ),
    consent=pages.RequestConsentForm,
    send=_send_request,
)
SUPPORT = Intake(
    kind=IntakeDraft.Kind.SUPPORT,
    steps=(
        Step(POSTCODE, pages.PostcodeForm, entrance=True, instead_of=(WHICH,)),
        Step(WHICH, pages.WhichMunicipalityForm, counted=False),
        Step("gezin", pages.HomePeopleForm, "families/intake_rows.html"),
        Step("ervaring", pages.ExperienceForm),
        Step("wat", pages.SupportKindsForm),
        Step("hoevaak", pages.SupportFrequencyForm),
        Step("wanneer", pages.SupportMomentsForm),
        Step("grenzen", pages.LimitsForm),
        Step("vog", pages.VogForm),
        Step("contact", pages.SupportContactForm),
    ),
    consent=pages.SupportConsentForm,
    send=_send_support,
)
# By the first part of their address.
INTAKES = {"steun-vragen": REQUEST, "steun-geven": SUPPORT}
