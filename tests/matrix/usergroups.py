"""Groups of people: system admins keep them, and whoever is a person finds them by name."""

from tests.factories.accounts import make_group
from tests.matrix.world import Ask, Asking, at, with_json

TABLE = """
                          |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /usergroups           | any     | 401 401 403 403 403 403 403 403 200 401 403 403 200
POST /usergroups          | any     | 401 401 403 403 403 403 403 403 201 401 403 403 403
GET /usergroups/search    | any     | 401 401 200 200 200 200 200 200 200 401 200 200 200
GET /usergroups/<>        | any     | 401 401 403 403 403 403 403 403 200 401 403 403 200
PUT /usergroups/<>        | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
DELETE /usergroups/<>     | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
"""


def _group() -> Ask:
    return with_json(f"/api/v2.0/usergroups/{make_group().pk}", group_name="renamed")


ASKS: dict[str, Asking] = {
    "GET /usergroups": at("/api/v2.0/usergroups"),
    "POST /usergroups": lambda world: with_json("/api/v2.0/usergroups", group_name="new", group_type=2),
    "GET /usergroups/search": at("/api/v2.0/usergroups/search?groupname=some"),
    "GET /usergroups/<>": lambda world: _group(),
    "PUT /usergroups/<>": lambda world: _group(),
    "DELETE /usergroups/<>": lambda world: _group(),
}
