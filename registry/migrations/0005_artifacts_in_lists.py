"""What lists of artifacts show: room for it. Filled by 0006."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (
        ("accounts", "0003_people_groups_robots_and_roles"),
        ("registry", "0004_labels_usage_and_pulls"),
    )
    operations = (
        migrations.AddField("artifact", "is_listed", models.BooleanField(default=True)),
        migrations.AddField(
            "artifact",
            "project",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="artifacts",
                to="accounts.project",
            ),
        ),
        migrations.AddField("manifest", "details", models.JSONField(null=True)),
        migrations.AddField("manifest", "kind", models.CharField(default="UNKNOWN", max_length=64)),
        migrations.AddField("manifest", "total_size", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("repository", "artifact_count", models.PositiveIntegerField(default=0)),
    )
