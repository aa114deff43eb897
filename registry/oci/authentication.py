"""Who sent a request to /v2, and where it is sent when that is not enough.

The header is read at once, the person behind it only when somebody asks: the plainest reads need no
more than the token itself."""

import base64
import binascii
from contextlib import suppress
from functools import cached_property

from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts import sign_in
from accounts.exceptions import CredentialsRefused, NotAuthenticated, TokenRefused
from accounts.principals import ANONYMOUS, Principal
from accounts.tokens import jwt
from accounts.tokens.jwt import SERVICE, Claims
from registry.content import names
from registry.exceptions import NameInvalid
from registry.oci.routes import Route

LONGEST_HEADER = 16 << 10


class Caller:
    """The sender of one request. `admitted_at`: when its body began to come in, if it has one that takes time."""

    def __init__(self, header: str, *, client_address: str = "", admitted_at: float | None = None) -> None:
        scheme, _, self._credential = header.strip().partition(" ")
        self.scheme = scheme.lower()
        self._client_address = client_address
        self._admitted_at = admitted_at

    @cached_property
    def claims(self) -> Claims | None:
        """What a Bearer token says; None where the request carries none. TokenRefused where it is not valid."""
        if self.scheme != "bearer":
            return None
        return jwt.verify(self._credential.strip(), at=self._admitted_at)

    @cached_property
    def principal(self) -> Principal:
        """The person, as the database knows them now. CredentialsRefused or TokenRefused where that fails."""
        if self.scheme == "bearer":
            return sign_in.with_token(self._credential.strip(), admitted_at=self._admitted_at)
        if self.scheme == "basic":
            username, password = _basic(self._credential)
            return sign_in.with_password(username, password, client_address=self._client_address)
        if self.scheme:
            raise CredentialsRefused("this registry takes Basic and Bearer credentials")
        return ANONYMOUS

    @property
    def name(self) -> str:
        """The name for the log, without asking for more than is known already."""
        if "principal" in self.__dict__:
            return self.principal.name
        return self.claims.name if "claims" in self.__dict__ and self.claims else ""


def _basic(credential: str) -> tuple[str, str]:
    try:
        username, colon, password = base64.b64decode(credential.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise CredentialsRefused("the Basic credentials are not base64 of name:password") from None
    if not colon:
        raise CredentialsRefused("the Basic credentials are not base64 of name:password")
    return username, password


class HeaderAuthentication(BaseAuthentication):
    """Reads the Authorization header; whether it is any good shows when a view asks."""

    def authenticate(self, request: Request) -> tuple[Caller, None]:
        reception = request.META.get("roadstead.reception")
        caller = Caller(
            request.META.get("HTTP_AUTHORIZATION", "")[:LONGEST_HEADER],
            client_address=request.META.get("REMOTE_ADDR", ""),
            admitted_at=getattr(reception, "admitted_at", None),
        )
        return caller, None


def challenge(request: Request, route: Route, error: Exception) -> str:
    """What WWW-Authenticate says to a 401 (RFC 7235; Docker's token specification; Harbor's habits).

    After a failed Basic, and for the catalog, another Basic is asked for; else a token of the scope needed."""
    if isinstance(error, CredentialsRefused) or route.kind == "catalog":
        return 'Basic realm="harbor"'
    parts = [f'realm="{external_url(request)}/service/token"', f'service="{SERVICE}"']
    if route.name:
        parts.append(f'scope="{" ".join(_scopes(request, route))}"')
    if isinstance(error, TokenRefused):
        parts.append('error="invalid_token"')
    elif not isinstance(error, NotAuthenticated):
        parts.append('error="insufficient_scope"')
    return f"Bearer {','.join(parts)}"


def _scopes(request: Request, route: Route) -> list[str]:
    """What a token needs for this request: a mount reads its source too."""
    needed = [f"repository:{route.name}:{scope_actions(request.method or 'GET', route.kind)}"]
    if "mount" in request.query_params:
        with suppress(NameInvalid):
            needed.append(f"repository:{names.repository(request.query_params.get('from', ''))}:pull")
    return needed


def scope_actions(method: str, kind: str) -> str:
    """The scope that a request of this method needs, as a token asks for it."""
    if method in ("GET", "HEAD") and kind not in ("upload", "uploads"):
        return "pull"
    return "delete" if method == "DELETE" and kind in ("manifest", "blob") else "pull,push"


def external_url(request: Request) -> str:
    """Where clients reach us: as configured, else by the Host they used, which is believed only where
    it is listed (DisallowedHost otherwise)."""
    return settings.ENV.external_url or f"{request.scheme}://{request.get_host()}"
