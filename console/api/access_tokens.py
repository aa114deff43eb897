"""/api/v2.0/users/current/tokens: one's personal access tokens; those of others below /users/<id>/tokens.

These addresses are our own: Harbor has none like them."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import CharField, IntegerField, ListField, Serializer

from accounts import access_token_limits, access_tokens
from accounts.access_token_secrets import PREFIX
from accounts.exceptions import NotAllowed, NotAuthenticated
from accounts.models import AccessToken, Project, User
from accounts.principals import Grant, Principal, of_access_token
from console.api import pagination, query
from console.api.base import Text, View, answer, done, moment
from console.api.query import Column

PATH = "/api/v2.0/users/{}/tokens"
COLUMNS = {
    "id": Column("pk", query.whole),
    "name": Column("name", query.text),
    "creation_time": Column("created_at", query.time),
    "expires_at": Column("expires_at", query.time),
    "last_used_at": Column("last_used_at", query.time),
}


class ScopeBody(Serializer[Any]):
    """Where (`*` is everywhere), and for what: an access such as `pull`, or actions one by one."""

    project = Text(default="*")
    access = Text()
    actions = ListField(child=CharField(), default=list)


class TokenBody(Serializer[Any]):
    """Without `scopes`, it is good for all that its user may do."""

    name = Text()
    duration = IntegerField(default=access_tokens.USUAL_DAYS)
    scopes = ListField(child=ScopeBody(), required=False, max_length=access_tokens.MOST_SCOPES)


class AccessTokenList(View):
    def get(self, request: Request, user_id: str) -> HttpResponse:
        tokens = access_tokens.of_user(_owner(user_id, "read", by=self.by), by=self.by)
        page = pagination.cut(request, query.select(tokens, request, COLUMNS, usual_order="name"))
        return answer([*shown(page.rows)], **page.headers)

    def post(self, request: Request, user_id: str) -> HttpResponse:
        if user_id != "current" and query.whole(user_id) != self.by.user_id:
            raise NotAuthenticated if self.by.is_anonymous else NotAllowed("everybody makes their own access tokens")
        wanted = self.fields(TokenBody)
        made = access_tokens.create(
            wanted["name"], limit=_limit(wanted.get("scopes"), by=self.by), duration_days=wanted["duration"], by=self.by
        )
        content = {**next(iter(shown([made.token]))), "secret": made.secret}
        response = answer(content, Location=f"{PATH.format('current')}/{made.token.pk}")
        response.status_code = HTTPStatus.CREATED
        return response


class AccessTokenDetail(View):
    def delete(self, request: Request, user_id: str, token_id: str) -> HttpResponse:
        user = _owner(user_id, "update", by=self.by)
        access_tokens.revoke(user, query.whole(token_id), by=self.by)
        return done()


def _owner(user_id: str, verb: str, *, by: Principal) -> User:
    return access_tokens.owner(None if user_id == "current" else query.whole(user_id), verb, by=by)


def shown(tokens: Sequence[AccessToken]) -> Iterable[dict[str, object]]:
    """Tokens without their secrets; `key` is how each begins, by which one that was found can be told."""
    limits = {token.pk: of_access_token(token).limit for token in tokens}
    parts = [part for limit in limits.values() for part in limit or ()]
    numbers = {part.project_id for part in parts if part.project_id is not None}
    names = dict(Project.objects.filter(pk__in=numbers).values_list("pk", "name"))
    for token in tokens:
        limit = limits[token.pk]
        yield {
            "id": token.pk,
            "name": token.name,
            "key": PREFIX + token.key,
            "scopes": None if limit is None else [_scope(part, names) for part in limit],
            "creation_time": moment(token.created_at),
            "expires_at": moment(token.expires_at) if token.expires_at else None,
            "last_used_at": moment(token.last_used_at) if token.last_used_at else None,
            "last_used_from": token.last_used_from,
        }


def _scope(part: Grant, names: dict[int, str]) -> dict[str, object]:
    """A project that is gone has no name any more, and its part of the token no use."""
    name = "*" if part.project_id is None else names.get(part.project_id, "")
    return {"project": name, "access": access_token_limits.preset_of(part), "actions": sorted(part.actions)}


def _limit(scopes: Iterable[dict[str, Any]] | None, *, by: Principal) -> list[Grant] | None:
    if scopes is None:
        return None
    return [access_token_limits.make(each["project"], each["access"], each["actions"], by=by) for each in scopes]
