import pytest
from django.db import DatabaseError, connection, transaction

from families.models import AuditEvent
from families.services.audit import record
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    OfficialFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_record_keeps_names_of_fields_and_no_values():
    coordinator = CoordinatorFactory()
    household = HouseholdFactory(name="De Geheimzinnige")

    record(household, verb="changed", by=coordinator.user, fields=["name", "dog"])

    row = AuditEvent.objects.values(
        "actor", "actor_kind", "verb", "object_type", "object_reference", "fields"
    ).get()
    assert row == {
        "actor": coordinator.user.pk,
        "actor_kind": "coordinator",
        "verb": "changed",
        "object_type": "household",
        "object_reference": household.reference,
        "fields": "dog name",
    }


def test_record_says_in_which_role_somebody_acted():
    household = HouseholdFactory()
    official = OfficialFactory().user
    office = UserFactory(organisation=True)

    for actor in (official, office, "family", "system"):
        record(household, verb="read", by=actor)

    rows = AuditEvent.objects.order_by("pk").values_list("actor", "actor_kind")
    assert list(rows) == [
        (official.pk, "official"),
        (office.pk, "organisation"),
        (None, "family"),
        (None, "system"),
    ]


def test_record_refuses_a_verb_that_does_not_exist():
    household = HouseholdFactory()

    with pytest.raises(ValueError, match="peeked"):
        record(household, verb="peeked", by="system")

    assert AuditEvent.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda row: AuditEvent.objects.filter(pk=row.pk).update(verb="read"),
        lambda row: AuditEvent.objects.filter(pk=row.pk).delete(),
        lambda row: row.delete(),
    ],
    ids=["update", "delete", "delete one"],
)
def test_database_refuses_to_alter_an_audit_row(change):
    row = record(HouseholdFactory(), verb="created", by="family")

    with (
        pytest.raises(DatabaseError, match="audit rows are never"),
        transaction.atomic(),
    ):
        change(row)

    assert AuditEvent.objects.get() == row


def test_database_refuses_to_overwrite_or_empty_the_audit_table():
    row = record(HouseholdFactory(), verb="created", by="family")
    connection.check_constraints()
    statement = (
        "INSERT OR REPLACE INTO families_auditevent SELECT * FROM families_auditevent"
        if connection.vendor == "sqlite"
        else "TRUNCATE families_auditevent"
    )

    with (
        pytest.raises(DatabaseError, match="audit rows are never"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert AuditEvent.objects.get() == row
