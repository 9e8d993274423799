"""Who saw and changed what. Names of fields, never values."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from families.models.staff import User


class AuditEvent(models.Model):
    """One read, change or refusal. Triggers refuse to change or delete a row."""

    class Verb(models.TextChoices):
        READ = "read", _("read")
        DENIED = "denied", _("refused")
        CREATED = "created", _("created")
        CHANGED = "changed", _("changed")

    at = models.DateTimeField(_("at"), auto_now_add=True)
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_kind = models.CharField(
        _("as"),
        max_length=16,
        help_text=_("coordinator, official, organisation, family or system"),
    )
    verb = models.CharField(_("what"), max_length=8, choices=Verb)
    object_type = models.CharField(_("kind of object"), max_length=40)
    object_reference = models.CharField(_("reference"), max_length=40)
    fields = models.CharField(
        _("fields"), max_length=400, blank=True, help_text=_("Names, never values.")
    )
    request_id = models.CharField(_("request"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["object_type", "object_reference", "at"]),
            models.Index(fields=["actor", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_reference}"
