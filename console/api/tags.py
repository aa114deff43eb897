"""/api/v2.0/projects/<project>/repositories/<repository>/artifacts/<reference>/tags"""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from console.api import pagination, places, query
from console.api.artifact_shapes import tag_shown
from console.api.base import Text, View, answer, created, done
from console.api.query import Column
from registry.content import names, tags
from registry.exceptions import ManifestUnknown
from registry.rules import read_only


class NewTag(Serializer[Any]):
    name = Text()


COLUMNS = {
    "id": Column("pk", query.whole),
    "name": Column("name", query.text),
    "repository_id": Column("repository_id", query.whole),
    "artifact_id": Column("artifact_id", query.whole),
    "push_time": Column("moved_at", query.time),
    "pull_time": Column("pulled_at", query.time),
}


class TagList(View):
    def get(self, request: Request, project_name: str, repository_name: str, reference: str) -> HttpResponse:
        place = places.admit(self.by, "tag:list", project_name, repository_name, reference=reference)
        rows = place.artifact(reference).tags.all()
        page = pagination.cut(request, query.select(rows, request, COLUMNS, usual_order="name"))
        return answer([tag_shown(tag) for tag in page.rows], **page.headers)

    def post(self, request: Request, project_name: str, repository_name: str, reference: str) -> HttpResponse:
        name = names.tag(self.fields(NewTag)["name"])
        place = places.admit(self.by, "tag:create", project_name, repository_name, reference=name)
        read_only.check()
        tag = tags.create(place.artifact(reference), name, by=self.by)
        return created(f"{places.path(place.name)}/artifacts/{reference}/tags/{tag.name}")


class TagDetail(View):
    def delete(
        self,
        request: Request,
        project_name: str,
        repository_name: str,
        reference: str,
        tag_name: str,
    ) -> HttpResponse:
        place = places.admit(self.by, "tag:delete", project_name, repository_name, reference=names.tag(tag_name))
        read_only.check()
        artifact = place.artifact(reference)
        if not artifact.tags.filter(name=tag_name).exists():
            raise ManifestUnknown(f"{artifact} has no tag {tag_name}")
        tags.delete(artifact.repository, tag_name, by=self.by)
        return done()
