"""Purges of the audit log."""

from accounts.principals import SYSTEM
from registry.upkeep import purges
from registry.upkeep.purges import Wish
from tests.matrix.world import Ask, Asking, World, at, with_json

PATH = "/api/v2.0/system/purgeaudit"
TABLE = """
                                 |     | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /system/purgeaudit           | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
GET /system/purgeaudit/<>        | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
PUT /system/purgeaudit/<>        | any | 401 401 403 403 403 403 403 403 200 401 403 403 403
GET /system/purgeaudit/<>/log    | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
GET /system/purgeaudit/schedule  | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
POST /system/purgeaudit/schedule | any | 401 401 403 403 403 403 403 403 201 401 403 403 403
PUT /system/purgeaudit/schedule  | any | 401 401 403 403 403 403 403 403 200 401 403 403 403
"""


def _purge(world: World) -> str:
    return f"{PATH}/{purges.start(Wish(24, 'pull_artifact'), by=SYSTEM).pk}"


def _schedule(world: World) -> Ask:
    parameters = {"audit_retention_hour": 24, "include_event_types": "pull_artifact"}
    return with_json(f"{PATH}/schedule", schedule={"type": "Daily", "cron": "0 0 0 * * *"}, parameters=parameters)


ASKS: dict[str, Asking] = {
    "GET /system/purgeaudit": at(PATH),
    "GET /system/purgeaudit/<>": lambda world: Ask(_purge(world)),
    "PUT /system/purgeaudit/<>": lambda world: Ask(_purge(world)),
    "GET /system/purgeaudit/<>/log": lambda world: Ask(f"{_purge(world)}/log"),
    "GET /system/purgeaudit/schedule": at(f"{PATH}/schedule"),
    "POST /system/purgeaudit/schedule": _schedule,
    "PUT /system/purgeaudit/schedule": _schedule,
}
