"""What migrations do with rows that were there before."""

import datetime as dt

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

BEFORE = [("families", "0002_audit_is_append_only")]
AFTER = [("families", "0004_keys_of_drafts")]


@pytest.mark.django_db(transaction=True)
def test_a_draft_of_before_is_opened_by_the_key_it_had():
    executor = MigrationExecutor(connection)
    now = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    try:
        old = executor.loader.project_state(BEFORE).apps
        draft = old.get_model("families", "IntakeDraft").objects.create(
            kind="request",
            key_hash="a" * 64,
            expires_at=timezone.now() + dt.timedelta(days=14),
        )

        executor = MigrationExecutor(connection)
        executor.migrate(AFTER)

        keys = executor.loader.project_state(AFTER).apps.get_model(
            "families", "DraftKey"
        )
        assert list(keys.objects.values_list("draft", "kind", "key_hash")) == [
            (draft.pk, "browser", "a" * 64)
        ]
    finally:
        MigrationExecutor(connection).migrate(now)
