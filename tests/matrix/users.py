"""People."""

from tests.matrix.world import Ask, Asking, World, with_json

TABLE = """
            |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
POST /users | any     | 401 401 403 403 403 403 403 403 201 401 403 403 403
"""


def _new_user(world: World) -> Ask:
    name = f"eve-of-{world.project.name}"
    wanted = {"username": name, "email": f"{name}@example.org", "realname": "Eve", "password": "Plain-words-1"}
    return with_json("/api/v2.0/users", **wanted)


ASKS: dict[str, Asking] = {
    "POST /users": _new_user,
}
