"""/api/v2.0/labels: the labels of everybody (`scope=g`) and of projects (`scope=p`)."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import IntegerField, Serializer

from accounts import projects
from accounts.exceptions import Invalid, NotAuthenticated
from accounts.permissions import require
from console.api import pagination, places, query
from console.api.base import Text, View, answer, created, done, moment
from console.api.query import Column
from registry.content import labels
from registry.models import Label

PATH = "/api/v2.0/labels"
COLUMNS = {
    "id": Column("pk", query.whole),
    "name": Column("name", query.text),
    "description": Column("description", query.text),
    "color": Column("color", query.text),
    "creation_time": Column("created_at", query.time),
    "update_time": Column("updated_at", query.time),
}


class LabelBody(Serializer[Any]):
    name = Text()
    description = Text()
    color = Text()
    scope = Text()
    project_id = IntegerField(default=0)


class LabelList(View):
    def get(self, request: Request) -> HttpResponse:
        rows = query.select(self._of_scope(request), request, COLUMNS, usual_order="name")
        if name := request.query_params.get("name"):
            rows = rows.filter(name__icontains=name)
        page = pagination.cut(request, rows)
        return answer([shown(label) for label in page.rows], **page.headers)

    def _of_scope(self, request: Request) -> QuerySet[Label]:
        scope = request.query_params.get("scope", "g")
        if scope == "g":
            if self.by.is_anonymous:
                raise NotAuthenticated("sign in to see the labels of everybody")
            return Label.objects.filter(project=None)
        if scope != "p":
            raise Invalid("scope must be g, for the labels of everybody, or p, for those of a project")
        project = projects.get(query.whole(request.query_params.get("project_id", "0")), by=self.by)
        require(self.by, "label:list", project)
        return Label.objects.filter(project=project)

    def post(self, request: Request) -> HttpResponse:
        wanted = self.fields(LabelBody)
        if wanted["scope"] not in ("g", "p"):
            raise Invalid("scope must be g, for a label of everybody, or p, for one of a project")
        project = projects.get(wanted["project_id"], by=self.by) if wanted["scope"] == "p" else None
        label = labels.create(wanted["name"], wanted["description"], wanted["color"], project=project, by=self.by)
        return created(f"{PATH}/{label.pk}")


class LabelDetail(View):
    def get(self, request: Request, label_id: str) -> HttpResponse:
        return answer(shown(self._label(label_id)))

    def put(self, request: Request, label_id: str) -> HttpResponse:
        label = self._label(label_id)
        wanted = self.fields(LabelBody)
        labels.change(label, wanted["name"] or label.name, wanted["description"], wanted["color"], by=self.by)
        return done()

    def delete(self, request: Request, label_id: str) -> HttpResponse:
        labels.delete(self._label(label_id), by=self.by)
        return done()

    def _label(self, label_id: str) -> Label:
        if self.by.is_anonymous:
            raise NotAuthenticated("sign in to see a label")
        return labels.get(query.whole(label_id), by=self.by)


class LabelNumber(Serializer[Any]):
    id = IntegerField()


class ArtifactLabelList(View):
    def post(self, request: Request, project_name: str, repository_name: str, reference: str) -> HttpResponse:
        place = places.admit(self.by, "artifact-label:create", project_name, repository_name, reference=reference)
        labels.attach(place.artifact(reference), self.fields(LabelNumber)["id"], by=self.by)
        return done()


class ArtifactLabelDetail(View):
    def delete(
        self,
        request: Request,
        project_name: str,
        repository_name: str,
        reference: str,
        label_id: str,
    ) -> HttpResponse:
        place = places.admit(self.by, "artifact-label:delete", project_name, repository_name, reference=reference)
        labels.detach(place.artifact(reference), query.whole(label_id), by=self.by)
        return done()


def shown(label: Label) -> dict[str, object]:
    """A label as Harbor describes it."""
    return {
        "id": label.pk,
        "name": label.name,
        "description": label.description,
        "color": label.color,
        "scope": "g" if label.project_id is None else "p",
        "project_id": label.project_id or 0,
        "creation_time": moment(label.created_at),
        "update_time": moment(label.updated_at),
    }
