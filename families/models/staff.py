"""People who log in, and who works where."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from families import public_holidays
from families.models.places import Municipality, Partnership

MONDAY_TO_THURSDAY = 0b0001111
WHOLE_WEEK = 0b1111111


class UserManager(BaseUserManager["User"]):
    """Makes people who log in with their e-mail address."""

    def create_user(
        self, email: str, password: str | None = None, **extra: Any
    ) -> "User":
        """A person who may log in; without a password, only after setting one."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **extra: Any
    ) -> "User":
        """An administrator of the organisation, as `createsuperuser` makes one."""
        return self.create_user(
            email, password, is_superuser=True, is_organisation=True, **extra
        )

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody of the organisation or of a municipality. Families do not log in."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("may log in"), default=True)
    is_organisation = models.BooleanField(
        _("works for the organisation's office"),
        default=False,
        help_text=_("Manages users, municipalities and rules. Sees no families."),
    )
    date_joined = models.DateTimeField(_("since"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_superuser=False) | Q(is_organisation=True),
                name="user_superuser_works_for_the_organisation",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    def get_session_auth_hash(self) -> str:
        """What a session must know: another password or address ends them all."""
        return self._session_hash()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same by former keys, so that a new key logs nobody out."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes | None = None) -> str:
        known = f"{self.password} {self.email}"
        hashed = salted_hmac("families.User", known, secret=secret, algorithm="sha256")
        return str(hashed.hexdigest())

    @property
    def first_name(self) -> str:
        """What colleagues and families call the person, where space is short."""
        return (self.name.split() or [str(self)])[0]

    @property
    def is_staff(self) -> bool:
        """Whether the person may open one of the two admin sites."""
        return self.is_organisation or self.is_official

    @property
    def is_coordinator(self) -> bool:
        """Whether the person guides families."""
        return hasattr(self, "coordinator")

    @property
    def is_official(self) -> bool:
        """Whether the person reads the figures of a partnership."""
        return hasattr(self, "official")

    def municipalities(self) -> "models.QuerySet[Municipality]":
        """Where the person may see families: own municipalities, and deputised ones.

        The only place that decides who works where. Officials and the
        organisation's office see no families, so theirs are none.
        """
        if not self.is_active:
            return Municipality.objects.none()
        today = timezone.localdate()
        deputised = Q(
            coordinators__deputy__user=self,
            coordinators__deputy_from__lte=today,
            coordinators__deputy_until__gte=today,
        )
        mine = Municipality.objects.filter(Q(coordinators__user=self) | deputised)
        # By primary key, so that a filter on it needs no DISTINCT and no join.
        return Municipality.objects.filter(pk__in=mine.values("pk"))


class Coordinator(models.Model):
    """Somebody who guides families in one or more municipalities."""

    user = models.OneToOneField(
        User, models.PROTECT, related_name="coordinator", verbose_name=_("user")
    )
    municipalities = models.ManyToManyField(
        Municipality, related_name="coordinators", verbose_name=_("municipalities")
    )
    telephone = PhoneNumberField(
        _("telephone that will ring"),
        help_text=_("Families do not answer unknown numbers, so they are shown this."),
    )
    working_days = models.PositiveSmallIntegerField(
        _("working days"),
        default=MONDAY_TO_THURSDAY,
        validators=[MaxValueValidator(WHOLE_WEEK)],
        help_text=_("One bit for each weekday, Monday first."),
    )
    leave_from = models.DateField(_("away from"), null=True, blank=True)
    leave_until = models.DateField(_("away until"), null=True, blank=True)
    deputy = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="deputises_for",
        verbose_name=_("deputy"),
    )
    deputy_from = models.DateField(_("deputy from"), null=True, blank=True)
    deputy_until = models.DateField(_("deputy until"), null=True, blank=True)

    class Meta:
        verbose_name = _("coordinator")
        verbose_name_plural = _("coordinators")
        constraints = [
            models.CheckConstraint(
                condition=Q(working_days__range=(1, WHOLE_WEEK)),
                name="coordinator_works_on_some_day",
                violation_error_message=_("Choose at least one working day."),
            ),
            models.CheckConstraint(
                condition=Q(leave_from=None, leave_until=None)
                | Q(
                    leave_from__isnull=False,
                    leave_until__isnull=False,
                    leave_until__gte=F("leave_from"),
                ),
                name="coordinator_leave_ends_after_it_starts",
                violation_error_message=_("The last day away is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(deputy_from=None, deputy_until=None)
                | Q(
                    deputy_from__isnull=False,
                    deputy_until__isnull=False,
                    deputy_until__gte=F("deputy_from"),
                ),
                name="coordinator_deputy_ends_after_it_starts",
                violation_error_message=_("The deputy's last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    def works_on(self, day: dt.date) -> bool:
        """Whether `day` is a working day: no leave, and no public holiday."""
        works = bool(self.working_days >> day.weekday() & 1)
        away = self.is_on_leave(day)
        return works and not away and not public_holidays.is_holiday(day)

    def is_on_leave(self, day: dt.date) -> bool:
        """Whether the coordinator is away on `day`."""
        return (
            self.leave_from is not None
            and self.leave_until is not None
            and self.leave_from <= day <= self.leave_until
        )

    def promise(self, day: dt.date, working_days: int) -> dt.date:
        """The date by which something is promised: so many working days after `day`.

        A year without a working day ends the search, so a long leave gives a
        far date instead of none.
        """
        promised = day
        for _day in range(365):
            promised += dt.timedelta(days=1)
            working_days -= self.works_on(promised)
            if working_days <= 0:
                break
        return promised


class MunicipalityOfficial(models.Model):
    """Somebody of a municipality who reads the figures of its partnerships.

    After a renewal both the old and the new one, so that old years stay readable.
    """

    user = models.OneToOneField(
        User, models.PROTECT, related_name="official", verbose_name=_("user")
    )
    partnerships = models.ManyToManyField(
        Partnership, related_name="officials", verbose_name=_("partnerships")
    )

    class Meta:
        verbose_name = _("official of a municipality")
        verbose_name_plural = _("officials of municipalities")

    def __str__(self) -> str:
        return str(self.user)
