"""Quotas: for the system's own people."""

from registry.content import usage
from tests.factories.accounts import make_sysadmin
from tests.matrix.world import Ask, Asking, World, at, with_json

TABLE = """
                |     | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /quotas     | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
GET /quotas/<>  | any | 401 401 403 403 403 403 403 403 200 401 403 403 200
PUT /quotas/<>  | any | 401 401 403 403 403 403 403 403 200 401 403 403 403
"""


def _at_quota(world: World) -> Ask:
    usage.open(world.project, by=make_sysadmin())
    return with_json(f"/api/v2.0/quotas/{world.project.pk}", hard={"storage": 1000})


ASKS: dict[str, Asking] = {
    "GET /quotas": at("/api/v2.0/quotas"),
    "GET /quotas/<>": _at_quota,
    "PUT /quotas/<>": _at_quota,
}
