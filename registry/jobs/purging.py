"""Jobs that are over are kept for so many days, and so many of a kind. The lines of its log go with a job; what it has
made goes before (results.py)."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone

from registry.jobs import results
from registry.models import OVER, Job, JobLogLine

JOBS, LINES = 100, 5_000


def forget_some() -> int:
    """Forget a batch of those that need not be kept; how many those were, 0 where none is left."""
    results.forget_old()
    keys = _too_old() or _too_many()
    for key in keys:
        _forget(key)
    return len(keys)


def _too_old() -> list[int]:
    before = timezone.now() - timedelta(days=settings.ENV.jobs_kept_days)
    return list(_over().filter(ended_at__lt=before).values_list("pk", flat=True)[:JOBS])


def _too_many() -> list[int]:
    for kind in _over().order_by("kind").values_list("kind", flat=True).distinct():
        of_kind = _over().filter(kind=kind).order_by("-pk").values_list("pk", flat=True)
        if found := list(of_kind[settings.ENV.jobs_kept :][:JOBS]):
            return found
    return []


def _over() -> QuerySet[Job]:
    return Job.objects.filter(state__in=OVER)


def _forget(key: int) -> None:
    """Bit by bit: others wait meanwhile on SQLite."""
    lines = JobLogLine.objects.filter(job=key)
    last = lines.aggregate(last=Max("number"))["last"] or 0
    for end in range(LINES, last + LINES, LINES):
        lines.filter(number__lte=end).delete()
    Job.objects.filter(pk=key, state__in=OVER).delete()
