"""/api/v2.0/projects"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import BooleanField, IntegerField, Serializer

from accounts import projects
from accounts.exceptions import Invalid
from accounts.models import Project
from accounts.principals import Principal
from accounts.standings import standings
from console.api import pagination, query
from console.api.base import Text, View, answer, created, done, moment
from console.api.errors import Unprocessable
from console.api.query import LARGEST_NUMBER, Column
from registry.models import Repository

PATH = "/api/v2.0/projects"
COLUMNS = {
    "name": Column("name", query.text),
    "project_id": Column("pk", query.whole),
    "owner_id": Column("owner_id", query.whole),
    "owner": Column("owner__username", query.text),
    "public": Column("is_public", query.flag),
    "creation_time": Column("created_at", query.time),
    "update_time": Column("updated_at", query.time),
}


class Metadata(Serializer[Any]):
    public = Text(allow_null=True)


class NewProject(Serializer[Any]):
    project_name = Text(max_length=255)
    public = BooleanField(default=False)
    metadata = Metadata(default=dict)
    storage_limit = IntegerField(default=-1)
    registry_id = IntegerField(default=0)


class ProjectList(View):
    def get(self, request: Request) -> HttpResponse:
        rows = query.select(projects.visible_to(self.by), request, COLUMNS, usual_order="name")
        if name := request.query_params.get("name"):
            rows = rows.filter(name__icontains=name)
        if owner := request.query_params.get("owner"):
            rows = rows.filter(owner__username=owner)
        if (public := request.query_params.get("public")) is not None:
            rows = rows.filter(is_public=_flag("public", public))
        page = pagination.cut(request, rows.select_related("owner"))
        return answer([*shown(page.rows, by=self.by)], **page.headers)

    def head(self, request: Request) -> HttpResponse:
        """Whether there is a project of this name, for one who may see it."""
        if "project_name" not in request.query_params:
            raise Unprocessable("project_name is missing")
        projects.get(request.query_params["project_name"], by=self.by)
        return done()

    def post(self, request: Request) -> HttpResponse:
        wanted = self.fields(NewProject)
        if wanted["registry_id"] or wanted["storage_limit"] > 0:
            raise Invalid("this registry has no proxy projects and no storage limits")
        project = projects.create(wanted["project_name"], is_public=_is_public(wanted), by=self.by)
        by_name = request.headers.get("X-Resource-Name-In-Location", "").lower() == "true"
        return created(f"{PATH}/{project.name if by_name else project.pk}")


class ProjectDetail(View):
    def get(self, request: Request, name_or_id: str) -> HttpResponse:
        return answer(next(shown([find(request, name_or_id, by=self.by)], by=self.by)))

    def delete(self, request: Request, name_or_id: str) -> HttpResponse:
        projects.delete(find(request, name_or_id, by=self.by), by=self.by)
        return done()


def find(request: Request, name_or_id: str, *, by: Principal) -> Project:
    """The project of a path. A number is an id, unless a header says that it is a name."""
    is_name = request.headers.get("X-Is-Resource-Name", "").lower() == "true"
    if not is_name and re.fullmatch("[0-9]{1,19}", name_or_id) and int(name_or_id) <= LARGEST_NUMBER:
        return projects.get(int(name_or_id), by=by)
    return projects.get(name_or_id, by=by)


def shown(found: Sequence[Project], *, by: Principal) -> Iterator[dict[str, object]]:
    """Projects as Harbor describes them."""
    repositories = dict(Repository.objects.filter(project__in=found).values_list("project").annotate(Count("pk")))
    held = standings(by, found)
    for project in found:
        roles = held[project.pk].role_ids
        yield {
            "project_id": project.pk,
            "name": project.name,
            "owner_id": project.owner_id or 0,
            "owner_name": project.owner.username if project.owner else "",
            "creation_time": moment(project.created_at),
            "update_time": moment(project.updated_at),
            "deleted": False,
            "togglable": held[project.pk].allows("project:update"),
            "current_user_role_id": roles[0] if roles else 0,
            "current_user_role_ids": roles,
            "repo_count": repositories.get(project.pk, 0),
            "metadata": {"public": str(project.is_public).lower()},
        }


def _is_public(wanted: dict[str, Any]) -> bool:
    said: str = wanted["metadata"].get("public") or str(wanted["public"]).lower()
    if said not in ("true", "false"):
        raise Invalid("metadata.public must be 'true' or 'false'")
    return said == "true"


def _flag(name: str, value: str) -> bool:
    try:
        return query.flag(value)
    except Invalid as refusal:
        raise Unprocessable(f"{name}: {refusal}") from None
