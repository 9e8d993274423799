"""Which pages a referral has after the parents' yes, and what they become."""

import datetime as dt
from functools import cached_property

from families.forms.intake.referring import (
    FAMILY,
    ReferredForm,
    ReferredWhereForm,
    ReferrerForm,
    SendReferralForm,
)
from families.forms.steps import WHICH, Answers, Intake, Step
from families.models import IntakeDraft, Referral
from families.services.intake.referring import submit_referral

REFERRER = "over-jou"
# Where the yes of the parents is kept: no draft is begun without it.
PARENTS = "ouders"
TEMPLATE = "families/referral_step.html"


class ReferralAnswers(Answers):
    """What a referrer typed so far."""

    def applies(self, step: Step) -> bool:
        """Whether the page is on the way: one postcode may lie in two places."""
        if step.slug != WHICH:
            return True
        family = self.form(FAMILY)
        return FAMILY in self.typed and family.is_valid() and family.home is None

    def before(self, step: Step) -> Step | None:
        """The page to go back to; None for the question about the parents."""
        here = self.intake.steps.index(step)
        return self.intake.steps[here - 1] if here else None

    @cached_property
    def parents_agree(self) -> bool:
        """Whether the referrer said that the parents know and agree."""
        return self.typed.get(PARENTS, {}).get("agreed") == ["yes"]


def send_referral(
    answers: ReferralAnswers, draft: IntakeDraft, *, on: dt.date, at: dt.datetime
) -> Referral:
    """What the answers become, see `submit_referral`."""
    return submit_referral(
        draft,
        referrer=answers.form(REFERRER).referrer(),
        family=answers.form(FAMILY).family(),
        home=answers.home,
        on=on,
        at=at,
    )


REFERRAL = Intake(
    kind=IntakeDraft.Kind.REFERRAL,
    steps=(
        Step(REFERRER, ReferrerForm, TEMPLATE),
        Step(FAMILY, ReferredForm, TEMPLATE, instead_of=(WHICH,)),
        Step(WHICH, ReferredWhereForm, TEMPLATE, counted=False),
    ),
    consent=SendReferralForm,
    send=send_referral,
)
# The question about the parents and the page to check everything count too.
PAGES = REFERRAL.total + 2
