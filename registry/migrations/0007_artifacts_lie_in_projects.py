"""Every artifact has its project now, and lists have their indexes."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

SHOWN = Q(deleted_at=None, is_listed=True)


class Migration(migrations.Migration):
    dependencies = (("registry", "0006_fill_artifacts_in_lists"),)
    operations = (
        migrations.AlterField(
            "artifact",
            "project",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="artifacts",
                to="accounts.project",
            ),
        ),
        migrations.AddIndex(
            "artifact",
            models.Index(condition=SHOWN, fields=["repository", "-pushed_at", "-id"], name="artifacts_of_a_repository"),
        ),
        migrations.AddIndex(
            "artifact",
            models.Index(condition=SHOWN, fields=["project", "-pushed_at", "-id"], name="artifacts_of_a_project"),
        ),
    )
