"""What was lost is found: jobs whose worker died, jobs whose message is gone, jobs that nobody can do.

Every worker's main process calls this every few seconds. All of it is conditional UPDATEs, so it does
not matter how many do so at once."""

import logging
from datetime import timedelta

from django.db.transaction import atomic
from django.utils import timezone

from registry.jobs import kinds, lease, log, messages
from registry.models import Job, JobState

logger = logging.getLogger(__name__)

BATCH = 100
UNKNOWN_FOR = timedelta(days=1)


def reap() -> None:
    for job in Job.objects.filter(state=JobState.RUNNING, lease_until__lt=timezone.now())[:BATCH]:
        _take_back(job)
    for job in Job.objects.filter(state=JobState.PENDING, stop_asked=True)[:BATCH]:
        _close(job, JobState.STOPPED, "Stopped.")
    for kind_name in lease.due().values_list("kind", flat=True).distinct():
        if kinds.is_known(kind_name):
            messages.announce_waiting(kinds.get(kind_name))
        else:
            _give_up_unknown(kind_name)


def _take_back(job: Job) -> None:
    """Its lease ran out: let it wait for another attempt, after a while, lest a job that kills its
    workers kills one after the other without a pause."""
    allowed = kinds.get(job.kind).attempts if kinds.is_known(job.kind) else None
    said = f"The worker {job.worker} died or was cut off in attempt {job.attempts}"
    if allowed is not None and job.attempts >= allowed:
        _close(job, JobState.FAILED, f"{said} of {allowed}: given up, since it may be this job that kills its workers.")
        return
    again_at = lease.next_attempt_at(job.attempts)
    _change(job, "warning", f"{said}.", **lease.given_back(f"{said}.", again_at))


def _give_up_unknown(kind_name: str) -> None:
    """A kind of a newer version is for newer workers; when none came in a day, none will."""
    waiting = lease.due(timezone.now() - UNKNOWN_FOR).filter(kind=kind_name)
    for job in waiting.filter(created_at__lt=timezone.now() - UNKNOWN_FOR)[:BATCH]:
        _close(job, JobState.FAILED, f"No worker knows the kind {kind_name}.")


def _close(job: Job, state: JobState, said: str) -> None:
    level = "error" if state == JobState.FAILED else "warning"
    error = said if state == JobState.FAILED else job.error
    _change(job, level, said, state=state, error=error, worker="", lease_until=None, ended_at=timezone.now())


@atomic
def _change(job: Job, level: str, said: str, **changes: object) -> None:
    """Change a row that still stands as it was read."""
    as_read = {"state": job.state, "worker": job.worker, "attempts": job.attempts, "lease_until": job.lease_until}
    if Job.objects.filter(pk=job.pk, **as_read).update(**changes):
        log.append(job.pk, [log.line(level, said)])
        logger.warning("a job was found lost", extra={"job": job.pk, "kind": job.kind, "reason": said})
