"""Names in byte order on PostgreSQL too, whatever the database's own collation: lists are paged by name."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

COLUMNS = (
    ("registry_repository", "name", "varchar(255)"),
    ("registry_tag", "name", "varchar(128)"),
    ("registry_artifact", "digest", "varchar(136)"),
)


def by_bytes(_: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _collate(editor, '"C"')


def by_default(_: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _collate(editor, '"default"')


def _collate(editor: BaseDatabaseSchemaEditor, collation: str) -> None:
    if editor.connection.vendor == "postgresql":
        for table, column, kind in COLUMNS:
            editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind} COLLATE {collation}")


class Migration(migrations.Migration):
    dependencies = (("registry", "0001_initial"),)
    operations = (migrations.RunPython(by_bytes, by_default),)
