"""Real workers, on the database of the tests, that a test may kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from django.db import connection

T = TypeVar("T")
ROOT = Path(__file__).parents[3]


class Worker:
    """One `manage.py worker` and all processes below it."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self._output = folder / "worker.log"
        given = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.registry.jobs.settings"}
        with self._output.open("ab") as output:
            self.main = subprocess.Popen(
                [sys.executable, "manage.py", "worker"],
                env={**os.environ, **given, **environ},
                cwd=ROOT,
                stdout=output,
                stderr=output,
            )
        processes = 3 + int(environ.get("ROADSTEAD_JOB_WORKERS", "2"))
        until(lambda: len(self.below()) == processes or self.main.poll() is not None)

    def below(self) -> list[int]:
        """The processes below the main one: the sentinel, then those that do the work."""
        sentinels = children(self.main.pid)
        return sentinels + [pid for sentinel in sentinels for pid in children(sentinel)]

    def said(self) -> str:
        return self._output.read_text()

    def stop(self) -> int:
        self.main.send_signal(signal.SIGTERM)
        return self.main.wait(timeout=40)

    def kill(self) -> None:
        self.main.kill()
        self.main.wait()


def database_url() -> str:
    """Where the tests' own database is, as another process must be told."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition: Callable[[], T], *, seconds: float = 60) -> T:
    """Wait for it to come true; what it then is."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError("it did not come true in time")
        time.sleep(0.02)
    return answer
