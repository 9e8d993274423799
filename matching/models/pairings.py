"""Families that are together: introduction, trial, active, and how it ended."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models import (
    Coordinator,
    Partnership,
    Person,
    Place,
    SupportFamily,
    SupportOffer,
    SupportRequest,
    User,
)
from families.references import new_reference
from matching.models.proposals import Proposal
from matching.querysets import (
    PairingQuerySet,
    PairingRowQuerySet,
    PairingStageQuerySet,
)


class StageOfPairing(models.TextChoices):
    """How far a pairing has come."""

    INTRODUCTION = "introduction", _("introduction")
    TRIAL = "trial", _("trial")
    ACTIVE = "active", _("active")
    INDEPENDENT = "independent", _("independent: goes on without guidance")
    ENDED = "ended", _("ended")


class AnswerOfChild(models.TextChoices):
    """What the child says after the introduction; empty while nobody asked."""

    YES = "yes", _("yes")
    NOT_YET = "not_yet", _("not yet")
    NO = "no", _("no")


class ReasonOfEnd(models.TextChoices):
    """Why a pairing ended."""

    GOAL_REACHED = "goal_reached", _("support is no longer needed")
    MOVED = "moved", _("a family moved")
    NO_CLICK = "no_click", _("no click between the families")
    TOO_MUCH = "too_much", _("too much for the support family")
    NEED_CHANGED = "need_changed", _("other help is needed")
    NO_CONTACT = "no_contact", _("contact was lost")
    SAFETY = "safety", _("safety")
    OTHER = "other", _("another reason")


class MayAskAgain(models.TextChoices):
    """Whether the support family may be asked for another family after an end."""

    YES = "yes", _("yes")
    LATER = "later", _("later")
    NO = "no", _("no")


class Pairing(models.Model):
    """A support family and a request family, for some of its children (koppeling).

    A running pairing holds a place. After the end the place may stay taken for
    a rest, until a coordinator frees it. `stage` repeats the last `PairingStage`.
    """

    Stage = StageOfPairing
    EndReason = ReasonOfEnd
    ChildAnswer = AnswerOfChild
    AskAgain = MayAskAgain

    reference = models.CharField(
        _("reference"),
        max_length=10,
        unique=True,
        default=new_reference,
        editable=False,
    )
    request = models.ForeignKey(SupportRequest, models.PROTECT, related_name="pairings")
    offer = models.ForeignKey(SupportOffer, models.PROTECT, related_name="pairings")
    proposal = models.OneToOneField(
        Proposal, models.PROTECT, null=True, blank=True, related_name="pairing"
    )
    place = models.OneToOneField(
        Place, models.PROTECT, null=True, blank=True, related_name="pairing"
    )
    occupied_moments = models.BigIntegerField(
        _("occupied moments"),
        default=0,
        help_text=_("Moments mask, written down by the agreements."),
    )
    partnership = models.ForeignKey(
        Partnership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="pairings",
        verbose_name=_("counts for"),
    )
    lead = models.ForeignKey(
        Coordinator,
        models.PROTECT,
        related_name="pairings",
        verbose_name=_("coordinator"),
    )
    stage = models.CharField(
        _("stage"),
        max_length=12,
        choices=Stage,
        default=Stage.INTRODUCTION,
        editable=False,
    )
    child_answer = models.CharField(
        _("answer of the child"), max_length=7, choices=AnswerOfChild, blank=True
    )
    child_answered_on = models.DateField(
        _("the child was asked on"), null=True, blank=True
    )
    child_words = EncryptedTextField(
        _("in the child's own words"), max_length=500, blank=True
    )
    under_strain = models.BooleanField(_("under strain"), default=False)
    started_on = models.DateField(_("started on"))
    introduction_on = models.DateField(_("introduction on"), null=True, blank=True)
    agreed_on = models.DateField(
        _("first agreed on"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Written down by the agreements, when the first ones count."),
    )
    trial_until = models.DateField(_("trial until"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_at = models.DateTimeField(
        _("end written down at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Until then nobody knew, and agreements held on."),
    )
    end_reason = models.CharField(
        _("reason of the end"), max_length=12, choices=EndReason, blank=True
    )
    end_text = EncryptedTextField(_("in words"), max_length=1000, blank=True)
    child_told = EncryptedTextField(
        _("what the child is told"), max_length=500, blank=True
    )
    request_reason = models.CharField(
        _("reason of the request family"),
        max_length=12,
        choices=EndReason,
        blank=True,
    )
    request_words = EncryptedTextField(
        _("what the request family says"), max_length=1000, blank=True
    )
    support_reason = models.CharField(
        _("reason of the support family"),
        max_length=12,
        choices=EndReason,
        blank=True,
    )
    support_words = EncryptedTextField(
        _("what the support family says"), max_length=1000, blank=True
    )
    farewell_on = models.DateField(_("farewell on"), null=True, blank=True)
    ask_again = models.CharField(
        _("may the support family be asked again"),
        max_length=5,
        choices=MayAskAgain,
        blank=True,
    )
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = PairingQuerySet.as_manager()

    class Meta:
        verbose_name = _("pairing")
        verbose_name_plural = _("pairings")
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=StageOfPairing.values),
                name="pairing_stage_exists",
            ),
            models.CheckConstraint(
                condition=Q(end_reason__in=["", *ReasonOfEnd.values]),
                name="pairing_end_reason_exists",
            ),
            models.CheckConstraint(
                condition=Q(child_answer__in=["", *AnswerOfChild.values]),
                name="pairing_child_answer_exists",
            ),
            models.CheckConstraint(
                condition=Q(child_answer="", child_answered_on=None)
                | ~Q(child_answer="") & Q(child_answered_on__isnull=False),
                name="pairing_child_answer_has_its_date",
                violation_error_message=_("Say on which day you asked the child."),
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=False) | Q(ended_on__isnull=False),
                name="pairing_running_holds_a_place",
            ),
            models.CheckConstraint(
                condition=(Q(ended_on=None) & ~Q(stage="ended") & Q(end_reason=""))
                | (Q(ended_on__isnull=False, stage="ended") & ~Q(end_reason="")),
                name="pairing_ended_on_a_date_for_a_reason",
                violation_error_message=_("Choose a reason."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_at=None)
                | Q(ended_on__isnull=False, ended_at__isnull=False),
                name="pairing_end_is_known_since_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(
                    request_reason__in=["", *ReasonOfEnd.values],
                    support_reason__in=["", *ReasonOfEnd.values],
                    ask_again__in=["", *MayAskAgain.values],
                ),
                name="pairing_what_each_side_says_exists",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=False)
                | Q(request_reason="", support_reason="", ask_again=""),
                name="pairing_each_side_says_why_it_ended",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="pairing_ends_after_it_starts",
                violation_error_message=_("The pairing had not started on this date."),
            ),
            models.CheckConstraint(
                condition=Q(trial_until=None) | Q(trial_until__gte=F("started_on")),
                name="pairing_trial_ends_after_it_starts",
                violation_error_message=_("The pairing had not started on this date."),
            ),
            models.CheckConstraint(
                condition=~Q(stage="trial") | Q(trial_until__isnull=False),
                name="pairing_trial_has_an_end",
                violation_error_message=_("Say until when the trial lasts."),
            ),
            models.CheckConstraint(
                condition=Q(occupied_moments__gte=0, occupied_moments__lt=2**57),
                name="pairing_occupied_moments_are_a_mask",
            ),
            models.UniqueConstraint(
                fields=["request", "offer"],
                condition=Q(ended_on=None),
                name="pairing_one_running_per_request_and_offer",
                violation_error_message=_("These families are already together."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("matching:pairing-detail", args=[self.reference])


class PairingChild(models.Model):
    """A child takes part in a pairing, until it leaves or the pairing ends."""

    pairing = models.ForeignKey(
        Pairing, models.CASCADE, related_name="pairing_children"
    )
    child = models.ForeignKey(Person, models.PROTECT, related_name="pairing_children")
    # Repeats the family of the pairing's offer, to hold the rule below.
    support_family = models.ForeignKey(
        SupportFamily, models.PROTECT, related_name="pairing_children"
    )
    joined_on = models.DateField(_("joined on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)

    objects = PairingRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("child of a pairing")
        verbose_name_plural = _("children of pairings")
        constraints = [
            models.UniqueConstraint(
                fields=["child", "support_family"],
                condition=Q(left_on=None),
                name="pairingchild_once_per_support_family",
                violation_error_message=_(
                    "This child already goes to this support family."
                ),
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                name="pairingchild_leaves_after_it_joins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pairing_id}: {self.child_id}"


class PairingStage(models.Model):
    """A pairing came into a stage. Kept for ever, also when it was a slip."""

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="stages")
    stage = models.CharField(_("stage"), max_length=12, choices=Pairing.Stage)
    on = models.DateField(_("on"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    taken_back_at = models.DateTimeField(
        _("taken back at"), null=True, blank=True, editable=False
    )

    objects = PairingStageQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage of a pairing")
        verbose_name_plural = _("stages of pairings")
        indexes = [models.Index(fields=["stage", "on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=StageOfPairing.values),
                name="pairingstage_stage_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.on}"
