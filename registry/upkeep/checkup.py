"""Whether the parts that all of this stands on do what they are for."""

import logging
import threading
import time
from collections.abc import Callable, Mapping

from django.db import Error, connection

from registry.content import health as storage
from registry.jobs import health as jobs

logger = logging.getLogger(__name__)

# Anybody may ask, and asking writes a file: what was found counts for a moment.
REMEMBERED_SECONDS = 2


class Unhealthy(Exception):
    """A part does not do what it is for."""


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _jobs() -> None:
    if jobs.is_stalled():
        raise Unhealthy


# Harbor's names of what we are made of, with what is said where a check fails. That `core` answers is all it must.
CHECKS: Mapping[str, tuple[Callable[[], object], str]] = {
    "core": (lambda: None, ""),
    "database": (_database, "the database does not answer"),
    "registry": (storage.check, "the storage takes no bytes"),
    "jobservice": (_jobs, "no worker has taken up what waits, or the database does not say"),
}


class Checkup:
    """The state of every part, asked anew when the last answer is too old. One asks, others wait for the answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[str, str] = {}
        self._at = -float("inf")

    def problems(self) -> dict[str, str]:
        """What each part lacks; nothing where it is healthy."""
        with self._lock:
            if time.monotonic() - self._at > REMEMBERED_SECONDS:
                self._found = {name: _problem(name) for name in CHECKS}
                self._at = time.monotonic()
            return self._found

    def forget(self) -> None:
        self._at = -float("inf")


checkup = Checkup()


def _problem(name: str) -> str:
    check, said = CHECKS[name]
    try:
        check()
    except (Error, OSError, Unhealthy):
        logger.warning("a part is unhealthy", exc_info=True, extra={"component": name})
        return said
    return ""
