"""Whose turn it is: each kind of jobs has a queue, and the queues share the workers.

A free worker takes a job of the kind of which fewest run, and of several such of the one whose turn comes first: a kind
waits for its next turn as long as its last job took. So a thousand small jobs keep no long one waiting, nor a long one
a thousand small: after JOB_TURN_SECONDS it makes room (step.py) where others wait and no worker is free for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.db.transaction import atomic
from django.utils import timezone

from registry.jobs import kinds, lease, messages
from registry.jobs.kinds import Kind
from registry.jobs.lease import Lease
from registry.models import Job, JobQueue, JobState

# The queue that stands for all schedules: while it is paused, none fires.
SCHEDULER = "scheduler"
# So often others may be quicker to a job that was just found.
MOST_ATTEMPTS = 20
# Who waits longer has found no free worker.
PATIENCE = timedelta(seconds=2)


@dataclass(frozen=True)
class Queue:
    """A queue in which a job is due, and what decides between it and others."""

    kind: Kind
    turn_at: datetime
    running: int
    first_job: int
    waiting_since: datetime

    @property
    def place(self) -> tuple[float, datetime]:
        return self.running / self.kind.share, self.turn_at


def take(called: int) -> Lease | None:
    """Claim the job whose turn it is; `called` is the one whose message came, and which gets that of the job that
    is taken in its stead. None where no job may begin: the message is used up then."""
    for _ in range(MOST_ATTEMPTS):
        queue = min(_due(), key=lambda each: each.place, default=None)
        if queue is None:
            break
        held = lease.claim(queue.first_job)
        if held is not None:
            _pass_on(called, held.job.message_id)
            return held
    _pass_on(called, None)
    return None


def should_make_room(held: Lease) -> bool:
    """Whether a job that found no free worker would come before this one, were this one to wait too. Of a kind that
    is paused those that run go on: they would get no next turn."""
    before = timezone.now() - PATIENCE
    waiting = [each for each in _due(but=held.job) if each.waiting_since < before]
    if held.kind.concurrency == 1:
        waiting = [each for each in waiting if each.kind != held.kind]  # one after the other: that is its sense
    if not waiting or is_paused(held.kind.name):
        return False
    running = Job.objects.filter(kind=held.kind.name, state=JobState.RUNNING).exclude(pk=held.job.pk).count()
    mine = (running / held.kind.share, _next_turn(held.kind, held.turn_seconds))
    return any(each.kind == held.kind or each.place < mine for each in waiting)


def end_turn(held: Lease) -> None:
    """Note how much of a worker's time the job has had."""
    JobQueue.objects.filter(kind=held.kind.name).update(turn_at=_next_turn(held.kind, held.turn_seconds))


def is_paused(name: str) -> bool:
    return JobQueue.objects.filter(kind=name, is_paused=True).exists()


@atomic
def pause(name: str) -> bool:
    """Let no job of the kind begin; those that run go on. False where it is so already."""
    ensure(name)
    return bool(JobQueue.objects.filter(kind=name, is_paused=False).update(is_paused=True))


@atomic
def resume(name: str) -> bool:
    resumed = bool(JobQueue.objects.filter(kind=name, is_paused=True).update(is_paused=False))
    if resumed and kinds.is_known(name):
        messages.announce_waiting(kinds.get(name))
    return resumed


def clear(name: str, *, reason: str) -> int:
    """Stop all jobs of the kind that wait; how many those were."""
    stopped = {"state": JobState.STOPPED, "stop_asked": True, "ended_at": timezone.now(), "error": reason}
    return Job.objects.filter(kind=name, state=JobState.PENDING).update(**stopped)


def ensure(*names: str) -> None:
    """Let there be queues of these names."""
    now = timezone.now()
    JobQueue.objects.bulk_create([JobQueue(kind=name, turn_at=now) for name in names], ignore_conflicts=True)


def _due(*, but: Job | None = None) -> list[Queue]:
    """The queues in which a job may begin now, once `but` no longer runs."""
    found = []
    for name, is_paused, turn_at, running, first_job, since in _rows(but):
        kind = kinds.get(name)
        has_room = kind.concurrency is None or running < kind.concurrency
        if first_job is not None and has_room and not is_paused:
            found.append(Queue(kind, turn_at, running, first_job, since))
    return found


def _rows(but: Job | None) -> list[tuple[Any, ...]]:
    """Each queue by one query: what runs of its kind, and which job of it has waited longest."""
    names = {kind.name for kind in kinds.every()}
    of_kind = Job.objects.filter(kind=OuterRef("kind"), state=JobState.RUNNING).order_by()
    running = of_kind.exclude(pk=but.pk if but else 0).values("kind").annotate(count=Count("pk")).values("count")
    first = lease.due().filter(kind=OuterRef("kind")).order_by("waiting_since", "pk")
    rows = JobQueue.objects.filter(kind__in=names).values_list(
        "kind",
        "is_paused",
        "turn_at",
        Coalesce(Subquery(running), 0),
        Subquery(first.values("pk")[:1]),
        Subquery(first.values("waiting_since")[:1]),
    )
    found = list(rows)
    missing = names - {name for name, *_ in found}
    if missing:
        ensure(*missing)
        return list(rows.all())
    return found


def _next_turn(kind: Kind, seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds / kind.share)


def _pass_on(called: int, message_id: int | None) -> None:
    Job.objects.filter(pk=called, state=JobState.PENDING).update(message_id=message_id)
