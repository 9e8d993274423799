"""What was checked about the adults of a support family. Never the document itself."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from families.encryption import EncryptedTextField
from families.models.homes import Person
from families.models.staff import User
from families.querysets import ScreeningCheckQuerySet


class ScreeningCheck(models.Model):
    """One check of one adult: asked, applied for, seen by whom and when.

    A renewed check is a new row; the old one is kept with `replaced_on`. The last step
    can be taken back on the day it was recorded (`recorded_on`).
    """

    class Kind(models.TextChoices):
        VOG = "vog", _("VOG")
        REFERENCE = "reference", pgettext_lazy("screening", "reference")
        HOME_VISIT = "home_visit", _("home visit")
        REFERENCE_2 = "reference2", _("second reference")
        HOME_VISIT_2 = "home_visit2", _("second home visit")
        HOUSE_RULES = "house_rules", _("house rules discussed")
        PRIVACY = "privacy", _("privacy discussed")

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        APPLIED = "applied", _("applied for")
        SHOWN = "shown", _("shown")
        NOT_SHOWN = "not_shown", _("not shown")
        REFUSED = "refused", _("refused by the authority")
        CANNOT_APPLY = "cannot_apply", _("cannot apply: no DigiD")
        LIVED_ABROAD = "lived_abroad", _("lived abroad")
        NOT_NEEDED = "not_needed", _("not needed")

    # Nobody has to ask for these any more.
    SETTLED = (State.SHOWN, State.NOT_NEEDED)

    class Outcome(models.TextChoices):
        GOOD = "good", _("no doubts")
        DOUBTS = "doubts", _("doubts, talk it through")

    person = models.ForeignKey(Person, models.CASCADE, related_name="screening")
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    state = models.CharField(_("state"), max_length=12, choices=State)
    asked_on = models.DateField(_("asked on"), null=True, blank=True)
    applied_on = models.DateField(_("applied for on"), null=True, blank=True)
    seen_on = models.DateField(_("seen on"), null=True, blank=True)
    seen_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ask_again_on = models.DateField(_("ask again around"), null=True, blank=True)
    spoken_with = EncryptedTextField(_("spoken with"), max_length=120, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=6, choices=Outcome, blank=True, default=""
    )
    recorded_on = models.DateField(null=True, blank=True, editable=False)
    replaced_on = models.DateField(null=True, blank=True, editable=False)
    note = EncryptedTextField(_("note"), max_length=500, blank=True)

    objects = ScreeningCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("screening check")
        verbose_name_plural = _("screening checks")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(replaced_on=None),
                name="screeningcheck_one_current_per_person_and_kind",
                violation_error_message=_("This check is already there."),
            ),
            models.CheckConstraint(
                condition=~Q(state="shown")
                | Q(seen_on__isnull=False, seen_by__isnull=False),
                name="screeningcheck_shown_says_when_and_to_whom",
                violation_error_message=_("Say on which day you saw it."),
            ),
            models.CheckConstraint(
                condition=~Q(state="not_needed")
                | (Q(seen_on__isnull=False, seen_by__isnull=False) & ~Q(note="")),
                name="screeningcheck_not_needed_says_why_and_who",
                violation_error_message=_("Say why it is not needed."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "good", "doubts"]),
                name="screeningcheck_outcome_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"

    def lapsed(self, on: dt.date) -> bool:
        """Whether it was shown so long ago that a new one is due on a day."""
        return (
            self.state == self.State.SHOWN
            and self.ask_again_on is not None
            and self.ask_again_on <= on
        )

    def settles(self, on: dt.date) -> bool:
        """Whether nothing is to be done for it on a day."""
        settled = self.state in self.SETTLED
        doubted = self.outcome == self.Outcome.DOUBTS
        return settled and not doubted and not self.lapsed(on)
