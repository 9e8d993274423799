"""What coordinators were typing when something came between."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models.homes import Household
from families.models.staff import User
from families.querysets import NoteDraftQuerySet


class NoteDraft(models.Model):
    """A note about a household that is not sent yet; of one writer, for some days."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    household = models.ForeignKey(Household, models.CASCADE, related_name="+")
    # The fields of the form as they were typed, as JSON.
    typed = EncryptedTextField(editable=False)
    # Of the form it was typed in: once that is sent, the draft is not needed.
    form_key = models.UUIDField(editable=False)
    updated_at = models.DateTimeField(db_index=True, editable=False)

    objects = NoteDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("note that is not sent yet")
        verbose_name_plural = _("notes that are not sent yet")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "household"], name="notedraft_one_per_writer_and_home"
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"
