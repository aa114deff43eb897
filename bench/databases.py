"""The PostgreSQL that some contestants stand on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from bench import processes
from tests import postgres


@dataclass(frozen=True)
class Database:
    """One database. Its backends belong to one server, whose CPU time therefore counts for whoever uses it."""

    url: str
    pid: int


@contextmanager
def postgresql() -> Iterator[Database]:
    """A server of its own for each, since its CPU time is its contestant's."""
    with postgres.running() as url:
        yield Database(url, _postmaster(url))


def _postmaster(url: str) -> int:
    """The parent of the process that answers."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        return processes.parent(row[0])
