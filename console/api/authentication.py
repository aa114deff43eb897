"""Who asks /api: by name and password, by an access token, or by the session of a browser; nobody without any."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts import access_tokens, sign_in
from accounts.exceptions import CredentialsRefused, TokenRefused
from accounts.principals import ANONYMOUS, Principal
from console import sessions
from registry.oci.authentication import Caller


class Authentication(BaseAuthentication):
    """Credentials in the header count before a session. The tokens of /v2 are for /v2 alone."""

    def authenticate(self, request: Request) -> tuple[Principal, None]:
        header, address = request.META.get("HTTP_AUTHORIZATION", ""), request.META.get("REMOTE_ADDR", "")
        scheme, _, credential = header.strip().partition(" ")
        if scheme.lower() == "bearer":
            return _bearer(credential.strip(), address), None
        if scheme.lower() not in ("", "basic"):
            raise CredentialsRefused("this API takes Basic credentials, or an access token")
        if scheme:
            return Caller(header, client_address=address).principal, None
        by_session = sessions.principal(request) if sessions.is_shown(request) else None
        return by_session or ANONYMOUS, None


def _bearer(secret: str, client_address: str) -> Principal:
    if not access_tokens.is_secret(secret):
        raise TokenRefused("this API takes a name and a password, or an access token; registry tokens are for /v2")
    return sign_in.with_access_token(secret, client_address=client_address)
