"""Purges of the audit log: one now, and one again and again by a schedule."""

import json
from dataclasses import asdict, dataclass

from django.db.models import QuerySet
from django.db.transaction import atomic

from accounts import audit
from accounts.audit_log import purging
from accounts.permissions import require
from accounts.principals import Principal
from registry.exceptions import JobUnknown
from registry.jobs import enqueue, schedule
from registry.models import Job, Schedule
from registry.upkeep.audit import PURGE


@dataclass(frozen=True)
class Wish:
    """What shall go: records of these events, or of these operations, that are older. A dry run only counts them."""

    audit_retention_hour: int
    include_event_types: str = ""
    include_operations: str = ""
    dry_run: bool = False

    def __post_init__(self) -> None:
        purging.rule(self.audit_retention_hour, self.include_event_types, self.include_operations)

    def __str__(self) -> str:
        return json.dumps(asdict(self))


@atomic
def start(wish: Wish, *, by: Principal) -> Job:
    require(by, "system-purge-audit:create", None)
    job = enqueue.add(PURGE, asdict(wish), by=by)
    audit.record(by, "create", "purge", str(job), description=str(wish))
    return job


@atomic
def set_schedule(kind: str, cron: str, wish: Wish, *, by: Principal) -> Schedule:
    """Purge at these times from now on. `kind` is what the client calls them, and is told again."""
    require(by, "system-purge-audit:update", None)
    made = schedule.ensure(PURGE, PURGE, cron, {**asdict(wish), "schedule_type": kind})
    Schedule.objects.filter(pk=made.pk).update(is_enabled=True)
    audit.record(by, "update", "purge", f"schedule {cron}", description=str(wish))
    return made


@atomic
def end_schedule(*, by: Principal) -> None:
    require(by, "system-purge-audit:update", None)
    if Schedule.objects.filter(name=PURGE).delete()[0]:
        audit.record(by, "update", "purge", "no schedule")


def get_schedule(*, by: Principal) -> Schedule | None:
    require(by, "system-purge-audit:read", None)
    return Schedule.objects.filter(name=PURGE).first()


def history(*, by: Principal) -> QuerySet[Job]:
    require(by, "system-purge-audit:list", None)
    return Job.objects.filter(kind=PURGE)


def find(number: int, *, by: Principal) -> Job:
    require(by, "system-purge-audit:read", None)
    job = Job.objects.filter(kind=PURGE, pk=number).first()
    if job is None:
        raise JobUnknown(f"there is no purge of the audit log {number}")
    return job


@atomic
def stop(number: int, *, by: Principal) -> None:
    """End it at its next step; what is gone stays gone. One that is over stays as it ended."""
    require(by, "system-purge-audit:stop", None)
    job = find(number, by=by)
    if enqueue.stop(job, by=by):
        audit.record(by, "stop", "purge", str(job))
