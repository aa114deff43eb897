"""The metadata of a project."""

from tests.matrix.world import Ask, Asking, World, at, with_json

METADATAS = "/api/v2.0/projects/<>/metadatas"
TABLE = """
                                 |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /projects/<>/metadatas       | private | 401 401 403 403 403 403 200 200 200 401 200 403 200
GET /projects/<>/metadatas       | public  | 401 401 403 403 403 403 200 200 200 401 200 403 200
POST /projects/<>/metadatas      | private | 401 401 403 403 403 403 403 200 200 401 200 403 403
POST /projects/<>/metadatas      | public  | 401 401 403 403 403 403 403 200 200 401 200 403 403
GET /projects/<>/metadatas/<>    | private | 401 401 403 403 403 403 200 200 200 401 200 403 200
GET /projects/<>/metadatas/<>    | public  | 401 401 403 403 403 403 200 200 200 401 200 403 200
PUT /projects/<>/metadatas/<>    | private | 401 401 403 403 403 403 403 200 200 401 200 403 403
PUT /projects/<>/metadatas/<>    | public  | 401 401 403 403 403 403 403 200 200 401 200 403 403
DELETE /projects/<>/metadatas/<> | private | 401 401 403 403 403 403 403 200 200 401 200 403 403
DELETE /projects/<>/metadatas/<> | public  | 401 401 403 403 403 403 403 200 200 401 200 403 403
"""


def _set(world: World, key: str = "") -> Ask:
    return with_json(f"/api/v2.0/projects/{world.project.name}/metadatas{key}", auto_scan="true")


ASKS: dict[str, Asking] = {
    "GET /projects/<>/metadatas": at(METADATAS),
    "POST /projects/<>/metadatas": _set,
    "GET /projects/<>/metadatas/<>": at(f"{METADATAS}/public"),
    "PUT /projects/<>/metadatas/<>": lambda world: _set(world, "/auto_scan"),
    "DELETE /projects/<>/metadatas/<>": at(f"{METADATAS}/auto_scan"),
}
