"""The weights by which proposals are ranked. A version is never edited."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from families.models import User


class Rules(models.Model):
    """Weights, neutral value and thresholds; the highest version is in use."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    weights = models.JSONField(_("weights and thresholds"))
    reason = models.CharField(_("why it changed"), max_length=300)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    # Nobody made the rules that come with the site.
    made_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("made by"),
    )

    class Meta:
        verbose_name = _("rules of matching")
        verbose_name_plural = _("rules of matching")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="rules_version_counts_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"
