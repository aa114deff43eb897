"""The members of a project."""

from tests.factories.accounts import make_user
from tests.matrix.world import Ask, Asking, World, with_json

TABLE = """
                          |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
POST /projects/<>/members | private | 401 401 403 403 403 403 403 201 201 401 201 403 403
POST /projects/<>/members | public  | 401 401 403 403 403 403 403 201 201 401 201 403 403
"""


def _member(world: World) -> Ask:
    wanted = {"username": make_user().username}
    return with_json(f"/api/v2.0/projects/{world.project.name}/members", role_id=3, member_user=wanted)


ASKS: dict[str, Asking] = {
    "POST /projects/<>/members": _member,
}
