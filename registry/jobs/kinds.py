"""The kinds of jobs there are: a fixed table. A queue message or a row can name a kind, never a function.

A kind is declared where its work is written, in a module that settings.JOB_KIND_MODULES names:

    @kind("sweep_uploads", concurrency=1, attempts=5, cron="0 30 * * * *")
    def sweep_uploads(step: Step) -> None: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from registry.jobs.step import Step

Work = Callable[["Step"], None]


@dataclass(frozen=True)
class Kind:
    """One row of the table. `concurrency` is how many may run at once in the whole installation, None
    for any number; `attempts` is how often a job is begun before it is given up; `share` is how much of the
    workers its jobs get beside those of other kinds (queues.py)."""

    name: str
    work: Work
    concurrency: int | None
    attempts: int
    cron: str
    share: int


_TABLE: dict[str, Kind] = {}


def kind(
    name: str, *, concurrency: int | None = 1, attempts: int = 5, cron: str = "", share: int = 1
) -> Callable[[Work], Work]:
    """Declare a function as the work of this kind. With `cron`, workers see to it that a schedule of
    this name exists; from then on the schedule's own row counts."""

    def declare(work: Work) -> Work:
        if name in _TABLE:
            raise ValueError(f"there are two kinds of jobs called {name}")
        _TABLE[name] = Kind(name, work, concurrency, attempts, cron, share)
        return work

    return declare


def load() -> None:
    for module in settings.JOB_KIND_MODULES:
        import_module(module)


def get(name: str) -> Kind:
    """The kind of this name; a KeyError where there is none."""
    load()
    return _TABLE[name]


def every() -> tuple[Kind, ...]:
    load()
    return tuple(_TABLE.values())


def is_known(name: str) -> bool:
    """False also for a kind of a newer version, beside which this process still runs: leave its jobs alone."""
    load()
    return name in _TABLE
