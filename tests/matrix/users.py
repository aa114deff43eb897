"""People, and what they ask about themselves."""

from accounts.models import User
from tests.factories.accounts import PASSWORD, make_user
from tests.matrix.world import Ask, Asking, World, with_json

TABLE = """
                                  |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /users                        | any     | 401 401 403 403 403 403 403 403 200 401 403 403 200
POST /users                       | any     | 401 401 403 403 403 403 403 403 201 401 403 403 403
GET /users/search                 | any     | 401 401 200 200 200 200 200 200 200 401 403 403 200
GET /users/current                | any     | 401 401 200 200 200 200 200 200 200 401 412 412 200
GET /users/current/permissions    | any     | 401 401 200 200 200 200 200 200 200 401 200 200 200
GET /users/<>                     | any     | 401 401 200 200 200 200 200 200 200 401 403 403 200
GET /users/<> of another          | any     | 401 401 403 403 403 403 403 403 200 401 403 403 200
GET /users/<> of nobody           | any     | 401 401 403 403 403 403 403 403 404 401 403 403 404
PUT /users/<>                     | any     | 401 401 200 200 200 200 200 200 200 401 403 403 200
PUT /users/<> of another          | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
DELETE /users/<>                  | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
DELETE /users/<> of oneself       | any     | 401 401 403 403 403 403 403 403 403 401 403 403 403
PUT /users/<>/sysadmin            | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
PUT /users/<>/sysadmin of oneself | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
PUT /users/<>/auditor             | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
PUT /users/<>/disabled            | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
PUT /users/<>/password            | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
PUT /users/<>/password of oneself | any     | 401 401 200 200 200 200 200 200 200 401 403 403 200
PUT /users/<>/cli_secret          | any     | 401 401 412 412 412 412 412 412 412 401 403 403 412
POST c/login                      | any     | 200 200 200 200 200 200 200 200 200 200 200 200 200
GET c/log_out                     | any     | 200 401 200 200 200 200 200 200 200 401 200 200 200
POST c/userExists                 | any     | 412 401 412 412 412 412 412 412 200 401 412 412 412
"""
NOBODYS = 10**9


def _path(number: int, more: str = "") -> str:
    return f"/api/v2.0/users/{number}{more}"


def _own(world: World, more: str = "") -> str:
    return _path(world.user.pk if world.user else make_user().pk, more)


def _another(more: str = "") -> str:
    return _path(make_user().pk, more)


def _new_user(world: World) -> Ask:
    name = f"eve-of-{world.project.name}"
    wanted = {"username": name, "email": f"{name}@example.org", "realname": "Eve", "password": "Plain-words-1"}
    return with_json("/api/v2.0/users", **wanted)


def _profile(path: str) -> Ask:
    return with_json(path, email=f"new-{User.objects.count()}@example.org", realname="New")


def _password(path: str) -> Ask:
    return with_json(path, old_password=PASSWORD, new_password="Another-Horse-2")


def _form(path: str, body: str) -> Ask:
    return Ask(path, body.encode(), "application/x-www-form-urlencoded")


ASKS: dict[str, Asking] = {
    "GET /users": lambda _: Ask("/api/v2.0/users"),
    "POST /users": _new_user,
    "GET /users/search": lambda _: Ask("/api/v2.0/users/search?username=a"),
    "GET /users/current": lambda _: Ask("/api/v2.0/users/current"),
    "GET /users/current/permissions": lambda world: Ask(
        f"/api/v2.0/users/current/permissions?scope=/project/{world.project.pk}"
    ),
    "GET /users/<>": lambda world: Ask(_own(world)),
    "GET /users/<> of another": lambda _: Ask(_another()),
    "GET /users/<> of nobody": lambda _: Ask(_path(NOBODYS)),
    "PUT /users/<>": lambda world: _profile(_own(world)),
    "PUT /users/<> of another": lambda _: _profile(_another()),
    "DELETE /users/<>": lambda _: Ask(_another()),
    "DELETE /users/<> of oneself": lambda world: Ask(_own(world)),
    "PUT /users/<>/sysadmin": lambda _: with_json(_another("/sysadmin"), sysadmin_flag=True),
    "PUT /users/<>/sysadmin of oneself": lambda world: with_json(_own(world, "/sysadmin"), sysadmin_flag=True),
    "PUT /users/<>/auditor": lambda _: with_json(_another("/auditor"), auditor_flag=True),
    "PUT /users/<>/disabled": lambda _: with_json(_another("/disabled"), disabled=True),
    "PUT /users/<>/password": lambda _: _password(_another("/password")),
    "PUT /users/<>/password of oneself": lambda world: _password(_own(world, "/password")),
    "PUT /users/<>/cli_secret": lambda world: with_json(_own(world, "/cli_secret"), secret="Plain-words-1"),
    "POST c/login": lambda _: _form("/c/login", f"principal={make_user().username}&password={PASSWORD}"),
    "GET c/log_out": lambda _: Ask("/c/log_out"),
    "POST c/userExists": lambda _: _form("/c/userExists", "target=username&value=alice"),
}
