"""Statistics: everybody who is signed in sees how much there is for them."""

from tests.matrix.world import Asking, at

TABLE = """
                 |     | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /statistics  | any | 401 401 200 200 200 200 200 200 200 401 200 200 200
"""
ASKS: dict[str, Asking] = {"GET /statistics": at("/api/v2.0/statistics")}
