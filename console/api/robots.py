"""/api/v2.0/robots: the robots of the system, and those of projects (`q=Level=project,ProjectID=1`)."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import BooleanField, IntegerField, Serializer

from accounts import configuration, projects, robots
from accounts.exceptions import Invalid
from accounts.models import Project, Robot, RobotGrant
from accounts.permissions import require
from accounts.principals import Grant, Principal
from accounts.robots import Made
from console.api import pagination, query
from console.api.base import Text, View, answer, done, moment
from console.api.query import Column

PATH = "/api/v2.0/robots"
LEVELS = ("system", "project")
SYSTEM_NAMESPACE = "/"
ALL_PROJECTS = "*"
MOST_PERMISSIONS = 1000
COLUMNS = {
    "id": Column("pk", query.whole),
    "name": Column("name", query.text),
    "description": Column("description", query.text),
    "disable": Column("is_disabled", query.flag),
    "creation_time": Column("created_at", query.time),
    "update_time": Column("updated_at", query.time),
}


class AccessBody(Serializer[Any]):
    resource = Text()
    action = Text()
    effect = Text()


class PermissionBody(Serializer[Any]):
    """`repositories` and `tags` are our own: patterns that narrow what is in a project."""

    kind = Text()
    namespace = Text()
    access = AccessBody(many=True, default=list)
    repositories = Text()
    tags = Text()


class RobotBody(Serializer[Any]):
    name = Text()
    description = Text()
    secret = Text()
    level = Text()
    disable = BooleanField(default=False)
    duration = IntegerField(default=0)
    permissions = PermissionBody(many=True, default=list)


class ChangeBody(RobotBody):
    duration = IntegerField(required=False)


class SecretBody(Serializer[Any]):
    """`keep_old_for_hours` is our own: how long the old secret is good beside the new one."""

    secret = Text()
    keep_old_for_hours = IntegerField(default=0)


class RobotList(View):
    def get(self, request: Request) -> HttpResponse:
        rows = query.select(self._of_level(request), request, COLUMNS, usual_order="creation_time", descending=True)
        page = pagination.cut(request, rows.select_related("project").prefetch_related("grants__project"))
        prefix = configuration.text("robot_name_prefix")
        return answer([shown(robot, prefix) for robot in page.rows], **page.headers)

    def _of_level(self, request: Request) -> QuerySet[Robot]:
        level = _level(query.exactly(request, "level") or "system")
        if level == "system":
            require(self.by, "system-robot:list", None)
            return Robot.objects.filter(project=None)
        number = query.exactly(request, "project_id")
        if not number:
            raise Invalid("q must have a ProjectID beside Level=project")
        project = projects.get(query.whole(number), by=self.by)
        require(self.by, "robot:list", project)
        return Robot.objects.filter(project=project)

    def post(self, request: Request) -> HttpResponse:
        wanted = self.fields(RobotBody)
        grants = _grants(wanted["permissions"], by=self.by)
        made = robots.create(
            wanted["name"],
            grants,
            project=_project_of(_level(wanted["level"]), grants),
            description=wanted["description"],
            duration_days=wanted["duration"],
            secret=wanted["secret"],
            is_disabled=wanted["disable"],
            by=self.by,
        )
        response = answer(_created(made), Location=f"{PATH}/{made.robot.pk}")
        response.status_code = HTTPStatus.CREATED
        return response


class RobotDetail(View):
    def get(self, request: Request, robot_id: str) -> HttpResponse:
        robot = self._robot(robot_id, "read")
        return answer(shown(robot, configuration.text("robot_name_prefix")))

    def put(self, request: Request, robot_id: str) -> HttpResponse:
        robot = self._robot(robot_id, "update")
        wanted = self.fields(ChangeBody)
        if wanted["name"] not in ("", robot.name, robots.name_of(robot)) or _level(wanted["level"]) != _level_of(robot):
            raise Invalid("the name and the level of a robot cannot be changed; make another robot")
        robots.change(
            robot,
            _grants(wanted["permissions"], by=self.by),
            description=wanted["description"],
            duration_days=wanted.get("duration"),
            is_disabled=wanted["disable"],
            by=self.by,
        )
        return done()

    def patch(self, request: Request, robot_id: str) -> HttpResponse:
        robot = self._robot(robot_id, "update")
        wanted = self.fields(SecretBody)
        made = robots.refresh(robot, wanted["secret"], keep_old_for_hours=wanted["keep_old_for_hours"], by=self.by)
        return answer({} if wanted["secret"] else {"secret": made.secret})

    def delete(self, request: Request, robot_id: str) -> HttpResponse:
        robots.delete(self._robot(robot_id, "delete"), by=self.by)
        return done()

    def _robot(self, robot_id: str, verb: str) -> Robot:
        return robots.get(query.whole(robot_id), verb, by=self.by)


def shown(robot: Robot, prefix: str) -> dict[str, object]:
    """A robot as Harbor describes it, and when it was last used. No secret, nor what is kept of it."""
    return {
        "id": robot.pk,
        "name": robots.name_of(robot, prefix=prefix),
        "alias": robots.alias_of(robot),
        "description": robot.description,
        "level": _level_of(robot),
        "duration": robot.duration_days,
        "editable": True,
        "disable": robot.is_disabled,
        "expires_at": _epoch(robot),
        "permissions": [_permission(grant) for grant in robot.grants.all()],
        "creator_type": "local" if robot.creator_kind == "user" else robot.creator_kind,
        "creator_ref": robot.creator_id or 0,
        "creation_time": moment(robot.created_at),
        "update_time": moment(robot.updated_at),
        **({"last_used_at": moment(robot.last_used_at)} if robot.last_used_at else {}),
    }


def _created(made: Made) -> dict[str, object]:
    return {
        "id": made.robot.pk,
        "name": robots.name_of(made.robot),
        "alias": robots.alias_of(made.robot),
        "secret": made.secret,
        "creation_time": moment(made.robot.created_at),
        "expires_at": _epoch(made.robot),
    }


def _epoch(robot: Robot) -> int:
    return int(robot.expires_at.timestamp()) if robot.expires_at else -1


def _permission(grant: RobotGrant) -> dict[str, object]:
    is_in_system = grant.project is None and not grant.covers_all_projects
    split = (action.removeprefix("system-").split(":") for action in grant.actions)
    return {
        "kind": "system" if is_in_system else "project",
        "namespace": grant.project.name if grant.project else SYSTEM_NAMESPACE if is_in_system else ALL_PROJECTS,
        "access": [{"resource": resource, "action": verb, "effect": "allow"} for resource, verb in split],
        **({"repositories": grant.repositories} if grant.repositories else {}),
        **({"tags": grant.tags} if grant.tags else {}),
    }


def _grants(permissions: Sequence[dict[str, Any]], *, by: Principal) -> list[Grant]:
    if len(permissions) > MOST_PERMISSIONS:
        raise Invalid(f"a robot has at most {MOST_PERMISSIONS} permissions; * stands for all projects")
    find = cache(partial(projects.get, by=by))
    return [_grant(permission, find) for permission in permissions]


def _grant(permission: dict[str, Any], find: Callable[[str], Project]) -> Grant:
    kind, namespace = permission["kind"], permission["namespace"]
    if any(access["effect"] not in ("", "allow") for access in permission["access"]):
        raise Invalid("the effect of an access can only be allow; what is not allowed is refused anyway")
    actions = frozenset(f"{access['resource']}:{access['action']}" for access in permission["access"])
    if kind == "system" and namespace in ("", SYSTEM_NAMESPACE):
        return Grant(frozenset(f"system-{action}" for action in actions))
    if kind != "project":
        raise Invalid("a permission is of the kind project, or of the kind system with the namespace /")
    narrowing = {"repositories": permission["repositories"], "tags": permission["tags"]}
    if namespace == ALL_PROJECTS:
        return Grant(actions, covers_all_projects=True, **narrowing)
    return Grant(actions, find(namespace).pk, **narrowing)


def _project_of(level: str, grants: list[Grant]) -> Project | None:
    """The project that a new robot belongs to: the one that it has its permissions in."""
    if level == "system":
        return None
    number = grants[0].project_id if grants else None
    if number is None:
        raise Invalid("a robot of the project level needs permissions of the kind project, all in the same one")
    return Project.objects.get(pk=number)


def _level_of(robot: Robot) -> str:
    return "project" if robot.project_id else "system"


def _level(text: str) -> str:
    if text not in LEVELS:
        raise Invalid("level must be system or project")
    return text
