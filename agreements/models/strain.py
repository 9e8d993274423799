"""When it rubs between two families: each side's talk apart, and how it came out."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models.confirmations import Confirmation
from agreements.querysets import StrainQuerySet, StrainTalkQuerySet
from families.encryption import EncryptedTextField
from families.models import User
from matching.models import Pairing


class Strain(models.Model):
    """A pairing is under strain, from when somebody raised it until its outcome."""

    class RaisedBy(models.TextChoices):
        REQUEST = "request", _("request family")
        SUPPORT = "support", _("support family")
        CHILD = "child", _("the child")
        COORDINATOR = "coordinator", _("coordinator")
        OTHER = "other", _("somebody else")

    class Outcome(models.TextChoices):
        REPAIRED = "repaired", _("repaired")
        SMALLER = "smaller", _("goes on, smaller")
        ENDED = "ended", _("ended")
        SAFETY = "safety", _("handled as a safety concern")

    pairing = models.ForeignKey(Pairing, models.PROTECT, related_name="strains")
    raised_by = models.CharField(_("raised by"), max_length=11, choices=RaisedBy)
    raised_on = models.DateField(_("raised on"))
    words = EncryptedTextField(_("what is the matter"), max_length=1000, blank=True)
    look_again_on = models.DateField(_("look again on"))
    child_told = EncryptedTextField(
        _("what the child is told"), max_length=500, blank=True
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    outcome_text = EncryptedTextField(_("in words"), max_length=1000, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = StrainQuerySet.as_manager()

    class Meta:
        verbose_name = _("strain")
        verbose_name_plural = _("strains")
        constraints = [
            models.UniqueConstraint(
                fields=["pairing"],
                condition=Q(closed_on=None),
                name="strain_one_open_per_pairing",
                violation_error_message=_("This pairing is already under strain."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, outcome="")
                | Q(
                    closed_on__isnull=False,
                    outcome__in=["repaired", "smaller", "ended", "safety"],
                ),
                name="strain_closes_with_an_outcome",
                violation_error_message=_("Choose an outcome."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("raised_on")),
                name="strain_closes_after_it_was_raised",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pairing_id} {self.raised_on}"


class StrainTalk(models.Model):
    """A talk with one side about it; the other side never reads it."""

    strain = models.ForeignKey(Strain, models.PROTECT, related_name="talks")
    side = models.CharField(_("side"), max_length=7, choices=Confirmation.Side)
    on = models.DateField(_("on"))
    words = EncryptedTextField(_("what was said"), max_length=2000)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)

    objects = StrainTalkQuerySet.as_manager()

    class Meta:
        verbose_name = _("talk about strain")
        verbose_name_plural = _("talks about strain")

    def __str__(self) -> str:
        return f"{self.strain_id} {self.side} {self.on}"
