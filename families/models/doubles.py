"""Households that may be the same family, and what was put together."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models.homes import Household
from families.models.staff import User
from families.querysets import ScopedQuerySet
from families.references import new_reference


class DoubleQuerySet(ScopedQuerySet):
    """Pairs of households; both must be visible."""

    def visible_to(self, user: object) -> "DoubleQuerySet":
        """Pairs of which `user` may see both households."""
        own = Household.objects.visible_to(user)  # type: ignore[arg-type]
        return self.filter(earlier__in=own, later__in=own)


class PossibleDouble(models.Model):
    """Two households with the same telephone number or e-mail address."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("to be looked at")
        DIFFERENT = "different", _("two families")
        MERGED = "merged", _("put together")

    reference = models.CharField(
        _("reference"),
        max_length=10,
        unique=True,
        default=new_reference,
        editable=False,
    )
    earlier = models.ForeignKey(Household, models.PROTECT, related_name="doubles_later")
    later = models.ForeignKey(Household, models.PROTECT, related_name="doubles_earlier")
    same_telephone = models.BooleanField(_("the same telephone number"))
    same_email = models.BooleanField(_("the same e-mail address"))
    outcome = models.CharField(
        _("outcome"), max_length=9, choices=Outcome, default=Outcome.OPEN
    )
    found_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DoubleQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible double")
        verbose_name_plural = _("possible doubles")
        constraints = [
            models.UniqueConstraint(
                fields=["earlier", "later"], name="possibledouble_once_per_pair"
            ),
            models.CheckConstraint(
                condition=~Q(earlier=F("later")), name="possibledouble_of_two"
            ),
            models.CheckConstraint(
                condition=Q(same_telephone=True) | Q(same_email=True),
                name="possibledouble_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", settled_at=None, settled_by=None)
                | Q(
                    outcome__in=["different", "merged"],
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                ),
                name="possibledouble_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Merge(models.Model):
    """Two households put together, with all that is needed to take them apart again."""

    reference = models.CharField(
        _("reference"),
        max_length=10,
        unique=True,
        default=new_reference,
        editable=False,
    )
    double = models.ForeignKey(PossibleDouble, models.PROTECT, related_name="merges")
    kept = models.ForeignKey(Household, models.PROTECT, related_name="merges_kept")
    gone = models.ForeignKey(Household, models.PROTECT, related_name="merges_gone")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    # Values of before, as JSON: model, key and fields.
    before = EncryptedTextField(editable=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.UniqueConstraint(
                fields=["gone"],
                condition=Q(undone_at=None),
                name="merge_once_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="merge_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
