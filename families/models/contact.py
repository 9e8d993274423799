"""What was said with families, and what they were promised."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models.demand import SupportOffer, SupportRequest
from families.models.homes import Household, Person
from families.models.staff import Coordinator, User
from families.querysets import (
    ContactAdditionQuerySet,
    ContactQuerySet,
    TaskQuerySet,
)

# So long its writer may change a note, or take it back.
OWN_FOR = dt.timedelta(hours=24)


class ContactMoment(models.Model):
    """A call, visit or message, with its outcome. Nothing in it vanishes.

    Its writer may change it for a day; after that it is added to. What stands in the
    wrong place is emptied, with who did so and why. Without a reason its writer took it
    back on the same day.
    """

    class Kind(models.TextChoices):
        TELEPHONE = "telephone", _("telephone")
        VISIT = "visit", _("visit")
        MAIL = "mail", _("e-mail")
        MESSAGE = "message", _("text or WhatsApp message")
        MEETING = "meeting", _("talk together")

    class Outcome(models.TextChoices):
        REACHED = "reached", _("spoken")
        NO_ANSWER = "no_answer", _("no answer")
        MESSAGE_LEFT = "message_left", _("left a message")

    household = models.ForeignKey(Household, models.PROTECT, related_name="contacts")
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="contacts"
    )
    request = models.ForeignKey(
        SupportRequest, models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    offer = models.ForeignKey(
        SupportOffer, models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    kind = models.CharField(
        _("how"), max_length=9, choices=Kind, default=Kind.TELEPHONE
    )
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=Outcome, default=Outcome.REACHED
    )
    happened_on = models.DateField(_("on"))
    text = EncryptedTextField(_("what was said"), max_length=4000, blank=True)
    sensitive = models.BooleanField(_("sensitive"), default=False)
    next_step = EncryptedTextField(_("next step"), max_length=200, blank=True)
    next_on = models.DateField(_("next step on"), null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    # The key of the form: a second submit of the same form finds this row.
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    redacted_at = models.DateTimeField(null=True, blank=True, editable=False)
    redacted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    redaction_reason = EncryptedTextField(max_length=500, blank=True, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Keys of the tasks, requests and offers that it changed, to put them back.
    followed = models.JSONField(default=dict, blank=True, editable=False)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact moment")
        verbose_name_plural = _("contact moments")
        indexes = [models.Index(fields=["household", "-happened_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(redacted_at=None)
                | Q(redacted_by__isnull=False, text="", next_step=""),
                name="contactmoment_redacted_by_somebody_and_empty",
            ),
            models.CheckConstraint(
                condition=Q(redacted_at=None)
                | ~Q(redaction_reason="")
                | Q(
                    redacted_by=F("by"),
                    redacted_at__lte=F("recorded_at") + OWN_FOR,
                ),
                name="contactmoment_redacted_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(edited_at=None)
                | Q(
                    edited_at__isnull=False,
                    edited_at__lte=F("recorded_at") + OWN_FOR,
                ),
                name="contactmoment_edited_on_the_same_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_on}"

    @property
    def is_taken_back(self) -> bool:
        """Whether its writer took it back, instead of somebody emptying it."""
        return self.redacted_at is not None and not self.redaction_reason

    def may_be_read_by(self, user: User) -> bool:
        """Whether `user`, who sees the family, may read the words of the note."""
        return not self.sensitive or self.by_id == user.pk

    def may_be_changed_by(self, user: User, *, at: dt.datetime) -> bool:
        """Whether it is a fresh note of `user`, to be changed or taken back."""
        own = self.by_id == user.pk and self.redacted_at is None
        return own and at <= self.recorded_at + OWN_FOR


class ContactAddition(models.Model):
    """What somebody added to a note; it stands beneath it and is never changed."""

    contact = models.ForeignKey(ContactMoment, models.CASCADE, related_name="additions")
    text = EncryptedTextField(_("what is added"), max_length=4000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    # The key of the form: a second submit of the same form finds this row.
    form_key = models.UUIDField(unique=True, editable=False)

    objects = ContactAdditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("addition to a note")
        verbose_name_plural = _("additions to notes")

    def __str__(self) -> str:
        return f"addition {self.pk}"


class TaskKind(models.TextChoices):
    """What is to be done."""

    FIRST_CALL = "first_call", _("first call")
    CALL_AGAIN = "call_again", _("call again")
    NEXT_STEP = "next_step", _("next step")
    SCREENING = "screening", _("screening")
    ANSWER = "answer", _("ask for an answer")
    QUESTION = "question", _("ask the family")
    OWN_REQUEST = "own_request", _("the family asked something")
    DOUBLE = "double", _("maybe the same family")


class Task(models.Model):
    """Something a coordinator was promised to do, for whom and by when."""

    Kind = TaskKind

    household = models.ForeignKey(Household, models.PROTECT, related_name="tasks")
    coordinator = models.ForeignKey(
        Coordinator, models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    text = EncryptedTextField(_("what"), max_length=200, blank=True)
    about = models.CharField(
        max_length=10,
        blank=True,
        editable=False,
        help_text=_("Reference of the request, proposal or pairing it is about."),
    )
    due_on = models.DateField(_("by"))
    promised = models.BooleanField(
        _("promised to the family"),
        default=False,
        help_text=_("The family was told this date."),
    )
    later_until = models.DateField(_("not before"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    # Nobody did what nobody has to do any more.
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [models.Index(fields=["done_at", "due_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_by=None) | Q(done_at__isnull=False),
                name="task_done_by_somebody_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=TaskKind.values), name="task_kind_exists"
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(kind="first_call", done_at=None),
                name="task_one_first_call_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"
