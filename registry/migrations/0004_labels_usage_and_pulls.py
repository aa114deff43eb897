import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_people_groups_robots_and_roles"),
        ("registry", "0003_job_message_id"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProjectUsage",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="usage",
                        serialize=False,
                        to="accounts.project",
                    ),
                ),
                ("hard", models.BigIntegerField(default=-1)),
                ("used", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.AddField(
            model_name="artifact",
            name="pulled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="repository",
            name="description",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="repository",
            name="pull_count",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="tag",
            name="pulled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=128)),
                ("description", models.CharField(blank=True, max_length=1024)),
                ("color", models.CharField(blank=True, max_length=16)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="labels",
                        to="accounts.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ArtifactLabel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "artifact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="label_links", to="registry.artifact"
                    ),
                ),
                (
                    "label",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="artifact_links", to="registry.label"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProjectBlob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("charged_at", models.DateTimeField(auto_now_add=True)),
                (
                    "blob",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="charges", to="registry.blob"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="charged_blobs", to="accounts.project"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="label",
            constraint=models.UniqueConstraint(fields=("project", "name"), name="one_label_per_project_and_name"),
        ),
        migrations.AddConstraint(
            model_name="label",
            constraint=models.UniqueConstraint(
                condition=models.Q(("project", None)), fields=("name",), name="one_label_of_all_per_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="artifactlabel",
            constraint=models.UniqueConstraint(fields=("artifact", "label"), name="a_label_once_on_an_artifact"),
        ),
        migrations.AddConstraint(
            model_name="projectblob",
            constraint=models.UniqueConstraint(fields=("project", "blob"), name="a_blob_is_charged_once_a_project"),
        ),
    ]
