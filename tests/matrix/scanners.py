"""The scanner that a project has none of."""

from tests.matrix.world import Ask, Asking, World, at, with_json

SCANNER = "/api/v2.0/projects/<>/scanner"
TABLE = """
                                      |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /projects/<>/scanner              | private | 401 401 403 200 200 200 200 200 200 401 200 403 200
GET /projects/<>/scanner              | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
PUT /projects/<>/scanner              | private | 401 401 403 403 403 403 403 404 404 401 404 403 403
PUT /projects/<>/scanner              | public  | 401 401 403 403 403 403 403 404 404 401 404 403 403
GET /projects/<>/scanner/candidates   | private | 401 401 403 403 403 403 403 200 200 401 200 403 403
GET /projects/<>/scanner/candidates   | public  | 401 401 403 403 403 403 403 200 200 401 200 403 403
"""


def _chosen(world: World) -> Ask:
    return with_json(f"/api/v2.0/projects/{world.project.name}/scanner", uuid="no-such-scanner")


ASKS: dict[str, Asking] = {
    "GET /projects/<>/scanner": at(SCANNER),
    "PUT /projects/<>/scanner": _chosen,
    "GET /projects/<>/scanner/candidates": at(f"{SCANNER}/candidates"),
}
