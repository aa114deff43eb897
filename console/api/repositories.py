"""/api/v2.0/repositories, and those of a project"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from accounts import projects
from accounts.permissions import require
from console.api import pagination, places, query
from console.api.base import Text, View, answer, done, moment
from console.api.query import Column
from registry.content import manifests, repositories
from registry.models import BlobLink, Repository
from registry.rules import read_only


def _holds_blob(digest: str) -> Q:
    return Q(Exists(BlobLink.objects.filter(repository=OuterRef("pk"), blob__digest=digest)))


COLUMNS = {
    "id": Column("pk", query.whole),
    "name": Column("name", query.text),
    "description": Column("description", query.text),
    "project_id": Column("project_id", query.whole),
    "artifact_count": Column("artifact_count", query.whole),
    "pull_count": Column("pull_count", query.whole),
    "creation_time": Column("created_at", query.time),
    "update_time": Column("updated_at", query.time),
    "blob_digest": Column("", query.text, _holds_blob),
}


class NewDescription(Serializer[Any]):
    description = Text()


class AllRepositoryList(View):
    """Those of all projects that one may see."""

    def get(self, request: Request) -> HttpResponse:
        return _page(request, repositories.all_visible(by=self.by))


class RepositoryList(View):
    def get(self, request: Request, project_name: str) -> HttpResponse:
        project = projects.get(project_name, by=self.by)
        require(self.by, "repository:list", project)
        return _page(request, repositories.visible(project, by=self.by))


class RepositoryDetail(View):
    def get(self, request: Request, project_name: str, repository_name: str) -> HttpResponse:
        return answer(shown(places.admit(self.by, "repository:read", project_name, repository_name).repository))

    def put(self, request: Request, project_name: str, repository_name: str) -> HttpResponse:
        place = places.admit(self.by, "repository:update", project_name, repository_name)
        repositories.describe(place.repository, self.fields(NewDescription)["description"], by=self.by)
        return done()

    def delete(self, request: Request, project_name: str, repository_name: str) -> HttpResponse:
        place = places.admit(self.by, "repository:delete", project_name, repository_name)
        read_only.check()
        manifests.delete_all(place.repository, by=self.by)
        return done()


def shown(repository: Repository) -> dict[str, object]:
    """A repository as Harbor describes it."""
    return {
        "id": repository.pk,
        "project_id": repository.project_id,
        "name": repository.name,
        "description": repository.description,
        "artifact_count": repository.artifact_count,
        "pull_count": repository.pull_count,
        "creation_time": moment(repository.created_at),
        "update_time": moment(repository.updated_at),
    }


def _page(request: Request, rows: QuerySet[Repository]) -> HttpResponse:
    page = pagination.cut(request, query.select(rows, request, COLUMNS, usual_order="name"))
    return answer([shown(repository) for repository in page.rows], **page.headers)
