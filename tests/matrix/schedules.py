"""Schedules of jobs."""

from tests.matrix.world import Asking, at

PATH = "/api/v2.0/schedules"
TABLE = """
                         |     | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /schedules           | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
GET /schedules/<>/paused | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
"""
ASKS: dict[str, Asking] = {
    "GET /schedules": at(PATH),
    "GET /schedules/<>/paused": at(f"{PATH}/all/paused"),
}
