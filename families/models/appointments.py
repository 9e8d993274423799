"""What a coordinator meets for, with whom, when and where."""

import datetime as dt
import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models.homes import Household
from families.models.staff import Coordinator, User
from families.querysets import AppointmentQuerySet
from families.references import new_reference
from families.vocabulary import Language

SHORTEST, LONGEST = 5, 720


class AppointmentKind(models.TextChoices):
    """What an appointment is for."""

    TALK = "talk", _("talk")
    INTRODUCTION = "introduction", _("introduction")
    EVALUATION = "evaluation", _("evaluation")
    CALL = "call", _("call")
    OTHER = "other", _("something else")


class InterpreterBy(models.TextChoices):
    """Who arranges the interpreter."""

    NOBODY = "nobody", _("nobody yet")
    COORDINATOR = "coordinator", _("the coordinator")
    FAMILY = "family", _("the family")
    ORGANISATION = "organisation", _("the organisation's office")


class Appointment(models.Model):
    """Something in the agenda of a coordinator, mostly with a family."""

    Kind = AppointmentKind
    By = InterpreterBy

    reference = models.CharField(
        _("reference"),
        max_length=10,
        unique=True,
        default=new_reference,
        editable=False,
    )
    coordinator = models.ForeignKey(
        Coordinator, models.PROTECT, related_name="appointments"
    )
    household = models.ForeignKey(
        Household,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("family"),
    )
    about = models.CharField(
        max_length=10,
        blank=True,
        editable=False,
        help_text=_("Reference of the pairing it is about."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=AppointmentKind)
    starts_at = models.DateTimeField(_("starts at"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        default=60,
        validators=[MinValueValidator(SHORTEST), MaxValueValidator(LONGEST)],
    )
    place = EncryptedTextField(_("place"), max_length=200, blank=True)
    with_whom = EncryptedTextField(_("with whom"), max_length=200, blank=True)
    note = EncryptedTextField(_("note"), max_length=1000, blank=True)
    interpreter_language = models.PositiveSmallIntegerField(
        _("language of the interpreter"), choices=Language, null=True, blank=True
    )
    interpreter_by = models.CharField(
        _("who arranges the interpreter"),
        max_length=12,
        choices=InterpreterBy,
        blank=True,
    )
    interpreter_comes = models.BooleanField(_("the interpreter comes"), default=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(_("called off at"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Counts on with each change: calendars take the newest of two files by it.
    row_version = models.PositiveIntegerField(default=1, editable=False)
    # The key of the form: a second submit of the same form finds this row.
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        indexes = [models.Index(fields=["coordinator", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AppointmentKind.values),
                name="appointment_kind_exists",
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(SHORTEST, LONGEST)),
                name="appointment_lasts_within_a_day",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="appointment_cancelled_by_somebody_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(about="") | Q(household__isnull=False),
                name="appointment_about_a_pairing_of_a_family",
            ),
            models.CheckConstraint(
                condition=Q(
                    interpreter_language=None,
                    interpreter_by="",
                    interpreter_comes=False,
                )
                | Q(
                    interpreter_language__isnull=False,
                    interpreter_by="nobody",
                    interpreter_comes=False,
                )
                | Q(
                    interpreter_language__isnull=False,
                    interpreter_by__in=["coordinator", "family", "organisation"],
                ),
                name="appointment_interpreter_is_arranged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("appointment", args=[self.reference])

    @property
    def ends_at(self) -> dt.datetime:
        """When it is over."""
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    @property
    def lacks_interpreter(self) -> bool:
        """Whether an interpreter is needed who has not said yes."""
        return self.interpreter_language is not None and not self.interpreter_comes


class CalendarKey(models.Model):
    """The secret part of an address by which a calendar reads an agenda without names.

    Only its fingerprint is kept: who loses the address makes another one.
    """

    coordinator = models.OneToOneField(
        Coordinator, models.CASCADE, related_name="calendar_key"
    )
    key_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("key of a calendar")
        verbose_name_plural = _("keys of calendars")
        constraints = [
            models.CheckConstraint(
                condition=Q(key_hash__regex=r"^[0-9a-f]{64}$"),
                name="calendarkey_keeps_a_hash_only",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
