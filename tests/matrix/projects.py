"""Projects."""

from tests.matrix.world import Asking, at, with_json

TABLE = """
                    |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /projects       | any     | 200 401 200 200 200 200 200 200 200 401 200 200 200
HEAD /projects      | private | 401 401 403 200 200 200 200 200 200 401 200 200 200
HEAD /projects      | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
POST /projects      | any     | 401 401 201 201 201 201 201 201 201 401 403 403 201
GET /projects/<>    | private | 401 401 403 200 200 200 200 200 200 401 200 200 200
GET /projects/<>    | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
DELETE /projects/<> | private | 401 401 403 403 403 403 403 200 200 401 200 403 403
DELETE /projects/<> | public  | 401 401 403 403 403 403 403 200 200 401 200 403 403
"""
ASKS: dict[str, Asking] = {
    "GET /projects": at("/api/v2.0/projects"),
    "HEAD /projects": at("/api/v2.0/projects?project_name=<>"),
    "POST /projects": lambda world: with_json("/api/v2.0/projects", project_name=f"{world.project.name}-new"),
    "GET /projects/<>": at("/api/v2.0/projects/<>"),
    "DELETE /projects/<>": at("/api/v2.0/projects/<>"),
}
