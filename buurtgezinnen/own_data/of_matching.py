"""Which families were proposed to each other, and which are together."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from buurtgezinnen.own_data.kept import PAIR, Kept, left
from matching import models as matching

MATCHING = (
    Kept(
        matching.Proposal,
        _("Families that we proposed"),
        # Of a proposal that nobody asked them about the family knows nothing.
        lambda one: matching.Proposal.objects.filter(
            one.asks() & Q(request_asked_at__isnull=False)
            | one.gives() & Q(support_asked_at__isnull=False)
        ).select_related(*PAIR),
        (
            "reference",
            "made_on",
            "support_text",
            "support_way",
            "support_asked_at",
            "support_answer",
            "support_answered_on",
            "request_text",
            "request_way",
            "request_asked_at",
            "request_answer",
            "request_answered_on",
            "outcome",
            "reason",
            "reason_text",
            "closed_on",
        ),
        left(
            belongs="request offer rules",
            together="band score snapshot first",
            colleague="made_by",
            computer="hold_until row_version",
        ),
        ("reason_text",),
    ),
    Kept(
        matching.Look,
        _("When we looked for a family and found none"),
        lambda one: matching.Look.objects.filter(one.asks()),
        ("on", "again_on"),
        left(belongs="request", colleague="by"),
    ),
    Kept(
        matching.Pairing,
        _("Families that you are with, or were"),
        lambda one: matching.Pairing.objects.filter(one.wishes).select_related(
            *PAIR, "lead__user"
        ),
        (
            "reference",
            "lead",
            "stage",
            "occupied_moments",
            "under_strain",
            "started_on",
            "introduction_on",
            "agreed_on",
            "trial_until",
            "farewell_on",
            "ended_on",
            "ended_at",
            "request_reason",
            "request_words",
            "support_reason",
            "support_words",
            "ask_again",
        ),
        left(
            belongs="request offer proposal place partnership",
            child="child_answer child_answered_on child_words child_told",
            together="end_reason end_text",
            computer="row_version",
        ),
    ),
    Kept(
        matching.PairingChild,
        _("Your children who go to a support family"),
        lambda one: matching.PairingChild.objects.filter(
            child__in=one.everybody
        ).select_related("child"),
        ("child", "joined_on", "left_on"),
        left(belongs="pairing", others="support_family"),
    ),
    Kept(
        matching.PairingStage,
        _("How far it was with a family, and when"),
        lambda one: matching.PairingStage.objects.filter(
            one.asks("pairing__") | one.gives("pairing__")
        ),
        ("stage", "on", "recorded_at", "taken_back_at"),
        left(belongs="pairing", colleague="by"),
    ),
)
