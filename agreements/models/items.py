"""One thing that was agreed on, and the days on which it goes differently."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.core.timeline import Terms
from agreements.models.agreements import Agreement, AgreementVersion
from agreements.querysets import AgreementRowQuerySet
from families.encryption import EncryptedTextField
from families.models import Person, User
from families.vocabulary import SupportKind


class AgreementItem(models.Model):
    """One thing that was agreed: what, for whom, how often, when, where, who drives."""

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("every week")
        EVEN_WEEKS = "even_weeks", _("in even weeks")
        ODD_WEEKS = "odd_weeks", _("in odd weeks")
        EVERY_N_WEEKS = "every_n_weeks", _("every so many weeks")
        NTH_WEEKDAY = "nth_weekday", _("on a fixed weekday of the month")
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
        help_text=_(
            "Weeks between two times, which one of the month, or times a month."
        ),
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
                condition=~Q(rhythm="nth_weekday") | Q(every__range=(1, 5)),
                name="agreementitem_which_one_of_the_month_exists",
                violation_error_message=_("Choose which one of the month."),
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


class ItemException(models.Model):
    """On one day, or in one week, an item does not take place, or on another day.

    No version: what was agreed on stays as it is.
    """

    class Scope(models.TextChoices):
        DAY = "day", _("on one day")
        WEEK = "week", _("in one week")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="exceptions")
    line = models.PositiveSmallIntegerField(_("item"))
    scope = models.CharField(_("how long"), max_length=4, choices=Scope)
    on = models.DateField(_("on"), help_text=_("The day, or the Monday of the week."))
    moved_to = models.DateField(
        _("instead on"), null=True, blank=True, help_text=_("Empty: it falls out.")
    )
    reason = EncryptedTextField(_("why"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)
    taken_back_at = models.DateTimeField(
        _("taken back at"), null=True, blank=True, editable=False
    )

    objects = AgreementRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "line", "scope", "on"],
                condition=Q(taken_back_at=None),
                name="itemexception_once_per_day",
                violation_error_message=_("This was noted before."),
            ),
            models.CheckConstraint(
                condition=Q(scope="day") | Q(scope="week", on__iso_week_day=1),
                name="itemexception_week_starts_on_a_monday",
            ),
            models.CheckConstraint(
                condition=Q(moved_to=None) | ~Q(moved_to=F("on")) & Q(scope="day"),
                name="itemexception_moves_one_day_to_another",
                violation_error_message=_("Choose another day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}/{self.line} {self.on}"
