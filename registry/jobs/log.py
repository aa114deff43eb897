"""What a job tells those who watch it: numbered lines, kept as rows and written in batches.

Lines of one job are only ever written by a transaction that has changed the job's row before, and so
holds it: the numbers have no gap and no double, whoever dies when."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import DatabaseError, connection
from django.db.models import Max
from django.db.transaction import atomic, on_commit
from django.utils import timezone
from redis.exceptions import RedisError

from registry.models import JobLogLine

logger = logging.getLogger(__name__)

# So many lines are written at once at the latest, however fast they come.
FULL = 200
LONGEST_LINE = 8_000
# The group of the channel layer in which every web process listens, and how long nobody is told where it is away:
# no job waits for it again and again.
WATCHERS = "jobs"
SILENT_SECONDS = 15.0
_tell_again_at = 0.0


@dataclass(frozen=True)
class Line:
    at: datetime
    level: str
    text: str


def line(level: str, text: str) -> Line:
    return Line(timezone.now(), level, plain(text))


def plain(text: str) -> str:
    """Without control characters: PostgreSQL takes no NUL, and a terminal would obey the others."""
    shown = text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]} … (cut)"
    return "".join(c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in shown)


def append(job_id: int, lines: Sequence[Line]) -> None:
    """Number the lines on from the last one. Call it in the transaction that has just changed the job's row."""
    if not lines:
        return
    last = JobLogLine.objects.filter(job_id=job_id).aggregate(last=Max("number"))["last"] or 0
    JobLogLine.objects.bulk_create(
        JobLogLine(job_id=job_id, number=number, at=each.at, level=each.level, text=each.text)
        for number, each in enumerate(lines, start=last + 1)
    )
    on_commit(lambda: wake(job_id))


def wake(job_id: int) -> None:
    """Tell those who watch the job that there is something new to read, once it is committed. Where they cannot
    be told they look by themselves, a moment later."""
    global _tell_again_at
    layer = get_channel_layer()
    if layer is None or time.monotonic() < _tell_again_at:
        return
    try:
        async_to_sync(layer.group_send)(WATCHERS, {"type": "job.changed", "job": job_id})
    except (RedisError, OSError):
        logger.warning("Those who watch jobs cannot be told; they look by themselves", exc_info=True)
        _tell_again_at = time.monotonic() + SILENT_SECONDS


class Log:
    """The lines of one running job that wait to be written. `renew` takes hold of the job's row."""

    def __init__(self, job_id: int, renew: Callable[[], None]) -> None:
        self._job_id = job_id
        self._renew = renew
        self._waiting: list[Line] = []
        self._lock = threading.Lock()

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def info(self, text: str) -> None:
        self._add("info", text)

    def warning(self, text: str) -> None:
        self._add("warning", text)

    def error(self, text: str) -> None:
        self._add("error", text)

    def hear(self, level: str, text: str) -> None:
        """Take a line that somebody else says, at whatever moment: it is written with the next."""
        with self._lock:
            self._waiting.append(line(level, text))

    def write(self, change: Callable[[], Iterable[Line] | None] | None = None) -> None:
        """Write the waiting lines in one transaction with a change of the job's row, by default its renewal, and the
        lines that the change answers. What cannot be written waits on."""
        taken: list[Line] = []
        try:
            with atomic():
                said = (change or self._renew)() or ()
                taken = self._take()
                append(self._job_id, [*taken, *said])
        except DatabaseError:
            with self._lock:
                self._waiting[:0] = taken
            raise

    def _add(self, level: str, text: str) -> None:
        self.hear(level, text)
        if len(self._waiting) >= FULL and not connection.in_atomic_block:  # which may be undone, with the lines
            self.write()

    def _take(self) -> list[Line]:
        with self._lock:
            taken, self._waiting = self._waiting, []
            return taken
