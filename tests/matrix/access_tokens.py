"""Personal access tokens: one's own, and those of another user."""

from accounts.models import AccessToken, User
from tests.factories.accounts import make_user
from tests.matrix.world import Ask, Asking, World, with_json

TABLE = """
                                     |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /users/<>/tokens                 | any     | 401 401 200 200 200 200 200 200 200 401 403 403 200
GET /users/<>/tokens of another      | any     | 401 401 403 403 403 403 403 403 200 401 403 403 200
POST /users/<>/tokens                | any     | 401 401 201 201 201 201 201 201 201 401 403 403 201
POST /users/<>/tokens for another    | any     | 401 401 403 403 403 403 403 403 403 401 403 403 403
DELETE /users/<>/tokens/<>           | any     | 401 401 200 200 200 200 200 200 200 401 403 403 200
DELETE /users/<>/tokens/<> of another | any    | 401 401 403 403 403 403 403 403 200 401 403 403 403
"""


def _of_another() -> str:
    return f"/api/v2.0/users/{make_user().pk}/tokens"


def _token_of(user: User) -> str:
    number = AccessToken.objects.count()
    token = AccessToken.objects.create(user=user, name=f"token{number}", key=f"key{number}", secret_hash="-" * 64)
    return f"{user.pk}/tokens/{token.pk}"


def _own(world: World) -> Ask:
    path = _token_of(world.user) if world.user else "current/tokens/1"
    return Ask(f"/api/v2.0/users/{path}")


def _new(path: str) -> Ask:
    return with_json(path, name=f"token{AccessToken.objects.count()}", scopes=[{"access": "pull"}])


ASKS: dict[str, Asking] = {
    "GET /users/<>/tokens": lambda _: Ask("/api/v2.0/users/current/tokens"),
    "GET /users/<>/tokens of another": lambda _: Ask(_of_another()),
    "POST /users/<>/tokens": lambda _: _new("/api/v2.0/users/current/tokens"),
    "POST /users/<>/tokens for another": lambda _: _new(_of_another()),
    "DELETE /users/<>/tokens/<>": _own,
    "DELETE /users/<>/tokens/<> of another": lambda _: Ask(f"/api/v2.0/users/{_token_of(make_user())}"),
}
