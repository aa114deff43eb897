"""The log of a job as a text: time, level and what was said, a line each, in pieces however long it is."""

from collections.abc import Iterator
from datetime import UTC

from registry.models import Job, JobLogLine

LINES = 1_000


def pieces(job: Job, *, after: int = 0) -> Iterator[str]:
    """From the line behind that number on; what is written meanwhile comes too."""
    rows = JobLogLine.objects.filter(job=job).order_by("number")
    while batch := list(rows.filter(number__gt=after)[:LINES]):
        yield "".join(_line(row) for row in batch)
        after = batch[-1].number


def _line(row: JobLogLine) -> str:
    at = row.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"{at} [{row.level.upper()}] {row.text}\n"
