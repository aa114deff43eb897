"""/api/v2.0/projects/<project>/metadatas, whose values are strings all."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts import metadatas
from accounts.exceptions import Invalid
from console.api import projects
from console.api.base import View, answer, done


class MetadataList(View):
    def get(self, request: Request, name_or_id: str) -> HttpResponse:
        project = projects.admit(request, "metadata:read", name_or_id, by=self.by)
        return answer(metadatas.of(project))

    def post(self, request: Request, name_or_id: str) -> HttpResponse:
        project = projects.admit(request, "metadata:create", name_or_id, by=self.by)
        metadatas.add(project, _values(request), by=self.by)
        return done()


class MetadataDetail(View):
    def get(self, request: Request, name_or_id: str, key: str) -> HttpResponse:
        project = projects.find(request, name_or_id, by=self.by)
        return answer({key: metadatas.get(project, key, by=self.by)})

    def put(self, request: Request, name_or_id: str, key: str) -> HttpResponse:
        project = projects.admit(request, "metadata:update", name_or_id, by=self.by)
        values = _values(request)
        if values.keys() != {key}:
            raise Invalid(f"the body must be {{{key!r}: …}}, and nothing else")
        metadatas.change(project, values, by=self.by)
        return done()

    def delete(self, request: Request, name_or_id: str, key: str) -> HttpResponse:
        metadatas.remove(projects.find(request, name_or_id, by=self.by), key, by=self.by)
        return done()


def _values(request: Request) -> dict[str, str]:
    """A null is as good as nothing."""
    sent = request.data
    values = {key: value for key, value in sent.items() if value is not None} if isinstance(sent, dict) else {}
    if not values or not all(isinstance(value, str) for value in values.values()):
        raise Invalid("the body must be an object of strings, such as {'auto_scan': 'true'}")
    return values
