"""Jobs that are made again and again: Harbor's six-field cron, seconds first, in UTC."""

import logging
from datetime import UTC, datetime
from typing import Any

from croniter import CroniterError, croniter
from django.db.transaction import atomic
from django.utils import timezone

from accounts.exceptions import Invalid
from accounts.principals import SYSTEM
from registry.jobs import enqueue, kinds, queues
from registry.models import Job, JobState, Schedule

logger = logging.getLogger(__name__)

# Long enough to find the next 29 February, and short enough to tell that 30 February never comes.
YEARS_AHEAD = 9


def ensure(name: str, kind: str, cron: str, arguments: dict[str, Any] | None = None) -> Schedule:
    """Let there be a schedule of this name that is just so. One that is so already keeps its next time."""
    wanted = {"kind": kinds.get(kind).name, "cron": cron, "arguments": arguments or {}}
    new = {**wanted, "next_at": following(cron, timezone.now())}
    found, is_new = Schedule.objects.get_or_create(name=name, defaults=new)
    if not is_new and any(getattr(found, field) != value for field, value in wanted.items()):
        Schedule.objects.filter(pk=found.pk).update(**new, updated_at=timezone.now())
        found.refresh_from_db()
    return found


def ensure_declared() -> None:
    """Make the schedules that kinds declare and that do not exist yet; what an admin changed stays."""
    missing = {kind.name: kind for kind in kinds.every() if kind.cron}
    for name in Schedule.objects.filter(name__in=missing).values_list("name", flat=True):
        del missing[name]
    for name, kind in missing.items():
        ensure(name, kind.name, kind.cron)


def following(cron: str, after: datetime) -> datetime:
    """When it is time next. Raises Invalid where the six fields make no sense, or never come true."""
    if len(cron.split()) != 6:
        raise Invalid(f"{cron!r} is not a schedule: six fields are needed, seconds first, such as 0 0 2 * * *")
    try:
        times = croniter(cron, after, second_at_beginning=True, max_years_between_matches=YEARS_AHEAD)
        return times.get_next(datetime).astimezone(UTC)
    except CroniterError as error:
        raise Invalid(f"{cron!r} is not a schedule: {error}") from None


def tick() -> None:
    """Make the jobs that are due, unless all schedules are paused. What was missed several times is made up once."""
    if queues.is_paused(queues.SCHEDULER):
        return
    for schedule in Schedule.objects.filter(is_enabled=True, next_at__lte=timezone.now()):
        if not kinds.is_known(schedule.kind):
            continue
        try:
            _fire(schedule)
        except Invalid as refusal:
            Schedule.objects.filter(pk=schedule.pk).update(is_enabled=False)
            logger.error("a schedule was disabled", extra={"schedule": schedule.name, "reason": str(refusal)})


@atomic
def _fire(schedule: Schedule) -> None:
    """Whoever moves `next_at` on makes the job; where the last one still waits, that one is enough."""
    next_at = following(schedule.cron, max(timezone.now(), schedule.next_at))
    unmoved = Schedule.objects.filter(pk=schedule.pk, is_enabled=True, next_at=schedule.next_at)
    if not unmoved.update(next_at=next_at):
        return
    same = {"kind": schedule.kind, "arguments": schedule.arguments, "principal": SYSTEM.key}
    if not Job.objects.filter(state=JobState.PENDING, stop_asked=False, **same).exists():
        job = enqueue.add(schedule.kind, schedule.arguments, by=SYSTEM)
        logger.info("a schedule made a job", extra={"schedule": schedule.name, "job": job.pk})
