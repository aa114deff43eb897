"""How the console's lists bear growth: the same pages of a project that has a hundred artifacts and of one that has
a hundred thousand, asked for in turn, on both databases."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import contestants, databases, pages
from bench.contestants import Contestant
from bench.databases import Database
from bench.pages import PageTime
from bench.wire import Connection

SIZES = {"few": 100, "many": 100_000}
TURNS = 40
# A page takes at most so many times as long in the great project as in the small one.
AIM = 1.5

LAST = "?page_size=10&page={last}"
PAGES = {
    "artifacts of a repository, first page": "/repositories/app/artifacts",
    "artifacts of a repository, in the middle": "/repositories/app/artifacts?page_size=10&page={middle}",
    "artifacts of a repository, last page": f"/repositories/app/artifacts{LAST}",
    "artifacts with a tag": "/repositories/app/artifacts?q=tags=*",
    "artifacts with accessories and labels": "/repositories/app/artifacts?with_accessory=true&with_label=true",
    "artifacts of the project, first page": "/artifacts",
    "artifacts of the project, last page": f"/artifacts{LAST}",
    "repositories of the project": "/repositories",
}


@dataclass(frozen=True)
class Growth:
    """The median of a page's time in each project, in milliseconds."""

    page: str
    database: str
    few: float
    many: float

    @property
    def times(self) -> float:
        return self.many / self.few


@dataclass(frozen=True)
class Grown:
    """The lists of the API in a small project and a great one, and the pages of the console in a great registry."""

    lists: list[Growth]
    pages: list[PageTime]


def measured(folder: Path) -> Grown:
    with ExitStack() as stack:
        first = _of(folder / "growth-sqlite", "SQLite", None)
        other = _of(folder / "growth-postgresql", "PostgreSQL", stack.enter_context(databases.postgresql()))
        return Grown(first.lists + other.lists, first.pages + other.pages)


def _of(folder: Path, name: str, database: Database | None) -> Grown:
    at = contestants.ours(folder, name, database)
    try:
        _sow(at, database)
        with at.connect(at.basic()) as connection:
            lists = [_page(connection, page, target, name) for page, target in PAGES.items()]
        return Grown(lists, pages.measured(at, name))
    finally:
        at.stop()


def _sow(at: Contestant, database: Database | None) -> None:
    """In a process of its own: Django's settings are one per process."""
    environment = {**os.environ, "ROADSTEAD_DATA": str(at.storage.parent)}
    environment["DATABASE_URL"] = database.url if database else ""
    subprocess.run([sys.executable, "-m", "bench.growth_rows"], check=True, env=environment)


def _page(connection: Connection, page: str, target: str, database: str) -> Growth:
    """Both projects in turn, so that what disturbs one disturbs the other."""
    seconds: dict[str, list[float]] = {name: [] for name in SIZES}
    for _ in range(TURNS):
        for name, count in SIZES.items():
            asked = f"/api/v2.0/projects/{name}{target.format(middle=count // 20, last=count // 10)}"
            began = time.perf_counter()
            connection.discard(connection.ask("GET", asked, expect=200))
            seconds[name].append(time.perf_counter() - began)
    few, many = (median(seconds[name]) * 1000 for name in SIZES)
    return Growth(page, database, few, many)
