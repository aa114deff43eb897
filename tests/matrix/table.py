"""Who gets what from every address and method of /v2, of the token service and of /api: the lines of all nouns.

Each module beside this one has the lines of one noun (TABLE), and how each of them is asked (ASKS). A line has
the method and the route, with <> for what stands open, and a remark where the same is asked in several ways;
whether the project is private or public (`any` where there is none in it); and the status for each of the
principals of world.py. HEAD is asked wherever GET is, and gets the same, save where it has a line of its own.

Addresses of /api/v2.0 begin with a slash here; the rest are kinds of routes of /v2, and /api/version."""

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from tests import matrix
from tests.matrix.world import PRINCIPALS, Asking

ROOMS = ("table", "world", "test_matrix", "conftest")
HEADER = " ".join(who[:3] for who in PRINCIPALS)


@dataclass(frozen=True)
class Row:
    """One line."""

    method: str
    route: str
    remark: str
    visibility: str
    statuses: dict[str, int]

    @property
    def ask(self) -> str:
        return f"{self.method} {self.route} {self.remark}".strip()

    def __str__(self) -> str:
        return f"{self.ask}, {self.visibility}"


def nouns() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(matrix.__path__):
        if found.name not in ROOMS:
            yield import_module(f"{matrix.__name__}.{found.name}")


def rows() -> list[Row]:
    return [row for noun in nouns() for row in _rows(noun)]


def asks() -> dict[str, Asking]:
    return {name: ask for noun in nouns() for name, ask in noun.ASKS.items()}


def _rows(noun: ModuleType) -> Iterator[Row]:
    header, *lines = (line for line in noun.TABLE.splitlines() if line.strip())
    assert header.split("|")[-1].split() == HEADER.split(), f"the columns of {noun.__name__} are others: {HEADER}"
    for line in lines:
        ask, visibility, statuses = line.split("|")
        method, route, remark = (*ask.split(maxsplit=2), "")[:3]
        found = dict(zip(PRINCIPALS, map(int, statuses.split()), strict=True))
        yield Row(method, route, remark.strip(), visibility.strip(), found)
