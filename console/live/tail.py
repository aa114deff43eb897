"""The log of one job as somebody follows it: what is new since the line they have, while they may see it."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.live import admission
from registry.exceptions import JobUnknown
from registry.jobs import visibility
from registry.models import OVER, Job, JobLogLine
from registry.serving.requests import Request

# Whether they still may see it is asked again after so long.
ASK_AGAIN_SECONDS = 5.0
MOST_LINES = 100
# And so many characters of them, so that one who does not read costs little memory.
MOST_CHARACTERS = 1 << 16
TOLD = (
    *("state", "done", "total", "done_size", "total_size", "error", "attempts", "stop_asked"),
    *("created_at", "started_at", "ended_at"),
)

Line = tuple[int, datetime, str, str]


@dataclass(frozen=True)
class News:
    """The job as it is, and lines that follow; `is_all` where there are no more of them now."""

    job: dict[str, Any]
    lines: list[Line]
    is_all: bool

    @property
    def is_last(self) -> bool:
        return self.is_all and self.job["state"] in OVER


class Tail:
    def __init__(self, request: Request, job_id: int, after: int) -> None:
        self.after = after
        self.by = ""
        self._request = request
        self._job_id = job_id
        self._asked_at = float("-inf")

    def read(self) -> News:
        """What is new. The job is read before its lines: one that is over then writes no more of them. Raises the
        refusal where it may not be read (any more)."""
        if time.monotonic() - self._asked_at >= ASK_AGAIN_SECONDS:
            self._ask()
        job = Job.objects.filter(pk=self._job_id).values(*TOLD).first()
        if job is None:
            raise JobUnknown
        rows = JobLogLine.objects.filter(job_id=self._job_id, number__gt=self.after).order_by("number")
        found = list(rows.values_list("number", "at", "level", "text")[:MOST_LINES])
        lines = list(_fitting(found))
        if lines:
            self.after = lines[-1][0]
        return News(job, lines, is_all=len(lines) == len(found) < MOST_LINES)

    def _ask(self) -> None:
        by = admission.principal(self._request)
        visibility.find(self._job_id, by=by)
        self.by = by.name
        self._asked_at = time.monotonic()


def _fitting(lines: Iterable[Line]) -> Iterator[Line]:
    size = 0
    for line in lines:
        yield line
        size += len(line[3])
        if size >= MOST_CHARACTERS:
            return
