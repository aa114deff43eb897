"""The audit log as a file that is made by a job: for logs so long that nobody waits for the download.

    start(wish, by=) -> Job            project=…: of that project's log
    table(job, by=) -> pieces          for those who may read the log that it is of, whoever asked for it
The job has it as its result (registry/jobs/results.py), the oldest record first."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.db.transaction import atomic

from accounts import audit
from accounts.audit_log import reading
from accounts.audit_log.searching import Wish
from accounts.exceptions import NotAuthenticated, ProjectUnknown
from accounts.models import AuditRecord, Project
from accounts.permissions import may, require
from accounts.principals import Principal
from console import log_table, spreadsheets
from registry.jobs import askers, enqueue, results
from registry.jobs.askers import AS
from registry.jobs.kinds import kind
from registry.jobs.step import Advance, Step
from registry.models import Job

EXPORT = "export_audit"
WHOLE_LOG = "system-audit-log:list"
CHUNK = 5_000
TIMES = ("since", "until")


@atomic
def start(wish: Wish, *, project: Project | None = None, by: Principal) -> Job:
    """Whoever may read these records may take them away."""
    of = _projects(project, by=by)
    last = _within(of).order_by("pk").values_list("pk", flat=True).last() or 0
    told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(wish).items()}
    number = project.pk if project else None
    arguments = {"wish": told, "last": last, "project": number, "of": of, AS: by.credential}
    job = enqueue.add(EXPORT, arguments, by=by, project_id=number)
    audit.record(by, "create", "job", str(job), project)
    return job


def may_take(job: Job, *, by: Principal) -> bool:
    """Whether `by` may read at this moment all that the table may tell."""
    if job.kind != EXPORT or may(by, WHOLE_LOG, None):
        return True
    of = job.arguments["of"]
    return of is not None and {*of} <= {*reading.projects_of(by)}


def table(job: Job, *, by: Principal) -> Iterator[bytes]:
    if not may_take(job, by=by):
        require(by, WHOLE_LOG, None)
    return results.pieces(job)


@kind(EXPORT, concurrency=2, attempts=5, share=2)
def export(step: Step) -> None:
    """Write records down. Arguments: wish, last, project, of, as."""
    if "total" not in step.progress:
        step.save(progress={"total": _wanted(step).count(), "after": 0, "pieces": 0}, done=0)
    while not step.progress["pieces"] or step.progress["after"] < step.arguments["last"]:
        step.check()
        step.once(partial(_write_some, step))
    step.log.info(f"Exported: {step.progress.get('done', 0):,} records.")


def _write_some(step: Step) -> Advance:
    progress = step.progress
    records = list(_wanted(step).filter(pk__gt=progress["after"]).order_by("pk")[:CHUNK])
    number, done = progress["pieces"] + 1, progress.get("done", 0) + len(records)
    is_first = number == 1
    results.add(step.job_id, number, b"".join(_lines(records, with_heads=is_first)))
    after = records[-1].pk if len(records) == CHUNK else step.arguments["last"]
    return Advance(
        f"{done:,} of {progress['total']:,} records",
        {**progress, "after": after, "pieces": number, "done": done},
        done=done,
        total=progress["total"],
    )


def _lines(records: list[AuditRecord], *, with_heads: bool) -> Iterator[bytes]:
    lines = spreadsheets.lines(log_table.HEADS, log_table.cells(records))
    heads = next(lines)
    if with_heads:
        yield heads
    yield from lines


def _wanted(step: Step) -> QuerySet[AuditRecord]:
    """The records that who asked may read now, and wished for; none that came after it asked."""
    wish: dict[str, Any] = dict(step.arguments["wish"])
    for name in TIMES:
        wish[name] = datetime.fromisoformat(wish[name]) if wish[name] else None
    return Wish(**wish).among(_of(step)).filter(pk__lte=step.arguments["last"])


def _of(step: Step) -> QuerySet[AuditRecord]:
    number = step.arguments["project"]
    project = Project.objects.filter(pk=number).first() if number else None
    if number and project is None:
        raise ProjectUnknown("the project is gone")
    return _within(step.arguments["of"]) & _within(_projects(project, by=askers.of(step)))


def _within(of: list[int] | None) -> QuerySet[AuditRecord]:
    return AuditRecord.objects.all() if of is None else AuditRecord.objects.filter(project_id__in=of)


def _projects(project: Project | None, *, by: Principal) -> list[int] | None:
    """Those whose log `by` may read and means, by their numbers; None for the log of everything."""
    if project is not None:
        require(by, "log:list", project)
        return [project.pk]
    if by.is_anonymous:
        raise NotAuthenticated("sign in to see the audit log")
    return None if may(by, WHOLE_LOG, None) else reading.projects_of(by)
