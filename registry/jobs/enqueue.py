"""Putting a job in the queue, and asking for its end. Who may do so is for the caller to ask."""

from datetime import datetime
from typing import Any

from django.db.transaction import atomic
from django.utils import timezone

from accounts.principals import Principal
from registry.jobs import kinds, log, messages
from registry.models import OVER, Job, JobState


@atomic
def add(
    kind: str,
    arguments: dict[str, Any] | None = None,
    *,
    by: Principal,
    project_id: int | None = None,
    not_before: datetime | None = None,
) -> Job:
    """Make the job and its message, in the caller's transaction where there is one. Arguments are JSON."""
    job = Job.objects.create(
        kind=kinds.get(kind).name,
        arguments=arguments or {},
        principal=by.key,
        project_id=project_id,
        not_before=not_before,
        waiting_since=not_before or timezone.now(),
    )
    if not_before is None or not_before <= timezone.now():
        job.message_id = messages.announce(job.pk)
    return job


@atomic
def stop(job: Job, *, by: Principal) -> bool:
    """End a job that waits, and ask one that runs to end at its next step; False where it is over."""
    if not Job.objects.filter(pk=job.pk, stop_asked=False).exclude(state__in=OVER).update(stop_asked=True):
        return False
    log.append(job.pk, [log.line("warning", f"{by.name} asks this job to stop.")])
    waiting = Job.objects.filter(pk=job.pk, state=JobState.PENDING)
    waiting.update(state=JobState.STOPPED, ended_at=timezone.now())
    return True
