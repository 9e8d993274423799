"""Whether it is still good: what each family says, apart, and what follows."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.models.confirmations import Confirmation
from agreements.querysets import (
    BaselineQuerySet,
    EvaluationQuerySet,
    EvaluationRowQuerySet,
)
from families.encryption import EncryptedTextField
from families.models import Household, Person, User
from families.references import new_reference
from matching.models import Pairing


class Evaluation(models.Model):
    """One round of questions to both families of a pairing, and its outcome."""

    class Occasion(models.TextChoices):
        END_OF_TRIAL = "end_of_trial", _("end of the trial")
        HALF_YEAR = "half_year", _("every half year")
        EXTRA = "extra", _("in between")
        AT_THE_END = "at_the_end", _("at the end")

    class Outcome(models.TextChoices):
        GO_ON = "go_on", _("go on as it is")
        CHANGE = "change", _("change the agreements")
        PAUSE = "pause", _("pause")
        END = "end", _("end")

    reference = models.CharField(
        _("reference"),
        max_length=10,
        unique=True,
        default=new_reference,
        editable=False,
    )
    pairing = models.ForeignKey(Pairing, models.PROTECT, related_name="evaluations")
    occasion = models.CharField(_("occasion"), max_length=12, choices=Occasion)
    due_on = models.DateField(_("planned on"))
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("started at"), editable=False)
    outcome = models.CharField(_("outcome"), max_length=6, choices=Outcome, blank=True)
    outcome_text = EncryptedTextField(_("in words"), max_length=1000, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [
            models.UniqueConstraint(
                fields=["pairing"],
                condition=Q(closed_on=None),
                name="evaluation_one_open_per_pairing",
                violation_error_message=_("There is already an open evaluation."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_by=None, outcome="")
                | Q(closed_on__isnull=False, closed_by__isnull=False)
                & Q(outcome__in=["go_on", "change", "pause", "end"]),
                name="evaluation_closes_with_an_outcome",
                violation_error_message=_("Choose an outcome."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse(
            "agreements:evaluation-detail",
            args=[self.pairing.reference, self.reference],
        )


class EvaluationAnswers(models.Model):
    """What one family answered. Every question may be skipped.

    Scores are 1 (very well) to 5 (not well at all).
    """

    class Channel(models.TextChoices):
        LINK = "link", _("by link")
        TELEPHONE = "telephone", _("by telephone")
        VISIT = "visit", _("during a visit")

    class Wants(models.TextChoices):
        GO_ON = "go_on", _("go on as it is")
        MORE = "more", _("more")
        LESS = "less", _("less")
        OTHERWISE = "otherwise", _("something else")
        STOP = "stop", _("stop")

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="answers")
    side = models.CharField(_("side"), max_length=7, choices=Confirmation.Side)
    channel = models.CharField(_("how"), max_length=9, choices=Channel)
    child_score = models.PositiveSmallIntegerField(
        _("how it goes with the child"), null=True, blank=True
    )
    own_score = models.PositiveSmallIntegerField(
        _("how it goes with yourself"), null=True, blank=True
    )
    fit_score = models.PositiveSmallIntegerField(
        _("whether the agreements still fit"), null=True, blank=True
    )
    otherwise = EncryptedTextField(_("what should change"), max_length=1000, blank=True)
    wants = models.CharField(
        _("what you want"), max_length=9, choices=Wants, blank=True
    )
    child_voice = EncryptedTextField(
        _("what the child says"), max_length=500, blank=True
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_on = models.DateField(_("answered on"))
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)

    objects = EvaluationRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("answers")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "side"],
                name="evaluationanswers_one_per_side",
                violation_error_message=_("This family already answered."),
            ),
            models.CheckConstraint(
                condition=Q(child_score=None) | Q(child_score__range=(1, 5)),
                name="evaluationanswers_child_score_is_one_to_five",
            ),
            models.CheckConstraint(
                condition=Q(own_score=None) | Q(own_score__range=(1, 5)),
                name="evaluationanswers_own_score_is_one_to_five",
            ),
            models.CheckConstraint(
                condition=Q(fit_score=None) | Q(fit_score__range=(1, 5)),
                name="evaluationanswers_fit_score_is_one_to_five",
            ),
            models.CheckConstraint(
                condition=Q(channel="link", person__isnull=False, recorded_by=None)
                | ~Q(channel="link") & Q(recorded_by__isnull=False),
                name="evaluationanswers_by_a_person_or_recorded_by_staff",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.side}"


class Baseline(models.Model):
    """How it was at the first talk; the same questions return in each evaluation."""

    household = models.OneToOneField(Household, models.PROTECT, related_name="baseline")
    child_score = models.PositiveSmallIntegerField(
        _("how it goes with the child"), null=True, blank=True
    )
    own_score = models.PositiveSmallIntegerField(
        _("how it goes with yourself"), null=True, blank=True
    )
    asked_on = models.DateField(_("asked on"))
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = BaselineQuerySet.as_manager()

    class Meta:
        verbose_name = _("first answers")
        verbose_name_plural = _("first answers")
        constraints = [
            models.CheckConstraint(
                condition=Q(child_score=None) | Q(child_score__range=(1, 5)),
                name="baseline_child_score_is_one_to_five",
            ),
            models.CheckConstraint(
                condition=Q(own_score=None) | Q(own_score__range=(1, 5)),
                name="baseline_own_score_is_one_to_five",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.asked_on}"
