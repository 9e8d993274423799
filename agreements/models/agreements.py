"""What a pair agreed on, from which day, and who said yes."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.querysets import AgreementQuerySet, VersionQuerySet
from agreements.timeline import Terms
from families.encryption import EncryptedTextField
from families.models import Person, User
from families.vocabulary import SupportKind
from matching.models import Pairing


class Agreement(models.Model):
    """The agreement of one pairing; what it says stands in its versions."""

    pairing = models.OneToOneField(Pairing, models.PROTECT, related_name="agreement")
    row_version = models.PositiveIntegerField(default=0, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")

    def __str__(self) -> str:
        return f"agreement #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("agreements:agreement-detail", args=[self.pairing.reference])


class AgreementVersion(models.Model):
    """What a pair agreed on, in force from `effective_from` until the next version.

    No last day is stored, so versions can neither overlap nor leave a gap. A
    stop is a version without items. A correction supersedes the version of the
    same date, which stays readable; so does a draft that was put away.
    """

    class Kind(models.TextChoices):
        CHANGE = "change", _("change")
        INSERTION = "insertion", _("change between others")
        CORRECTION = "correction", _("correction")
        STOP = "stop", _("stop")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CHANGE)
    effective_from = models.DateField(_("holds from"))
    reason = EncryptedTextField(_("why"), max_length=500, blank=True)
    one_side_is_enough = models.BooleanField(
        _("one side's word is enough"),
        default=False,
        help_text=_("A stop, a pause or less needs one family's word only."),
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    superseded_at = models.DateTimeField(_("superseded at"), null=True, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an agreement")
        verbose_name_plural = _("versions of agreements")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="agreementversion_numbers_differ"
            ),
            models.UniqueConstraint(
                fields=["agreement", "effective_from"],
                condition=Q(settled_at__isnull=False, superseded_at=None),
                name="agreementversion_one_per_date",
                violation_error_message=_(
                    "There is already a version from this date. Correct that one."
                ),
            ),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(settled_at=None, superseded_at=None),
                name="agreementversion_one_open_draft",
                violation_error_message=_(
                    "There is already a change that both families must still confirm."
                ),
            ),
            models.CheckConstraint(
                condition=Q(superseded_at=None)
                | Q(settled_at=None)
                | Q(superseded_at__gte=F("settled_at")),
                name="agreementversion_superseded_after_it_settled",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(settled_at__gte=F("recorded_at")),
                name="agreementversion_settles_after_it_is_recorded",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse(
            "agreements:version-detail",
            args=[self.agreement.pairing.reference, self.number],
        )

    @property
    def reference(self) -> str:
        """By which the audit names it: the code of the pairing and the number."""
        return f"{self.agreement.pairing.reference}/{self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether a family must still say yes."""
        return self.settled_at is None and self.superseded_at is None

    @property
    def is_current(self) -> bool:
        """Whether it counts: settled, and not replaced by a correction."""
        return self.settled_at is not None and self.superseded_at is None

    @property
    def is_put_away(self) -> bool:
        """Whether it was a draft that did not go through."""
        return self.settled_at is None and self.superseded_at is not None

    def terms(self) -> tuple[Terms, ...]:
        """What its items say, in order of their lines."""
        items = sorted(self.items.all(), key=lambda item: item.line)
        return tuple(item.terms() for item in items)


class AgreementItem(models.Model):
    """One thing that was agreed: what, for whom, how often, when, where, who drives."""

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("every week")
        EVEN_WEEKS = "even_weeks", _("in even weeks")
        ODD_WEEKS = "odd_weeks", _("in odd weeks")
        EVERY_N_WEEKS = "every_n_weeks", _("every so many weeks")
        TIMES_A_MONTH = "times_a_month", _("so many times a month")
        NOW_AND_THEN = "now_and_then", _("now and then")

    class Where(models.TextChoices):
        SUPPORT_FAMILY = "support_family", _("at the support family's home")
        REQUEST_FAMILY = "request_family", _("at the request family's home")
        ELSEWHERE = "elsewhere", _("somewhere else")

    class Who(models.TextChoices):
        REQUEST_FAMILY = "request_family", _("the request family")
        SUPPORT_FAMILY = "support_family", _("the support family")
        CHILD = "child", _("the child comes alone")
        OTHER = "other", _("somebody else")

    class Holidays(models.TextChoices):
        STOPS = "stops", _("stops in school holidays")
        GOES_ON = "goes_on", _("goes on in school holidays")

    version = models.ForeignKey(AgreementVersion, models.CASCADE, related_name="items")
    # The same through all versions, so that a change of an item can be followed.
    line = models.PositiveSmallIntegerField(_("line"))
    kind = models.PositiveSmallIntegerField(_("kind of support"), choices=SupportKind)
    children = models.ManyToManyField(
        Person, related_name="agreement_items", verbose_name=_("children")
    )
    rhythm = models.CharField(_("how often"), max_length=13, choices=Rhythm)
    every = models.PositiveSmallIntegerField(
        _("number"),
        default=1,
        help_text=_("Weeks between two times, or times a month."),
    )
    first_on = models.DateField(
        _("first in the week of"),
        null=True,
        blank=True,
        help_text=_("From which every so many weeks counts."),
    )
    weekdays = models.PositiveSmallIntegerField(
        _("weekdays"), default=0, help_text=_("One bit each, Monday first.")
    )
    dayparts = models.PositiveSmallIntegerField(
        _("dayparts"),
        default=0,
        help_text=_("One bit each: morning, afternoon, evening, night."),
    )
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("to"), null=True, blank=True)
    where = models.CharField(_("where"), max_length=14, choices=Where)
    brings = models.CharField(_("who brings"), max_length=14, choices=Who, blank=True)
    fetches = models.CharField(_("who fetches"), max_length=14, choices=Who, blank=True)
    holidays = models.CharField(
        _("school holidays"), max_length=7, choices=Holidays, default=Holidays.STOPS
    )
    note = EncryptedTextField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("item of an agreement")
        verbose_name_plural = _("items of agreements")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "line"], name="agreementitem_lines_differ"
            ),
            models.CheckConstraint(
                condition=Q(every__range=(1, 12)),
                name="agreementitem_every_is_one_to_twelve",
                violation_error_message=_("Choose a number from 1 to 12."),
            ),
            models.CheckConstraint(
                condition=Q(weekdays__lt=2**7, dayparts__lt=2**4),
                name="agreementitem_masks_fit",
            ),
            models.CheckConstraint(
                condition=Q(line__gte=1), name="agreementitem_lines_count_from_one"
            ),
            models.CheckConstraint(
                condition=Q(rhythm="every_n_weeks", first_on__isnull=False)
                | (~Q(rhythm="every_n_weeks") & Q(first_on=None)),
                name="agreementitem_every_so_many_weeks_has_a_first_week",
                violation_error_message=_("Say from which week the weeks count."),
            ),
            models.CheckConstraint(
                condition=Q(rhythm__in=("times_a_month", "now_and_then"))
                | Q(weekdays__gt=0),
                name="agreementitem_weekly_rhythm_has_a_weekday",
                violation_error_message=_("Choose at least one day."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__isnull=False),
                name="agreementitem_has_both_times_or_none",
                violation_error_message=_("Fill in both times, or none."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None)
                | Q(kind=SupportKind.SLEEPOVER)
                | Q(ends_at__gt=F("starts_at")),
                name="agreementitem_ends_after_it_starts",
                violation_error_message=_("The end is before the start."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(dayparts=0),
                name="agreementitem_has_times_or_dayparts",
                violation_error_message=_("Choose times or parts of the day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.line}"

    def terms(self) -> Terms:
        """What it says, without the database."""
        return Terms(
            line=self.line,
            kind=self.kind,
            children=tuple(sorted(child.pk for child in self.children.all())),
            rhythm=self.rhythm,
            every=self.every,
            first_on=self.first_on,
            weekdays=self.weekdays,
            dayparts=self.dayparts,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            where=self.where,
            brings=self.brings,
            fetches=self.fetches,
            holidays=self.holidays,
            note=self.note,
        )


class Confirmation(models.Model):
    """One family said yes to exactly one text of a version."""

    class Side(models.TextChoices):
        REQUEST = "request", _("request family")
        SUPPORT = "support", _("support family")

    class Channel(models.TextChoices):
        LINK = "link", _("by link")
        DISCUSSED = "discussed", _("discussed")
        PAPER = "paper", _("on paper")
        LETTER = "letter", _("by letter")

    version = models.ForeignKey(
        AgreementVersion, models.PROTECT, related_name="confirmations"
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
