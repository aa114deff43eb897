"""Counting anew what each project holds, and what lists show of its repositories. Where a row said something else
it is mended, and that is told; pushes that never came to a manifest are forgotten, as uploads are that nobody goes
on with."""

from collections.abc import Iterator

from django.utils import timezone

from accounts.models import Project
from registry.content import listing, usage
from registry.models import Repository
from registry.upkeep import findings, progress
from registry.upkeep.findings import Finding, Told
from registry.upkeep.progress import Done, Reached

BATCH = 100


def every(after: str = "") -> Iterator[Told]:
    pk = int(after or 0)
    ordered = Project.objects.order_by("pk")
    while batch := list(ordered.filter(pk__gt=pk)[:BATCH]):
        for project in batch:
            yield from _recount(project)
        yield Done("projects", len(batch))
        pk = batch[-1].pk
        yield Reached(str(pk))


def _recount(project: Project) -> Iterator[Told]:
    counted = usage.recount(project.pk, before=timezone.now() - usage.GRACE)
    if counted.released:
        yield Done("projects with pushes that were broken off", 1, counted.released)
    if counted.error:
        sign = "+" if counted.error > 0 else "-"
        yield Finding(findings.USAGE_MENDED, project.name, f"{sign}{progress.human(abs(counted.error))}")
    for repository in Repository.objects.filter(project=project).order_by("pk").iterator():
        if listing.mend(repository):
            yield Finding(findings.LISTS_MENDED, repository.name)
