"""The two roles of a household, what it asks or gives, and the stage that is in."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from families.encryption import EncryptedTextField
from families.models.homes import Household, Person
from families.models.places import Municipality
from families.models.staff import User
from families.querysets import (
    FamilyQuerySet,
    PlaceQuerySet,
    StageChangeQuerySet,
    SupportFamilyQuerySet,
    SupportOfferQuerySet,
    SupportRequestQuerySet,
)
from families.references import new_reference
from families.vocabulary import Demand, Frequency, Language

MOMENTS_END = 2**57
KINDS_END = 2**10
AGES_END = 2**18
MOST_PLACES = 3


class RequestStage(models.TextChoices):
    """How far a support request is."""

    APPLIED = "applied", _("to be called")
    TALKING = "talking", _("in talks")
    WAITING = "waiting", _("ready to be matched")
    PROPOSED = "proposed", _("proposed")
    PAIRED = "paired", _("paired")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")
    WITHDRAWN = "withdrawn", _("withdrawn")


class OfferStage(models.TextChoices):
    """How far a support offer is."""

    APPLIED = "applied", _("to be called")
    TALKING = "talking", _("in talks and screening")
    AVAILABLE = "available", _("available")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")


class VisitLength(models.TextChoices):
    """About how long a support family has a child each time."""

    TWO_HOURS = "two_hours", _("about 2 hours")
    FOUR_HOURS = "four_hours", _("about 4 hours")
    DAY = "day", _("a day")
    NIGHT = "night", _("a night")


class CustodySaid(models.TextChoices):
    """What everybody with custody of the children says to the request."""

    NOT_ASKED = "not_asked", _("not asked yet")
    AGREED = "agreed", _("everybody with custody agrees")
    REFUSED = "refused", _("somebody with custody refuses")


class RequestFamily(models.Model):
    """A family that asks for support (vraaggezin)."""

    household = models.OneToOneField(
        Household, models.PROTECT, related_name="request_family"
    )
    upbringing = EncryptedTextField(
        _("what matters in upbringing"), max_length=4000, blank=True
    )
    expectations = EncryptedTextField(
        _("what they expect of a support family"), max_length=4000, blank=True
    )
    reciprocity = EncryptedTextField(
        _("what they could do for others"), max_length=4000, blank=True
    )
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = FamilyQuerySet.as_manager()

    class Meta:
        verbose_name = _("request family")
        verbose_name_plural = _("request families")

    def __str__(self) -> str:
        return f"request family #{self.pk}"


class SupportFamily(models.Model):
    """A family that gives support (steungezin)."""

    class Experience(models.TextChoices):
        PARENT = "parent", _("parent or grandparent")
        WORK = "work", _("works or worked with children")
        NONE = "none", _("not yet")

    household = models.OneToOneField(
        Household, models.PROTECT, related_name="support_family"
    )
    experience = models.CharField(
        _("experience in raising children"),
        max_length=6,
        choices=Experience,
        blank=True,
    )
    motivation = EncryptedTextField(
        _("why they want to do this"), max_length=4000, blank=True
    )
    has_children = models.BooleanField(_("has children at home"), null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = SupportFamilyQuerySet.as_manager()

    class Meta:
        verbose_name = _("support family")
        verbose_name_plural = _("support families")

    def __str__(self) -> str:
        return f"support family #{self.pk}"


class Place(models.Model):
    """Room for one pairing at a support family; a running pairing holds one.

    A row for each place, so that more pairings than places cannot be written down.
    """

    family = models.ForeignKey(SupportFamily, models.CASCADE, related_name="places")
    number = models.PositiveSmallIntegerField(_("number"))

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.UniqueConstraint(
                fields=["family", "number"], name="place_once_per_family"
            ),
            models.CheckConstraint(
                condition=Q(number__range=(1, MOST_PLACES)),
                name="place_at_most_three_per_family",
                violation_error_message=_("A support family has at most three places."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family_id}/{self.number}"


class Wishes(models.Model):
    """What both sides say about support: kinds, moments, limits and wishes.

    0 in a mask, NULL or "" is: not asked yet. It never means no.
    """

    reference = models.CharField(
        _("reference"),
        max_length=10,
        unique=True,
        default=new_reference,
        editable=False,
    )
    kinds = models.PositiveIntegerField(
        _("kinds of support"), default=0, help_text=_("One bit each; 0: not asked.")
    )
    kinds_other = EncryptedTextField(_("something else"), max_length=300, blank=True)
    moments = models.BigIntegerField(
        _("moments"),
        null=True,
        blank=True,
        help_text=_("Mask of families.moments. Empty: not asked yet."),
    )
    frequency = models.CharField(
        _("how often"), max_length=12, choices=Frequency, blank=True
    )
    duration_months = models.PositiveSmallIntegerField(
        _("expected duration in months"), null=True, blank=True
    )
    max_distance_km = models.DecimalField(
        _("at most so many kilometres away"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
    )
    language_demand = models.CharField(
        _("a shared language"), max_length=11, choices=Demand, default=Demand.NOT_ASKED
    )
    no_dog = models.CharField(
        _("no dog"), max_length=11, choices=Demand, default=Demand.NOT_ASKED
    )
    no_cat = models.CharField(
        _("no cat"), max_length=11, choices=Demand, default=Demand.NOT_ASKED
    )
    no_other_animal = models.CharField(
        _("no other animal"), max_length=11, choices=Demand, default=Demand.NOT_ASKED
    )
    no_smoking = models.CharField(
        _("nobody smokes indoors"),
        max_length=11,
        choices=Demand,
        default=Demand.NOT_ASKED,
    )
    no_stairs = models.CharField(
        _("no stairs"), max_length=11, choices=Demand, default=Demand.NOT_ASKED
    )
    remarks = EncryptedTextField(_("remarks"), max_length=4000, blank=True)
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    waiting_since = models.DateField(_("waiting since"))
    row_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(moments=None) | Q(moments__gt=0, moments__lt=MOMENTS_END),
                name="%(class)s_moments_are_a_mask",
                violation_error_message=_("Choose at least one moment."),
            ),
            models.CheckConstraint(
                condition=Q(kinds__lt=KINDS_END), name="%(class)s_kinds_are_a_mask"
            ),
            models.CheckConstraint(
                condition=Q(max_distance_km=None)
                | Q(max_distance_km__range=(0.5, 100)),
                name="%(class)s_distance_is_between_half_and_hundred_km",
                violation_error_message=_("Choose a distance from 0.5 to 100 km."),
            ),
            models.CheckConstraint(
                condition=Q(duration_months=None) | Q(duration_months__range=(1, 240)),
                name="%(class)s_duration_is_at_most_twenty_years",
                violation_error_message=_("Choose from 1 to 240 months."),
            ),
            models.CheckConstraint(
                condition=Q(paused_until=None) | Q(stage="paused"),
                name="%(class)s_pause_ends_only_where_it_pauses",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def days_waiting(self, day: dt.date) -> int:
        """Days waited on `day`; 0 before the first."""
        return max(0, (day - self.waiting_since).days)


class SupportRequest(Wishes):
    """What a request family asks, for the children who need it together (hulpvraag).

    Stage and waiting time hang here: a family may run with one child and wait
    for another. `stage` repeats the last `StageChange` and is written with it.
    """

    Stage = RequestStage
    Custody = CustodySaid

    family = models.ForeignKey(RequestFamily, models.PROTECT, related_name="requests")
    children = models.ManyToManyField(
        Person, related_name="support_requests", verbose_name=_("children")
    )
    children_at_home = models.CharField(
        _("a family with children"),
        max_length=11,
        choices=Demand,
        default=Demand.NOT_ASKED,
    )
    preferred_language = models.BigIntegerField(
        _("language they like best"),
        default=0,
        help_text=_("One bit of the languages; 0: not asked."),
    )
    custody = models.CharField(
        _("custody"),
        max_length=9,
        choices=CustodySaid,
        default=CustodySaid.NOT_ASKED,
    )
    stage = models.CharField(
        _("stage"), max_length=9, choices=Stage, default=Stage.APPLIED, editable=False
    )

    objects = SupportRequestQuerySet.as_manager()

    class Meta(Wishes.Meta):
        verbose_name = _("support request")
        verbose_name_plural = _("support requests")
        indexes = [models.Index(fields=["stage", "waiting_since"])]
        constraints = [
            *Wishes.Meta.constraints,
            models.CheckConstraint(
                condition=Q(stage__in=RequestStage.values),
                name="supportrequest_stage_exists",
            ),
            models.CheckConstraint(
                condition=Q(custody__in=CustodySaid.values),
                name="supportrequest_custody_exists",
            ),
            models.CheckConstraint(
                condition=Q(preferred_language=0)
                | Q(preferred_language__in=[1 << one for one in Language.values]),
                name="supportrequest_prefers_one_language",
                violation_error_message=_("Choose one language."),
            ),
        ]


class SupportOffer(Wishes):
    """What a support family gives. `stage` repeats the last `StageChange`."""

    Stage = OfferStage
    VisitLength = VisitLength

    family = models.ForeignKey(SupportFamily, models.PROTECT, related_name="offers")
    ages = models.PositiveIntegerField(
        _("ages"),
        default=0,
        help_text=_("One bit for each year from 0 to 17; 0: not asked."),
    )
    children_at_once = models.PositiveSmallIntegerField(
        _("children at once"), null=True, blank=True
    )
    only_when_both_home = models.BooleanField(
        _("only when both adults are home"), null=True, blank=True
    )
    visit_length = models.CharField(
        _("how long each time"), max_length=10, choices=VisitLength, blank=True
    )
    stage = models.CharField(
        _("stage"), max_length=9, choices=Stage, default=Stage.APPLIED, editable=False
    )

    objects = SupportOfferQuerySet.as_manager()

    class Meta(Wishes.Meta):
        verbose_name = _("support offer")
        verbose_name_plural = _("support offers")
        indexes = [models.Index(fields=["stage", "waiting_since"])]
        constraints = [
            *Wishes.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ages__lt=AGES_END), name="supportoffer_ages_are_a_mask"
            ),
            models.CheckConstraint(
                condition=Q(children_at_once=None) | Q(children_at_once__range=(1, 6)),
                name="supportoffer_one_to_six_children_at_once",
                violation_error_message=_("Choose from 1 to 6 children."),
            ),
            models.CheckConstraint(
                condition=Q(stage__in=OfferStage.values),
                name="supportoffer_stage_exists",
            ),
            models.CheckConstraint(
                condition=Q(visit_length="") | Q(visit_length__in=VisitLength.values),
                name="supportoffer_visit_length_exists",
            ),
        ]


class FactSource(models.Model):
    """How a wish or a fact became known, and when: the latest source of each field.

    What is not here was not told by anybody yet, or came with the application.
    """

    class Source(models.TextChoices):
        APPLICATION = "application", _("application")
        TELEPHONE = "telephone", _("telephone")
        VISIT = "visit", _("visit")
        MESSAGE = "message", _("e-mail or message")
        OTHERS = "others", _("told by somebody else")
        PROPOSAL = "proposal", _("answer to a proposal")

    request = models.ForeignKey(
        SupportRequest, models.CASCADE, null=True, blank=True, related_name="sources"
    )
    offer = models.ForeignKey(
        SupportOffer, models.CASCADE, null=True, blank=True, related_name="sources"
    )
    field = models.CharField(_("fact"), max_length=40)
    source = models.CharField(_("source"), max_length=11, choices=Source)
    on = models.DateField(_("on"))
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = StageChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("source of a fact")
        verbose_name_plural = _("sources of facts")
        constraints = [
            models.CheckConstraint(
                condition=Q(request__isnull=False, offer=None)
                | Q(request=None, offer__isnull=False),
                name="factsource_of_a_request_or_an_offer",
            ),
            models.UniqueConstraint(
                fields=["request", "field"], name="factsource_one_per_request_and_field"
            ),
            models.UniqueConstraint(
                fields=["offer", "field"], name="factsource_one_per_offer_and_field"
            ),
            models.CheckConstraint(
                condition=Q(
                    source__in=[
                        "application",
                        "telephone",
                        "visit",
                        "message",
                        "others",
                        "proposal",
                    ]
                ),
                name="factsource_source_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.source}"


class StageChange(models.Model):
    """A request or offer came into a stage. Kept for ever, without private text.

    "How many waited on 31 December?" must stay answerable.
    """

    request = models.ForeignKey(
        SupportRequest, models.CASCADE, null=True, blank=True, related_name="stages"
    )
    offer = models.ForeignKey(
        SupportOffer, models.CASCADE, null=True, blank=True, related_name="stages"
    )
    stage = models.CharField(_("stage"), max_length=9)
    # Where the household lived then: a move later changes no year that is past.
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    on = models.DateField(_("on"))
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = EncryptedTextField(_("reason"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = StageChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage change")
        verbose_name_plural = _("stage changes")
        indexes = [models.Index(fields=["stage", "on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(request__isnull=False, offer=None)
                | Q(request=None, offer__isnull=False),
                name="stagechange_of_a_request_or_an_offer",
            ),
            models.CheckConstraint(
                condition=(Q(request=None) | Q(stage__in=RequestStage.values))
                & (Q(offer=None) | Q(stage__in=OfferStage.values)),
                name="stagechange_stage_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.on}"
