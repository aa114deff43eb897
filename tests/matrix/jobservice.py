"""The job service: its pools, workers, jobs and queues."""

from accounts.principals import SYSTEM
from registry.jobs import enqueue
from tests.matrix.world import Ask, Asking, World, at, with_json

PATH = "/api/v2.0/jobservice"
TABLE = """
                                 |     | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /jobservice/pools            | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
GET /jobservice/pools/<>/workers | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
PUT /jobservice/jobs/<>          | any | 401 401 403 403 403 403 403 403 200 401 403 403 403
GET /jobservice/jobs/<>/log      | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
GET /jobservice/queues           | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
PUT /jobservice/queues/<>        | any | 401 401 403 403 403 403 403 403 200 401 403 403 403
"""


def _job(_world: World) -> str:
    return f"{PATH}/jobs/{enqueue.add('recount', by=SYSTEM).pk}"


ASKS: dict[str, Asking] = {
    "GET /jobservice/pools": at(f"{PATH}/pools"),
    "GET /jobservice/pools/<>/workers": at(f"{PATH}/pools/all/workers"),
    "PUT /jobservice/jobs/<>": lambda world: Ask(_job(world)),
    "GET /jobservice/jobs/<>/log": lambda world: Ask(f"{_job(world)}/log"),
    "GET /jobservice/queues": at(f"{PATH}/queues"),
    "PUT /jobservice/queues/<>": lambda _world: with_json(f"{PATH}/queues/RECOUNT", action="pause"),
}
