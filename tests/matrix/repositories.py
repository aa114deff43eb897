"""Repositories, and the history of their tags."""

from tests.matrix.world import Ask, Asking, World, with_json

TABLE = """
                                            |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /repositories                           | any     | 200 401 200 200 200 200 200 200 200 401 200 200 200
GET /projects/<>/repositories               | private | 401 401 403 200 200 200 200 200 200 401 200 403 200
GET /projects/<>/repositories               | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
GET /projects/<>/repositories/<>            | private | 401 401 403 200 200 200 200 200 200 401 200 403 200
GET /projects/<>/repositories/<>            | public  | 401 401 403 200 200 200 200 200 200 401 200 403 200
PUT /projects/<>/repositories/<>            | private | 401 401 403 403 403 200 200 200 200 401 200 403 403
PUT /projects/<>/repositories/<>            | public  | 401 401 403 403 403 200 200 200 200 401 200 403 403
DELETE /projects/<>/repositories/<>         | private | 401 401 403 403 403 403 200 200 200 401 200 403 403
DELETE /projects/<>/repositories/<>         | public  | 401 401 403 403 403 403 200 200 200 401 200 403 403
GET /projects/<>/repositories/<>/history    | private | 401 401 403 200 200 200 200 200 200 401 200 403 200
GET /projects/<>/repositories/<>/history    | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
GET /projects/<>/repositories/<>/tags-as-of | private | 401 401 403 200 200 200 200 200 200 401 200 403 200
GET /projects/<>/repositories/<>/tags-as-of | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
"""


def _of(world: World) -> str:
    """The path of the repository, in which something stands."""
    return world.artifact_path.partition("/artifacts/")[0]


def _all_of(world: World) -> Ask:
    return Ask(_of(world).rpartition("/")[0])


ASKS: dict[str, Asking] = {
    "GET /repositories": lambda world: Ask("/api/v2.0/repositories"),
    "GET /projects/<>/repositories": _all_of,
    "GET /projects/<>/repositories/<>": lambda world: Ask(_of(world)),
    "PUT /projects/<>/repositories/<>": lambda world: with_json(_of(world), description="ours"),
    "DELETE /projects/<>/repositories/<>": lambda world: Ask(_of(world)),
    "GET /projects/<>/repositories/<>/history": lambda world: Ask(f"{_of(world)}/history"),
    "GET /projects/<>/repositories/<>/tags-as-of": lambda world: Ask(f"{_of(world)}/tags-as-of?at=2026-01-01T00:00:00"),
}
