"""What the system says of itself."""

from tests.matrix.world import Asking, at

TABLE = """
                        |     | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET api/version         | any | 200 200 200 200 200 200 200 200 200 200 200 200 200
GET /ping               | any | 200 200 200 200 200 200 200 200 200 200 200 200 200
GET /health             | any | 200 200 200 200 200 200 200 200 200 200 200 200 200
GET /systeminfo         | any | 200 401 200 200 200 200 200 200 200 401 200 200 200
GET /systeminfo/volumes | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
GET /systeminfo/getcert | any | 404 404 404 404 404 404 404 404 404 404 404 404 404
"""
ASKS: dict[str, Asking] = {
    "GET api/version": at("/api/version"),
    "GET /ping": at("/api/v2.0/ping"),
    "GET /health": at("/api/v2.0/health"),
    "GET /systeminfo": at("/api/v2.0/systeminfo"),
    "GET /systeminfo/volumes": at("/api/v2.0/systeminfo/volumes"),
    "GET /systeminfo/getcert": at("/api/v2.0/systeminfo/getcert"),
}
