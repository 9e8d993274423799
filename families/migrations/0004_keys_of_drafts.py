"""A draft that was begun before keeps its key, among the keys it may have now."""

from django.db import migrations


def keep_keys(apps, schema_editor):
    drafts = apps.get_model("families", "IntakeDraft").objects.all()
    keys = apps.get_model("families", "DraftKey").objects
    for draft in drafts.iterator():
        key = keys.create(
            draft=draft,
            kind="browser",
            key_hash=draft.key_hash,
            expires_at=draft.expires_at,
        )
        # Written by itself; the draft may be older than this key.
        keys.filter(pk=key.pk).update(created_at=draft.created_at)


def give_back(apps, schema_editor):
    drafts = apps.get_model("families", "IntakeDraft").objects
    for key in apps.get_model("families", "DraftKey").objects.filter(kind="browser"):
        drafts.filter(pk=key.draft_id).update(key_hash=key.key_hash)


class Migration(migrations.Migration):
    dependencies = [("families", "0003_intake_and_own_pages")]

    operations = [migrations.RunPython(keep_keys, give_back)]
