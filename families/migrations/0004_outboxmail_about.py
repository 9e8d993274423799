from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("families", "0003_matching_explained"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxmail",
            name="about",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Reference of what it is about, where it may be taken back.",
                max_length=10,
            ),
        ),
    ]
