"""The tests' own kinds of jobs, and workers that end with their test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from registry.jobs import drain
from tests.registry.jobs.workers import Worker


@pytest.fixture(autouse=True)
def _kinds_of_the_tests(settings: Settings) -> None:
    settings.JOB_KIND_MODULES = [*settings.JOB_KIND_MODULES, "tests.registry.jobs.kinds"]


@pytest.fixture(autouse=True)
def _no_drain() -> Iterator[None]:
    yield
    drain.forget()


@pytest.fixture
def start_worker(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    started: list[Worker] = []

    def start(**environ: str) -> Worker:
        started.append(Worker(tmp_path, **environ))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()


@pytest.fixture
def hold(tmp_path: Path) -> Path:
    """The file for which jobs wait until it is removed."""
    file = tmp_path / "hold"
    file.touch()
    return file


@pytest.fixture
def told(tmp_path: Path) -> Callable[[], list[list[str]]]:
    """What jobs told by now: the words of each line."""

    def read() -> list[list[str]]:
        file = tmp_path / "told"
        return [line.split() for line in file.read_text().splitlines()] if file.exists() else []

    return read
