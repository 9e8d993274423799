"""What a "no" teaches: a limit, a pause or nothing; suggested, approved, undoable."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models import User
from matching.models.proposals import Proposal
from matching.querysets import LessonQuerySet

# What of the wishes may change; the last one is a pause.
FIELDS = (
    "max_distance_km",
    "moments",
    "frequency",
    "ages",
    "children_at_once",
    "children_at_home",
    "language_demand",
    "no_dog",
    "no_cat",
    "no_other_animal",
    "no_smoking",
    "no_stairs",
    "paused_until",
)


class Consequence(models.TextChoices):
    """What follows from a declined proposal."""

    LIMIT = "limit", _("a limit is written down")
    PAUSE = "pause", _("a pause")
    NONE = "none", _("nothing")


class WhoseWishes(models.TextChoices):
    """Of whom the wishes changed."""

    REQUEST = "request", _("request family")
    OFFER = "offer", _("support family")


class Lesson(models.Model):
    """A consequence that a coordinator approved, with what it was before."""

    Consequence = Consequence
    Side = WhoseWishes

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="lessons")
    consequence = models.CharField(_("consequence"), max_length=5, choices=Consequence)
    side = models.CharField(_("whose"), max_length=7, choices=WhoseWishes, blank=True)
    field = models.CharField(_("what"), max_length=40, blank=True)
    before = EncryptedTextField(_("before"), blank=True, help_text=_("JSON."))
    after = EncryptedTextField(_("after"), blank=True, help_text=_("JSON."))
    decided_on = models.DateField(_("decided on"))
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    undone_on = models.DateField(_("undone on"), null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson of a no")
        verbose_name_plural = _("lessons of a no")
        constraints = [
            models.CheckConstraint(
                condition=Q(consequence__in=Consequence.values),
                name="lesson_consequence_exists",
            ),
            models.CheckConstraint(
                condition=Q(consequence="none", side="", field="")
                | (
                    ~Q(consequence="none")
                    & Q(side__in=WhoseWishes.values)
                    & ~Q(field="")
                ),
                name="lesson_says_whose_and_what",
            ),
            models.CheckConstraint(
                condition=Q(field__in=["", *FIELDS]), name="lesson_field_exists"
            ),
            models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(undone_on=None),
                name="lesson_one_per_proposal",
                violation_error_message=_("Somebody decided on this before."),
            ),
            models.CheckConstraint(
                condition=Q(undone_on=None, undone_by=None)
                | Q(undone_on__gte=F("decided_on"), undone_by__isnull=False),
                name="lesson_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consequence} #{self.pk}"
