"""/api/v2.0/users: people, for system admins and for themselves."""

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import BooleanField, Serializer

from accounts import policy, users
from accounts.exceptions import CredentialsRefused, Invalid, NotAllowed, NotAuthenticated, TooManyAttempts
from accounts.models import Project, User
from accounts.permissions import may
from accounts.principals import Principal
from accounts.standings import standing
from console import cross_site, sessions
from console.api import pagination, query
from console.api.base import Text, View, answer, created, done, moment
from console.api.errors import Unmet, Unprocessable
from console.api.query import Column

PATH = "/api/v2.0/users"
COLUMNS = {
    "user_id": Column("pk", query.whole),
    "username": Column("username", query.text),
    "email": Column("email", query.text),
    "realname": Column("realname", query.text),
    "comment": Column("comment", query.text),
    "sysadmin_flag": Column("is_sysadmin", query.flag),
    "creation_time": Column("created_at", query.time),
    "update_time": Column("updated_at", query.time),
}


class NewUser(Serializer[Any]):
    username = Text(max_length=255)
    email = Text(max_length=255)
    password = Text()
    realname = Text()
    comment = Text()


class Profile(Serializer[Any]):
    email = Text(max_length=255)
    realname = Text()
    comment = Text()


class NewPassword(Serializer[Any]):
    old_password = Text()
    new_password = Text()


class SysAdminFlag(Serializer[Any]):
    sysadmin_flag = BooleanField(default=False)


class AuditorFlag(Serializer[Any]):
    auditor_flag = BooleanField()


class Disabled(Serializer[Any]):
    disabled = BooleanField()


class CliSecret(Serializer[Any]):
    secret = Text()


class UserList(View):
    def get(self, request: Request) -> HttpResponse:
        page = pagination.cut(request, query.select(users.every(by=self.by), request, COLUMNS, usual_order="username"))
        return answer([shown(user) for user in page.rows], **page.headers)

    def post(self, request: Request) -> HttpResponse:
        """By a system admin; or, where people may sign up, by anybody from a page of this registry."""
        signs_up = self.by.is_anonymous and cross_site.is_from_a_page_of_ours(request)
        make = users.register if signs_up else users.create
        user = make(**self.fields(NewUser), by=self.by)
        return created(f"{PATH}/{user.pk}")


class CurrentUser(View):
    def get(self, request: Request) -> HttpResponse:
        user = _current(self.by)
        return answer({**shown(user), "admin_role_in_auth": user.is_sysadmin_by_group})


class CurrentPermissions(View):
    def get(self, request: Request) -> HttpResponse:
        """What one may do in the project of the scope `/project/<id>`, or in the `/system`."""
        if self.by.is_anonymous:
            raise NotAuthenticated
        scope = request.query_params.get("scope", "")
        root = "" if query.flag(request.query_params.get("relative") or "false") else f"{scope}/"
        allowed = (action.split(":") for action in _allowed(scope, by=self.by))
        return answer([{"resource": _resource(scope, root, name), "action": verb} for name, verb in sorted(allowed)])


class UserSearch(View):
    def get(self, request: Request) -> HttpResponse:
        part = request.query_params.get("username", "")
        found = users.called(part, by=self.by)
        if not part:
            raise Unprocessable("username must be a part of the name that is searched")
        page = pagination.cut(request, found)
        return answer([{"user_id": user.pk, "username": user.username} for user in page.rows], **page.headers)


class UserDetail(View):
    def get(self, request: Request, user_id: str) -> HttpResponse:
        return answer(shown(_user(user_id, "read", by=self.by)))

    def put(self, request: Request, user_id: str) -> HttpResponse:
        users.describe(_user(user_id, "update", by=self.by), **self.fields(Profile), by=self.by)
        return done()

    def delete(self, request: Request, user_id: str) -> HttpResponse:
        users.delete(_user(user_id, "delete", by=self.by), by=self.by)
        return done()


class UserSysAdmin(View):
    def put(self, request: Request, user_id: str) -> HttpResponse:
        user = _user(user_id, "update", by=self.by)
        users.set_sysadmin(user, self.fields(SysAdminFlag)["sysadmin_flag"], by=self.by)
        return done()


class UserAuditor(View):
    def put(self, request: Request, user_id: str) -> HttpResponse:
        """Our own: let somebody read all of the system, and change nothing."""
        user = _user(user_id, "update", by=self.by)
        users.set_auditor(user, self.fields(AuditorFlag)["auditor_flag"], by=self.by)
        return done()


class UserDisabled(View):
    def put(self, request: Request, user_id: str) -> HttpResponse:
        """Our own: end all that somebody may do, and keep the account."""
        user = _user(user_id, "update", by=self.by)
        change = users.disable if self.fields(Disabled)["disabled"] else users.enable
        change(user, by=self.by)
        return done()


class UserPassword(View):
    def put(self, request: Request, user_id: str) -> HttpResponse:
        """One's own by the old one, and another's as a system admin. All other sessions end."""
        user, sent = _user(user_id, "update", by=self.by), self.fields(NewPassword)
        try:
            users.set_password(user, sent["new_password"], current=sent["old_password"], by=self.by)
        except TooManyAttempts:
            raise
        except CredentialsRefused as refusal:
            raise NotAllowed(str(refusal)) from None
        if self.by.via == "session" and user.pk == self.by.user_id:
            sessions.go_on(request, user)
        return done()


class UserCliSecret(View):
    def put(self, request: Request, user_id: str) -> HttpResponse:
        """Harbor has one secret for each person who signs in by OpenID Connect; here are access tokens."""
        _user(user_id, "update", by=self.by)
        raise Unmet("nobody signs in by oidc_auth here, so there are no CLI secrets: make an access token instead")


def shown(user: User) -> dict[str, object]:
    """A user as Harbor describes one; at the end is what is our own."""
    return {
        "user_id": user.pk,
        "username": user.username,
        "email": user.email,
        "realname": user.realname,
        "comment": user.comment,
        "sysadmin_flag": user.is_sysadmin,
        "admin_role_in_auth": False,
        "creation_time": moment(user.created_at),
        "update_time": moment(user.updated_at),
        "auditor_flag": user.is_auditor,
        "disabled": not user.is_active,
        "source": user.source,
    }


def _user(user_id: str, verb: str, *, by: Principal) -> User:
    number = by.user_id if user_id == "current" else query.whole(user_id)
    if by.is_anonymous:
        raise NotAuthenticated
    if number is None:
        raise Invalid("a robot is no user")
    return users.get(number, verb, by=by)


def _current(by: Principal) -> User:
    if by.is_anonymous:
        raise NotAuthenticated
    if by.user_id is None:
        raise Unmet(f"{by.name} is a robot, and no user")
    return users.get(by.user_id, by=by)


def _allowed(scope: str, *, by: Principal) -> Iterator[str]:
    """The actions of a scope that are allowed. An unknown scope has none, and looks like a hidden one."""
    if scope == "/system":
        yield from (action.removeprefix("system-") for action in policy.SYSTEM if may(by, action, None))
    named = re.fullmatch("/project/([0-9]{1,18})", scope)
    project = Project.objects.filter(pk=named[1]).first() if named else None
    found = standing(by, project) if project else None
    if found and found.sees:
        yield from (action for action in policy.POLICY if found.allows(action))


def _resource(scope: str, root: str, name: str) -> str:
    """`/project/1/repository`, or `repository` relative to its scope. The project itself is `.` there."""
    if name == "project" and scope != "/system":
        return "." if not root else scope
    return f"{root}{name}"
