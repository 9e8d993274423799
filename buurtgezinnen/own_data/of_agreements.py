"""What two families agreed on, and how it goes."""

from django.utils.translation import gettext_lazy as _

from agreements import models as agreements
from buurtgezinnen.own_data.kept import PAIR, Kept, left

AGREEMENTS = (
    Kept(
        agreements.Baseline,
        _("How it was when you began"),
        lambda one: agreements.Baseline.objects.filter(household__in=one.homes),
        ("child_score", "own_score", "asked_on"),
        left(belongs="household", colleague="recorded_by", computer="row_version"),
    ),
    Kept(
        agreements.AgreementVersion,
        _("Your agreements"),
        lambda one: agreements.AgreementVersion.objects.filter(
            one.asks("agreement__pairing__") | one.gives("agreement__pairing__")
        ),
        (
            "number",
            "kind",
            "effective_from",
            "trial_until",
            "months_request",
            "months_support",
            "recorded_at",
            "settled_at",
            "superseded_at",
        ),
        left(
            belongs="agreement house_rules",
            together="reason",
            colleague="recorded_by",
            computer="one_side_is_enough",
        ),
    ),
    Kept(
        agreements.AgreementItem,
        _("What you agreed on"),
        lambda one: agreements.AgreementItem.objects.filter(
            one.asks("version__agreement__pairing__")
            | one.gives("version__agreement__pairing__")
        ).prefetch_related("children"),
        (
            "kind",
            "children",
            "rhythm",
            "every",
            "first_on",
            "weekdays",
            "dayparts",
            "starts_at",
            "ends_at",
            "where",
            "brings",
            "fetches",
            "holidays",
            "note",
        ),
        left(belongs="version line"),
    ),
    Kept(
        agreements.Confirmation,
        _("When you said yes to agreements"),
        lambda one: agreements.Confirmation.objects.filter(
            one.own_side("version__agreement__pairing__")
        ),
        ("channel", "on", "recorded_at"),
        left(
            belongs="version side",
            others="person",
            colleague="recorded_by",
            coded="content_hash",
        ),
    ),
    Kept(
        agreements.WantedChange,
        _("What you wanted otherwise"),
        lambda one: agreements.WantedChange.objects.filter(
            one.own_side("version__agreement__pairing__")
        ),
        ("words", "recorded_at", "handled_at"),
        left(
            belongs="version side", others="person", colleague="recorded_by handled_by"
        ),
    ),
    Kept(
        agreements.Asking,
        _("When we asked you about agreements"),
        lambda one: agreements.Asking.objects.filter(
            one.own_side("version__agreement__pairing__")
        ),
        ("way", "asked_at", "taken_back_at"),
        left(belongs="version side link mail", others="person", colleague="asked_by"),
    ),
    Kept(
        agreements.ItemException,
        _("Times that went otherwise"),
        lambda one: agreements.ItemException.objects.filter(
            one.asks("agreement__pairing__") | one.gives("agreement__pairing__")
        ),
        ("scope", "on", "moved_to", "recorded_at", "taken_back_at"),
        left(belongs="agreement line", together="reason", colleague="recorded_by"),
    ),
    Kept(
        agreements.Pause,
        _("Pauses in the agreements"),
        lambda one: agreements.Pause.objects.filter(
            one.asks("agreement__pairing__") | one.gives("agreement__pairing__")
        ).select_related(*(f"agreement__pairing__{path}" for path in PAIR)),
        ("from_on", "until_on", "reason", "recorded_at", "taken_back_at"),
        left(belongs="agreement side", colleague="recorded_by", computer="row_version"),
    ),
    Kept(
        agreements.ExtraVisit,
        _("Extra visits"),
        lambda one: agreements.ExtraVisit.objects.filter(
            one.asks("agreement__pairing__") | one.gives("agreement__pairing__")
        ),
        ("on", "text", "recorded_at", "taken_back_at"),
        left(belongs="agreement", colleague="recorded_by"),
    ),
    Kept(
        agreements.Evaluation,
        _("When we looked back together"),
        lambda one: agreements.Evaluation.objects.filter(
            one.asks("pairing__") | one.gives("pairing__")
        ),
        ("occasion", "due_on", "started_at", "outcome", "closed_on"),
        left(
            belongs="pairing",
            together="outcome_text",
            colleague="started_by closed_by",
            computer="reference row_version",
        ),
    ),
    Kept(
        agreements.EvaluationAnswers,
        _("What you said about how it goes"),
        lambda one: agreements.EvaluationAnswers.objects.filter(
            one.own_side("evaluation__pairing__")
        ),
        (
            "channel",
            "child_score",
            "own_score",
            "fit_score",
            "otherwise",
            "wants",
            "answered_on",
            "recorded_at",
        ),
        left(
            belongs="evaluation side",
            child="child_voice",
            others="person",
            colleague="recorded_by",
        ),
    ),
    Kept(
        agreements.Strain,
        _("When it rubbed"),
        lambda one: agreements.Strain.objects.filter(
            one.asks("pairing__") | one.gives("pairing__")
        ),
        ("raised_on", "look_again_on", "outcome", "closed_on", "recorded_at"),
        left(
            belongs="pairing",
            together="raised_by words outcome_text",
            child="child_told",
            colleague="recorded_by",
            computer="row_version",
        ),
    ),
    Kept(
        agreements.StrainTalk,
        _("What you said when it rubbed"),
        lambda one: agreements.StrainTalk.objects.filter(
            one.own_side("strain__pairing__")
        ),
        ("on", "words", "recorded_at"),
        left(belongs="strain side", colleague="recorded_by"),
    ),
)
