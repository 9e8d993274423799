"""Applications on their way in, and what people allowed us to do."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models.homes import Household, Person


class IntakeDraft(models.Model):
    """Answers given so far, kept on the server. The browser only holds a random key.

    After sending it points at the household, so that a second click finds the first.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", _("asks for support")
        SUPPORT = "support", _("offers support")

    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField(max_length=7, choices=Kind)
    answers = EncryptedTextField(_("answers"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    expires_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    household = models.ForeignKey(
        Household, models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("draft of an application")
        verbose_name_plural = _("drafts of applications")
        constraints = [
            models.CheckConstraint(
                condition=Q(submitted_at=None, household=None)
                | Q(submitted_at__isnull=False, household__isnull=False, answers=""),
                name="intakedraft_sent_has_a_household_and_no_answers",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="intakedraft_expires_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Consent(models.Model):
    """A person allowed one purpose, by a text of which the version is kept."""

    class Purpose(models.TextChoices):
        CONTACT_AND_SEARCH = "contact_and_search", _("calling and searching a family")

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    text_version = models.CharField(_("version of the text"), max_length=20)
    given_at = models.DateTimeField(_("given at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at=None),
                name="consent_one_per_person_and_purpose",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_it_was_given",
            ),
            models.CheckConstraint(
                condition=~Q(text_version=""), name="consent_keeps_its_text_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.text_version}"
