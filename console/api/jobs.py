"""/api/v2.0/jobs: the jobs that one may see, with their logs. Harbor has no such addresses."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.serializers import ChoiceField, DictField, Serializer

from accounts.permissions import require
from console import exports
from console.api import job_shapes, pagination, query
from console.api.base import View, answer, created, done, moment
from console.api.query import Column
from registry.jobs import monitor, visibility
from registry.models import Job
from registry.upkeep import orders

PATH = "/api/v2.0/jobs"
COLUMNS = {
    "id": Column("pk", query.whole),
    "kind": Column("kind", query.text),
    "state": Column("state", query.text),
    "project_id": Column("project_id", query.whole),
    "creation_time": Column("created_at", query.time),
}


class OrderBody(Serializer[Any]):
    kind = ChoiceField(choices=[*orders.SWITCHES])
    arguments = DictField(default=dict)


class ActionBody(Serializer[Any]):
    action = ChoiceField(choices=["stop"])


class JobList(View):
    def get(self, request: Request) -> HttpResponse:
        rows = visibility.visible_to(self.by).defer("arguments", "progress")
        page = pagination.cut(request, query.select(rows, request, COLUMNS, usual_order="id", descending=True))
        return answer([shown(job) for job in page.rows], **page.headers)

    def post(self, request: Request) -> HttpResponse:
        """Have some upkeep done."""
        require(self.by, orders.RIGHT, None)
        wanted = self.fields(OrderBody)
        job = orders.order(wanted["kind"], wanted["arguments"], by=self.by)
        return created(f"{PATH}/{job.pk}")


class JobDetail(View):
    def get(self, request: Request, job_id: str) -> HttpResponse:
        return answer(shown(visibility.find(query.whole(job_id), by=self.by)))

    def put(self, request: Request, job_id: str) -> HttpResponse:
        job = visibility.find(query.whole(job_id), by=self.by)
        self.fields(ActionBody)
        monitor.stop(job, by=self.by)
        return done()


class JobLog(View):
    def get(self, request: Request, job_id: str) -> StreamingHttpResponse:
        job = visibility.find(query.whole(job_id), by=self.by)
        return job_shapes.log(job, after=query.whole(request.query_params.get("after", "0")))


class JobResult(View):
    """What the job has made: a table."""

    def get(self, request: Request, job_id: str) -> StreamingHttpResponse:
        job = visibility.find(query.whole(job_id), by=self.by)
        headers = {"Content-Disposition": f'attachment; filename="job-{job.pk}.csv"'}
        return StreamingHttpResponse(
            exports.table(job, by=self.by), content_type="text/csv; charset=utf-8", headers=headers
        )


def shown(job: Job) -> dict[str, object]:
    """What everybody may know who sees it; its arguments are its own."""
    return {
        "id": job.pk,
        "kind": job.kind,
        "state": job.state,
        "project_id": job.project_id,
        "done": job.done,
        "total": job.total,
        "done_size": job.done_size,
        "total_size": job.total_size,
        "error": job.error,
        "attempts": job.attempts,
        "creation_time": moment(job.created_at),
        "start_time": moment(job.started_at) if job.started_at else None,
        "end_time": moment(job.ended_at) if job.ended_at else None,
    }
