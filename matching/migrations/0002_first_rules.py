"""The rules with which every organisation starts, as of the first release."""

from django.db import migrations

FIRST_RULES = {
    "version": 1,
    "weights": {
        "moments": 22,
        "kinds": 20,
        "frequency": 10,
        "ages": 8,
        "children": 0,
        "home": 10,
        "distance": 15,
        "language": 5,
        "screening": 0,
        "custody": 0,
        "place": 2,
        "duration": 5,
        "load": 3,
        "history": 0,
    },
    "neutral": 0.5,
    "strong_from": 7500,
    "good_from": 6000,
    "near_tie": 50,
    "dayparts_enough": {
        "weekly": 1,
        "fortnightly": 1,
        "monthly": 1,
        "now_and_then": 1,
    },
    "visits_in_four_weeks": {
        "weekly": 4,
        "fortnightly": 2,
        "monthly": 1,
        "now_and_then": 0.5,
    },
    "agrees_from": 0.75,
    "agrees_partly_from": 0.4,
    "age_at_edge": 0.5,
    "distance_at_limit": 0.25,
    "usual_distance_m": 10000,
    "other_language": 0.5,
    "other_municipality": 0.5,
    "screening_under_way": 0.5,
}


def write_first_rules(apps, schema_editor):
    """Version 1; nothing where an organisation already has rules."""
    rules = apps.get_model("matching", "Rules")
    if not rules.objects.exists():
        rules.objects.create(version=1, weights=FIRST_RULES, reason="First rules.")


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_initial")]

    operations = [
        # Going back keeps them: proposals may point at them.
        migrations.RunPython(write_first_rules, migrations.RunPython.noop),
    ]
