"""/api/v2.0/projects/<project>/members: who has a role in all of the project."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import IntegerField, Serializer

from accounts import groups, members
from accounts.exceptions import Invalid
from accounts.models import Member, User, UserGroup
from accounts.principals import Principal
from console.api import pagination, projects, query
from console.api.base import Text, View, answer, created, done


class NewMember(Serializer[Any]):
    class Person(Serializer[Any]):
        user_id = IntegerField(default=0)
        username = Text()

    class Group(Serializer[Any]):
        id = IntegerField(default=0)
        group_name = Text()
        ldap_group_dn = Text()
        group_type = IntegerField(default=0)

    role_id = IntegerField(default=0)
    member_user = Person(default=None, allow_null=True)
    member_group = Group(default=None, allow_null=True)


class NewRole(Serializer[Any]):
    role_id = IntegerField()


class MemberList(View):
    def get(self, request: Request, name_or_id: str) -> HttpResponse:
        project = projects.admit(request, "member:list", name_or_id, by=self.by)
        called = request.query_params.get("entityname", "")
        page = pagination.cut(request, members.of(project, called=called))
        return answer([shown(member) for member in page.rows], **page.headers)

    def post(self, request: Request, name_or_id: str) -> HttpResponse:
        # Before anything is told of who there is.
        project = projects.admit(request, "member:create", name_or_id, by=self.by)
        wanted = self.fields(NewMember)
        member = members.add(project, entity(wanted, by=self.by), wanted["role_id"], by=self.by)
        return created(f"{projects.PATH}/{project.pk}/members/{member.pk}")


class MemberDetail(View):
    def get(self, request: Request, name_or_id: str, member_id: str) -> HttpResponse:
        return answer(shown(self._member(request, "member:read", name_or_id, member_id)))

    def put(self, request: Request, name_or_id: str, member_id: str) -> HttpResponse:
        member = self._member(request, "member:update", name_or_id, member_id)
        members.change(member, self.fields(NewRole)["role_id"], by=self.by)
        return done()

    def delete(self, request: Request, name_or_id: str, member_id: str) -> HttpResponse:
        members.remove(self._member(request, "member:delete", name_or_id, member_id), by=self.by)
        return done()

    def _member(self, request: Request, action: str, name_or_id: str, member_id: str) -> Member:
        project = projects.admit(request, action, name_or_id, by=self.by)
        return members.get(project, query.whole(member_id))


def entity(wanted: dict[str, Any], *, by: Principal) -> User | UserGroup:
    """The user or the group that a body names."""
    person, group = wanted["member_user"] or {}, wanted["member_group"] or {}
    if bool(person) == bool(group):
        raise Invalid("the body must have either a member_user or a member_group")
    if person:
        return members.person(person["user_id"], person["username"])
    return groups.resolve(group["id"], group["group_name"], group["ldap_group_dn"], group["group_type"], by=by)


def shown(member: Member) -> dict[str, object]:
    """A member as Harbor describes it."""
    return {
        "id": member.pk,
        "project_id": member.project_id,
        "entity_name": str(member.group or member.user),
        "entity_id": member.group_id or member.user_id,
        "entity_type": "g" if member.group_id else "u",
        "role_id": member.role_id,
        "role_name": member.role.name,
    }
