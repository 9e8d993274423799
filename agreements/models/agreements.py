"""What a pair agreed on, from which day, and who said yes."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.core.timeline import Frame, Terms
from agreements.models.confirmations import HouseRules
from agreements.querysets import AgreementQuerySet, VersionQuerySet
from families.encryption import EncryptedTextField
from families.models import User
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
    trial_until = models.DateField(
        _("trial until"),
        null=True,
        blank=True,
        help_text=_("The last day of the trial; empty for definite agreements."),
    )
    months_request = models.PositiveSmallIntegerField(
        _("months the request family expects"), null=True, blank=True
    )
    months_support = models.PositiveSmallIntegerField(
        _("months the support family expects"), null=True, blank=True
    )
    house_rules = models.ForeignKey(
        HouseRules,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="versions",
        verbose_name=_("house rules"),
        help_text=_("To which both families say yes with this version."),
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
            models.CheckConstraint(
                condition=Q(trial_until=None) | Q(trial_until__gte=F("effective_from")),
                name="agreementversion_trial_ends_after_it_starts",
                violation_error_message=_("The trial would end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(trial_until=None) | Q(house_rules=None),
                name="agreementversion_house_rules_come_with_definite_ones",
            ),
            models.CheckConstraint(
                condition=Q(months_request=None) | Q(months_request__range=(1, 240)),
                name="agreementversion_months_request_are_possible",
                violation_error_message=_("Choose a number from 1 to 240."),
            ),
            models.CheckConstraint(
                condition=Q(months_support=None) | Q(months_support__range=(1, 240)),
                name="agreementversion_months_support_are_possible",
                violation_error_message=_("Choose a number from 1 to 240."),
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

    def frame(self) -> Frame:
        """What holds for all its items together."""
        return Frame(
            trial_until=self.trial_until,
            months_request=self.months_request,
            months_support=self.months_support,
            house_rules=self.house_rules.number if self.house_rules else None,
        )
