"""A request and an offer brought together on paper, and what both sides said."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from families.encryption import EncryptedTextField
from families.models import SupportOffer, SupportRequest, User
from families.references import new_reference
from matching.models.rules import Rules
from matching.querysets import ExclusionQuerySet, ProposalQuerySet


class BandOfProposal(models.TextChoices):
    """How well a pair fits, in a word."""

    STRONG = "strong", pgettext_lazy("band", "strong")
    GOOD = "good", pgettext_lazy("band", "good")
    POSSIBLE = "possible", pgettext_lazy("band", "possible")


class AnswerOfProposal(models.TextChoices):
    """What one side said."""

    WAITING = "waiting", _("not answered yet")
    YES = "yes", _("yes")
    NO = "no", _("no")


class OutcomeOfProposal(models.TextChoices):
    """How a proposal was closed."""

    ACCEPTED = "accepted", _("both said yes")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ReasonAgainst(models.TextChoices):
    """Why two families are not brought together."""

    DISTANCE = "distance", _("too far away")
    MOMENTS = "moments", _("moments do not fit")
    FREQUENCY = "frequency", _("too often or too seldom")
    AGES = "ages", _("ages or number of children")
    HOME = "home", _("something at home: animals, smoking, stairs")
    LANGUAGE = "language", _("no shared language")
    CLICK = "click", _("no click")
    REQUEST_FAMILY = "request_family", _("the request family prefers not to")
    SUPPORT_FAMILY = "support_family", _("the support family prefers not to")
    TOO_BUSY = "too_busy", _("too busy now")
    SAFETY = "safety", _("safety")
    OTHER = "other", _("another reason")


class WhoIsAsked(models.TextChoices):
    """Which family hears of a proposal first."""

    SUPPORT = "support", _("the support family first")
    REQUEST = "request", _("the request family first")


class WayOfAsking(models.TextChoices):
    """How a family is asked for its answer."""

    MAIL = "mail", _("by e-mail, with a link to answer")
    TEXT = "text", _("with a text that I send myself")
    TELEPHONE = "telephone", _("I call")


class Proposal(models.Model):
    """A pair that was proposed, with what the engine saw at that moment.

    Open while `closed_on` is empty. It holds a place until `hold_until`. A family
    of which `…_asked_at` is empty was not asked: the proposal lies ready.
    """

    Band = BandOfProposal
    Answer = AnswerOfProposal
    Outcome = OutcomeOfProposal
    Reason = ReasonAgainst
    First = WhoIsAsked
    Way = WayOfAsking

    reference = models.CharField(
        _("reference"),
        max_length=10,
        unique=True,
        default=new_reference,
        editable=False,
    )
    request = models.ForeignKey(
        SupportRequest, models.PROTECT, related_name="proposals"
    )
    offer = models.ForeignKey(SupportOffer, models.PROTECT, related_name="proposals")
    rules = models.ForeignKey(Rules, models.PROTECT, related_name="proposals")
    band = models.CharField(_("band"), max_length=8, choices=Band)
    score = models.PositiveIntegerField(_("score"))
    snapshot = EncryptedTextField(
        _("what the engine saw"), help_text=_("JSON of the inputs and the reasons.")
    )
    made_on = models.DateField(_("made on"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    hold_until = models.DateField(_("holds a place until"))
    first = models.CharField(
        _("who is asked first"),
        max_length=7,
        choices=WhoIsAsked,
        default=WhoIsAsked.SUPPORT,
    )
    support_text = EncryptedTextField(
        _("what the support family reads"), max_length=4000, blank=True
    )
    support_way = models.CharField(
        _("how the support family is asked"),
        max_length=9,
        choices=WayOfAsking,
        blank=True,
    )
    support_asked_at = models.DateTimeField(
        _("support family asked at"), null=True, blank=True
    )
    request_text = EncryptedTextField(
        _("what the request family reads"), max_length=4000, blank=True
    )
    request_way = models.CharField(
        _("how the request family is asked"),
        max_length=9,
        choices=WayOfAsking,
        blank=True,
    )
    request_asked_at = models.DateTimeField(
        _("request family asked at"), null=True, blank=True
    )
    support_answer = models.CharField(
        _("answer of the support family"),
        max_length=7,
        choices=Answer,
        default=Answer.WAITING,
    )
    support_answered_on = models.DateField(
        _("discussed with the support family on"), null=True, blank=True
    )
    request_answer = models.CharField(
        _("answer of the request family"),
        max_length=7,
        choices=Answer,
        default=Answer.WAITING,
    )
    request_answered_on = models.DateField(
        _("discussed with the request family on"), null=True, blank=True
    )
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome, blank=True)
    reason = models.CharField(_("reason"), max_length=14, choices=Reason, blank=True)
    reason_text = EncryptedTextField(_("in words"), max_length=500, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(
                condition=Q(band__in=BandOfProposal.values),
                name="proposal_band_exists",
            ),
            models.CheckConstraint(
                condition=Q(support_answer__in=AnswerOfProposal.values),
                name="proposal_support_answer_exists",
            ),
            models.CheckConstraint(
                condition=Q(request_answer__in=AnswerOfProposal.values),
                name="proposal_request_answer_exists",
            ),
            models.CheckConstraint(
                condition=Q(first__in=WhoIsAsked.values),
                name="proposal_first_exists",
            ),
            models.CheckConstraint(
                condition=Q(support_way__in=["", *WayOfAsking.values])
                & Q(request_way__in=["", *WayOfAsking.values]),
                name="proposal_ways_exist",
            ),
            models.CheckConstraint(
                condition=(Q(support_asked_at=None) | ~Q(support_way=""))
                & (Q(request_asked_at=None) | ~Q(request_way="")),
                name="proposal_asked_in_a_way",
            ),
            models.CheckConstraint(
                condition=(Q(support_way="") | Q(support_asked_at__isnull=False))
                & (Q(request_way="") | Q(request_asked_at__isnull=False)),
                name="proposal_way_of_who_was_asked",
            ),
            models.CheckConstraint(
                condition=(~Q(support_way="mail") | ~Q(support_text=""))
                & (~Q(request_way="mail") | ~Q(request_text="")),
                name="proposal_mailed_with_a_text",
                violation_error_message=_("Write what the family reads."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *OutcomeOfProposal.values]),
                name="proposal_outcome_exists",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["", *ReasonAgainst.values]),
                name="proposal_reason_exists",
            ),
            models.UniqueConstraint(
                fields=["request", "offer"],
                condition=Q(closed_on=None),
                name="proposal_one_open_per_request_and_offer",
                violation_error_message=_("These families are already proposed."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, outcome="")
                | (Q(closed_on__isnull=False) & ~Q(outcome="")),
                name="proposal_closed_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="accepted")
                | Q(support_answer="yes", request_answer="yes"),
                name="proposal_accepted_by_both_sides",
                violation_error_message=_("Both families must say yes first."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome="declined")
                | Q(support_answer="no")
                | Q(request_answer="no"),
                name="proposal_declined_by_a_side",
            ),
            models.CheckConstraint(
                condition=Q(reason="") | Q(closed_on__isnull=False),
                name="proposal_reason_of_a_closed_one",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("made_on")),
                name="proposal_closes_after_it_is_made",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="declined") | ~Q(reason=""),
                name="proposal_declined_for_a_reason",
                violation_error_message=_("Choose a reason."),
            ),
            models.CheckConstraint(
                condition=Q(support_answer="waiting", support_answered_on=None)
                | ~Q(support_answer="waiting") & Q(support_answered_on__isnull=False),
                name="proposal_support_answer_has_its_date",
                violation_error_message=_("Say on which day you discussed it."),
            ),
            models.CheckConstraint(
                condition=Q(request_answer="waiting", request_answered_on=None)
                | ~Q(request_answer="waiting") & Q(request_answered_on__isnull=False),
                name="proposal_request_answer_has_its_date",
                violation_error_message=_("Say on which day you discussed it."),
            ),
            models.CheckConstraint(
                condition=Q(score__lte=10_000), name="proposal_score_at_most_10000"
            ),
            models.CheckConstraint(
                condition=Q(hold_until__gte=F("made_on")),
                name="proposal_holds_from_the_day_it_is_made",
                violation_error_message=_("This date has passed."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("matching:proposal-detail", args=[self.reference])


class Exclusion(models.Model):
    """A pair that is not to be proposed, and until when."""

    request = models.ForeignKey(
        SupportRequest, models.PROTECT, related_name="exclusions"
    )
    offer = models.ForeignKey(SupportOffer, models.PROTECT, related_name="exclusions")
    reason = models.CharField(_("reason"), max_length=14, choices=Proposal.Reason)
    reason_text = EncryptedTextField(_("in words"), max_length=500, blank=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    lifted_on = models.DateField(_("lifted on"), null=True, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=ReasonAgainst.values),
                name="exclusion_reason_exists",
            ),
            models.UniqueConstraint(
                fields=["request", "offer"],
                condition=Q(lifted_on=None),
                name="exclusion_one_per_request_and_offer",
                violation_error_message=_("This pair is already excluded."),
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="exclusion_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(lifted_on=None) | Q(lifted_on__gte=F("from_on")),
                name="exclusion_lifted_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} / {self.offer_id}"
