"""Each rule that stands in the database, broken by one row."""

import datetime as dt
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from agreements.models import Agreement, AgreementItem, AgreementVersion, Confirmation
from agreements.tests.factories import NOON, START, child_of, make_pairing, make_version

pytestmark = pytest.mark.django_db


def assert_breaks(constraint, write):
    """SQLite names the columns of a unique constraint, PostgreSQL its name."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    unique = {
        "agreementversion_numbers_differ": "_id, agreements_agreementversion.number",
        "agreementversion_one_per_date": "_id, agreements_agreementversion.effective",
        "agreementversion_one_open_draft": "failed: agreements_agreementversion.agr",
        "agreementitem_lines_differ": "_id, agreements_agreementitem.line",
        "confirmation_one_per_side": "_id, agreements_confirmation.side",
    }
    named = constraint
    if connection.vendor == "sqlite":
        named = unique.get(constraint, constraint)
    assert named in str(caught.value)


def make_row(agreement, **differs):
    said = {
        "agreement": agreement,
        "number": 7,
        "effective_from": dt.date(2026, 5, 1),
        "recorded_by": agreement.pairing.lead.user,
        "recorded_at": NOON,
    }
    return AgreementVersion.objects.create(**said | differs)


def make_item(version, **differs):
    said = {
        "version": version,
        "line": 7,
        "kind": 0,
        "rhythm": "weekly",
        "weekdays": 1,
        "where": "elsewhere",
    }
    return AgreementItem.objects.create(**said | differs)


@pytest.fixture
def version():
    return make_version(make_pairing())


def test_agreement_is_one_per_pairing(version):
    pairing = version.agreement.pairing

    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(pairing=pairing)


def test_agreementversion_numbers_differ(version):
    assert_breaks(
        "agreementversion_numbers_differ",
        lambda: make_row(version.agreement, number=version.number),
    )


def test_agreementversion_one_per_date(version):
    assert_breaks(
        "agreementversion_one_per_date",
        lambda: make_row(version.agreement, effective_from=START, settled_at=NOON),
    )


def test_a_superseded_version_may_share_its_date(version):
    row = make_row(
        version.agreement, effective_from=START, settled_at=NOON, superseded_at=NOON
    )

    assert row.pk is not None


def test_agreementversion_one_open_draft(version):
    make_row(version.agreement)

    assert_breaks(
        "agreementversion_one_open_draft",
        lambda: make_row(version.agreement, number=8, effective_from="2026-06-01"),
    )


def test_agreementversion_superseded_after_it_settled(version):
    before = NOON - dt.timedelta(days=1)

    assert_breaks(
        "agreementversion_superseded_after_it_settled",
        lambda: make_row(
            version.agreement,
            recorded_at=before,
            settled_at=NOON,
            superseded_at=before,
        ),
    )


def test_agreementversion_settles_after_it_is_recorded(version):
    assert_breaks(
        "agreementversion_settles_after_it_is_recorded",
        lambda: make_row(version.agreement, settled_at=NOON - dt.timedelta(days=1)),
    )


def test_agreementitem_lines_differ(version):
    assert_breaks(
        "agreementitem_lines_differ",
        lambda: make_item(version, line=version.terms()[0].line),
    )


@pytest.mark.parametrize("every", [0, 13])
def test_agreementitem_every_is_one_to_twelve(version, every):
    assert_breaks(
        "agreementitem_every_is_one_to_twelve", lambda: make_item(version, every=every)
    )


@pytest.mark.parametrize("differs", [{"weekdays": 2**7}, {"dayparts": 2**4}])
def test_agreementitem_masks_fit(version, differs):
    assert_breaks("agreementitem_masks_fit", lambda: make_item(version, **differs))


def test_agreementitem_lines_count_from_one(version):
    assert_breaks(
        "agreementitem_lines_count_from_one", lambda: make_item(version, line=0)
    )


@pytest.mark.parametrize(
    "differs",
    [{"rhythm": "every_n_weeks"}, {"rhythm": "weekly", "first_on": START}],
)
def test_agreementitem_every_so_many_weeks_has_a_first_week(version, differs):
    assert_breaks(
        "agreementitem_every_so_many_weeks_has_a_first_week",
        lambda: make_item(version, **differs),
    )


def test_agreementitem_weekly_rhythm_has_a_weekday(version):
    assert_breaks(
        "agreementitem_weekly_rhythm_has_a_weekday",
        lambda: make_item(version, weekdays=0),
    )


@pytest.mark.parametrize("name", ["starts_at", "ends_at"])
def test_agreementitem_has_both_times_or_none(version, name):
    assert_breaks(
        "agreementitem_has_both_times_or_none",
        lambda: make_item(version, **{name: dt.time(13)}),
    )


def test_agreementitem_ends_after_it_starts(version):
    assert_breaks(
        "agreementitem_ends_after_it_starts",
        lambda: make_item(version, starts_at=dt.time(17), ends_at=dt.time(13)),
    )


def test_a_sleepover_ends_on_the_next_day(version):
    item = make_item(version, kind=2, starts_at=dt.time(17), ends_at=dt.time(9))

    assert item.terms().rule.overnight


def test_agreementitem_has_times_or_dayparts(version):
    assert_breaks(
        "agreementitem_has_times_or_dayparts",
        lambda: make_item(
            version, starts_at=dt.time(13), ends_at=dt.time(17), dayparts=1
        ),
    )


def make_yes(version, **differs):
    said = {
        "version": version,
        "side": "request",
        "channel": "discussed",
        "on": START,
        "recorded_by": version.recorded_by,
        "recorded_at": NOON,
        "content_hash": "a" * 64,
    }
    return Confirmation.objects.create(**said | differs)


def test_confirmation_one_per_side(version):
    assert_breaks("confirmation_one_per_side", lambda: make_yes(version))


@pytest.mark.parametrize("content_hash", ["", "a" * 63, "G" * 64])
def test_confirmation_keeps_the_hash_of_the_text(version, content_hash):
    version.confirmations.all().delete()

    assert_breaks(
        "confirmation_keeps_the_hash_of_the_text",
        lambda: make_yes(version, content_hash=content_hash),
    )


@pytest.mark.parametrize(
    "differs", [{"recorded_by": None}, {"channel": "link", "recorded_by": None}]
)
def test_confirmation_is_by_a_person_or_recorded_by_staff(version, differs):
    version.confirmations.all().delete()

    assert_breaks(
        "confirmation_is_by_a_person_or_recorded_by_staff",
        lambda: make_yes(version, **differs),
    )


def test_agreementitem_which_one_of_the_month_exists(version):
    fields = {"rhythm": "nth_weekday"}

    assert_breaks(
        "agreementitem_which_one_of_the_month_exists",
        lambda: make_item(version, **fields, every=6),
    )
    assert make_item(version, **fields, every=5).pk


def test_every_constraint_of_agreements_has_a_test():
    models = apps.get_app_config("agreements").get_models()
    names = {one.name for model in models for one in model._meta.constraints}

    # What concerns one subject only is tested in a file of its own.
    files = Path(__file__).parent.glob("test_constraints*.py")
    tests = "".join(path.read_text() for path in files)

    assert {name for name in names if tests.count(name) == 0} == set()


def test_private_words_are_not_in_the_database(version):
    make_item(version, note="Noor durft niet langs de hond.")
    child = child_of(version.agreement.pairing)

    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM agreements_agreementitem")
        kept = " ".join(str(row[0]) for row in cursor.fetchall())

    assert child
    assert "hond" not in kept
