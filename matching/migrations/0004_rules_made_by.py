import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("matching", "0003_matching_explained"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rules",
            name="made_at",
            field=models.DateTimeField(auto_now_add=True, verbose_name="made at"),
        ),
        migrations.AddField(
            model_name="rules",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
    ]
