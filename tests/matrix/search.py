"""Search: everybody finds what is there for them."""

from tests.matrix.world import Asking, at

TABLE = """
             |     | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /search  | any | 200 401 200 200 200 200 200 200 200 401 200 200 200
"""
ASKS: dict[str, Asking] = {"GET /search": at("/api/v2.0/search?q=<>")}
