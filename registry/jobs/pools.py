"""The workers that are alive: each `manage.py worker` has a row, and keeps it fresh as long as it lives."""

import os
import secrets
import socket
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from registry.models import WorkerPool

# One whose heart has not beaten for so long is dead, or cut off from the database.
DEAD_AFTER = timedelta(minutes=1)

_own: WorkerPool | None = None


def own() -> str:
    """The key of the pool that this process belongs to; empty outside of all."""
    return _own.key if _own else ""


def open_own() -> None:
    """Make this process, and all that it forks from now on, a pool."""
    global _own
    now = timezone.now()
    _own = WorkerPool(
        key=secrets.token_hex(8),
        host=socket.gethostname()[:64],
        pid=os.getpid(),
        concurrency=settings.ENV.job_workers,
        started_at=now,
    )
    beat()


def beat() -> None:
    """Say that this one lives, and bury the dead."""
    now = timezone.now()
    if _own is not None:
        _own.heartbeat_at = now
        _own.save()  # made anew where others took it for dead
    WorkerPool.objects.filter(heartbeat_at__lt=now - DEAD_AFTER).delete()


def close_own() -> None:
    WorkerPool.objects.filter(key=own()).delete()


def alive() -> QuerySet[WorkerPool]:
    return WorkerPool.objects.filter(heartbeat_at__gte=timezone.now() - DEAD_AFTER).order_by("pk")
