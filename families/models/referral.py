"""Professionals who point a family to us, with the parents' agreement."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models.homes import Household
from families.querysets import HouseholdRowQuerySet
from families.references import new_reference


class Referrer(models.Model):
    """A professional, known by an e-mail address."""

    class Profession(models.TextChoices):
        GP = "gp", _("GP")
        SCHOOL = "school", _("school")
        TEAM = "team", _("neighbourhood team")
        YOUTH_HEALTH = "youth_health", _("youth health care")
        OTHER = "other", _("something else")

    name = EncryptedTextField(_("name"), max_length=120)
    organisation = EncryptedTextField(_("organisation"), max_length=120)
    profession = models.CharField(_("profession"), max_length=12, choices=Profession)
    telephone = EncryptedTextField(_("telephone"), max_length=20, blank=True)
    email = EncryptedTextField(_("e-mail address"), max_length=254)
    email_index = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("referrer")
        verbose_name_plural = _("referrers")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    profession__in=["gp", "school", "team", "youth_health", "other"]
                ),
                name="referrer_profession_exists",
            ),
            models.CheckConstraint(
                condition=~Q(email_index=""), name="referrer_has_an_address"
            ),
        ]

    def __str__(self) -> str:
        return f"referrer #{self.pk}"


class Referral(models.Model):
    """A family that a professional told of. The parents said yes before it was stored.

    The referrer hears that we called and that it ended, and nothing of what was said.
    """

    reference = models.CharField(
        _("reference"),
        max_length=10,
        unique=True,
        default=new_reference,
        editable=False,
    )
    referrer = models.ForeignKey(Referrer, models.PROTECT, related_name="referrals")
    household = models.ForeignKey(Household, models.PROTECT, related_name="referrals")
    parents_agreed_on = models.DateField(_("the parents agreed, told on"))
    text = EncryptedTextField(_("what could help"), max_length=300, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    invited_at = models.DateTimeField(
        _("parent got the questions at"), null=True, blank=True
    )
    called_told_at = models.DateTimeField(
        _("referrer heard that we called at"), null=True, blank=True
    )
    closed_told_at = models.DateTimeField(
        _("referrer heard that it ended at"), null=True, blank=True
    )

    objects = HouseholdRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            models.UniqueConstraint(
                fields=["referrer", "household"],
                name="referral_once_per_referrer_and_household",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
