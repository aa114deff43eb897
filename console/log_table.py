"""The audit log as a table for spreadsheets."""

from collections.abc import Iterable, Iterator

from accounts.models import AuditRecord, Project

HEADS = (
    "time",
    "who",
    "by",
    "operation",
    "resource type",
    "resource",
    "project",
    "result",
    "description",
    "address",
    "program",
    "request",
)


def project_names(records: Iterable[AuditRecord]) -> dict[int, str]:
    wanted = {record.project_id for record in records if record.project_id is not None}
    return dict(Project.objects.filter(pk__in=wanted).values_list("pk", "name"))


def cells(records: Iterable[AuditRecord]) -> Iterator[tuple[str, ...]]:
    names: dict[int, str] = {0: ""}
    for record in records:
        place = record.project_id or 0
        if place not in names:
            names |= {place: ""} | project_names([record])
        yield (
            record.at.isoformat(timespec="milliseconds"),
            record.principal,
            record.via,
            record.operation,
            record.resource_type,
            record.resource,
            names[place],
            "succeeded" if record.succeeded else "failed",
            record.description,
            record.client_address,
            record.user_agent,
            record.request_id,
        )
