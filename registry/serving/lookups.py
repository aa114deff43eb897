"""The fast lane's own way to the database: one question, one row, and never a wait on the event loop.

SQLite answers at once from its file, so it is asked right there. PostgreSQL is another process: its answer
is awaited like any client's, so that a stalled database freezes no transfer."""

import asyncio
import sqlite3
from asyncio import Future, Task
from functools import lru_cache
from typing import Protocol

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import AsyncConnection

from registry.content.hot import Question, Row

# A reader of a database in WAL mode waits for nobody, save in rare moments: then the views wait in its stead.
BUSY_SECONDS = 0.01
# PostgreSQL has this long for a batch; then the views wait for it.
PATIENCE_SECONDS = 2.0
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


class PostgreSQLLookup:
    """A connection of its own, spoken to without a thread. While one batch of questions is out, those that
    come gather for the next; the same question is then asked once for all who wait. Nobody is given an
    answer that is older than the question, so what was pushed before it is seen."""

    def __init__(self) -> None:
        self._connection: AsyncConnection[Row] | None = None
        self._waiting: dict[Question, Future[Row | None]] = {}
        self._asking: Task[None] | None = None

    async def ask(self, question: Question) -> Row | None:
        answer = self._waiting.get(question)
        if answer is None:
            answer = self._waiting[question] = asyncio.get_running_loop().create_future()
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask_all())
        # Who goes away takes no answer from the others.
        return await asyncio.shield(answer)

    async def _ask_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, {}
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._ask_batch(batch)
            except (psycopg.Error, OSError, TimeoutError) as error:
                await self._give_up(batch, error)

    async def _ask_batch(self, batch: dict[Question, Future[Row | None]]) -> None:
        if self._connection is None:
            self._connection = await self._connect()
        async with self._connection.pipeline():
            cursors = [await self._connection.execute(*question, prepare=True) for question in batch]
        for cursor, answer in zip(cursors, batch.values(), strict=True):
            answer.set_result(await cursor.fetchone())

    async def _give_up(self, batch: dict[Question, Future[Row | None]], error: Exception) -> None:
        for answer in batch.values():
            if not answer.done():
                answer.set_exception(Unanswered(str(error)))
                answer.exception()  # whoever asked may have gone away
        await self.close()

    async def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.close()

    async def _connect(self) -> "AsyncConnection[Row]":
        wanted = connections["default"].get_connection_params()
        wanted.pop("cursor_factory")
        return await AsyncConnection.connect(**wanted, autocommit=True)


@lru_cache(maxsize=1)
def lookup() -> Lookup:
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return SQLiteLookup(str(database["NAME"]))
    return PostgreSQLLookup()


@lru_cache(maxsize=16)
def _with_question_marks(sql: str) -> str:
    return sql.replace("%s", "?")
