"""/api/v2.0/usergroups"""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import IntegerField, Serializer

from accounts import groups
from accounts.exceptions import Invalid
from accounts.identity.directory.connection import key_of
from accounts.models import UserGroup
from console.api import pagination, query
from console.api.base import Text, View, answer, created, done
from console.api.query import Column

PATH = "/api/v2.0/usergroups"
COLUMNS = {
    "id": Column("pk", query.whole),
    "group_name": Column("name", query.text),
    "group_type": Column("kind", query.whole),
}


class GroupBody(Serializer[Any]):
    group_name = Text()
    group_type = IntegerField(default=0)
    ldap_group_dn = Text()


class UserGroupList(View):
    def get(self, request: Request) -> HttpResponse:
        rows = query.select(groups.every(by=self.by), request, COLUMNS, usual_order="group_name")
        if name := request.query_params.get("group_name"):
            rows = rows.filter(name__icontains=name)
        if dn := request.query_params.get("ldap_group_dn"):
            rows = rows.filter(dn_key=key_of(dn))
        page = pagination.cut(request, rows)
        return answer([shown(group) for group in page.rows], **page.headers)

    def post(self, request: Request) -> HttpResponse:
        wanted = self.fields(GroupBody)
        group = groups.create(wanted["group_name"], wanted["group_type"], wanted["ldap_group_dn"], by=self.by)
        return created(f"{PATH}/{group.pk}")


class UserGroupSearch(View):
    """For anybody who looks for a member: names and numbers alone."""

    def get(self, request: Request) -> HttpResponse:
        name = request.query_params.get("groupname", "")
        if not name:
            raise Invalid("groupname is missing")
        rows = query.select(groups.called(name, by=self.by), request, COLUMNS, usual_order="group_name")
        page = pagination.cut(request, rows)
        listed = [{"id": each.pk, "group_name": each.name, "group_type": each.kind} for each in page.rows]
        return answer(listed, **page.headers)


class UserGroupDetail(View):
    def get(self, request: Request, group_id: str) -> HttpResponse:
        return answer(shown(groups.get(query.whole(group_id), by=self.by)))

    def put(self, request: Request, group_id: str) -> HttpResponse:
        group = groups.get(query.whole(group_id), "update", by=self.by)
        groups.rename(group, self.fields(GroupBody)["group_name"], by=self.by)
        return done()

    def delete(self, request: Request, group_id: str) -> HttpResponse:
        groups.delete(groups.get(query.whole(group_id), "delete", by=self.by), by=self.by)
        return done()


def shown(group: UserGroup) -> dict[str, object]:
    return {"id": group.pk, "group_name": group.name, "group_type": group.kind, "ldap_group_dn": group.ldap_dn}
