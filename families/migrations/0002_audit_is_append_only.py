"""Triggers that refuse to change or delete an audit row, on both databases."""

from django.db import migrations

SQLITE = [
    """
    CREATE TRIGGER auditevent_refuse_update BEFORE UPDATE ON families_auditevent
    BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END
    """,
    """
    CREATE TRIGGER auditevent_refuse_delete BEFORE DELETE ON families_auditevent
    BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END
    """,
    # INSERT OR REPLACE would overwrite a row without an update or a delete.
    """
    CREATE TRIGGER auditevent_refuse_replace BEFORE INSERT ON families_auditevent
    WHEN EXISTS (SELECT 1 FROM families_auditevent WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'audit rows are never replaced'); END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER auditevent_refuse_update",
    "DROP TRIGGER auditevent_refuse_delete",
    "DROP TRIGGER auditevent_refuse_replace",
]
POSTGRESQL = [
    """
    CREATE FUNCTION auditevent_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit rows are never changed or deleted'; END $$
    """,
    """
    CREATE TRIGGER auditevent_refuse_change
    BEFORE UPDATE OR DELETE ON families_auditevent
    FOR EACH ROW EXECUTE FUNCTION auditevent_refuse()
    """,
    """
    CREATE TRIGGER auditevent_refuse_truncate
    BEFORE TRUNCATE ON families_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION auditevent_refuse()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER auditevent_refuse_change ON families_auditevent",
    "DROP TRIGGER auditevent_refuse_truncate ON families_auditevent",
    "DROP FUNCTION auditevent_refuse()",
]


def guard(apps, schema_editor):
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    statements = SQLITE_BACK if vendor == "sqlite" else POSTGRESQL_BACK
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("families", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
