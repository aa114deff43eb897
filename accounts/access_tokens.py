"""Personal access tokens: who shows one, and what they may do then."""

import hmac

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import access_token_secrets, last_uses
from accounts.models import AccessToken
from accounts.principals import Principal, of_access_token

PREFIX = access_token_secrets.PREFIX


def is_secret(text: str) -> bool:
    """Whether this is meant to be an access token, and so no password."""
    return text.startswith(PREFIX)


def authenticate(username: str, secret: str, *, client_address: str = "") -> Principal | None:
    """The user of this name, narrowed to what their token is good for. CredentialsRefused, with a sentence
    that says so, where the secret is mistyped or cut off."""
    token = _find(secret)
    if token is None or token.user.username.casefold() != username.casefold():
        return None
    return _use(token, client_address)


def authenticate_bearer(secret: str, *, client_address: str = "") -> Principal | None:
    """The same by the secret alone, which names its user."""
    token = _find(secret)
    return _use(token, client_address) if token else None


def principal(number: int) -> Principal | None:
    """The user behind the token of this number, narrowed to it, while both are good for anything."""
    token = _good().filter(pk=number).first()
    return of_access_token(token) if token else None


def _find(secret: str) -> AccessToken | None:
    token = _good().filter(key=access_token_secrets.key_of(secret)).first()
    if token and hmac.compare_digest(access_token_secrets.digest(secret), token.secret_hash):
        return token
    return None


def _use(token: AccessToken, client_address: str) -> Principal:
    last_uses.note(token, last_used_from=client_address[:64])
    return of_access_token(token)


def _good() -> QuerySet[AccessToken]:
    """Those that have not expired, of users who are not disabled."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return AccessToken.objects.filter(unexpired, user__is_active=True).select_related("user")
