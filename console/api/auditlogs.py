"""/api/v2.0/auditlog-exts: who did what, in the whole system and in one project; /audit-logs is its older shape."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.audit_log import events, reading
from accounts.exceptions import NotAuthenticated
from accounts.models import AuditRecord
from console.api import pagination, projects, query
from console.api.base import View, answer, moment
from console.api.query import Column

COLUMNS = {
    "id": Column("pk", query.whole),
    "op_time": Column("at", query.time),
    "operation": Column("operation", query.text),
    "operation_result": Column("succeeded", query.flag),
    "operation_description": Column("description", query.text),
    "resource": Column("resource", query.text),
    "resource_type": Column("resource_type", query.text),
    "username": Column("principal", query.text),
    "client_address": Column("client_address", query.text),
    "request_id": Column("request_id", query.text),
}


def shown(record: AuditRecord) -> dict[str, object]:
    """A record as Harbor describes it, and beside that whence it came."""
    return {
        **shown_before(record),
        "operation_description": record.description,
        "operation_result": record.succeeded,
        "via": record.via,
        "client_address": record.client_address,
        "user_agent": record.user_agent,
        "request_id": record.request_id,
    }


def shown_before(record: AuditRecord) -> dict[str, object]:
    """In the older shape."""
    return {
        "id": record.pk,
        "username": record.principal,
        "resource": record.resource,
        "resource_type": record.resource_type,
        "operation": record.operation,
        "op_time": moment(record.at),
    }


class LogList(View):
    """A page of records, the newest first. What they look like is the classes' below."""

    shown: Callable[[AuditRecord], dict[str, object]] = staticmethod(shown)

    def page(self, request: Request, rows: QuerySet[AuditRecord]) -> HttpResponse:
        selected = query.select(rows, request, COLUMNS, usual_order="op_time", descending=True)
        page = pagination.cut(request, selected)
        return answer([self.shown(record) for record in page.rows], **page.headers)


class AuditLogList(LogList):
    def get(self, request: Request) -> HttpResponse:
        return self.page(request, reading.visible(self.by))


class ProjectAuditLogList(LogList):
    def get(self, request: Request, name_or_id: str) -> HttpResponse:
        project = projects.admit(request, "log:list", name_or_id, by=self.by)
        return self.page(request, reading.of_project(project))


class OldAuditLogList(AuditLogList):
    shown = staticmethod(shown_before)


class OldProjectAuditLogList(ProjectAuditLogList):
    shown = staticmethod(shown_before)


class EventList(View):
    """All events there are, for who may turn some off."""

    def get(self, request: Request) -> HttpResponse:
        if self.by.is_anonymous:
            raise NotAuthenticated("sign in to see the events of the audit log")
        return answer([{"event_type": event} for event in events.EVERY])
