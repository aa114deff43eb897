"""The audit trail: who did what, written in the transaction of its cause."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from accounts.models import AuditRecord, Project
from accounts.principals import Principal


@dataclass(frozen=True)
class Circumstances:
    """From where a change is asked, and under which request."""

    client_address: str = ""
    request_id: str = ""


_UNKNOWN = Circumstances()
_circumstances: ContextVar[Circumstances] = ContextVar("audit_circumstances", default=_UNKNOWN)


@contextmanager
def context(*, client_address: str = "", request_id: str = "") -> Iterator[None]:
    """What is recorded inside comes from this address and request; what is left empty is as outside."""
    outer = _circumstances.get()
    inner = Circumstances(client_address or outer.client_address, request_id or outer.request_id)
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
) -> AuditRecord:
    circumstances = _circumstances.get()
    return AuditRecord.objects.create(
        principal=by.name[:255],
        operation=operation,
        resource_type=resource_type,
        resource=resource[:1024],
        project_id=project.pk if project else None,
        succeeded=succeeded,
        client_address=circumstances.client_address[:64],
        request_id=circumstances.request_id[:64],
    )
