"""What interrupts or adds to agreements without changing them."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from agreements.models.confirmations import Confirmation
from agreements.querysets import AgreementRowQuerySet
from families.encryption import EncryptedTextField
from families.models import User


class Pause(models.Model):
    """The whole pairing rests: nothing takes place, the place stays taken.

    Two pauses of one agreement never overlap; the service sees to it under a lock.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="pauses")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("The last day; empty while nobody knows."),
    )
    side = models.CharField(
        _("asked for by"),
        max_length=7,
        choices=Confirmation.Side,
        blank=True,
        help_text=_("One family's word is enough; empty: both, or the coordinator."),
    )
    reason = EncryptedTextField(_("why"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)
    taken_back_at = models.DateTimeField(
        _("taken back at"), null=True, blank=True, editable=False
    )
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = AgreementRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="pause_ends_after_it_starts",
                violation_error_message=_("The end is before the start."),
            ),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(until_on=None, taken_back_at=None),
                name="pause_one_without_an_end",
                violation_error_message=_("There is already a pause without an end."),
            ),
            models.UniqueConstraint(
                fields=["agreement", "from_on"],
                condition=Q(taken_back_at=None),
                name="pause_one_per_first_day",
                violation_error_message=_("There is already a pause from this day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.from_on}"

    def covers(self, day: dt.date) -> bool:
        """Whether a day lies in it."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


class ExtraVisit(models.Model):
    """Something that happened beside the agreements; it needs no new ones."""

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="extra_visits"
    )
    on = models.DateField(_("on"))
    text = EncryptedTextField(_("what"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)
    taken_back_at = models.DateTimeField(
        _("taken back at"), null=True, blank=True, editable=False
    )

    objects = AgreementRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("extra visit")
        verbose_name_plural = _("extra visits")

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.on}"
