"""Whether anybody works: told by what a living worker would have done by now."""

from datetime import timedelta

from django.utils import timezone

from registry.jobs import kinds, queues
from registry.models import Job, JobState, Schedule

# Workers look for lost jobs and due schedules every few seconds.
PATIENCE = timedelta(minutes=1)


def is_stalled() -> bool:
    """Whether a job lost its worker and none took it up, or the time of a schedule came and none made its job."""
    before = timezone.now() - PATIENCE
    known = [kind.name for kind in kinds.every()]
    lost = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=before)
    missed = Schedule.objects.filter(is_enabled=True, next_at__lt=before, kind__in=known)
    return lost.exists() or (missed.exists() and not queues.is_paused(queues.SCHEDULER))
