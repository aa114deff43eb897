"""/api/v2.0/projects/<project>/members"""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import IntegerField, Serializer

from accounts import members, users
from accounts.exceptions import Invalid
from accounts.models import BuiltIn, User
from accounts.permissions import require
from console.api import projects
from console.api.base import Text, View, created


class NewMember(Serializer[Any]):
    class Person(Serializer[Any]):
        user_id = IntegerField(default=0)
        username = Text()

    role_id = IntegerField(default=0)
    member_user = Person(default=dict)


class MemberList(View):
    def post(self, request: Request, name_or_id: str) -> HttpResponse:
        project = projects.find(request, name_or_id, by=self.by)
        require(self.by, "member:create", project)  # before anything is told of who there is
        wanted = self.fields(NewMember)
        if wanted["role_id"] not in BuiltIn.values:
            raise Invalid("role_id must be 1 (project admin), 2 (developer), 3 (guest), 4 (maintainer) or 5 (limited)")
        member = members.add(project, _user(wanted["member_user"]), wanted["role_id"], by=self.by)
        return created(f"{projects.PATH}/{project.pk}/members/{member.pk}")


def _user(wanted: dict[str, Any]) -> User:
    """By number where there is one, else by name."""
    number, name = wanted.get("user_id", 0), wanted.get("username", "")
    if not number and not name:
        raise Invalid("member_user must have a user_id or a username")
    user = User.objects.filter(pk=number).first() if number else users.find(name)
    if user is None:
        raise Invalid(f"there is no user {number or name}")
    return user
