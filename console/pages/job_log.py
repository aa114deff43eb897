"""The part of a job's log that its page begins with. What is written from then on comes by a websocket."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from console.pages.base import PageRequest
from registry.models import Job, JobLogLine

# The least first: who asks for warnings sees errors too.
LEVELS = ("info", "warning", "error")
MOST_LINES = 1_000


@dataclass(frozen=True)
class Excerpt:
    """`last` is the number of the last line there is, shown or not. Without an end (`is_following`), it is a piece
    of what was said before."""

    lines: Sequence[JobLogLine]
    last: int
    least: str
    is_following: bool
    has_earlier: bool

    @property
    def first(self) -> int:
        return self.lines[0].number if self.lines else 0

    @property
    def levels(self) -> Sequence[str]:
        return LEVELS


def read(request: PageRequest, job: Job) -> Excerpt:
    """The end of it, or what stands before the line that the address names."""
    least = request.GET.get("level", "")
    least = least if least in LEVELS else LEVELS[0]
    rows = JobLogLine.objects.filter(job=job)
    last: int = rows.aggregate(last=Max("number"))["last"] or 0
    wanted = rows.filter(number__lte=last)
    if least != LEVELS[0]:
        wanted = wanted.filter(level__in=LEVELS[LEVELS.index(least) :])
    before = request.GET.get("before", "")
    is_piece = before.isdecimal() and len(before) < 10
    if is_piece:
        wanted = wanted.filter(number__lt=int(before))
    found = list(wanted.order_by("-number")[: MOST_LINES + 1])
    lines = found[:MOST_LINES][::-1]
    return Excerpt(lines, last, least, is_following=not is_piece, has_earlier=len(found) > MOST_LINES)
