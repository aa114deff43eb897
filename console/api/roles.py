"""/api/v2.0/roles: Harbor's five, and those that system admins make."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import ListField, Serializer

from accounts import policy, roles
from accounts.models import Role
from accounts.permissions import require
from console.api import pagination, query
from console.api.base import Text, View, answer, created, done, moment
from console.api.query import Column

PATH = "/api/v2.0/roles"
COLUMNS = {
    "id": Column("pk", query.whole),
    "name": Column("name", query.text),
    "creation_time": Column("created_at", query.time),
}


class RoleBody(Serializer[Any]):
    name = Text()
    description = Text()
    actions = ListField(child=Text(max_length=64), default=list, max_length=len(policy.POLICY))


class RoleList(View):
    def get(self, request: Request) -> HttpResponse:
        page = pagination.cut(request, query.select(roles.every(by=self.by), request, COLUMNS, usual_order="id"))
        return answer([shown(role) for role in page.rows], **page.headers)

    def post(self, request: Request) -> HttpResponse:
        require(self.by, "system-role:create", None)
        wanted = self.fields(RoleBody)
        role = roles.create(wanted["name"], wanted["description"], wanted["actions"], by=self.by)
        return created(f"{PATH}/{role.pk}")


class RoleDetail(View):
    def get(self, request: Request, role_id: str) -> HttpResponse:
        require(self.by, "role:list", None)
        return answer(shown(roles.get(query.whole(role_id))))

    def put(self, request: Request, role_id: str) -> HttpResponse:
        require(self.by, "system-role:update", None)
        role, wanted = roles.get(query.whole(role_id)), self.fields(RoleBody)
        roles.change(role, wanted["name"], wanted["description"], wanted["actions"], by=self.by)
        return done()

    def delete(self, request: Request, role_id: str) -> HttpResponse:
        require(self.by, "system-role:delete", None)
        roles.delete(roles.get(query.whole(role_id)), by=self.by)
        return done()


def shown(role: Role) -> dict[str, object]:
    actions = policy.actions_of(role)
    return {
        "id": role.pk,
        "name": role.name,
        "description": role.description,
        "actions": sorted(actions),
        "letters": policy.letters_of(actions),
        "is_built_in": role.is_built_in,
        "creation_time": moment(role.created_at),
    }
