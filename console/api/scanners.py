"""/api/v2.0/projects/<project>/scanner: which scanner looks at the images of a project. None is registered here,
as in a Harbor without one: a project has none, there are none to choose from, and every one is unknown."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from accounts.exceptions import Invalid
from console.api import pagination, projects
from console.api.base import Text, View, answer
from console.api.errors import AddressUnknown

NONE: dict[str, object] = {
    "description": "no scanner",
    "auth": "",
    "access_credential": "",
    "disabled": False,
    "is_default": False,
    "skip_certVerify": False,
    "use_internal_addr": False,
}
"""A registration that is none: what Harbor's clients take a scanner for must have these."""


class ScannerBody(Serializer[Any]):
    uuid = Text()


class ProjectScanner(View):
    def get(self, request: Request, name_or_id: str) -> HttpResponse:
        projects.admit(request, "scanner:read", name_or_id, by=self.by)
        return answer(NONE)

    def put(self, request: Request, name_or_id: str) -> HttpResponse:
        projects.admit(request, "scanner:create", name_or_id, by=self.by)
        wanted = self.fields(ScannerBody)["uuid"]
        if not wanted:
            raise Invalid("uuid is missing: which scanner?")
        raise AddressUnknown(f"there is no scanner {wanted[:64]}: none is registered here")


class ScannerCandidateList(View):
    def get(self, request: Request, name_or_id: str) -> HttpResponse:
        projects.admit(request, "scanner:create", name_or_id, by=self.by)
        rows, headers = pagination.cut_list(request, list[object]())
        return answer(rows, **headers)
