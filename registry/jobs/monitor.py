"""The job service for who watches over it: what waits, what runs and where, and how it is steered.

Looking asks for system-jobservice-monitor:list, steering for :stop; a job may also be stopped by who asked for it.
A kind is named as in registry/jobs/kinds.py; QueueUnknown where there is none such."""

from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet
from django.db.transaction import atomic
from django.utils import timezone

from accounts import audit
from accounts.permissions import may, require
from accounts.principals import Principal
from registry.exceptions import QueueUnknown
from registry.jobs import enqueue, kinds, lease, pools, schedule
from registry.jobs import queues as turns
from registry.models import Job, JobQueue, JobState, Schedule, WorkerPool

LOOK, STEER = "system-jobservice-monitor:list", "system-jobservice-monitor:stop"


@dataclass(frozen=True)
class Queue:
    """One kind of jobs: how many wait that might begin, for how long the first of them, and how many run."""

    kind: str
    waiting: int
    latency_seconds: int
    running: int
    is_paused: bool


def queues(*, by: Principal) -> list[Queue]:
    """All kinds there are, by name."""
    require(by, LOOK, None)
    rows = lease.due().order_by().values("kind").annotate(count=Count("pk"), since=Min("waiting_since"))
    waiting = {row["kind"]: (row["count"], row["since"]) for row in rows}
    counts = Job.objects.filter(state=JobState.RUNNING).order_by().values("kind").annotate(count=Count("pk"))
    running = {row["kind"]: row["count"] for row in counts}
    paused = {*JobQueue.objects.filter(is_paused=True).values_list("kind", flat=True)}
    now = timezone.now()
    found = []
    for name in sorted(kind.name for kind in kinds.every()):
        count, since = waiting.get(name, (0, now))
        latency = max(int((now - since).total_seconds()), 0)
        found.append(Queue(name, count, latency, running.get(name, 0), name in paused))
    return found


def pools_alive(*, by: Principal) -> QuerySet[WorkerPool]:
    require(by, LOOK, None)
    return pools.alive()


def running(*, by: Principal) -> QuerySet[Job]:
    """What the workers do at this moment, the longest first."""
    require(by, LOOK, None)
    return Job.objects.filter(state=JobState.RUNNING).order_by("started_at", "pk")


def schedules(*, by: Principal) -> QuerySet[Schedule]:
    require(by, LOOK, None)
    return Schedule.objects.order_by("pk")


def are_schedules_paused(*, by: Principal) -> bool:
    require(by, LOOK, None)
    return turns.is_paused(turns.SCHEDULER)


def pause(kind: str, *, by: Principal) -> None:
    """Let no job of the kind begin until it is resumed; those that run go on."""
    _steer_queue(_known(kind), "pause", by=by)


def resume(kind: str, *, by: Principal) -> None:
    _steer_queue(_known(kind), "resume", by=by)


@atomic
def clear(kind: str, *, by: Principal) -> int:
    """Stop all jobs of the kind that wait; how many those were."""
    require(by, STEER, None)
    count = turns.clear(_known(kind), reason=f"{by.name} cleared the queue.")
    if count:
        audit.record(by, "update", "job queue", kind, description=f"clear: {count} jobs")
    return count


def pause_schedules(*, by: Principal) -> None:
    """Let no schedule fire until they are resumed. What is missed meanwhile is made up for once."""
    _steer_queue(turns.SCHEDULER, "pause", by=by)


def resume_schedules(*, by: Principal) -> None:
    _steer_queue(turns.SCHEDULER, "resume", by=by)


@atomic
def pause_schedule(row: Schedule, *, by: Principal) -> None:
    """Let this one fire no more until it is resumed."""
    require(by, STEER, None)
    if Schedule.objects.filter(pk=row.pk, is_enabled=True).update(is_enabled=False, updated_at=timezone.now()):
        audit.record(by, "update", "schedule", row.name, description="pause")


@atomic
def resume_schedule(row: Schedule, *, by: Principal) -> None:
    """From now on; what it missed is not made up for."""
    require(by, STEER, None)
    now = timezone.now()
    changes = {"is_enabled": True, "next_at": schedule.following(row.cron, now), "updated_at": now}
    if Schedule.objects.filter(pk=row.pk, is_enabled=False).update(**changes):
        audit.record(by, "update", "schedule", row.name, description="resume")


def may_stop(job: Job, *, by: Principal) -> bool:
    is_own = job.principal == by.key and by.limit is None and not by.is_anonymous
    return is_own or may(by, STEER, None)


@atomic
def stop(job: Job, *, by: Principal) -> None:
    """End it at its next step, or at once where it waits. One that is over stays as it ended."""
    if not may_stop(job, by=by):
        require(by, STEER, None)
    if enqueue.stop(job, by=by):
        audit.record(by, "stop", "job", str(job))


def stop_all(*, by: Principal) -> None:
    """The same for all that run."""
    require(by, STEER, None)
    for job in running(by=by):
        stop(job, by=by)


@atomic
def _steer_queue(name: str, verb: str, *, by: Principal) -> None:
    require(by, STEER, None)
    steer = {"pause": turns.pause, "resume": turns.resume}[verb]
    if steer(name):
        audit.record(by, "update", "job queue", name, description=verb)


def _known(kind: str) -> str:
    if not kinds.is_known(kind):
        raise QueueUnknown(f"there is no kind of jobs {kind}")
    return kind
