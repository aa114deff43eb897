"""The icon that an artifact brings along. What was pushed before keeps that of its kind."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = (("registry", "0011_charge_for_what_is_there"),)
    operations = (
        migrations.AddField("manifest", "icon_digest", models.CharField(blank=True, default="", max_length=136)),
        migrations.AddIndex(
            "manifest",
            models.Index(condition=~Q(icon_digest=""), fields=["icon_digest"], name="manifests_with_an_icon"),
        ),
    )
