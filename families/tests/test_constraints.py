"""Each rule that stands in the database, broken once by a row that passes Python by."""

import datetime as dt
import uuid

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from families.models import (
    AccessLink,
    CalendarKey,
    ChildSaid,
    Consent,
    ContactMoment,
    CustodyHolder,
    DraftKey,
    FactSource,
    Household,
    ImportChunk,
    ImportedRow,
    ImportRun,
    IntakeCount,
    IntakeDraft,
    Knocks,
    LoginCode,
    Merge,
    NoteDraft,
    OutboxMail,
    OwnRequest,
    PartnershipTerm,
    Person,
    Place,
    PossibleDouble,
    Referral,
    SchoolHoliday,
    StageChange,
    SupportRequest,
    User,
)
from families.tests.factories import (
    AppointmentFactory,
    CheckedTranslationFactory,
    CoordinatorFactory,
    HouseholdFactory,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PartnershipFactory,
    PersonFactory,
    PostcodeAreaFactory,
    ReferralFactory,
    ReferrerFactory,
    ScreeningCheckFactory,
    SupportFamilyFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 6, 1)
DAY_BEFORE = dt.date(2026, 5, 31)


def change(row: models.Model, **values: object) -> None:
    """Writes past the model, as a script or an admin action might."""
    type(row).objects.filter(pk=row.pk).update(**values)


def twice(row: models.Model) -> None:
    """Writes the row again under a new primary key."""
    row.pk = None
    row._state.adding = True
    if hasattr(row, "reference"):
        row.reference = type(row)._meta.get_field("reference").get_default()
    models.Model.save(row)


def imported_row(**values: object) -> ImportedRow:
    given = {
        "municipality": MunicipalityFactory(),
        "key_hash": "a" * 64,
        "household": HouseholdFactory(),
    }
    return ImportedRow.objects.create(**given | values)


def import_run() -> ImportRun:
    return ImportRun.objects.create(by=UserFactory())


def double() -> PossibleDouble:
    return PossibleDouble.objects.create(
        earlier=HouseholdFactory(),
        later=HouseholdFactory(),
        same_telephone=True,
        same_email=False,
    )


def merge() -> Merge:
    pair = double()
    return Merge.objects.create(
        double=pair,
        kept=pair.earlier,
        gone=pair.later,
        by=UserFactory(),
        at=timezone.now(),
        before="[]",
    )


def _merged_into_itself(household: Household) -> None:
    change(household, merged_into=household)


def _double_of_one(pair: PossibleDouble) -> None:
    change(pair, later=pair.earlier)


def _merged_with_itself(merged: Merge) -> None:
    change(merged, gone=merged.kept)


def _referred_twice(referral: Referral) -> None:
    ReferralFactory(referrer=referral.referrer, household=referral.household)


def sent_draft(**values: object) -> IntakeDraft:
    return IntakeDraft.objects.create(
        kind="request",
        expires_at=timezone.now() + dt.timedelta(days=14),
        **values,
    )


def draft_key(**values: object) -> DraftKey:
    given = {
        "draft": sent_draft(),
        "kind": "code",
        "key_hash": "a" * 64,
        "expires_at": timezone.now() + dt.timedelta(days=14),
    }
    return DraftKey.objects.create(**given | values)


def login_code() -> LoginCode:
    membership = MembershipFactory()
    return LoginCode.objects.create(
        person=membership.person,
        household=membership.household,
        kind="mail",
        code_hash="a" * 64,
        expires_at=timezone.now() + dt.timedelta(minutes=15),
    )


def own_request(**values: object) -> OwnRequest:
    given = {"kind": "call_me", "asked_at": timezone.now()}
    return OwnRequest.objects.create(household=HouseholdFactory(), **given | values)


def link(**values: object) -> AccessLink:
    given = {
        "token_hash": "a" * 64,
        "purpose": "status",
        "person": PersonFactory(),
        "expires_at": timezone.now() + dt.timedelta(days=14),
    }
    return AccessLink.objects.create(**given | values)


def consent(**values: object) -> Consent:
    given = {
        "person": PersonFactory(),
        "purpose": "contact_and_search",
        "text_version": "2026-11",
        "given_at": timezone.now(),
    }
    return Consent.objects.create(**given | values)


def holder() -> CustodyHolder:
    return CustodyHolder.objects.create(
        request=SupportRequestFactory(), relation="parent"
    )


def child_said() -> ChildSaid:
    request = SupportRequestFactory()
    return ChildSaid.objects.create(
        request=request,
        child=request.children.get(),
        said="yes",
        said_on=DAY,
        by=UserFactory(),
    )


def twice_asked(own: OwnRequest) -> None:
    """The same once more, from another form."""
    own.form_key = uuid.uuid4()
    twice(own)


def source(request: SupportRequest | None, **values: object) -> FactSource:
    return FactSource.objects.create(
        request=request, field="kinds", source="telephone", on=DAY, **values
    )


def holiday() -> SchoolHoliday:
    return SchoolHoliday.objects.create(
        region="north", name="Zomervakantie", first_on=DAY, last_on=DAY
    )


def contact() -> ContactMoment:
    return ContactMoment.objects.create(
        household=HouseholdFactory(), happened_on=DAY, text="Gebeld.", by=UserFactory()
    )


def begun_note() -> NoteDraft:
    return NoteDraft.objects.create(
        user=UserFactory(),
        household=HouseholdFactory(),
        typed="{}",
        form_key=uuid.uuid4(),
        updated_at=timezone.now(),
    )


def left_today():
    return IntakeCount.objects.create(
        on=DAY, kind="request", language="nl", what="left", step="postcode"
    )


def knocks():
    return Knocks.objects.create(
        door="send", who_hash="0" * 64, since=timezone.now(), seconds=60
    )


BREAKS = {
    "importrun_state_exists": lambda: change(import_run(), state="lost"),
    "importrun_erased_is_over_and_says_nothing": lambda: change(
        import_run(), erased_at=timezone.now(), state="checked"
    ),
    "importchunk_one_per_number": lambda: twice(
        ImportChunk.objects.create(run=import_run(), number=0, rows="[]")
    ),
    "importedrow_once": lambda: twice(imported_row()),
    "importedrow_keeps_a_hash_only": lambda: imported_row(key_hash="Sanne"),
    "user_superuser_works_for_the_organisation": lambda: change(
        UserFactory(), is_superuser=True
    ),
    "municipality_cbs_code_is_four_digits": lambda: change(
        MunicipalityFactory(), cbs_code="35A8"
    ),
    "partnership_reporting_year_starts_in_a_month": lambda: change(
        PartnershipFactory(), reporting_year_month=13
    ),
    "partnership_small_count_is_five_or_ten": lambda: change(
        PartnershipFactory(), small_count=1
    ),
    "partnershipterm_one_per_municipality_and_date": lambda: PartnershipTerm(
        partnership=PartnershipFactory(),
        municipality=PartnershipFactory(
            municipalities=[MunicipalityFactory()]
        ).municipalities.get(),
        starts_on=dt.date(2025, 1, 1),
    ).save(),
    "schoolholiday_begins_once_per_region": lambda: twice(holiday()),
    "schoolholiday_ends_after_it_starts": lambda: change(
        holiday(), first_on=DAY, last_on=DAY_BEFORE
    ),
    "postcodearea_one_per_municipality": lambda: twice(PostcodeAreaFactory()),
    "postcodearea_postcode_is_four_digits": lambda: change(
        PostcodeAreaFactory(), postcode="0431"
    ),
    "postcodearea_lies_in_the_netherlands": lambda: change(
        PostcodeAreaFactory(), latitude=4.7, longitude=52.2
    ),
    "coordinator_works_on_some_day": lambda: change(
        CoordinatorFactory(), working_days=0
    ),
    "coordinator_leave_ends_after_it_starts": lambda: change(
        CoordinatorFactory(), leave_from=DAY, leave_until=DAY_BEFORE
    ),
    "coordinator_deputy_ends_after_it_starts": lambda: change(
        CoordinatorFactory(), deputy_from=DAY, deputy_until=DAY_BEFORE
    ),
    "location_ends_after_it_starts": lambda: change(
        LocationFactory(from_on=DAY), until_on=DAY_BEFORE
    ),
    "location_has_both_coordinates_or_none": lambda: change(
        LocationFactory(), longitude=None
    ),
    "location_none_has_no_place": lambda: change(
        LocationFactory(latitude=None, longitude=None, street="Dorpsstraat 1"),
        kind="none",
    ),
    "location_one_home_at_a_time": lambda: twice(LocationFactory()),
    "household_merged_into_another": lambda: _merged_into_itself(HouseholdFactory()),
    "household_came_by_exists": lambda: change(HouseholdFactory(), came_by="pigeon"),
    "possibledouble_once_per_pair": lambda: twice(double()),
    "possibledouble_of_two": lambda: _double_of_one(double()),
    "possibledouble_has_a_reason": lambda: change(double(), same_telephone=False),
    "possibledouble_settled_by_somebody": lambda: change(double(), outcome="merged"),
    "merge_once_at_a_time": lambda: twice(merge()),
    "merge_of_two": lambda: _merged_with_itself(merge()),
    "merge_undone_by_somebody": lambda: change(merge(), undone_at=timezone.now()),
    "person_birth_month_is_a_month_of_a_year": lambda: change(
        PersonFactory(), birth_month=3
    ),
    "person_birth_year_is_possible": lambda: change(PersonFactory(), birth_year=1826),
    "person_age_told_has_its_date": lambda: change(PersonFactory(), age_told=6),
    "person_call_dayparts_are_three": lambda: change(PersonFactory(), call_dayparts=8),
    "person_languages_are_a_mask": lambda: change(PersonFactory(), languages=-1),
    "membership_ends_after_it_starts": lambda: change(
        MembershipFactory(from_on=DAY), until_on=DAY_BEFORE
    ),
    "membership_once_at_a_time": lambda: twice(MembershipFactory()),
    "membership_stays_is_a_moments_mask": lambda: change(
        MembershipFactory(), stays=2**57
    ),
    "place_once_per_family": lambda: Place(
        family=SupportFamilyFactory(places=1), number=1
    ).save(),
    "place_at_most_three_per_family": lambda: Place(
        family=SupportFamilyFactory(places=3), number=4
    ).save(),
    "supportrequest_moments_are_a_mask": lambda: change(
        SupportRequestFactory(), moments=0
    ),
    "supportrequest_kinds_are_a_mask": lambda: change(
        SupportRequestFactory(), kinds=2**10
    ),
    "supportrequest_distance_is_between_half_and_hundred_km": lambda: change(
        SupportRequestFactory(), max_distance_km=0
    ),
    "supportrequest_duration_is_at_most_twenty_years": lambda: change(
        SupportRequestFactory(), duration_months=241
    ),
    "supportrequest_stage_exists": lambda: change(
        SupportRequestFactory(), stage="available"
    ),
    "supportrequest_custody_exists": lambda: change(
        SupportRequestFactory(), custody="perhaps"
    ),
    "supportrequest_prefers_one_language": lambda: change(
        SupportRequestFactory(), preferred_language=3
    ),
    "supportrequest_pause_ends_only_where_it_pauses": lambda: change(
        SupportRequestFactory(), paused_until=DAY
    ),
    "supportoffer_visit_length_exists": lambda: change(
        SupportOfferFactory(), visit_length="week"
    ),
    "supportoffer_pause_ends_only_where_it_pauses": lambda: change(
        SupportOfferFactory(), paused_until=DAY
    ),
    "factsource_of_a_request_or_an_offer": lambda: change(
        source(SupportRequestFactory()), request=None
    ),
    "factsource_one_per_request_and_field": lambda: twice(
        source(SupportRequestFactory())
    ),
    "factsource_one_per_offer_and_field": lambda: twice(
        source(None, offer=SupportOfferFactory())
    ),
    "factsource_source_exists": lambda: change(
        source(SupportRequestFactory()), source="rumour"
    ),
    "supportoffer_stage_exists": lambda: change(SupportOfferFactory(), stage="paired"),
    "supportoffer_moments_are_a_mask": lambda: change(SupportOfferFactory(), moments=0),
    "supportoffer_kinds_are_a_mask": lambda: change(SupportOfferFactory(), kinds=2**10),
    "supportoffer_distance_is_between_half_and_hundred_km": lambda: change(
        SupportOfferFactory(), max_distance_km=101
    ),
    "supportoffer_duration_is_at_most_twenty_years": lambda: change(
        SupportOfferFactory(), duration_months=0
    ),
    "supportoffer_ages_are_a_mask": lambda: change(SupportOfferFactory(), ages=2**18),
    "supportoffer_one_to_six_children_at_once": lambda: change(
        SupportOfferFactory(), children_at_once=7
    ),
    "stagechange_of_a_request_or_an_offer": lambda: change(
        StageChange.objects.get(request=SupportRequestFactory()),
        offer=SupportOfferFactory(),
    ),
    "stagechange_stage_exists": lambda: change(
        StageChange.objects.get(offer=SupportOfferFactory()), stage="paired"
    ),
    "screeningcheck_one_current_per_person_and_kind": lambda: twice(
        ScreeningCheckFactory()
    ),
    "screeningcheck_shown_says_when_and_to_whom": lambda: change(
        ScreeningCheckFactory(), state="shown"
    ),
    "screeningcheck_not_needed_says_why_and_who": lambda: change(
        ScreeningCheckFactory(shown=True), state="not_needed"
    ),
    "screeningcheck_outcome_exists": lambda: change(
        ScreeningCheckFactory(), outcome="fine"
    ),
    "contactmoment_redacted_by_somebody_and_empty": lambda: change(
        contact(), redacted_at=timezone.now()
    ),
    "contactmoment_redacted_for_a_reason": lambda: change(
        contact(), redacted_at=timezone.now(), redacted_by=UserFactory(), text=""
    ),
    "contactmoment_edited_on_the_same_day": lambda: change(
        contact(), edited_at=timezone.now() + dt.timedelta(hours=25)
    ),
    "notedraft_one_per_writer_and_home": lambda: twice(begun_note()),
    "task_done_by_somebody_at_a_moment": lambda: change(
        TaskFactory(), done_by=UserFactory()
    ),
    "task_kind_exists": lambda: change(TaskFactory(), kind="trial"),
    "task_one_first_call_at_a_time": lambda: twice(TaskFactory(kind="first_call")),
    "intakedraft_sent_has_a_household_and_no_answers": lambda: sent_draft(
        submitted_at=timezone.now(), household=HouseholdFactory(), answers="{}"
    ),
    "intakedraft_expires_after_it_starts": lambda: change(
        sent_draft(), expires_at=timezone.now() - dt.timedelta(days=1)
    ),
    "intakedraft_kind_exists": lambda: change(sent_draft(), kind="curious"),
    "intakedraft_only_a_request_completes_a_referral": lambda: change(
        sent_draft(), kind="support", referral=ReferralFactory()
    ),
    "draftkey_keeps_a_hash_only": lambda: change(draft_key(), key_hash="7K4PX9M2QD"),
    "draftkey_expires_after_it_starts": lambda: change(
        draft_key(), expires_at=timezone.now() - dt.timedelta(days=1)
    ),
    "draftkey_kind_exists": lambda: change(draft_key(), kind="window"),
    "intakecount_one_per_day_and_thing": lambda: twice(left_today()),
    "intakecount_only_what_was_left_has_a_page": lambda: change(
        left_today(), what="started"
    ),
    "knocks_one_per_door_who_and_time": lambda: twice(knocks()),
    "knocks_keep_a_hash_only": lambda: change(knocks(), who_hash="192.0.2.1"),
    "knocks_last_some_time": lambda: change(knocks(), seconds=0),
    "consent_one_per_person_and_purpose": lambda: twice(consent()),
    "consent_withdrawn_after_it_was_given": lambda: change(
        consent(), withdrawn_at=timezone.now() - dt.timedelta(days=1)
    ),
    "consent_keeps_its_text_version": lambda: consent(text_version=""),
    "consent_basis_exists": lambda: change(consent(), basis="habit"),
    "custodyholder_said_it_on_a_day": lambda: change(holder(), said="agreed"),
    "childsaid_one_that_counts": lambda: twice(child_said()),
    "childsaid_is_an_answer": lambda: change(child_said(), said="maybe"),
    "accesslink_keeps_a_hash_only": lambda: link(token_hash="een-open-token"),
    "accesslink_of_a_person_or_a_referrer": lambda: link(
        referrer=ReferrerFactory(), purpose="referrals"
    ),
    "referrer_profession_exists": lambda: ReferrerFactory(profession="priest"),
    "referrer_has_an_address": lambda: ReferrerFactory(email_index=""),
    "referral_once_per_referrer_and_household": lambda: _referred_twice(
        ReferralFactory()
    ),
    "checkedtranslation_knows_its_texts": lambda: CheckedTranslationFactory(
        fingerprint="0" * 63
    ),
    "checkedtranslation_read_by_somebody": lambda: CheckedTranslationFactory(
        checked_by=""
    ),
    "accesslink_expires_after_it_starts": lambda: change(
        link(), expires_at=timezone.now() - dt.timedelta(days=1)
    ),
    "logincode_keeps_a_hash_only": lambda: change(login_code(), code_hash="123456"),
    "logincode_expires_after_it_starts": lambda: change(
        login_code(), expires_at=timezone.now() - dt.timedelta(days=1)
    ),
    "logincode_read_out_by_somebody": lambda: change(login_code(), kind="spoken"),
    "ownrequest_settled_by_somebody": lambda: change(
        own_request(), settled_at=timezone.now()
    ),
    "ownrequest_undone_only_where_it_may_be": lambda: change(
        own_request(), undone_at=timezone.now()
    ),
    "ownrequest_only_a_pause_ends": lambda: change(own_request(), until=DAY),
    "ownrequest_about_data_has_its_term": lambda: change(own_request(), kind="correct"),
    "ownrequest_one_open_erasure": lambda: twice_asked(
        own_request(kind="erase", due_on=DAY)
    ),
    "outboxmail_sent_or_given_up": lambda: change(
        OutboxMail.objects.create(to="a@b.example", subject="Bericht", body="Hoi"),
        sent_at=timezone.now(),
        parked_at=timezone.now(),
    ),
    "calendarkey_keeps_a_hash_only": lambda: CalendarKey.objects.create(
        coordinator=CoordinatorFactory(), key_hash="secret", made_at=timezone.now()
    ),
    "appointment_kind_exists": lambda: AppointmentFactory(kind="party"),
    "appointment_lasts_within_a_day": lambda: AppointmentFactory(minutes=0),
    "appointment_cancelled_by_somebody_at_a_moment": lambda: AppointmentFactory(
        cancelled_at=timezone.now()
    ),
    "appointment_about_a_pairing_of_a_family": lambda: AppointmentFactory(
        coordinator=CoordinatorFactory(), household=None, about="22222ABCDE"
    ),
    "appointment_interpreter_is_arranged_by_somebody": lambda: AppointmentFactory(
        interpreter_language=1
    ),
    "outboxmail_sent_or_taken_back": lambda: change(
        OutboxMail.objects.create(to="a@b.example", subject="Bericht", body="Hoi"),
        sent_at=timezone.now(),
        cancelled_at=timezone.now(),
    ),
}


def test_every_rule_has_a_row_that_breaks_it():
    rules = {
        rule.name
        for model in apps.get_app_config("families").get_models()
        for rule in model._meta.constraints
    }

    assert set(BREAKS) == rules


@pytest.mark.parametrize("rule", BREAKS)
def test_database_refuses_what_breaks(rule):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BREAKS[rule]()

    # SQLite names the columns of a broken unique rule, PostgreSQL the rule.
    assert rule in str(refused.value) or "UNIQUE" in str(refused.value)


@pytest.mark.parametrize(
    "values",
    [
        {"person": None},
        {"person": None, "purpose": "referrals"},
        {"purpose": "referrals"},
    ],
)
def test_a_link_belongs_to_one_person_or_one_referrer(values):
    with pytest.raises(IntegrityError, match="accesslink_of_a_person_or_a_referrer"):
        link(**values)


def test_two_people_never_share_an_address_or_a_reference():
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email=UserFactory().email)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(reference=PersonFactory().reference)


def test_a_language_is_checked_once():
    CheckedTranslationFactory(language="ar")

    with pytest.raises(IntegrityError), transaction.atomic():
        CheckedTranslationFactory(language="ar")


def test_a_key_opens_one_draft():
    draft_key()

    with pytest.raises(IntegrityError), transaction.atomic():
        draft_key(kind="link")
