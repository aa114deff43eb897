"""Robots, and what they may be given."""

from typing import Any

from accounts.models import Robot
from tests.matrix.world import Ask, Asking, World, at, with_json

TABLE = """
                            |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /permissions            | any     | 401 401 200 403 403 403 403 200 200 401 200 403 200
GET /robots of the system   | any     | 401 401 403 403 403 403 403 403 200 401 403 403 200
GET /robots of a project    | private | 401 401 403 403 200 200 200 200 200 401 200 403 200
GET /robots of a project    | public  | 401 401 403 403 200 200 200 200 200 401 200 403 200
POST /robots of the system  | any     | 401 401 403 403 403 403 403 403 201 401 403 403 403
POST /robots of a project   | private | 401 401 403 403 403 403 403 201 201 401 201 403 403
POST /robots of a project   | public  | 401 401 403 403 403 403 403 201 201 401 201 403 403
GET /robots/<>              | private | 401 401 403 403 200 200 200 200 200 401 200 403 200
GET /robots/<>              | public  | 401 401 403 403 200 200 200 200 200 401 200 403 200
PUT /robots/<>              | private | 401 401 403 403 403 403 403 200 200 401 403 403 403
PUT /robots/<>              | public  | 401 401 403 403 403 403 403 200 200 401 403 403 403
PATCH /robots/<>            | private | 401 401 403 403 403 403 403 200 200 401 403 403 403
PATCH /robots/<>            | public  | 401 401 403 403 403 403 403 200 200 401 403 403 403
DELETE /robots/<>           | private | 401 401 403 403 403 403 403 200 200 401 200 403 403
DELETE /robots/<>           | public  | 401 401 403 403 403 403 403 200 200 401 200 403 403
"""


def _wanted(world: World, level: str) -> dict[str, Any]:
    access = [{"resource": "repository", "action": "pull"}]
    permission = {"kind": "project", "namespace": world.project.name, "access": access}
    return {"name": "ci", "level": level, "duration": -1, "disable": False, "permissions": [permission]}


def _robot_path(world: World) -> str:
    """A robot that may pull in the project, and that nobody has seen yet."""
    robot = world.make_robot(f"robot{Robot.objects.count()}", "repository:pull")
    return f"/api/v2.0/robots/{robot.pk}"


def _changed(world: World) -> Ask:
    return with_json(_robot_path(world), **{**_wanted(world, "project"), "name": ""})


ASKS: dict[str, Asking] = {
    "GET /permissions": at("/api/v2.0/permissions"),
    "GET /robots of the system": at("/api/v2.0/robots"),
    "GET /robots of a project": lambda world: Ask(f"/api/v2.0/robots?q=Level=project,ProjectID={world.project.pk}"),
    "POST /robots of the system": lambda world: with_json("/api/v2.0/robots", **_wanted(world, "system")),
    "POST /robots of a project": lambda world: with_json("/api/v2.0/robots", **_wanted(world, "project")),
    "GET /robots/<>": lambda world: Ask(_robot_path(world)),
    "PUT /robots/<>": _changed,
    "PATCH /robots/<>": lambda world: with_json(_robot_path(world)),
    "DELETE /robots/<>": lambda world: Ask(_robot_path(world)),
}
