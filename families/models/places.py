"""Municipalities, what they agreed with the organisation, and where postcodes lie."""

import datetime as dt
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from families.querysets import PartnershipQuerySet


class HolidayRegion(models.TextChoices):
    """Where in the country schools close at the same time."""

    NORTH = "north", _("North")
    MIDDLE = "middle", _("Middle")
    SOUTH = "south", _("South")


class Municipality(models.Model):
    """A Dutch municipality (gemeente)."""

    HolidayRegion = HolidayRegion

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    cbs_code = models.CharField(
        _("CBS code"),
        max_length=4,
        unique=True,
        help_text=_("Four digits, such as 0358 for Aalsmeer."),
    )
    neighbours = models.ManyToManyField(
        "self",
        blank=True,
        verbose_name=_("neighbours that take part"),
        help_text=_("Families may be proposed across these borders."),
    )
    holiday_region = models.CharField(
        _("region of the school holidays"),
        max_length=6,
        choices=HolidayRegion,
        blank=True,
    )

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        constraints = [
            models.CheckConstraint(
                condition=Q(cbs_code__regex=r"^[0-9]{4}$"),
                name="municipality_cbs_code_is_four_digits",
                violation_error_message=_("A CBS code has four digits."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SchoolHoliday(models.Model):
    """Days on which the schools of a region are closed."""

    region = models.CharField(_("region"), max_length=6, choices=HolidayRegion)
    name = models.CharField(_("name"), max_length=40)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("school holiday")
        verbose_name_plural = _("school holidays")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "first_on"],
                name="schoolholiday_begins_once_per_region",
                violation_error_message=_("This holiday is there already."),
            ),
            models.CheckConstraint(
                condition=Q(last_on__gte=models.F("first_on")),
                name="schoolholiday_ends_after_it_starts",
                violation_error_message=_("The end is before the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.first_on:%Y}"


class Partnership(models.Model):
    """What municipalities agreed with the organisation: a target, and how it counts."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSING = "closing", _("closing: takes no new applications")
        ENDED = "ended", _("ended")

    class CountingRule(models.TextChoices):
        INTRODUCTION = "introduction", _("from the introduction")
        TRIAL = "trial", _("from the start of the trial")
        DEFINITE = "definite", _("from the definite agreement")

    name = models.CharField(_("name"), max_length=120)
    employer = models.CharField(
        _("employer of the coordinators"), max_length=120, blank=True
    )
    municipalities: models.ManyToManyField[Municipality, "PartnershipTerm"] = (
        models.ManyToManyField(
            Municipality,
            through="PartnershipTerm",
            related_name="partnerships",
            verbose_name=_("municipalities"),
        )
    )
    target = models.PositiveSmallIntegerField(
        _("target"), help_text=_("Pairings per reporting year.")
    )
    counting_rule = models.CharField(
        _("a pairing counts"),
        max_length=12,
        choices=CountingRule,
        default=CountingRule.TRIAL,
    )
    reporting_year_month = models.PositiveSmallIntegerField(
        _("first month of the reporting year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    small_count = models.PositiveSmallIntegerField(
        _("counts below this are not shown"),
        default=5,
        help_text=_("5 or 10. Breakdowns always follow it; totals when chosen below."),
    )
    totals_suppressed = models.BooleanField(
        _("hide small totals too"),
        default=False,
        help_text=_("Totals are what the contract is about, so they are exact."),
    )
    renews_on = models.DateField(_("to be renewed on"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=State, default=State.OPEN
    )

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        constraints = [
            models.CheckConstraint(
                condition=Q(reporting_year_month__range=(1, 12)),
                name="partnership_reporting_year_starts_in_a_month",
                violation_error_message=_("Choose a month from 1 to 12."),
            ),
            models.CheckConstraint(
                condition=Q(small_count__in=(5, 10)),
                name="partnership_small_count_is_five_or_ten",
                violation_error_message=_("Choose 5 or 10."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartnershipTerm(models.Model):
    """From a date, a municipality belongs to a partnership until its next term.

    No last day is stored, so two partnerships of one municipality cannot overlap. A
    municipality leaves by a term without a partnership.
    """

    partnership = models.ForeignKey(
        Partnership,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="terms",
        verbose_name=_("partnership"),
        help_text=_("Empty: it takes part in none from this day."),
    )
    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        related_name="terms",
        verbose_name=_("municipality"),
    )
    starts_on = models.DateField(_("starts on"))

    class Meta:
        verbose_name = _("municipality of a partnership")
        verbose_name_plural = _("municipalities of partnerships")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "starts_on"],
                name="partnershipterm_one_per_municipality_and_date",
                violation_error_message=_(
                    "This municipality already starts with a partnership on this date."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality} {self.starts_on}"


class PostcodeAreaQuerySet(models.QuerySet[Any]):
    """Four-digit postcodes; public facts, so nobody has to be asked who looks."""

    def of(self, postcode: str) -> "PostcodeAreaQuerySet":
        """The areas of a postcode; two when it lies in two municipalities."""
        return self.filter(postcode=postcode[:4]).order_by("municipality__name")


class PostcodeArea(models.Model):
    """A four-digit postcode, or the part of it that lies in one municipality."""

    postcode = models.CharField(_("postcode"), max_length=4)
    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        related_name="postcode_areas",
        verbose_name=_("municipality"),
    )
    place = models.CharField(_("town or village"), max_length=80)
    latitude = models.FloatField(_("latitude"), help_text=_("Degrees, WGS 84."))
    longitude = models.FloatField(_("longitude"), help_text=_("Degrees, WGS 84."))
    flagged = models.BooleanField(
        _("look at this"),
        default=False,
        help_text=_(
            "The nearest other postcode of its municipality is more than 8 km away."
        ),
    )

    objects = PostcodeAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("postcode")
        verbose_name_plural = _("postcodes")
        constraints = [
            models.UniqueConstraint(
                fields=["postcode", "municipality"],
                name="postcodearea_one_per_municipality",
            ),
            models.CheckConstraint(
                condition=Q(postcode__regex=r"^[1-9][0-9]{3}$"),
                name="postcodearea_postcode_is_four_digits",
                violation_error_message=_("A postcode area has four digits."),
            ),
            models.CheckConstraint(
                condition=Q(latitude__range=(50, 54), longitude__range=(3, 8)),
                name="postcodearea_lies_in_the_netherlands",
                violation_error_message=_("This place is not in the Netherlands."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.postcode} {self.place}"


def partnership_on(municipality: Municipality, day: dt.date) -> Partnership | None:
    """The partnership a municipality belongs to on `day`, whatever its state."""
    term = (
        PartnershipTerm.objects.filter(municipality=municipality, starts_on__lte=day)
        .select_related("partnership")
        .order_by("-starts_on")
        .first()
    )
    return term.partnership if term else None
