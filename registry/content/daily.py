"""What each day brings: pulls and pushes, noted in memory and added up by batches, so that neither waits for it;
and how much is stored, which an hourly job measures. Days are those of UTC."""

import logging
import threading
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import DatabaseError, connection
from django.db.models import Sum
from django.db.transaction import atomic

from accounts import configuration
from registry.models import Blob, DailyCount, DailySize
from registry.models.daily import EVERYWHERE

logger = logging.getLogger(__name__)

# More projects and days are not kept in memory while the database is away.
MOST = 20_000
KEPT_FOR = timedelta(days=400)
ADD = """
    INSERT INTO registry_dailycount (project_id, day, pulls, pushes) VALUES (%s, %s, %s, %s)
    ON CONFLICT (project_id, day) DO UPDATE SET
    pulls = registry_dailycount.pulls + excluded.pulls, pushes = registry_dailycount.pushes + excluded.pushes
"""
Place = tuple[int, date]


@dataclass(frozen=True)
class Day:
    """One day of a plot. `size` is what was stored at its end, None where nobody measured it."""

    day: date
    pulls: int = 0
    pushes: int = 0
    size: int | None = None


_pulls: Counter[Place] = Counter()
_pushes: Counter[Place] = Counter()
_lock = threading.Lock()


def pulled(project_id: int) -> None:
    """Waits for nothing."""
    _note(_pulls, project_id)


def pushed(project_id: int) -> None:
    _note(_pushes, project_id)


def _note(counts: Counter[Place], project_id: int) -> None:
    day = today()
    with _lock:
        if len(counts) < MOST:
            counts[project_id, day] += 1
            counts[EVERYWHERE, day] += 1


def today() -> date:
    return datetime.now(UTC).date()


def flush() -> bool:
    """Add what was noted. False where the database takes nothing now: then it waits."""
    with _lock:
        pulls, pushes = _pulls.copy(), _pushes.copy()
        _pulls.clear()
        _pushes.clear()
    if not (pulls or pushes):
        return True
    try:
        _add(pulls, pushes)
    except DatabaseError as error:
        logger.warning("Counts of the day cannot be written now", extra={"reason": str(error)})
        with _lock:
            _pulls.update(pulls)
            _pushes.update(pushes)
        return False
    return True


def forget() -> None:
    """Drop what this process has noted."""
    with _lock:
        _pulls.clear()
        _pushes.clear()


@atomic
def _add(pulls: Counter[Place], pushes: Counter[Place]) -> None:
    """In the order of their keys, as everybody does."""
    if configuration.flag("pull_count_update_disable"):
        pulls.clear()
    rows = [
        (project_id, connection.ops.adapt_datefield_value(day), pulls[project_id, day], pushes[project_id, day])
        for project_id, day in sorted(pulls.keys() | pushes.keys())
    ]
    with connection.cursor() as cursor:
        cursor.executemany(ADD, rows)


def measure() -> int:
    """Write down how much is stored today, and drop what is too old to be drawn; answers the bytes."""
    size = Blob.objects.aggregate(all=Sum("size"))["all"] or 0
    DailySize.objects.update_or_create(day=today(), defaults={"size": size})
    for model in (DailyCount, DailySize):
        model._default_manager.filter(day__lt=today() - KEPT_FOR).delete()
    return size


def everywhere(days: int) -> list[Day]:
    """The last so many days of the whole system, the oldest first."""
    span = _span(days)
    sizes = dict(DailySize.objects.filter(day__gte=span[0]).values_list("day", "size"))
    return _days(span, [EVERYWHERE], sizes)


def of_projects(projects: Collection[int], days: int) -> list[Day]:
    """The same of these projects together, but for what is stored."""
    return _days(_span(days), projects, {})


def _span(days: int) -> list[date]:
    end = today()
    return [end - timedelta(days=each) for each in range(days - 1, -1, -1)]


def _days(span: Sequence[date], projects: Collection[int], sizes: dict[date, int]) -> list[Day]:
    rows = DailyCount.objects.filter(project_id__in=projects, day__gte=span[0])
    counted = rows.values("day").annotate(all_pulls=Sum("pulls"), all_pushes=Sum("pushes"))
    found = {day: (pulls, pushes) for day, pulls, pushes in counted.values_list("day", "all_pulls", "all_pushes")}
    return [Day(day, *found.get(day, (0, 0)), sizes.get(day)) for day in span]
