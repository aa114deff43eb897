"""The members of a project."""

from accounts.models import BuiltIn
from tests.factories.accounts import add_member, make_user
from tests.matrix.world import Ask, Asking, World, at, with_json

TABLE = """
                               |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /projects/<>/members       | private | 401 401 403 403 200 200 200 200 200 401 200 403 200
GET /projects/<>/members       | public  | 401 401 403 403 200 200 200 200 200 401 200 403 200
POST /projects/<>/members      | private | 401 401 403 403 403 403 403 201 201 401 201 403 403
POST /projects/<>/members      | public  | 401 401 403 403 403 403 403 201 201 401 201 403 403
GET /projects/<>/members/<>    | private | 401 401 403 403 200 200 200 200 200 401 200 403 200
GET /projects/<>/members/<>    | public  | 401 401 403 403 200 200 200 200 200 401 200 403 200
PUT /projects/<>/members/<>    | private | 401 401 403 403 403 403 403 200 200 401 200 403 403
PUT /projects/<>/members/<>    | public  | 401 401 403 403 403 403 403 200 200 401 200 403 403
DELETE /projects/<>/members/<> | private | 401 401 403 403 403 403 403 200 200 401 200 403 403
DELETE /projects/<>/members/<> | public  | 401 401 403 403 403 403 403 200 200 401 200 403 403
"""


def _new(world: World) -> Ask:
    wanted = {"username": make_user().username}
    return with_json(f"/api/v2.0/projects/{world.project.name}/members", role_id=3, member_user=wanted)


def _member(world: World) -> str:
    member = add_member(world.project, make_user(), BuiltIn.LIMITED_GUEST)
    return f"/api/v2.0/projects/{world.project.name}/members/{member.pk}"


ASKS: dict[str, Asking] = {
    "GET /projects/<>/members": at("/api/v2.0/projects/<>/members"),
    "POST /projects/<>/members": _new,
    "GET /projects/<>/members/<>": lambda world: Ask(_member(world)),
    "PUT /projects/<>/members/<>": lambda world: with_json(_member(world), role_id=3),
    "DELETE /projects/<>/members/<>": lambda world: Ask(_member(world)),
}
