"""What both families say to a version: yes, or what they want otherwise."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.querysets import WantedChangeQuerySet
from families.encryption import EncryptedTextField
from families.models import Person, User


class HouseRules(models.Model):
    """The house rules of the organisation; each change is a new row, kept for ever."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    text = models.TextField(_("text"), max_length=8000)
    holds_from = models.DateField(_("holds from"))
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("house rules")
        verbose_name_plural = _("house rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1), name="houserules_count_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class Confirmation(models.Model):
    """One family said yes to exactly one text of a version."""

    class Side(models.TextChoices):
        REQUEST = "request", _("request family")
        SUPPORT = "support", _("support family")

    class Channel(models.TextChoices):
        LINK = "link", _("by link")
        DISCUSSED = "discussed", _("discussed")
        TELEPHONE = "telephone", _("heard on the telephone")
        PAPER = "paper", _("on paper")
        LETTER = "letter", _("by letter")

    version = models.ForeignKey(
        "AgreementVersion", models.PROTECT, related_name="confirmations"
    )
    side = models.CharField(_("side"), max_length=7, choices=Side)
    channel = models.CharField(_("how"), max_length=9, choices=Channel)
    on = models.DateField(_("on"))
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="confirmations"
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)
    content_hash = models.CharField(_("hash of the text"), max_length=64)

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "side"],
                name="confirmation_one_per_side",
                violation_error_message=_("This family already said yes."),
            ),
            models.CheckConstraint(
                condition=Q(content_hash__regex=r"^[0-9a-f]{64}$"),
                name="confirmation_keeps_the_hash_of_the_text",
            ),
            models.CheckConstraint(
                condition=Q(channel="link", person__isnull=False)
                | (~Q(channel="link") & Q(recorded_by__isnull=False)),
                name="confirmation_is_by_a_person_or_recorded_by_staff",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.on}"


class WantedChange(models.Model):
    """A family read a version and wants something to be different."""

    version = models.ForeignKey(
        "AgreementVersion", models.PROTECT, related_name="wanted_changes"
    )
    side = models.CharField(_("side"), max_length=7, choices=Confirmation.Side)
    words = EncryptedTextField(_("what should change"), max_length=1000)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)
    handled_at = models.DateTimeField(
        _("talked about at"), null=True, blank=True, editable=False
    )
    handled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = WantedChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("wanted change")
        verbose_name_plural = _("wanted changes")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, recorded_by=None)
                | Q(person=None, recorded_by__isnull=False),
                name="wantedchange_is_by_a_person_or_recorded_by_staff",
            ),
            models.CheckConstraint(
                condition=Q(handled_at=None, handled_by=None)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="wantedchange_handled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.side}"
