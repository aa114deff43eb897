"""Roles in a project that are narrowed by patterns."""

from accounts.models import BuiltIn
from tests.factories.accounts import add_member, make_user
from tests.matrix.world import Ask, Asking, World, at, with_json

TABLE = """
                              |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /projects/<>/grants       | private | 401 401 403 403 200 200 200 200 200 401 200 403 200
GET /projects/<>/grants       | public  | 401 401 403 403 200 200 200 200 200 401 200 403 200
POST /projects/<>/grants      | private | 401 401 403 403 403 403 403 201 201 401 201 403 403
POST /projects/<>/grants      | public  | 401 401 403 403 403 403 403 201 201 401 201 403 403
GET /projects/<>/grants/<>    | private | 401 401 403 403 200 200 200 200 200 401 200 403 200
GET /projects/<>/grants/<>    | public  | 401 401 403 403 200 200 200 200 200 401 200 403 200
DELETE /projects/<>/grants/<> | private | 401 401 403 403 403 403 403 200 200 401 200 403 403
DELETE /projects/<>/grants/<> | public  | 401 401 403 403 403 403 403 200 200 401 200 403 403
"""


def _new(world: World) -> Ask:
    wanted = {"member_user": {"username": make_user().username}, "role_id": 3, "tags": "!release-*"}
    return with_json(f"/api/v2.0/projects/{world.project.name}/grants", **wanted)


def _grant(world: World) -> Ask:
    grant = add_member(world.project, make_user(), BuiltIn.GUEST, tags="!release-*")
    return Ask(f"/api/v2.0/projects/{world.project.name}/grants/{grant.pk}")


ASKS: dict[str, Asking] = {
    "GET /projects/<>/grants": at("/api/v2.0/projects/<>/grants"),
    "POST /projects/<>/grants": _new,
    "GET /projects/<>/grants/<>": _grant,
    "DELETE /projects/<>/grants/<>": _grant,
}
