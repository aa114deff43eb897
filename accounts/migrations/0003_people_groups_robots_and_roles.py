import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def make_built_in_roles(apps: StateApps, _: BaseDatabaseSchemaEditor) -> None:
    # Memberships point at them from here on.
    names = {1: "projectAdmin", 2: "developer", 3: "guest", 4: "maintainer", 5: "limitedGuest"}
    roles = apps.get_model("accounts", "Role").objects
    roles.bulk_create([roles.model(pk=number, name=name) for number, name in names.items()])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_failed_sign_ins"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("key", models.CharField(max_length=32, unique=True)),
                ("secret_hash", models.CharField(max_length=64)),
                ("limit", models.JSONField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("last_used_from", models.CharField(blank=True, max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="AuditAnchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.BigIntegerField()),
                ("seal", models.CharField(max_length=64)),
                ("is_purge", models.BooleanField(default=False)),
                ("at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="GroupMembership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("found_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="RefusalRecord",
            fields=[
                ("id", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("principal_key", models.CharField(max_length=64)),
                ("principal", models.CharField(max_length=255)),
                ("action", models.CharField(blank=True, max_length=64)),
                ("project_id", models.BigIntegerField(null=True)),
                ("resource", models.CharField(blank=True, max_length=512)),
                ("message", models.TextField()),
                ("reasons", models.JSONField(default=list)),
                ("client_address", models.CharField(blank=True, max_length=64)),
                ("request_id", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Robot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("description", models.CharField(blank=True, max_length=1024)),
                ("secret", models.CharField(max_length=255)),
                ("previous_secret", models.CharField(blank=True, max_length=255)),
                ("previous_until", models.DateTimeField(null=True)),
                ("duration_days", models.IntegerField(default=-1)),
                ("expires_at", models.DateTimeField(null=True)),
                ("is_disabled", models.BooleanField(default=False)),
                ("creator_kind", models.CharField(default="user", max_length=16)),
                ("creator_id", models.BigIntegerField(null=True)),
                ("creator_name", models.CharField(blank=True, max_length=255)),
                ("authorization_version", models.PositiveIntegerField(default=1)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="RobotGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("covers_all_projects", models.BooleanField(default=False)),
                ("actions", models.JSONField(default=list)),
                ("repositories", models.CharField(blank=True, max_length=255)),
                ("tags", models.CharField(blank=True, max_length=255)),
            ],
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=64, unique=True)),
                ("description", models.CharField(blank=True, max_length=255)),
                ("actions", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RunPython(make_built_in_roles, migrations.RunPython.noop),
        migrations.CreateModel(
            name="UserGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("kind", models.PositiveSmallIntegerField(choices=[(1, "Ldap"), (2, "Http"), (3, "Oidc")], default=1)),
                ("ldap_dn", models.CharField(blank=True, max_length=1024)),
                ("dn_key", models.CharField(blank=True, max_length=1024)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="member",
            name="one_membership_per_project",
        ),
        migrations.AddField(
            model_name="auditrecord",
            name="description",
            field=models.CharField(blank=True, max_length=1024),
        ),
        migrations.AddField(
            model_name="auditrecord",
            name="seal",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="auditrecord",
            name="sequence",
            field=models.BigIntegerField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="auditrecord",
            name="user_agent",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="auditrecord",
            name="via",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="member",
            name="repositories",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="member",
            name="tags",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="project",
            name="metadata",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="user",
            name="external_id",
            field=models.CharField(blank=True, max_length=1024),
        ),
        migrations.AddField(
            model_name="user",
            name="groups_found_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="is_auditor",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="user",
            name="is_sysadmin_by_group",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="user",
            name="source",
            field=models.CharField(default="local", max_length=32),
        ),
        migrations.AlterField(
            model_name="auditrecord",
            name="project_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="member",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="auditrecord",
            index=models.Index(fields=["project_id", "id"], name="audit_of_a_project"),
        ),
        migrations.AddField(
            model_name="accesstoken",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="access_tokens", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="groupmembership",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="group_memberships",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="robot",
            name="project",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="robots", to="accounts.project"
            ),
        ),
        migrations.AddField(
            model_name="robotgrant",
            name="project",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="robot_grants",
                to="accounts.project",
            ),
        ),
        migrations.AddField(
            model_name="robotgrant",
            name="robot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="accounts.robot"
            ),
        ),
        migrations.AlterField(
            model_name="member",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="accounts.role"
            ),
        ),
        migrations.AddConstraint(
            model_name="usergroup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dn_key", ""), _negated=True), fields=("dn_key",), name="one_group_per_dn"
            ),
        ),
        migrations.AddConstraint(
            model_name="usergroup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dn_key", "")), fields=("kind", "name"), name="one_group_per_kind_and_name"
            ),
        ),
        migrations.AddField(
            model_name="groupmembership",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="user_memberships", to="accounts.usergroup"
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="group",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to="accounts.usergroup",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("group__isnull", False), ("user", None)),
                    models.Q(("group", None), ("user__isnull", False)),
                    _connector="OR",
                ),
                name="a_member_is_a_user_or_a_group",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("repositories", ""), ("tags", "")),
                fields=("project", "user"),
                name="one_role_in_all_of_a_project_per_user",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("repositories", ""), ("tags", "")),
                fields=("project", "group"),
                name="one_role_in_all_of_a_project_per_group",
            ),
        ),
        migrations.AddConstraint(
            model_name="accesstoken",
            constraint=models.UniqueConstraint(fields=("user", "name"), name="one_access_token_per_user_and_name"),
        ),
        migrations.AddConstraint(
            model_name="robot",
            constraint=models.UniqueConstraint(fields=("project", "name"), name="one_robot_per_project_and_name"),
        ),
        migrations.AddConstraint(
            model_name="robot",
            constraint=models.UniqueConstraint(
                condition=models.Q(("project", None)), fields=("name",), name="one_robot_of_the_system_per_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="robotgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("project", None), ("covers_all_projects", False), _connector="OR"),
                name="one_project_or_all_of_them",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmembership",
            constraint=models.UniqueConstraint(fields=("user", "group"), name="once_in_a_group"),
        ),
    ]
