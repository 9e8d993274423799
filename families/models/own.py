"""What families do on their own pages: get in, and ask for something."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models.homes import Household, Person
from families.models.staff import User
from families.querysets import HouseholdRowQuerySet
from families.references import new_reference


class LoginCode(models.Model):
    """A code that opens the own pages of one family once. Only a keyed hash."""

    class Kind(models.TextChoices):
        MAIL = "mail", _("sent by e-mail")
        SPOKEN = "spoken", _("read out by the coordinator")

    person = models.ForeignKey(Person, models.CASCADE, related_name="login_codes")
    household = models.ForeignKey(Household, models.CASCADE, related_name="login_codes")
    kind = models.CharField(max_length=6, choices=Kind)
    code_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("login code")
        verbose_name_plural = _("login codes")
        indexes = [models.Index(fields=["household", "expires_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(code_hash__regex=r"^[0-9a-f]{64}$"),
                name="logincode_keeps_a_hash_only",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="logincode_expires_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(kind="mail", issued_by=None)
                | Q(kind="spoken", issued_by__isnull=False),
                name="logincode_read_out_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class OwnRequest(models.Model):
    """Something a family asked or changed on its own pages, and what became of it."""

    class Kind(models.TextChoices):
        CALL_ME = "call_me", _("wants to be called")
        PAUSE = "pause", _("wants no support for a while")
        STOP = "stop", _("stops")
        CONTACT = "contact", _("changed how to reach them")
        CORRECT = "correct", _("says that something is not right")
        ERASE = "erase", _("asks to be erased")
        WITHDRAW = "withdraw", _("withdrew consent")

    reference = models.CharField(
        _("reference"),
        max_length=10,
        unique=True,
        default=new_reference,
        editable=False,
    )
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="own_requests"
    )
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="own_requests"
    )
    about = models.CharField(
        max_length=10,
        blank=True,
        editable=False,
        help_text=_("Reference of the request or offer it is about."),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = EncryptedTextField(_("in their words"), max_length=1000, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    due_on = models.DateField(
        _("to be settled by"),
        null=True,
        blank=True,
        help_text=_("The law gives a month for requests about own data."),
    )
    # What it was before, to put it back: names of fields with their former values.
    before = EncryptedTextField(blank=True, editable=False)
    undo_until = models.DateTimeField(null=True, blank=True, editable=False)
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = EncryptedTextField(_("what was done"), max_length=1000, blank=True)
    # The key of the form: a second submit of the same form finds this row.
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects = HouseholdRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("what a family asked itself")
        verbose_name_plural = _("what families asked themselves")
        indexes = [models.Index(fields=["household", "-asked_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="ownrequest_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undo_until__isnull=False),
                name="ownrequest_undone_only_where_it_may_be",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(kind="pause"),
                name="ownrequest_only_a_pause_ends",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["correct", "erase"]) | Q(due_on__isnull=False),
                name="ownrequest_about_data_has_its_term",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(kind="erase", settled_at=None, undone_at=None),
                name="ownrequest_one_open_erasure",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
