"""That somebody looked for a match and nobody fitted: a valid outcome, dated."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.models import SupportRequest, User
from matching.querysets import LookQuerySet


class Look(models.Model):
    """A coordinator looked for a match and decided to wait until another day."""

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="looks")
    on = models.DateField(_("looked on"))
    again_on = models.DateField(_("looks again on"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = LookQuerySet.as_manager()

    class Meta:
        verbose_name = _("look for a match")
        verbose_name_plural = _("looks for a match")
        constraints = [
            models.CheckConstraint(
                condition=Q(again_on__gte=F("on")),
                name="look_again_after_it_was_looked",
                violation_error_message=_("This date has passed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.on}"
