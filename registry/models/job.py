"""Jobs, their log lines and their schedules. Rows are the truth; a queue message only says "look at row N"."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class JobState(models.TextChoices):
    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"


OVER = (JobState.SUCCEEDED, JobState.FAILED, JobState.STOPPED)


class Job(models.Model):
    """One piece of background work.

    PENDING ──claim──▶ RUNNING ──▶ SUCCEEDED | FAILED | STOPPED
       ▲                  │
       └── drained, room made for others, or an error with attempts left, or the lease ran out

    The worker that claimed the job owns it until `lease_until` and renews that; every write of a
    worker says WHERE worker = ? AND attempts = ?, so one that was given up can change nothing.
    `progress` is the kind's own resume point, written between steps; `done` of `total` counts what it goes
    through, and `done_size` of `total_size` its bytes where they tell more. `message_id` is the queue row that
    says to look at this job; where that is gone and the job still waits, it gets another."""

    kind = models.CharField(max_length=64)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.PENDING)
    principal = models.CharField(max_length=255, blank=True)
    project_id = models.BigIntegerField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    message_id = models.BigIntegerField(null=True)
    waiting_since = models.DateTimeField(default=timezone.now)
    worker = models.CharField(max_length=128, blank=True)
    pool = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    stop_asked = models.BooleanField(default=False)
    progress = models.JSONField(default=dict)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    done_size = models.PositiveBigIntegerField(default=0)
    total_size = models.PositiveBigIntegerField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["not_before", "id"],
                condition=Q(state__in=["pending", "running"]),
                name="jobs_that_are_not_over",
            ),
            models.Index(fields=["kind", "state", "waiting_since"], name="jobs_of_a_kind_in_line"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_over(self) -> bool:
        return self.state in OVER


class JobLogLine(models.Model):
    """One line of a job's log. `number` counts from 1 within the job, without a gap, in the order written."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="log_lines")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    level = models.CharField(max_length=8)
    text = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["job", "number"], name="one_line_per_number"),)

    def __str__(self) -> str:
        return self.text


class JobPiece(models.Model):
    """A piece of what a job has made for who asked for it (registry/jobs/results.py), compressed."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["job", "number"], name="one_piece_per_number"),)

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}"


class Schedule(models.Model):
    """When a kind of job is made: Harbor's six-field cron, seconds first, in UTC.

    Whoever moves `next_at` on by a conditional UPDATE makes the job, so one firing makes one job. `updated_at` is when
    somebody last changed what it says."""

    name = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=64)
    arguments = models.JSONField(default=dict)
    cron = models.CharField(max_length=64)
    is_enabled = models.BooleanField(default=True)
    next_at = models.DateTimeField(db_index=True)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} ({self.cron})"
