"""Projects."""

from tests.matrix.world import Ask, Asking, World, at, with_json

PROJECT = "/api/v2.0/projects/<>"
TABLE = """
                            |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /projects               | any     | 200 401 200 200 200 200 200 200 200 401 200 200 200
HEAD /projects              | private | 401 401 404 200 200 200 200 200 200 401 200 200 200
HEAD /projects              | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
POST /projects              | any     | 401 401 201 201 201 201 201 201 201 401 403 403 201
GET /projects/<>            | private | 401 401 403 200 200 200 200 200 200 401 200 403 200
GET /projects/<>            | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
PUT /projects/<>            | private | 401 401 403 403 403 403 403 200 200 401 200 403 403
PUT /projects/<>            | public  | 401 401 403 403 403 403 403 200 200 401 200 403 403
DELETE /projects/<>         | private | 401 401 403 403 403 403 403 200 200 401 200 403 403
DELETE /projects/<>         | public  | 401 401 403 403 403 403 403 200 200 401 200 403 403
GET /projects/<>/_deletable | private | 401 401 403 403 403 403 403 200 200 401 200 403 403
GET /projects/<>/_deletable | public  | 401 401 403 403 403 403 403 200 200 401 200 403 403
GET /projects/<>/summary    | private | 401 401 403 200 200 200 200 200 200 401 200 403 200
GET /projects/<>/summary    | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
"""


def _changed(world: World) -> Ask:
    return with_json(f"/api/v2.0/projects/{world.project.name}", metadata={"auto_scan": "true"})


ASKS: dict[str, Asking] = {
    "GET /projects": at("/api/v2.0/projects"),
    "HEAD /projects": at("/api/v2.0/projects?project_name=<>"),
    "POST /projects": lambda world: with_json("/api/v2.0/projects", project_name=f"{world.project.name}-new"),
    "GET /projects/<>": at(PROJECT),
    "PUT /projects/<>": _changed,
    "DELETE /projects/<>": at(PROJECT),
    "GET /projects/<>/_deletable": at(f"{PROJECT}/_deletable"),
    "GET /projects/<>/summary": at(f"{PROJECT}/summary"),
}
