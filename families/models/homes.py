"""Homes, where they are, and who lives in them."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models.places import Municipality, PostcodeArea
from families.models.staff import Coordinator
from families.querysets import (
    HouseholdQuerySet,
    LocationQuerySet,
    MembershipQuerySet,
    PersonQuerySet,
)
from families.references import new_reference


class CameBy(models.TextChoices):
    """How a family came to us."""

    FORM = "form", _("form on the site")
    CALL_ME = "call_me", _("asked to be called")
    REFERRAL = "referral", _("referred by a professional")
    TELEPHONE = "telephone", _("by telephone, noted by a coordinator")
    FILE = "file", _("from a file of the coordinator")


class Household(models.Model):
    """The home of a family, with the facts that others may ask about.

    A home fact is yes, no, or NULL: not asked yet.
    """

    CameBy = CameBy

    reference = models.CharField(
        _("reference"),
        max_length=10,
        unique=True,
        default=new_reference,
        editable=False,
    )
    name = EncryptedTextField(_("surname"), max_length=120)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="households"
    )
    coordinator = models.ForeignKey(
        Coordinator, models.PROTECT, null=True, blank=True, related_name="households"
    )
    dog = models.BooleanField(_("has a dog"), null=True, blank=True)
    cat = models.BooleanField(_("has a cat"), null=True, blank=True)
    other_animal = models.BooleanField(_("has another animal"), null=True, blank=True)
    smoking = models.BooleanField(_("somebody smokes indoors"), null=True, blank=True)
    stairs = models.BooleanField(_("has stairs"), null=True, blank=True)
    car = models.BooleanField(_("has a car"), null=True, blank=True)
    came_by = models.CharField(
        _("came by"), max_length=9, choices=CameBy, default=CameBy.FORM
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        editable=False,
        help_text=_("The same family applied twice; this one is not used any more."),
    )
    row_version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")),
                name="household_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(came_by__in=CameBy.values), name="household_came_by_exists"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("family-detail", args=[self.reference])

    @property
    def initial(self) -> str:
        """The letter that may stand in titles, such as D for De Boer."""
        return self.name[:1].upper()


class Location(models.Model):
    """Where a household is to be found. A move is a new location."""

    class Kind(models.TextChoices):
        HOME = "home", _("home")
        OTHER_PARENT = "other_parent", _("the other parent")
        SCHOOL = "school", _("school")
        HOLIDAY_HOUSE = "holiday_house", _("holiday house")
        NONE = "none", _("no fixed address")

    household = models.ForeignKey(Household, models.CASCADE, related_name="locations")
    kind = models.CharField(_("kind"), max_length=13, choices=Kind, default=Kind.HOME)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    secret = models.BooleanField(
        _("secret"),
        default=False,
        help_text=_("Never shown on a sketch, an export, a print or an agreement."),
    )
    postcode = EncryptedTextField(_("postcode"), max_length=6, blank=True)
    street = EncryptedTextField(_("street and number"), max_length=120, blank=True)
    area = models.ForeignKey(
        PostcodeArea, models.PROTECT, null=True, blank=True, related_name="locations"
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="location_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    # A check passes on NULL, so that must be ruled out by name.
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(50, 54),
                    longitude__range=(3, 8),
                ),
                name="location_has_both_coordinates_or_none",
                violation_error_message=_("This place is not in the Netherlands."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="none")
                | Q(latitude=None, area=None, postcode="", street=""),
                name="location_none_has_no_place",
                violation_error_message=_("No fixed address has no postcode."),
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(kind__in=("home", "none"), until_on=None),
                name="location_one_home_at_a_time",
                violation_error_message=_("This household already has a home."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id}: {self.kind}"


class Person(models.Model):
    """Somebody of a family. Names and ways to reach them are encrypted."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("e-mail")
        SMS = "sms", _("text message, by hand")
        WHATSAPP = "whatsapp", _("WhatsApp, by hand")
        TELEPHONE = "telephone", _("telephone")
        LETTER = "letter", _("letter")

    reference = models.CharField(
        _("reference"),
        max_length=10,
        unique=True,
        default=new_reference,
        editable=False,
    )
    name = EncryptedTextField(_("name"), max_length=120, blank=True)
    birth_year = models.PositiveSmallIntegerField(
        _("birth year"), null=True, blank=True
    )
    birth_month = models.PositiveSmallIntegerField(
        _("birth month"), null=True, blank=True
    )
    age_told = models.PositiveSmallIntegerField(_("age told"), null=True, blank=True)
    age_told_on = models.DateField(_("age told on"), null=True, blank=True)
    not_yet_born = models.BooleanField(
        _("not born yet"),
        default=False,
        help_text=_("Told at the application; the age then counts as 0."),
    )
    telephone = EncryptedTextField(_("telephone"), max_length=20, blank=True)
    telephone_index = models.CharField(
        max_length=64, blank=True, db_index=True, editable=False
    )
    email = EncryptedTextField(_("e-mail address"), max_length=254, blank=True)
    email_index = models.CharField(
        max_length=64, blank=True, db_index=True, editable=False
    )
    channel = models.CharField(
        _("reached by"), max_length=9, choices=Channel, default=Channel.TELEPHONE
    )
    may_leave_message = models.BooleanField(
        _("may we leave a message"), null=True, blank=True
    )
    call_dayparts = models.PositiveSmallIntegerField(
        _("when to call"),
        default=0,
        help_text=_("One bit each for morning, afternoon and evening; 0: not asked."),
    )
    languages = models.BigIntegerField(
        _("languages spoken"), default=0, help_text=_("One bit each; 0: not asked.")
    )
    language_other = EncryptedTextField(
        _("another language"), max_length=60, blank=True
    )
    site_language = models.CharField(
        _("reads messages in"), max_length=7, blank=True, help_text=_("Empty: Dutch.")
    )
    interpreter_needed = models.BooleanField(
        _("needs an interpreter"), null=True, blank=True
    )
    # Who came in on the own pages before this moment is out.
    shut_out_at = models.DateTimeField(null=True, blank=True, editable=False)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_month=None)
                | Q(birth_month__range=(1, 12), birth_year__isnull=False),
                name="person_birth_month_is_a_month_of_a_year",
                violation_error_message=_("Choose a month from 1 to 12, and a year."),
            ),
            models.CheckConstraint(
                condition=Q(birth_year=None) | Q(birth_year__range=(1900, 2100)),
                name="person_birth_year_is_possible",
                violation_error_message=_("This birth year is not possible."),
            ),
            models.CheckConstraint(
                condition=Q(age_told=None, age_told_on=None)
                | Q(
                    age_told__isnull=False,
                    age_told__range=(0, 120),
                    age_told_on__isnull=False,
                ),
                name="person_age_told_has_its_date",
                violation_error_message=_(
                    "An age needs the date on which it was told."
                ),
            ),
            models.CheckConstraint(
                condition=Q(call_dayparts__range=(0, 7)),
                name="person_call_dayparts_are_three",
            ),
            models.CheckConstraint(
                condition=Q(languages__gte=0), name="person_languages_are_a_mask"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def age_on(self, day: dt.date) -> int | None:
        """Age in whole years on `day`, or None when it was never told.

        From a birth month it is exact to the month; from an age told on a date
        it may be a year too low, as the birthday is unknown.
        """
        if self.birth_year is not None:
            month = self.birth_month or 7
            return max(0, day.year - self.birth_year - (day.month < month))
        if self.age_told is not None and self.age_told_on is not None:
            told = self.age_told_on
            no_birthday_yet = (day.month, day.day) < (told.month, told.day)
            return max(0, self.age_told + day.year - told.year - no_birthday_yet)
        return None


class Membership(models.Model):
    """Somebody lives in a household. A child may live in two."""

    class Role(models.TextChoices):
        PARENT = "parent", _("parent or carer")
        PARTNER = "partner", _("partner")
        CHILD = "child", _("child")
        OTHER = "other", _("somebody else")

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    household = models.ForeignKey(Household, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=7, choices=Role)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    stays = models.BigIntegerField(
        _("stays here at"),
        null=True,
        blank=True,
        help_text=_("The moments a child of two homes is here. Empty: always."),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a household")
        verbose_name_plural = _("members of households")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="membership_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["person", "household"],
                condition=Q(until_on=None),
                name="membership_once_at_a_time",
                violation_error_message=_("This person already lives here."),
            ),
            models.CheckConstraint(
                condition=Q(stays=None) | Q(stays__gt=0, stays__lt=2**57),
                name="membership_stays_is_a_moments_mask",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.household_id}"
