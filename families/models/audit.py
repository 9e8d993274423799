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

    class ActorKind(models.TextChoices):
        COORDINATOR = "coordinator", _("coordinator")
        OFFICIAL = "official", _("official")
        ORGANISATION = "organisation", _("office")
        FAMILY = "family", _("family")
        SYSTEM = "system", _("system")

    # Kinds of object beside the models: a page about one thing, and one about many.
    PAGE = "page"
    LIST = "list"

    at = models.DateTimeField(_("at"), auto_now_add=True)
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_kind = models.CharField(_("as"), max_length=16, choices=ActorKind)
    verb = models.CharField(_("what"), max_length=8, choices=Verb)
    object_type = models.CharField(
        _("kind of object"),
        max_length=40,
        help_text=_("Name of the model, or “page” for what was opened or refused."),
    )
    object_reference = models.CharField(
        _("reference"),
        max_length=40,
        help_text=_("Of what was changed, or of what the page is about."),
    )
    page = models.CharField(
        _("page"),
        max_length=80,
        blank=True,
        help_text=_("Name of the address that was opened or refused."),
    )
    fields = models.CharField(
        _("fields"), max_length=400, blank=True, help_text=_("Names, never values.")
    )
    request_id = models.CharField(_("request"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            # Who read or changed one thing, whatever the kind of page.
            models.Index(fields=["object_reference", "at"]),
            models.Index(fields=["actor", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_reference}"
