"""/api/v2.0/quotas: how much each project holds, and how much it may. A quota's number is its project's."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import DictField, IntegerField, Serializer

from accounts.exceptions import Invalid
from accounts.permissions import require
from console.api import pagination, query
from console.api.base import View, answer, done, moment
from console.api.query import Column
from registry.content import usage
from registry.models import ProjectUsage

COLUMNS = {
    "id": Column("pk", query.whole),
    "hard.storage": Column("hard", query.whole),
    "used.storage": Column("used", query.whole),
    "creation_time": Column("created_at", query.time),
    "update_time": Column("updated_at", query.time),
}


class QuotaBody(Serializer[Any]):
    hard = DictField(child=IntegerField(min_value=-(2**63), max_value=query.LARGEST_NUMBER))


class QuotaList(View):
    def get(self, request: Request) -> HttpResponse:
        require(self.by, "system-quota:list", None)
        rows = ProjectUsage.objects.select_related("project__owner")
        if request.query_params.get("reference", "project") != "project":
            rows = rows.none()
        if reference_id := request.query_params.get("reference_id"):
            rows = rows.filter(pk=query.whole(reference_id))
        page = pagination.cut(request, query.select(rows, request, COLUMNS, usual_order="id"))
        return answer([shown(row) for row in page.rows], **page.headers)


class QuotaDetail(View):
    def get(self, request: Request, quota_id: str) -> HttpResponse:
        require(self.by, "system-quota:read", None)
        return answer(shown(usage.get(query.whole(quota_id))))

    def put(self, request: Request, quota_id: str) -> HttpResponse:
        require(self.by, "system-quota:update", None)
        row = usage.get(query.whole(quota_id))
        wanted = self.fields(QuotaBody)["hard"]
        if set(wanted) != {"storage"}:
            raise Invalid("hard must have a number of bytes for storage, and nothing else")
        usage.set_limit(row.project, wanted["storage"], by=self.by)
        return done()


def shown(row: ProjectUsage) -> dict[str, object]:
    """A quota as Harbor describes it."""
    project = row.project
    owner = project.owner.username if project.owner else ""
    return {
        "id": row.pk,
        "ref": {"id": project.pk, "name": project.name, "owner_name": owner},
        "hard": {"storage": row.hard},
        "used": {"storage": row.used},
        "creation_time": moment(row.created_at),
        "update_time": moment(row.updated_at),
    }
