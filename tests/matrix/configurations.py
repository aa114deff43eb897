"""The settings that an admin changes."""

from tests.matrix.world import Asking, at, with_json

TABLE = """
                    |     | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /configurations | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
PUT /configurations | any | 401 401 403 403 403 403 403 403 200 401 403 403 403
GET /internalconfig | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
"""
ASKS: dict[str, Asking] = {
    "GET /configurations": at("/api/v2.0/configurations"),
    "PUT /configurations": lambda _: with_json("/api/v2.0/configurations", session_timeout=30),
    "GET /internalconfig": at("/api/v2.0/internalconfig"),
}
