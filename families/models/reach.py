"""How we reach families: links that open one thing, and mail on its way out."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models.homes import Person
from families.models.referral import Referrer


class AccessLink(models.Model):
    """A link for one person and one purpose. Only its SHA-256 is kept.

    The app that issued it knows what `about` refers to.
    """

    class Purpose(models.TextChoices):
        STATUS = "status", _("see how the application stands")
        PROPOSAL = "proposal", _("answer a proposal")
        AGREEMENT = "agreement", _("say yes to agreements")
        EVALUATION = "evaluation", _("answer how it goes")
        REFERRALS = "referrals", _("see the families that one referred")

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="links"
    )
    referrer = models.ForeignKey(
        Referrer, models.CASCADE, null=True, blank=True, related_name="links"
    )
    about = models.CharField(max_length=10, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("access link")
        verbose_name_plural = _("access links")
        constraints = [
            models.CheckConstraint(
                condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"),  # noqa: S106 - a pattern
                name="accesslink_keeps_a_hash_only",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="accesslink_expires_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(
                    person__isnull=False,
                    referrer=None,
                    purpose__in=["status", "proposal", "agreement", "evaluation"],
                )
                | Q(person=None, referrer__isnull=False, purpose="referrals"),
                name="accesslink_of_a_person_or_a_referrer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} #{self.pk}"


class OutboxMail(models.Model):
    """A mail, written in the transaction of what caused it and sent by a task."""

    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="mails"
    )
    referrer = models.ForeignKey(
        Referrer, models.SET_NULL, null=True, blank=True, related_name="mails"
    )
    to = EncryptedTextField(_("to"), max_length=254)
    subject = models.CharField(
        _("subject"), max_length=80, help_text=_("Neutral: others may read it.")
    )
    body = EncryptedTextField(_("text"), max_length=8000)
    about = models.CharField(
        max_length=10,
        blank=True,
        editable=False,
        help_text=_("Reference of what it is about, where it may be taken back."),
    )
    asked_for = models.BooleanField(
        _("asked for by the person"),
        default=False,
        help_text=_("Sent even where messages are not allowed."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    parked_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            models.Index(
                fields=["parked_at"],
                condition=Q(parked_at__isnull=False),
                name="outboxmail_given_up",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(parked_at=None),
                name="outboxmail_sent_or_given_up",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(cancelled_at=None),
                name="outboxmail_sent_or_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return str(self.message_id)
