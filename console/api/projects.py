"""/api/v2.0/projects"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import BooleanField, DictField, IntegerField, Serializer

from accounts import metadatas, projects
from accounts.exceptions import Invalid, NotAllowed, ProjectUnknown
from accounts.models import Project
from accounts.permissions import require
from accounts.principals import Principal
from accounts.standings import standings
from console.api import pagination, query
from console.api.base import Text, View, answer, created, done, moment
from console.api.errors import Unprocessable
from console.api.query import LARGEST_NUMBER, Column
from registry.content import projects as contents

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


class ProjectBody(Serializer[Any]):
    """What a project is made of, and changed by. Metadata that nobody sets so are left aside, as in Harbor."""

    project_name = Text(max_length=255)
    public = BooleanField(allow_null=True, default=None)
    metadata = DictField(child=Text(allow_null=True), default=dict)
    storage_limit = IntegerField(allow_null=True, default=None)
    registry_id = IntegerField(default=0)
    cve_allowlist = DictField(default=dict)


class ProjectList(View):
    def get(self, request: Request) -> HttpResponse:
        rows = query.select(projects.visible_to(self.by), request, COLUMNS, usual_order="name")
        if name := request.query_params.get("name"):
            rows = rows.filter(name__icontains=name)
        if owner := request.query_params.get("owner"):
            rows = rows.filter(owner__username=owner)
        if (public := request.query_params.get("public")) is not None:
            rows = rows.filter(is_public=_flag("public", public))
        in_detail = _flag("with_detail", request.query_params.get("with_detail", "true"))
        page = pagination.cut(request, rows.select_related("owner"))
        return answer([*shown(page.rows, by=self.by, in_detail=in_detail)], **page.headers)

    def head(self, request: Request) -> HttpResponse:
        """Whether there is a project of this name that one may see: yes or no, so what is hidden is a plain no."""
        if "project_name" not in request.query_params:
            raise Unprocessable("project_name is missing")
        try:
            projects.get(request.query_params["project_name"], by=self.by)
        except NotAllowed as refusal:
            raise ProjectUnknown(str(refusal)) from None
        return done()

    def post(self, request: Request) -> HttpResponse:
        wanted = self.fields(ProjectBody)
        if wanted["registry_id"]:
            raise Invalid("this registry has no proxy projects: registry_id must be left out")
        limit = wanted["storage_limit"]
        project = contents.create(wanted["project_name"], _metadata(wanted), storage_limit=limit, by=self.by)
        by_name = request.headers.get("X-Resource-Name-In-Location", "").lower() == "true"
        return created(f"{PATH}/{project.name if by_name else project.pk}")


class ProjectDetail(View):
    def get(self, request: Request, name_or_id: str) -> HttpResponse:
        project = admit(request, "project:read", name_or_id, by=self.by)
        return answer(next(shown([project], by=self.by)))

    def put(self, request: Request, name_or_id: str) -> HttpResponse:
        project = admit(request, "project:update", name_or_id, by=self.by)
        wanted = self.fields(ProjectBody)
        if wanted["project_name"] not in ("", project.name):
            raise Invalid("the name of a project does not change")
        projects.change(project, _metadata(wanted), by=self.by)
        return done()

    def delete(self, request: Request, name_or_id: str) -> HttpResponse:
        contents.delete(find(request, name_or_id, by=self.by), by=self.by)
        return done()


class ProjectDeletable(View):
    def get(self, request: Request, name_or_id: str) -> HttpResponse:
        project = admit(request, "project:delete", name_or_id, by=self.by)
        reason = contents.why_kept(project)
        return answer({"deletable": not reason, **({"message": reason} if reason else {})})


def find(request: Request, name_or_id: str, *, by: Principal) -> Project:
    """The project of a path. A number is an id, unless a header says that it is a name."""
    is_name = request.headers.get("X-Is-Resource-Name", "").lower() == "true"
    if not is_name and re.fullmatch("[0-9]{1,19}", name_or_id) and int(name_or_id) <= LARGEST_NUMBER:
        return projects.get(int(name_or_id), by=by)
    return projects.get(name_or_id, by=by)


def admit(request: Request, action: str, name_or_id: str, *, by: Principal) -> Project:
    """The project of a path, for one who may do this there; else the refusal is raised."""
    project = find(request, name_or_id, by=by)
    require(by, action, project)
    return project


def shown(found: Sequence[Project], *, by: Principal, in_detail: bool = True) -> Iterator[dict[str, object]]:
    """Projects as Harbor describes them."""
    held = standings(by, found)
    repositories = contents.repository_counts(found, by=by) if in_detail else {}
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
            "metadata": metadatas.of(project),
            **({"cve_allowlist": {"project_id": project.pk, "items": []}} if in_detail else {}),
        }


def _metadata(wanted: dict[str, Any]) -> dict[str, str]:
    """What the body says of metadata. `public` beside them is how old clients say it."""
    if wanted["cve_allowlist"].get("items"):
        raise Invalid("this registry keeps no CVE allowlists: cve_allowlist must have no items")
    said = {key: value for key, value in wanted["metadata"].items() if key in metadatas.KEYS and value is not None}
    if metadatas.PUBLIC not in said and wanted["public"] is not None:
        said[metadatas.PUBLIC] = str(wanted["public"]).lower()
    return said


def _flag(name: str, value: str) -> bool:
    try:
        return query.flag(value)
    except Invalid as refusal:
        raise Unprocessable(f"{name}: {refusal}") from None
