"""A list of families that somebody brings in from a file, and which rows it became."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models.homes import Household
from families.models.places import Municipality
from families.models.staff import User
from families.querysets import ImportRunQuerySet
from families.references import new_reference


class ImportRun(models.Model):
    """One file on its way in. What it says is kept encrypted, and for some days only.

    Which of her columns means what stays, so that the next file is read alike.
    """

    class State(models.TextChoices):
        COLUMNS = "columns", _("columns to be chosen")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        WRITING = "writing", _("being brought in")
        DONE = "done", _("brought in")
        FAILED = "failed", _("stopped: nothing was brought in")

    reference = models.CharField(
        max_length=10, unique=True, default=new_reference, editable=False
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.COLUMNS)
    headers = EncryptedTextField(_("columns of the file"), blank=True)
    meanings = EncryptedTextField(_("what the columns mean"), blank=True)
    found = EncryptedTextField(_("what was found"), blank=True)
    n_rows = models.PositiveIntegerField(default=0)
    n_seen = models.PositiveIntegerField(default=0, help_text=_("Looked at so far."))
    n_asking = models.PositiveIntegerField(default=0)
    n_giving = models.PositiveIntegerField(default=0)
    n_wrong = models.PositiveIntegerField(default=0)
    n_before = models.PositiveIntegerField(
        default=0, help_text=_("Brought in by an earlier file.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("file brought in")
        verbose_name_plural = _("files brought in")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "columns",
                        "checking",
                        "checked",
                        "writing",
                        "done",
                        "failed",
                    ]
                ),
                name="importrun_state_exists",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(found="", state__in=["done", "failed"]),
                name="importrun_erased_is_over_and_says_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ImportChunk(models.Model):
    """Some hundred rows of a file, as they were read."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    rows = EncryptedTextField(_("rows"))

    class Meta:
        verbose_name = _("part of a file")
        verbose_name_plural = _("parts of files")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "number"], name="importchunk_one_per_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class ImportedRow(models.Model):
    """A row of a file became this household, so that it does so once only."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    key_hash = models.CharField(max_length=64, editable=False)
    household = models.ForeignKey(
        Household, models.CASCADE, related_name="imported_rows"
    )
    run = models.ForeignKey(
        ImportRun, models.SET_NULL, null=True, blank=True, related_name="imported_rows"
    )

    class Meta:
        verbose_name = _("row brought in")
        verbose_name_plural = _("rows brought in")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "key_hash"], name="importedrow_once"
            ),
            models.CheckConstraint(
                condition=Q(key_hash__regex=r"^[0-9a-f]{64}$"),
                name="importedrow_keeps_a_hash_only",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id}"
