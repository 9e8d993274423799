"""On which ground we keep and use what of whom, and who decides about the children."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models.demand import SupportRequest
from families.models.homes import Person
from families.models.staff import User
from families.querysets import ScopedQuerySet
from families.references import new_reference


class RequestRowQuerySet(ScopedQuerySet):
    """Rows that hang on a support request."""

    municipality_path = "request__family__household__municipality"


class Consent(models.Model):
    """The legal basis of one purpose for one person; the version of the text is kept.

    What was agreed to can be withdrawn. Where the basis is another, the law or the
    task itself carries it, and a person may object.
    """

    class Purpose(models.TextChoices):
        CONTACT_AND_SEARCH = "contact_and_search", _("calling and searching a family")
        INTRODUCE = "introduce", _("telling the other family who they are")
        TELL_REFERRER = "tell_referrer", _("telling the referrer how far it is")

    class Basis(models.TextChoices):
        CONSENT = "consent", _("consent")
        AGREEMENT = "agreement", _("needed for what the person asked")
        INTEREST = "interest", _("legitimate interest")
        LAW = "law", _("legal duty")

    class How(models.TextChoices):
        FORM = "form", _("form on the site")
        LINK = "link", _("by a link")
        TELEPHONE = "telephone", _("by telephone")
        VISIT = "visit", _("during a visit")
        PAPER = "paper", _("on paper")
        REFERRER = "referrer", _("told by the referrer")

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    basis = models.CharField(
        _("legal basis"), max_length=9, choices=Basis, default=Basis.CONSENT
    )
    how = models.CharField(_("how"), max_length=9, choices=How, default=How.FORM)
    text_version = models.CharField(_("version of the text"), max_length=20)
    given_at = models.DateTimeField(_("given at"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at=None),
                name="consent_one_per_person_and_purpose",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_it_was_given",
            ),
            models.CheckConstraint(
                condition=~Q(text_version=""), name="consent_keeps_its_text_version"
            ),
            models.CheckConstraint(
                condition=Q(basis__in=["consent", "agreement", "interest", "law"]),
                name="consent_basis_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.text_version}"


class CustodyHolder(models.Model):
    """Somebody else with custody of the children, and what they say to the request."""

    class Relation(models.TextChoices):
        PARENT = "parent", _("other parent")
        GUARDIAN = "guardian", _("guardian")
        INSTITUTION = "institution", _("institution for child protection")
        OTHER = "other", _("somebody else")

    class Said(models.TextChoices):
        NOT_ASKED = "not_asked", _("not asked yet")
        AGREED = "agreed", _("agrees")
        REFUSED = "refused", _("refuses")
        UNREACHABLE = "unreachable", _("could not be reached")

    reference = models.CharField(
        _("reference"),
        max_length=10,
        unique=True,
        default=new_reference,
        editable=False,
    )
    request = models.ForeignKey(
        SupportRequest, models.CASCADE, related_name="custody_holders"
    )
    name = EncryptedTextField(_("name"), max_length=120, blank=True)
    relation = models.CharField(_("who it is"), max_length=11, choices=Relation)
    said = models.CharField(
        _("says"), max_length=11, choices=Said, default=Said.NOT_ASKED
    )
    said_on = models.DateField(_("on"), null=True, blank=True)
    how = models.CharField(_("how"), max_length=9, choices=Consent.How, blank=True)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = RequestRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("holder of custody")
        verbose_name_plural = _("holders of custody")
        constraints = [
            models.CheckConstraint(
                condition=Q(said="not_asked", said_on=None)
                | Q(
                    said__in=["agreed", "refused", "unreachable"],
                    said_on__isnull=False,
                ),
                name="custodyholder_said_it_on_a_day",
                violation_error_message=_("Fill in on which day this was said."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ChildSaid(models.Model):
    """What a child of twelve or older says to the request. The last one counts."""

    class Said(models.TextChoices):
        YES = "yes", _("yes")
        NOT_YET = "not_yet", _("not yet")
        NO = "no", _("no")

    request = models.ForeignKey(
        SupportRequest, models.CASCADE, related_name="children_said"
    )
    child = models.ForeignKey(Person, models.CASCADE, related_name="said")
    said = models.CharField(_("says"), max_length=7, choices=Said)
    said_on = models.DateField(_("on"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RequestRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("what a child says")
        verbose_name_plural = _("what children say")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "child"],
                condition=Q(replaced_at=None),
                name="childsaid_one_that_counts",
            ),
            models.CheckConstraint(
                condition=Q(said__in=["yes", "not_yet", "no"]),
                name="childsaid_is_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.said} {self.said_on}"
