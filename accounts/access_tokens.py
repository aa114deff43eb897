"""Personal access tokens: making and revoking them, who shows one, and what they may do then."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import access_token_limits, access_token_secrets, audit, last_uses, lifetimes, users
from accounts.exceptions import (
    AccessTokenExists,
    AccessTokenUnknown,
    CredentialsRefused,
    Invalid,
    NotAllowed,
    NotAuthenticated,
)
from accounts.models import AccessToken, User
from accounts.permissions import require
from accounts.principals import Grant, Principal, of_access_token

PREFIX = access_token_secrets.PREFIX
LONGEST_NAME = 255
USUAL_DAYS = 90
MOST_SCOPES = 100


def is_secret(text: str) -> bool:
    """Whether this is meant to be an access token, and so no password."""
    return text.startswith(PREFIX)


def authenticate(username: str, secret: str, *, client_address: str = "") -> Principal | None:
    """The user of this name, narrowed to what their token is good for. CredentialsRefused, with a sentence
    that says why, where the secret is mistyped or cut off, or right but good for nothing."""
    token = _find(secret)
    if token and token.user.username.casefold() != username.casefold():
        raise CredentialsRefused("this access token is another user's; sign in under the name of who made it")
    return _use(token, client_address) if token else None


def authenticate_bearer(secret: str, *, client_address: str = "") -> Principal | None:
    """The same by the secret alone, which names its user."""
    token = _find(secret)
    return _use(token, client_address) if token else None


def principal(number: int) -> Principal | None:
    """The user behind the token of this number, narrowed to it, while both are good for anything."""
    token = _rows().filter(pk=number).first()
    return of_access_token(token) if token and not _why_not(token) else None


@dataclass(frozen=True)
class Made:
    """A token with its secret: the only time that it is seen."""

    token: AccessToken
    secret: str = field(repr=False)


@transaction.atomic
def create(name: str, *, limit: Sequence[Grant] | None = None, duration_days: int = USUAL_DAYS, by: Principal) -> Made:
    """Make a token for oneself: for all that one may do, or for what the limit says."""
    user = owner(by=by)
    require(by, "self:update", None)
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise Invalid(f"an access token has a name of 1 to {LONGEST_NAME} characters")
    if limit is not None and not 0 < len(limit) <= MOST_SCOPES:
        raise Invalid(f"an access token has 1 to {MOST_SCOPES} scopes, or none that are spoken of, for all you may do")
    access_token_limits.require_within(by, limit)
    expires_at = lifetimes.end(timezone.now(), lifetimes.check(duration_days))
    lifetimes.require_within(by, expires_at)
    secret = access_token_secrets.generate()
    token = AccessToken(
        user=user,
        name=name,
        key=access_token_secrets.key_of(secret),
        secret_hash=access_token_secrets.digest(secret),
        limit=access_token_limits.as_json(limit),
        expires_at=expires_at,
    )
    try:
        with transaction.atomic():
            token.save(force_insert=True)
    except IntegrityError:
        raise AccessTokenExists(f"you have an access token {name} already; revoke it, or take another name") from None
    audit.record(by, "create", "access token", str(token))
    return Made(token, secret)


def owner(number: int | None = None, verb: str = "read", *, by: Principal) -> User:
    """Whose tokens are meant: one's own, or those of a user of this number for whoever may do this to users."""
    if by.is_anonymous:
        raise NotAuthenticated
    number = by.user_id if number is None else number
    if number is None:
        raise NotAllowed("a robot has no access tokens: its secret is as good, and may be refreshed")
    return users.get(number, verb, by=by)


def of_user(user: User, *, by: Principal) -> QuerySet[AccessToken]:
    """All tokens of somebody, for themselves or for a system admin."""
    if by.user_id == user.pk:
        require(by, "self:update", None)
    else:
        require(by, "system-user:read", None)
    return AccessToken.objects.filter(user=user).select_related("user")


@transaction.atomic
def revoke(user: User, number: int, *, by: Principal) -> None:
    """End a token at its next request, and all that was got with it. A token may always end itself."""
    if by.user_id != user.pk:
        require(by, "system-user:update", None)
    elif by.access_token_id != number:
        require(by, "self:update", None)
    token = AccessToken.objects.filter(user=user, pk=number).first()
    if token is None:
        raise AccessTokenUnknown(f"{user} has no access token {number}")
    audit.record(by, "delete", "access token", str(token))
    if not token.delete()[0]:
        raise AccessTokenUnknown(f"{user} has no access token {number}")


def _find(secret: str) -> AccessToken | None:
    token = _rows().filter(key=access_token_secrets.key_of(secret)).first()
    if token and hmac.compare_digest(access_token_secrets.digest(secret), token.secret_hash):
        return token
    return None


def _use(token: AccessToken, client_address: str) -> Principal:
    found = of_access_token(token)
    if why := _why_not(token):
        audit.record(found, "login", "user", found.name, succeeded=False, description=f"{found.via} {why}")
        raise CredentialsRefused(f"the {found.via} of {found.name} {why}")
    if last_uses.note(token, last_used_from=client_address[:64]):  # each request shows it: one a minute is told
        with audit.context(client_address=client_address):
            audit.record(found, "login", "user", found.name)
    return found


def _rows() -> QuerySet[AccessToken]:
    return AccessToken.objects.select_related("user")


def _why_not(token: AccessToken) -> str:
    """Why it is good for nothing; empty where it is good for something."""
    if not token.user.is_active:
        return "is worth nothing while its user is disabled; a system admin can change that"
    if token.expires_at is not None and lifetimes.is_over(token.expires_at):
        return f"has expired at {lifetimes.told(token.expires_at)}; make another"
    return ""
