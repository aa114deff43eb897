"""The token service: docker login, and the tokens that /v2 then takes (Docker's token specification)."""

from collections.abc import Sequence

from django.http import HttpResponse, JsonResponse
from rest_framework.request import Request

from accounts.exceptions import CredentialsRefused, Invalid, NotAuthenticated
from accounts.principals import ANONYMOUS, Principal
from accounts.tokens import grants, jwt, keys, scopes
from accounts.tokens.scopes import Scope
from registry.oci.routes import Route
from registry.oci.views.base import OCIView

BASIC_CHALLENGE = 'Basic realm="harbor"'


class TokenView(OCIView):
    """GET /service/token. There is no POST: its 405 sends containerd on to GET."""

    def get(self, request: Request, route: Route) -> HttpResponse:  # noqa: ARG002
        services = request.query_params.getlist("service")
        if set(services) != {jwt.SERVICE}:
            raise Invalid(f"Unable to handle service: {', '.join(services)[:100]}")
        asked = scopes.parse(request.query_params.getlist("scope"))
        bearer = self._bearer(asked)
        issued = jwt.issue(bearer, grants.grant(asked, to=bearer))
        return JsonResponse(
            {
                "token": issued.token,
                "access_token": "",
                "expires_in": issued.expires_in_seconds,
                "issued_at": issued.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        )

    def _bearer(self, asked: Sequence[Scope]) -> Principal:
        """Whom the token is for. Wrong credentials are refused where they are all that is asked about, as
        docker login does; with a scope they count as none, so that a stale pull secret still pulls what is public."""
        if not self.caller.scheme and not asked:
            raise NotAuthenticated("sign in with a name and a password, or ask for a scope")
        try:
            if self.caller.scheme == "bearer":
                raise CredentialsRefused("a token is got with a name and a password")
            return self.caller.principal
        except CredentialsRefused:
            if not asked:
                raise
            return ANONYMOUS

    def _challenge(self, _error: Exception) -> str:
        return BASIC_CHALLENGE


class JWKSView(OCIView):
    """GET /service/token/jwks: the public keys, for whoever wants to verify our tokens elsewhere."""

    cache_control = "public, max-age=60"

    def get(self, request: Request, route: Route) -> HttpResponse:  # noqa: ARG002
        return JsonResponse(keys.jwks())
