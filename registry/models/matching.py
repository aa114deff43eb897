"""Asking the database which names match a pattern: `name__matches_below_project="team-a/**"`.

PostgreSQL is asked by a regular expression, over which it is never long. SQLite would hand one to Python, which some
patterns keep busy for years: it asks accounts/patterns.py instead, on every connection."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import CharField, Lookup
from django.db.models.sql.compiler import SQLCompiler

from accounts import patterns

FUNCTION = "matches_below_project"


@CharField.register_lookup
class MatchesBelowProject(Lookup):
    """Whether what stands below the project's name matches."""

    lookup_name = "matches_below_project"

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        name, parameters = self.process_lhs(compiler, connection)
        return f"{FUNCTION}(%s, {name})", (self.rhs, *parameters)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        name, parameters = self.process_lhs(compiler, connection)
        says = "!~" if patterns.is_excluding(self.rhs) else "~"
        return f"{name} {says} %s", (*parameters, f"^[^/]+/(?:{patterns.regex(self.rhs)})$")


def _matches(pattern: str, name: str) -> bool:
    return patterns.matches(pattern, name.partition("/")[2])


def _equip(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 2, _matches, deterministic=True)


connection_created.connect(_equip)
