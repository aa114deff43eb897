"""Looking for some records among those that somebody may read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.audit_log import events
from accounts.models import AuditRecord

CHUNK = 1000
OPERATIONS = tuple(dict.fromkeys(event.partition("_")[0] for event in events.EVERY))
RESOURCE_TYPES = tuple(sorted({event.partition("_")[2].replace("_", " ") for event in events.EVERY}))


@dataclass(frozen=True)
class Wish:
    """What the records must tell; what is empty may be anything. `resource` is a part of its name."""

    principal: str = ""
    operation: str = ""
    resource_type: str = ""
    resource: str = ""
    succeeded: bool | None = None
    project_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def among(self, rows: QuerySet[AuditRecord]) -> QuerySet[AuditRecord]:
        exact = {
            "principal": self.principal,
            "operation": self.operation,
            "resource_type": self.resource_type,
            "resource__icontains": self.resource,
            "project_id": self.project_id,
            "at__gte": self.since,
            "at__lt": self.until,
        }
        rows = rows.filter(**{path: value for path, value in exact.items() if value})
        return rows if self.succeeded is None else rows.filter(succeeded=self.succeeded)


def newest_first(rows: QuerySet[AuditRecord]) -> Iterator[AuditRecord]:
    """All of them, however many: by short queries, each of which begins behind the last row of the one before."""
    ordered, behind = rows.order_by("-at", "-pk"), Q()
    while found := list(ordered.filter(behind)[:CHUNK]):
        yield from found
        last = found[-1]
        behind = Q(at__lte=last.at) & (Q(at__lt=last.at) | Q(pk__lt=last.pk))
