"""What all views of /v2 have in common: bytes are left alone, every refusal is answered by the one table."""

from collections.abc import Iterable
from typing import Any, cast

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts import audit, refusals
from accounts.exceptions import NotAllowed, NotAuthenticated, TooManyAttempts
from accounts.models import Project
from accounts.principals import Principal
from registry.content import names
from registry.content.hot import Rights
from registry.exceptions import UploadOutOfOrder
from registry.oci import access, authentication, errors
from registry.oci.authentication import Caller, HeaderAuthentication
from registry.oci.routes import Route

API_VERSION = "registry/2.0"
# Replies without a body tell no length: a 304's would be that of the 200 it stands for (RFC 9110, 8.6).
BODILESS = (204, 304)


class AnyNegotiation(BaseContentNegotiation):
    """Accept is no ground to refuse: docker lists what it can read, and gets what was pushed."""

    def select_parser(self, _request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, _request: Request, renderers: Iterable[BaseRenderer], _format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type or ""


class OCIView(APIView):
    """One address of /v2. A view takes the `Route` that was matched; it answers or raises a refusal."""

    authentication_classes = (HeaderAuthentication,)
    permission_classes = ()
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AnyNegotiation
    http_method_names = ("get", "head", "post", "put", "patch", "delete")
    # Whom the reply is for: what one may see, another may not.
    cache_control = "private, no-store"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        route: Route = kwargs["route"]
        if route.name:
            names.repository(route.name)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with audit.context(
            client_address=request.META.get("REMOTE_ADDR", ""),
            request_id=id_of(request),
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
        ):
            return super().dispatch(request, *args, **kwargs)

    @property
    def caller(self) -> Caller:
        return cast(Caller, self.request.user)

    def admit(self, action: str, *, tag: str | None = None) -> tuple[Project, Principal]:
        """The project and the person, where they may do this here; else the refusal is raised."""
        return access.admit(self.caller, action, self.kwargs["route"].name, tag=tag)

    def admit_reading(self, rights: Rights | None, *, tag: str | None = None) -> None:
        """Whether this may be pulled. Where the token's grounds have not changed, nothing more is asked."""
        name = self.kwargs["route"].name
        if rights is None or not access.covers(self.caller.claims, name, "pull", rights):
            self.admit("repository:pull", tag=tag)

    def handle_exception(self, error: Exception) -> HttpResponse:  # type: ignore[override]
        request_id = id_of(self.request)
        response = errors.response(error, request_id=request_id, why=self._kept(error))
        response = response or errors.unexpected(error, request_id=request_id)
        if response.status_code == 401:
            try:
                response["WWW-Authenticate"] = self._challenge(error)
            except DisallowedHost as unlisted:  # to an address that is not ours nobody is sent
                return self.handle_exception(unlisted)
        if isinstance(error, TooManyAttempts):
            response["Retry-After"] = str(error.retry_after_seconds)
        if isinstance(error, UploadOutOfOrder) and error.upload_id:
            response["Range"] = f"0-{max(error.offset - 1, 0)}"
            response["Location"] = f"/v2/{self.kwargs['route'].name}/blobs/uploads/{error.upload_id}"
        return response

    def _kept(self, error: Exception) -> str:
        """The id that opens the refusal, where a right was lacking."""
        if not isinstance(error, NotAllowed):
            return ""
        return refusals.keep(error, by=self.caller.principal, resource=f"{self.request.method} {self.request.path}")

    def _challenge(self, error: Exception) -> str:
        return authentication.challenge(self.request, self.kwargs["route"], error)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response["Docker-Distribution-Api-Version"] = API_VERSION
        response["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Cache-Control", self.cache_control)
        if not response.streaming:
            if not response.content:
                del response["Content-Type"]
            if response.status_code not in BODILESS:
                response.headers.setdefault("Content-Length", str(len(response.content)))
        response.principal_name = self.caller.name
        return super().finalize_response(request, response, *args, **kwargs)


class BaseView(OCIView):
    """GET /v2/: whether we are a registry, and whether the credential is good."""

    def get(self, request: Request, route: Route) -> HttpResponse:  # noqa: ARG002
        if not self.caller.scheme:
            raise NotAuthenticated("sign in first (docker login)")
        _ = self.caller.principal
        return HttpResponse(b"{}", content_type="application/json")


def id_of(request: HttpRequest | Request) -> str:
    """The request's id, as its reply and the log tell it."""
    return str(request.META.get("HTTP_X_REQUEST_ID", ""))[:64]
