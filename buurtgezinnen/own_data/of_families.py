"""What families told, and what we did for them."""

from django.utils.translation import gettext_lazy as _

from buurtgezinnen.own_data.kept import Kept, left
from families import models as families
from families.services import resting

WISHES = (
    "reference",
    "stage",
    "waiting_since",
    "kinds",
    "kinds_other",
    "moments",
    "frequency",
    "duration_months",
    "max_distance_km",
    "language_demand",
    "no_dog",
    "no_cat",
    "no_other_animal",
    "no_smoking",
    "no_stairs",
    "remarks",
    "paused_until",
)
FAMILIES = (
    Kept(
        families.Person,
        _("You and your children"),
        lambda one: families.Person.objects.filter(pk__in=one.everybody),
        (
            "name",
            "birth_year",
            "birth_month",
            "age_told",
            "age_told_on",
            "not_yet_born",
            "telephone",
            "email",
            "channel",
            "may_leave_message",
            "call_dayparts",
            "languages",
            "language_other",
            "site_language",
            "interpreter_needed",
        ),
        left(
            computer="reference row_version shut_out_at",
            coded="telephone_index email_index",
        ),
    ),
    Kept(
        families.Household,
        _("Your home"),
        lambda one: families.Household.objects.filter(pk__in=one.homes).select_related(
            "municipality", "coordinator__user"
        ),
        (
            "name",
            "reference",
            "municipality",
            "coordinator",
            "dog",
            "cat",
            "other_animal",
            "smoking",
            "stairs",
            "car",
            "came_by",
            "created_at",
        ),
        left(computer="row_version merged_into"),
    ),
    Kept(
        families.Location,
        _("Where you live"),
        lambda one: families.Location.objects.filter(
            household__in=one.homes
        ).select_related("area"),
        (
            "kind",
            "postcode",
            "street",
            "area",
            "from_on",
            "until_on",
            "secret",
            "latitude",
            "longitude",
        ),
        left(belongs="household"),
    ),
    Kept(
        families.Membership,
        _("Who lives in your home"),
        lambda one: families.Membership.objects.filter(
            household__in=one.homes, person__in=one.everybody
        ).select_related("person"),
        ("person", "role", "from_on", "until_on", "stays"),
        left(belongs="household"),
    ),
    Kept(
        families.RequestFamily,
        _("What you told about your family"),
        lambda one: families.RequestFamily.objects.filter(household__in=one.homes),
        ("upbringing", "expectations", "reciprocity"),
        left(belongs="household", computer="row_version"),
    ),
    Kept(
        families.SupportFamily,
        _("What you told about your family"),
        lambda one: families.SupportFamily.objects.filter(household__in=one.homes),
        ("experience", "motivation", "has_children"),
        left(belongs="household", computer="row_version"),
    ),
    Kept(
        families.Place,
        _("For how many families you have room"),
        lambda one: families.Place.objects.filter(family__household__in=one.homes),
        ("number",),
        left(belongs="family"),
    ),
    Kept(
        families.SupportRequest,
        _("What you ask"),
        lambda one: families.SupportRequest.objects.filter(
            family__household__in=one.homes
        ).prefetch_related("children", "sources"),
        (*WISHES, "children", "children_at_home", "preferred_language", "custody"),
        left(belongs="family", computer="row_version"),
        ("remarks",),
    ),
    Kept(
        families.SupportOffer,
        _("What you give"),
        lambda one: families.SupportOffer.objects.filter(
            family__household__in=one.homes
        ).prefetch_related("sources"),
        (
            *WISHES,
            "ages",
            "children_at_once",
            "only_when_both_home",
            "visit_length",
        ),
        left(belongs="family", computer="row_version"),
        ("remarks",),
    ),
    Kept(
        families.FactSource,
        _("How we know what you ask or give"),
        lambda one: families.FactSource.objects.filter(one.wishes),
        ("field", "source", "on"),
        left(belongs="request offer", colleague="by"),
    ),
    Kept(
        families.StageChange,
        _("Where your application was, and when"),
        lambda one: families.StageChange.objects.filter(one.wishes),
        ("stage", "on", "reason", "recorded_at"),
        left(belongs="request offer municipality", colleague="by"),
        ("reason",),
    ),
    Kept(
        families.Consent,
        _("What you agreed to"),
        lambda one: families.Consent.objects.filter(person__in=one.everybody),
        ("purpose", "basis", "how", "text_version", "given_at", "withdrawn_at"),
        left(belongs="person", colleague="recorded_by", computer="reference"),
    ),
    Kept(
        families.CustodyHolder,
        _("Who else decides about your children"),
        lambda one: families.CustodyHolder.objects.filter(
            request__family__household__in=one.homes
        ),
        ("relation",),
        left(
            belongs="request",
            others="name said said_on how",
            colleague="by",
            computer="reference row_version",
        ),
    ),
    Kept(
        families.ContactMoment,
        _("What we talked about"),
        lambda one: families.ContactMoment.objects.filter(household__in=one.homes),
        (
            "happened_on",
            "kind",
            "outcome",
            "text",
            "sensitive",
            "next_step",
            "next_on",
            "recorded_at",
            "edited_at",
            "redacted_at",
        ),
        left(
            belongs="household person request offer",
            colleague="by redacted_by redaction_reason",
            computer="form_key followed row_version",
        ),
        ("text", "next_step"),
    ),
    Kept(
        families.ContactAddition,
        _("What we added to our notes"),
        lambda one: families.ContactAddition.objects.filter(
            contact__household__in=one.homes
        ).select_related("contact"),
        ("text", "recorded_at"),
        left(belongs="contact", colleague="by", computer="form_key"),
        ("text",),
    ),
    Kept(
        families.Task,
        _("What we were to do for you"),
        lambda one: families.Task.objects.filter(household__in=one.homes).exclude(
            about__startswith=resting.MARK
        ),
        ("kind", "text", "due_on", "promised", "later_until", "created_at", "done_at"),
        left(belongs="household about", colleague="coordinator done_by"),
        ("text",),
    ),
    Kept(
        families.Appointment,
        _("When we were to meet you"),
        lambda one: families.Appointment.objects.filter(household__in=one.homes),
        (
            "kind",
            "starts_at",
            "minutes",
            "place",
            "with_whom",
            "note",
            "interpreter_language",
            "interpreter_by",
            "interpreter_comes",
            "made_at",
            "cancelled_at",
        ),
        left(
            belongs="household about",
            colleague="coordinator made_by cancelled_by",
            computer="reference row_version form_key",
        ),
        ("place", "with_whom", "note"),
    ),
    Kept(
        families.ScreeningCheck,
        _("What we saw of your screening"),
        lambda one: families.ScreeningCheck.objects.filter(person__in=one.everybody),
        (
            "kind",
            "state",
            "asked_on",
            "applied_on",
            "seen_on",
            "ask_again_on",
            "outcome",
            "replaced_on",
            "note",
        ),
        left(
            belongs="person",
            colleague="seen_by",
            others="spoken_with",
            computer="recorded_on",
        ),
        ("note",),
    ),
    Kept(
        families.Referral,
        _("Who told us about you"),
        lambda one: families.Referral.objects.filter(
            household__in=one.homes
        ).select_related("referrer"),
        (
            "referrer",
            "parents_agreed_on",
            "text",
            "received_at",
            "invited_at",
            "called_told_at",
            "closed_told_at",
        ),
        left(belongs="household", computer="reference"),
        ("text",),
    ),
    Kept(
        families.IntakeDraft,
        _("What you filled in on our site"),
        lambda one: families.IntakeDraft.objects.filter(household__in=one.homes),
        (
            "kind",
            "language",
            "answers",
            "created_at",
            "saved_at",
            "submitted_at",
            "expires_at",
        ),
        left(belongs="referral household", computer="updated_at"),
    ),
    Kept(
        families.LoginCode,
        _("Codes by which you came in here"),
        lambda one: families.LoginCode.objects.filter(
            person__in=one.selves, household__in=one.homes
        ),
        ("kind", "created_at", "expires_at", "used_at", "revoked_at"),
        left(belongs="person household", coded="code_hash", colleague="issued_by"),
    ),
    Kept(
        families.AccessLink,
        _("Links that we made for you"),
        lambda one: families.AccessLink.objects.filter(person__in=one.selves),
        ("purpose", "created_at", "expires_at", "used_at", "revoked_at"),
        left(
            belongs="person about", coded="token_hash content_hash", others="referrer"
        ),
    ),
    Kept(
        families.OutboxMail,
        _("Mail that we wrote to you"),
        lambda one: families.OutboxMail.objects.filter(person__in=one.selves),
        (
            "to",
            "subject",
            "body",
            "asked_for",
            "created_at",
            "not_before",
            "sent_at",
            "cancelled_at",
            "parked_at",
        ),
        left(
            belongs="person about",
            computer="message_id tries last_error",
            others="referrer",
        ),
    ),
    Kept(
        families.OwnRequest,
        _("What you asked here yourself"),
        lambda one: families.OwnRequest.objects.filter(
            household__in=one.homes, person__in=one.selves
        ),
        (
            "kind",
            "text",
            "until",
            "asked_at",
            "due_on",
            "before",
            "undo_until",
            "undone_at",
            "settled_at",
            "outcome",
        ),
        left(
            belongs="household person about",
            colleague="settled_by",
            computer="reference form_key",
        ),
        ("outcome",),
    ),
    Kept(
        families.AuditEvent,
        _("Who looked at your data or changed it"),
        lambda one: families.AuditEvent.objects.filter(
            object_reference__in=one.references
        ),
        ("at", "actor_kind", "verb", "object_type", "fields"),
        left(colleague="actor", computer="request_id page", belongs="object_reference"),
    ),
)
