"""What lists of artifacts are sorted and searched by, beside the artifact: room for it. Filled by 0009."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("registry", "0007_artifacts_lie_in_projects"),)
    operations = (
        migrations.AddField("artifact", "is_tagged", models.BooleanField(default=False)),
        migrations.AddField("artifact", "kind", models.CharField(default="UNKNOWN", max_length=64)),
        migrations.AddField("artifact", "size", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("repository", "tagged_count", models.PositiveIntegerField(default=0)),
    )
