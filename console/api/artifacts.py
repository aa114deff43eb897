"""/api/v2.0/projects/<project>/repositories/<repository>/artifacts, and all artifacts of a project"""

import re

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from accounts import projects
from accounts.exceptions import Invalid
from accounts.permissions import require
from accounts.principals import Principal
from console.api import artifact_shapes, pagination, places, query
from console.api import projects as project_views
from console.api.artifact_shapes import Wanted
from console.api.base import View, answer, created, done
from console.api.query import Column
from registry.content import artifacts, copies, names, repositories
from registry.content.repositories import Counts
from registry.models import Artifact, ArtifactLabel, Tag
from registry.rules import read_only

SOURCE = re.compile(r"(?P<project>[^/:@]+)/(?P<rest>[^:@]+)(?:@(?P<digest>.+)|:(?P<tag>.+))")


def _tags(value: str) -> Q:
    """`*` any, `nil` none, `~part` one that has this in it, else one of this name."""
    if value in ("*", "nil"):
        return Q(is_tagged__in=[value == "*"])  # SQLite finds `IN (1)` in an index, and a bare column in none
    tags = Tag.objects.filter(artifact=OuterRef("pk"))
    if value == "~":
        raise Invalid("~ must be followed by what is looked for")
    if value.startswith("~"):
        return Q(Exists(tags.filter(name__icontains=value[1:])))
    if value.startswith("{"):
        return Q(Exists(tags.filter(name__in=query.enclosed(value, "}").split())))
    return Q(tags__repository=F("repository"), tags__name=value)


def _labels(value: str) -> Q:
    """`(1 2)`: all of these labels, `{1 2}`: any of them; by their numbers."""
    numbers = [query.whole(each) for each in value.strip("(){}").split()]
    on = [Exists(ArtifactLabel.objects.filter(artifact=OuterRef("pk"), label_id=number)) for number in numbers]
    condition = Q()
    for each in on:
        condition = condition | Q(each) if value.startswith("{") else condition & Q(each)
    return condition


COLUMNS = {
    "id": Column("pk", query.whole),
    "digest": Column("digest", query.text),
    "type": Column("kind", query.text),
    "media_type": Column("manifest__config_media_type", query.text),
    "manifest_media_type": Column("manifest__media_type", query.text),
    "artifact_type": Column("manifest__artifact_type", query.text),
    "repository_name": Column("repository__name", query.text),
    "size": Column("size", query.whole),
    "push_time": Column("pushed_at", query.time),
    "pull_time": Column("pulled_at", query.time),
    "tags": Column("", query.text, _tags),
    "labels": Column("", query.text, _labels),
}


class ArtifactList(View):
    def get(self, request: Request, project_name: str, repository_name: str) -> HttpResponse:
        place = places.admit(self.by, "artifact:list", project_name, repository_name)
        repository = place.repository
        rows = artifacts.standing_in(repository, with_parts=_with_parts(request))
        return _page(request, rows, Counts(repository.artifact_count, repository.tagged_count))

    def post(self, request: Request, project_name: str, repository_name: str) -> HttpResponse:
        """Copy an artifact to here: `from=library/app:1.0`, or `from=library/app@sha256:…`."""
        place = places.admit(self.by, "artifact:create", project_name, repository_name)
        read_only.check()
        source = _source(request.query_params.get("from", ""), by=self.by)
        copied = copies.copy(source, repositories.get_or_make(place.name, place.project), by=self.by)
        return created(f"{places.path(place.name)}/artifacts/{copied.digest}")


class ArtifactDetail(View):
    def get(self, request: Request, project_name: str, repository_name: str, reference: str) -> HttpResponse:
        place = places.admit(self.by, "artifact:read", project_name, repository_name, reference=reference)
        artifact = place.artifact(reference)
        return answer(artifact_shapes.shown([artifact], Wanted.of(request))[0])

    def delete(self, request: Request, project_name: str, repository_name: str, reference: str) -> HttpResponse:
        place = places.admit(self.by, "artifact:delete", project_name, repository_name, reference=reference)
        read_only.check()
        artifacts.delete(place.artifact(reference), by=self.by)
        return done()


class ProjectArtifactList(View):
    def get(self, request: Request, name_or_id: str) -> HttpResponse:
        project = project_views.find(request, name_or_id, by=self.by)
        require(self.by, "artifact:list", project)
        rows = artifacts.standing_in_project(project, by=self.by, with_parts=_with_parts(request))
        if request.query_params.get("latest_in_repository") == "true":
            return _page(request, artifacts.latest_of_each(_select(request, rows), project))
        return _page(request, rows, repositories.counts(project, by=self.by))


def _page(request: Request, rows: QuerySet[Artifact], counts: Counts | None = None) -> HttpResponse:
    """`counts` of what is in `rows`, where somebody has counted it."""
    total = counts.matching(query.asked(request)) if counts else None
    page = pagination.cut(request, _select(request, rows), total=total, told=artifacts.told)
    return answer(artifact_shapes.shown(page.rows, Wanted.of(request)), **page.headers)


def _select(request: Request, rows: QuerySet[Artifact]) -> QuerySet[Artifact]:
    return query.select(rows, request, COLUMNS, usual_order="push_time", descending=True)


def _with_parts(request: Request) -> bool:
    """Harbor's `q=base=*`: the parts of indexes too."""
    return query.exactly(request, "base") == "*"


def _source(named: str, *, by: Principal) -> Artifact:
    """What is to be copied, for one who may pull it."""
    parts = SOURCE.fullmatch(named)
    if parts is None:
        raise Invalid("from must be of the form project/repository:tag or project/repository@digest")
    project = projects.get(parts["project"], by=by)
    name = names.repository(f"{parts['project']}/{parts['rest']}")
    require(by, "repository:pull", project, repository=name, tag=parts["tag"])
    return artifacts.find(project, name, names.reference(parts["digest"] or parts["tag"]))
