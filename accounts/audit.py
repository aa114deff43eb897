"""The audit trail: who did what, written in the transaction of its cause."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from accounts.audit_log import events
from accounts.models import AuditRecord, Project
from accounts.principals import Principal

BATCH = 500


@dataclass(frozen=True)
class Circumstances:
    """From where a change is asked, with what program, and under which request."""

    client_address: str = ""
    request_id: str = ""
    user_agent: str = ""


@dataclass(frozen=True)
class Note:
    """What happened, to be recorded later with others (as pulls are): all that a record holds."""

    by: Principal
    operation: str
    resource_type: str
    resource: str
    project_id: int | None = None
    succeeded: bool = True
    description: str = ""
    at: datetime = field(default_factory=timezone.now)
    circumstances: Circumstances = field(default_factory=lambda: circumstances())


_circumstances: ContextVar[Circumstances] = ContextVar("audit_circumstances", default=Circumstances())  # noqa: B039


def circumstances() -> Circumstances:
    """Those of what is done at this moment."""
    return _circumstances.get()


@contextmanager
def context(*, client_address: str = "", request_id: str = "", user_agent: str = "") -> Iterator[None]:
    """What is recorded inside comes from this address, request and program; what is left empty is as outside."""
    outer = circumstances()
    inner = Circumstances(
        client_address or outer.client_address, request_id or outer.request_id, user_agent or outer.user_agent
    )
    token = _circumstances.set(inner)
    try:
        yield
    finally:
        _circumstances.reset(token)


def record(
    by: Principal,
    operation: str,
    resource_type: str,
    resource: str,
    project: Project | None = None,
    *,
    succeeded: bool = True,
    description: str = "",
) -> None:
    """Write one record, in the words of accounts/audit_log/events.py; never a secret."""
    project_id = project.pk if project else None
    record_many([Note(by, operation, resource_type, resource, project_id, succeeded, description)])


def record_many(notes: Sequence[Note]) -> None:
    """Write them all at once, but for those whose event is turned off."""
    disabled = events.disabled()
    rows = [_row(note) for note in notes if events.name(note.operation, note.resource_type) not in disabled]
    AuditRecord.objects.bulk_create(rows, batch_size=BATCH)


def _row(note: Note) -> AuditRecord:
    return AuditRecord(
        at=note.at,
        principal=_fitted(note.by.name, 255),
        via=_fitted(note.by.via, 255),
        operation=note.operation,
        resource_type=note.resource_type,
        resource=_fitted(note.resource, 1024),
        project_id=note.project_id,
        description=_fitted(note.description, 1024),
        succeeded=note.succeeded,
        client_address=_fitted(note.circumstances.client_address, 64),
        user_agent=_fitted(note.circumstances.user_agent, 255),
        request_id=_fitted(note.circumstances.request_id, 64),
    )


def _fitted(text: str, size: int) -> str:
    """As much of it as there is room for, without what PostgreSQL takes nowhere."""
    return text.replace("\0", "")[:size]
