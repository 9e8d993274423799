"""When, how and whom we asked to say yes to a version."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models.confirmations import Confirmation
from agreements.querysets import AskingQuerySet
from families.models import AccessLink, OutboxMail, Person, User


class Asking(models.Model):
    """A family was asked once to say yes to a version; a reminder is another one.

    Each way gives the family a link of its own. What was said on the telephone needs
    no asking: that is a yes at once.
    """

    class Way(models.TextChoices):
        MAIL = "mail", _("by e-mail")
        TEXT = "text", _("with a text")
        LETTER = "letter", _("with a letter")

    version = models.ForeignKey(
        "AgreementVersion", models.PROTECT, related_name="askings"
    )
    side = models.CharField(_("side"), max_length=7, choices=Confirmation.Side)
    way = models.CharField(_("how"), max_length=6, choices=Way)
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("to whom")
    )
    link = models.ForeignKey(
        AccessLink,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        help_text=_("In the mail; a text and a letter get a new one each time."),
    )
    mail = models.ForeignKey(
        OutboxMail,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"), editable=False)
    taken_back_at = models.DateTimeField(
        _("taken back at"), null=True, blank=True, editable=False
    )

    objects = AskingQuerySet.as_manager()

    class Meta:
        verbose_name = _("asking for a yes")
        verbose_name_plural = _("askings for a yes")
        constraints = [
            models.CheckConstraint(
                condition=Q(way="mail") | Q(link=None, mail=None, taken_back_at=None),
                name="asking_only_a_mail_can_be_taken_back",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None) | Q(taken_back_at__gte=F("asked_at")),
                name="asking_taken_back_after_it_was_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.side} {self.way}"
