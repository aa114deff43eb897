"""What a job makes for who asked for it, such as a table: kept in pieces, compressed, until some days after its end."""

import zlib
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from registry.exceptions import ResultUnknown
from registry.models import Job, JobPiece

KEPT_FOR = timedelta(days=7)
PIECES = 100


def add(job_id: int, number: int, content: bytes) -> None:
    """The pieces are numbered from 1; in the transaction that saves how far the job is (Step.once)."""
    JobPiece.objects.create(job_id=job_id, number=number, content=zlib.compress(content))


def are_there(job: Job) -> bool:
    return job.is_over and JobPiece.objects.filter(job=job).exists()


def pieces(job: Job) -> Iterator[bytes]:
    """All of it, piece by piece. ResultUnknown at once where there is none, or none yet."""
    if not are_there(job):
        raise ResultUnknown(f"{job} has made nothing to take away, or it is gone again")
    return _pieces(job)


def _pieces(job: Job) -> Iterator[bytes]:
    after = 0
    while rows := list(JobPiece.objects.filter(job=job, number__gt=after).order_by("number")[:PIECES]):
        for row in rows:
            yield zlib.decompress(row.content)
        after = rows[-1].number


def forget_old() -> None:
    JobPiece.objects.filter(job__ended_at__lt=timezone.now() - KEPT_FOR).delete()
