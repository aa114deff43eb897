"""The fast lane's own way to the database: one question, one row, and never a wait on the event loop.

SQLite answers at once from its file, so it is asked right there. PostgreSQL is another process: it is asked
by threads, so that a stalled database freezes no transfer."""

import sqlite3
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError

from registry.content import hot
from registry.content.hot import Question, Row
from registry.serving import pools
from registry.serving.handlers import with_connections

# A reader of a database in WAL mode waits for nobody, save in rare moments: then the views wait in its stead.
BUSY_SECONDS = 0.01
READ_ONLY = "PRAGMA query_only=ON; PRAGMA mmap_size=134217728; PRAGMA cache_size=-8000;"


class Unanswered(Exception):
    """The database did not answer; the views will find out why."""


class Lookup(Protocol):
    async def ask(self, question: Question) -> Row | None:
        """The row, or None where there is none. Raises Unanswered."""


class SQLiteLookup:
    """A connection of its own, that only reads."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._connection: sqlite3.Connection | None = None

    async def ask(self, question: Question) -> Row | None:
        sql, values = question
        try:
            if self._connection is None:
                self._connection = self._connect()
            row: Row | None = self._connection.execute(_with_question_marks(sql), values).fetchone()
        except sqlite3.Error as error:
            self._connection = None
            raise Unanswered from error
        return row

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._name, timeout=BUSY_SECONDS, isolation_level=None)
        connection.executescript(READ_ONLY)
        return connection


class ThreadedLookup:
    """Django's connections, in threads of the lookups' own."""

    async def ask(self, question: Question) -> Row | None:
        try:
            return await pools.LOOKUPS.run(with_connections, lambda: hot.ask(question))
        except (DatabaseError, pools.Busy) as error:
            raise Unanswered from error


@lru_cache(maxsize=1)
def lookup() -> Lookup:
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return SQLiteLookup(str(database["NAME"]))
    return ThreadedLookup()


@lru_cache(maxsize=16)
def _with_question_marks(sql: str) -> str:
    return sql.replace("%s", "?")
