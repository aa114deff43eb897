"""Roles."""

from accounts import roles
from accounts.models import Role
from accounts.principals import SYSTEM
from tests.matrix.world import Asking, World, at, with_json

TABLE = """
                 |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /roles       | any     | 401 401 200 200 200 200 200 200 200 401 403 403 200
POST /roles      | any     | 401 401 403 403 403 403 403 403 201 401 403 403 403
GET /roles/<>    | any     | 401 401 200 200 200 200 200 200 200 401 403 403 200
PUT /roles/<>    | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
DELETE /roles/<> | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
"""
WANTED = {"name": "pusher", "actions": ["repository:push"]}


def _role(world: World) -> str:
    """One that nobody has yet."""
    role = roles.create(f"role{Role.objects.count()}", "", ["repository:pull"], by=SYSTEM)
    return f"/api/v2.0/roles/{role.pk}"


ASKS: dict[str, Asking] = {
    "GET /roles": at("/api/v2.0/roles"),
    "POST /roles": lambda world: with_json("/api/v2.0/roles", **WANTED),
    "GET /roles/<>": at("/api/v2.0/roles/4"),
    "PUT /roles/<>": lambda world: with_json(_role(world), **WANTED),
    "DELETE /roles/<>": lambda world: with_json(_role(world)),
}
