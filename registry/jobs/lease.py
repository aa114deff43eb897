"""Who owns a running job, and until when.

Each change is one UPDATE that says in its WHERE what must still hold, and whose count is checked. A
worker that was taken for dead, and is not, therefore finds that its job is no longer its own."""

import os
import random
import secrets
import socket
import time
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.transaction import atomic
from django.utils import timezone

from registry.jobs import kinds, pools
from registry.jobs.exceptions import LeaseLost
from registry.jobs.kinds import Kind
from registry.models import Job, JobState

# Tells our advisory locks from those for other purposes, whose keys are not pairs.
KIND_LOCKS = 7_301
LONGEST_BACKOFF_SECONDS = 3600


@dataclass
class Lease:
    """One claim on one job: `job` is the row as it was when claimed."""

    job: Job
    kind: Kind
    begun_at: float
    renewed_at: float
    is_lost: bool = False

    @property
    def rows(self) -> QuerySet[Job]:
        """The job's row while it is ours, else none."""
        ours = {"worker": self.job.worker, "attempts": self.job.attempts}
        return Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, **ours)

    @property
    def turn_seconds(self) -> float:
        """How long the job has run since it was claimed."""
        return time.monotonic() - self.begun_at

    @property
    def age_seconds(self) -> float:
        return time.monotonic() - self.renewed_at


def due(now: datetime | None = None) -> QuerySet[Job]:
    """The jobs that may begin."""
    may_begin = Q(not_before=None) | Q(not_before__lte=now or timezone.now())
    return Job.objects.filter(may_begin, state=JobState.PENDING, stop_asked=False)


def claim(job_id: int) -> Lease | None:
    """Take a job that is due, unless another has it, as many of its kind run as may, or this process does
    not know the kind. Counts the attempt."""
    name = due().filter(pk=job_id).values_list("kind", flat=True).first()
    if name is None or not kinds.is_known(name):
        return None
    kind, begun, worker = kinds.get(name), time.monotonic(), _new_worker_name()
    with atomic():
        if free_places(kind) == 0:
            return None
        now = timezone.now()
        claimed = (
            due(now)
            .filter(pk=job_id)
            .update(
                state=JobState.RUNNING,
                worker=worker,
                pool=pools.own(),
                attempts=F("attempts") + 1,
                lease_until=_until(now),
                started_at=Coalesce("started_at", now),
                not_before=None,
            )
        )
        return Lease(Job.objects.get(pk=job_id), kind, begun, begun) if claimed else None


def free_places(kind: Kind) -> int | None:
    """How many more jobs of the kind may begin, None for any number. The answer holds until the
    transaction ends: nobody else claims a job of this kind before that.

    A job whose lease ran out still counts. Its worker may be alive, and a kind with one place relies
    on being alone; the reaper frees the place."""
    if kind.concurrency is None:
        return None
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            key = zlib.crc32(kind.name.encode()) - 2**31
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [KIND_LOCKS, key])
    running = Job.objects.filter(kind=kind.name, state=JobState.RUNNING).count()
    return max(kind.concurrency - running, 0)


def renew(lease: Lease, **changes: Any) -> None:
    """Hold the job longer, and change its row in the same breath."""
    begun = time.monotonic()
    _write(lease, lease_until=_until(timezone.now()), **changes)
    lease.renewed_at = begun


def end(lease: Lease, state: JobState, error: str = "") -> None:
    _write(lease, state=state, error=error, lease_until=None, ended_at=timezone.now())


def give_back(lease: Lease, *, error: str = "", not_before: datetime | None = None, counts: bool = True) -> None:
    """Let the job wait for another attempt; this one is forgotten where it does not count."""
    attempts = lease.job.attempts if counts else lease.job.attempts - 1
    _write(lease, **given_back(error, not_before), attempts=attempts)


def given_back(error: str, not_before: datetime | None) -> dict[str, Any]:
    """What a running job's row must become to wait again."""
    fields = {"state": JobState.PENDING, "worker": "", "pool": "", "lease_until": None, "message_id": None}
    return {**fields, "error": error, "not_before": not_before, "waiting_since": not_before or timezone.now()}


def next_attempt_at(attempts: int) -> datetime:
    """When to try again after so many attempts: later each time, and never many jobs at once."""
    seconds = min(settings.JOB_BACKOFF_SECONDS * 2 ** (attempts - 1), LONGEST_BACKOFF_SECONDS)
    return timezone.now() + timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311  no secret


def _write(lease: Lease, **changes: Any) -> None:
    if lease.rows.update(**changes) != 1:
        lease.is_lost = True
        raise LeaseLost(f"{lease.job} is no longer held by {lease.job.worker}")


def _until(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _new_worker_name() -> str:
    """One name a claim, not one a process: given back and claimed again by the same process, it is another."""
    return f"{socket.gethostname()[:64]}:{os.getpid()}:{secrets.token_hex(4)}"
