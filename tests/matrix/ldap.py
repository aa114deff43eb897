"""The directory, seen by those who may: there is none here, which those read as a refusal of what they asked."""

from tests.matrix.world import Asking, at, with_json

TABLE = """
                          |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
POST /ldap/ping           | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
GET /ldap/users/search    | any     | 401 401 403 403 403 403 403 403 400 401 403 403 400
POST /ldap/users/import   | any     | 401 401 403 403 403 403 403 403 400 401 403 403 403
GET /ldap/groups/search   | any     | 401 401 403 403 403 403 403 403 400 401 403 403 400
POST /ldap/trace          | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
"""
NOWHERE = {"ldap_url": "ldap://127.0.0.1:1"}

ASKS: dict[str, Asking] = {
    "POST /ldap/ping": lambda world: with_json("/api/v2.0/ldap/ping", **NOWHERE),
    "GET /ldap/users/search": at("/api/v2.0/ldap/users/search?username=ann"),
    "POST /ldap/users/import": lambda world: with_json("/api/v2.0/ldap/users/import", ldap_uid_list=["ann"]),
    "GET /ldap/groups/search": at("/api/v2.0/ldap/groups/search?groupname=people"),
    "POST /ldap/trace": lambda world: with_json("/api/v2.0/ldap/trace", username="ann", password="x", settings=NOWHERE),
}
