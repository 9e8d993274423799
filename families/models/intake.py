"""Applications on their way in, and what opens them again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models.homes import Household
from families.models.referral import Referral


class IntakeDraft(models.Model):
    """Answers given so far, kept on the server.

    After sending it points at the household, so that a second click finds the first.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", _("asks for support")
        SUPPORT = "support", _("offers support")
        REFERRAL = "referral", _("refers a family")

    kind = models.CharField(max_length=8, choices=Kind)
    language = models.CharField(
        _("language of the pages"), max_length=7, default=settings.LANGUAGE_CODE
    )
    answers = EncryptedTextField(_("answers"), blank=True)
    referral = models.ForeignKey(
        Referral,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="drafts",
        help_text=_("Sending it completes what the referrer told."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    expires_at = models.DateTimeField()
    saved_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_(
            "A link or a code to go on was asked for: leaving quickly keeps it."
        ),
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    household = models.ForeignKey(
        Household, models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("draft of an application")
        verbose_name_plural = _("drafts of applications")
        indexes = [models.Index(fields=["expires_at"])]
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
            models.CheckConstraint(
                condition=Q(kind__in=["request", "support", "referral"]),
                name="intakedraft_kind_exists",
            ),
            models.CheckConstraint(
                condition=Q(referral=None) | Q(kind="request"),
                name="intakedraft_only_a_request_completes_a_referral",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class DraftKey(models.Model):
    """One way to open a draft; each stays valid until its own day. Only a hash."""

    class Kind(models.TextChoices):
        BROWSER = "browser", _("the browser in which it was begun or opened")
        LINK = "link", _("a link by e-mail")
        CODE = "code", _("a code that was shown")

    draft = models.ForeignKey(IntakeDraft, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=7, choices=Kind)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("key of a draft")
        verbose_name_plural = _("keys of drafts")
        constraints = [
            models.CheckConstraint(
                condition=Q(key_hash__regex=r"^[0-9a-f]{64}$"),
                name="draftkey_keeps_a_hash_only",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="draftkey_expires_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["browser", "link", "code"]),
                name="draftkey_kind_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class IntakeCount(models.Model):
    """How many applications began, were sent or were left, by day. Nothing of anybody.

    Counted on the server: no browser is followed.
    """

    class What(models.TextChoices):
        STARTED = "started", _("started")
        FINISHED = "finished", _("sent")
        LEFT = "left", _("left")
        CALL_ME = "call_me", _("asked to be called")
        REFUSED = "refused", _("refused: too many at once")

    on = models.DateField(_("on"))
    kind = models.CharField(_("kind"), max_length=8, choices=IntakeDraft.Kind)
    language = models.CharField(_("language of the pages"), max_length=7)
    what = models.CharField(_("what"), max_length=8, choices=What)
    step = models.SlugField(
        _("page"), max_length=20, blank=True, help_text=_("Where it was left.")
    )
    n = models.PositiveIntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("count of applications")
        verbose_name_plural = _("counts of applications")
        constraints = [
            models.UniqueConstraint(
                fields=["on", "kind", "language", "what", "step"],
                name="intakecount_one_per_day_and_thing",
            ),
            models.CheckConstraint(
                condition=Q(step="") | Q(what="left"),
                name="intakecount_only_what_was_left_has_a_page",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.kind} {self.what} {self.step}"


class Knocks(models.Model):
    """How often somebody came to a public door in a stretch of time.

    Shared by all workers. Who it is stands here as a keyed hash only, and the rows are
    erased once their time is over.
    """

    door = models.CharField(max_length=24)
    who_hash = models.CharField(max_length=64)
    since = models.DateTimeField()
    seconds = models.PositiveIntegerField()
    n = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("knocks on a door")
        verbose_name_plural = _("knocks on doors")
        indexes = [models.Index(fields=["since"])]
        constraints = [
            models.UniqueConstraint(
                fields=["door", "who_hash", "since", "seconds"],
                name="knocks_one_per_door_who_and_time",
            ),
            models.CheckConstraint(
                condition=Q(who_hash__regex=r"^[0-9a-f]{64}$"),
                name="knocks_keep_a_hash_only",
            ),
            models.CheckConstraint(
                condition=Q(seconds__gt=0), name="knocks_last_some_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.since:%Y-%m-%d %H:%M} {self.n}"


class CheckedTranslation(models.Model):
    """A native speaker read the public pages in a language, as they were then."""

    language = models.CharField(_("language"), max_length=7, unique=True)
    fingerprint = models.CharField(
        max_length=64,
        editable=False,
        help_text=_("Of the texts that were read: other texts are to be read again."),
    )
    checked_on = models.DateField(_("read on"))
    checked_by = models.CharField(
        _("read by"), max_length=120, help_text=_("A native speaker.")
    )

    class Meta:
        verbose_name = _("checked translation")
        verbose_name_plural = _("checked translations")
        constraints = [
            models.CheckConstraint(
                condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$"),
                name="checkedtranslation_knows_its_texts",
            ),
            models.CheckConstraint(
                condition=~Q(checked_by=""),
                name="checkedtranslation_read_by_somebody",
                violation_error_message=_("Fill in who read it."),
            ),
        ]

    def __str__(self) -> str:
        return self.language
