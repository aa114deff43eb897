"""ProjectBlob and ProjectUsage, from what stands in the projects."""

from datetime import timedelta

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

CHARGE = """
    INSERT INTO registry_projectblob (project_id, blob_id, charged_at)
    SELECT held.project_id, held.blob_id, %s FROM (
        SELECT a.project_id, m.blob_id FROM registry_artifact a
        JOIN registry_manifest m ON m.id = a.manifest_id WHERE a.deleted_at IS NULL
        UNION
        SELECT a.project_id, f.blob_id FROM registry_artifact a
        JOIN registry_manifestblob f ON f.manifest_id = a.manifest_id WHERE a.deleted_at IS NULL
        UNION
        SELECT r.project_id, l.blob_id FROM registry_bloblink l
        JOIN registry_repository r ON r.id = l.repository_id WHERE l.created_at > %s
    ) held WHERE true
    ON CONFLICT DO NOTHING
"""
SUM_UP = """
    INSERT INTO registry_projectusage (project_id, hard, used, created_at, updated_at)
    SELECT p.id, -1, COALESCE(SUM(b.size), 0), p.created_at, %s FROM accounts_project p
    LEFT JOIN registry_projectblob c ON c.project_id = p.id LEFT JOIN registry_blob b ON b.id = c.blob_id
    WHERE true GROUP BY p.id, p.created_at
    ON CONFLICT (project_id) DO UPDATE SET used = excluded.used
"""
# As content/usage.py has it for pushes that run.
GRACE = timedelta(days=7)


def charge(_: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What stands in a project, and what pushes that may still run have brought; no project gets a limit by that."""
    now, as_kept = timezone.now(), schema_editor.connection.ops.adapt_datetimefield_value
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(CHARGE, [as_kept(now), as_kept(now - GRACE)])
        cursor.execute(SUM_UP, [as_kept(now)])


class Migration(migrations.Migration):
    dependencies = (("registry", "0010_indexes_of_artifacts"),)
    operations = (migrations.RunPython(charge, migrations.RunPython.noop),)
