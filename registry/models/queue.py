"""The queues of jobs, one for each kind, and the workers that are alive."""

from django.db import models


class JobQueue(models.Model):
    """The jobs of one kind that wait. While it is paused none of them begins.

    `turn_at` is its place among the others: as long after its last job as that took. So kinds share the workers by
    time, however many jobs they have and however long those are."""

    kind = models.CharField(max_length=64, unique=True)
    is_paused = models.BooleanField(default=False)
    turn_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.kind


class WorkerPool(models.Model):
    """One `manage.py worker`: as many processes as `concurrency` says, each for a job. Dead when its heart is."""

    key = models.CharField(max_length=32, unique=True)
    host = models.CharField(max_length=64)
    pid = models.PositiveIntegerField()
    concurrency = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
