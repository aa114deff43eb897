"""/api/v2.0/system/purgeaudit: taking old audit records away, now or by a schedule."""

from dataclasses import fields
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.serializers import BooleanField, IntegerField, Serializer

from accounts.permissions import require
from console.api import job_shapes, pagination, query
from console.api.base import Text, View, answer, created, done
from console.api.job_shapes import CRONS, NEVER, NOW, ScheduleBody
from registry.upkeep import purges
from registry.upkeep.purges import Wish

PATH = "/api/v2.0/system/purgeaudit"
NAME = "PURGE_AUDIT_LOG"
PARAMETERS = [field.name for field in fields(Wish)]


class PurgeBody(ScheduleBody):
    class Parameters(Serializer[Any]):
        audit_retention_hour = IntegerField(default=0)
        include_event_types = Text()
        include_operations = Text()
        dry_run = BooleanField(default=False)

    parameters = Parameters(default=dict)


class PurgeList(View):
    def get(self, request: Request) -> HttpResponse:
        rows = purges.history(by=self.by)
        page = pagination.cut(
            request, query.select(rows, request, job_shapes.COLUMNS, usual_order="id", descending=True)
        )
        return answer([job_shapes.shown(job, NAME, PARAMETERS) for job in page.rows], **page.headers)


class PurgeDetail(View):
    def get(self, request: Request, purge_id: str) -> HttpResponse:
        return answer(job_shapes.shown(purges.find(query.whole(purge_id), by=self.by), NAME, PARAMETERS))

    def put(self, request: Request, purge_id: str) -> HttpResponse:
        purges.stop(query.whole(purge_id), by=self.by)
        return done()


class PurgeLog(View):
    def get(self, request: Request, purge_id: str) -> StreamingHttpResponse:
        return job_shapes.log(purges.find(query.whole(purge_id), by=self.by))


class PurgeSchedule(View):
    """The schedule; and by the type Manual, which is none, a purge at once."""

    def get(self, request: Request) -> HttpResponse:
        return answer(job_shapes.shown_schedule(purges.get_schedule(by=self.by), NAME, PARAMETERS))

    def post(self, request: Request) -> HttpResponse:
        require(self.by, "system-purge-audit:create", None)
        return created(f"{PATH}/{self._set()}")

    def put(self, request: Request) -> HttpResponse:
        require(self.by, "system-purge-audit:update", None)
        self._set()
        return done()

    def _set(self) -> int | str:
        """Do what the body says; answers the number of the run or schedule that was made."""
        wanted = self.fields(PurgeBody)
        kind, cron = wanted["schedule"]["type"], wanted["schedule"]["cron"]
        if kind == NEVER:
            purges.end_schedule(by=self.by)
            return "schedule"
        wish = Wish(**{"audit_retention_hour": 0} | wanted["parameters"])
        if kind == NOW:
            return purges.start(wish, by=self.by).pk
        return purges.set_schedule(kind, cron or CRONS.get(kind, ""), wish, by=self.by).pk
