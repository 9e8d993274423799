from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0005_look"),
    ]

    operations = [
        migrations.AddField(
            model_name="pairing",
            name="agreed_on",
            field=models.DateField(
                blank=True,
                editable=False,
                help_text="Written down by the agreements, when the first ones count.",
                null=True,
                verbose_name="first agreed on",
            ),
        ),
    ]
