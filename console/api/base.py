"""What all views of /api have in common: JSON in and out, who asks, and refusals by the one table."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import ErrorDetail, MethodNotAllowed, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, Field, Serializer
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from accounts import audit, refusals
from accounts.exceptions import Invalid, NotAuthenticated, TooManyAttempts
from accounts.principals import ANONYMOUS, Principal
from console import sessions
from console.api import errors, operations
from console.api.authentication import Authentication
from console.api.errors import AddressUnknown, NotBuilt, Unprocessable

CHALLENGE = 'Basic realm="harbor"'
# What a value fails at that is of the right kind: as in Harbor, 422 instead of 400.
OUT_OF_BOUNDS = {"required", "max_length", "min_length", "max_value", "min_value", "invalid_choice"}


class JSONBody(BaseParser):
    """JSON in UTF-8, whatever charset the header speaks of (RFC 8259)."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return json.loads(stream.read().decode(), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise ParseError("the body is not JSON") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


class JSONAlways(DefaultContentNegotiation):
    """Every answer is JSON, whatever Accept says."""

    def select_renderer(
        self, _request: Request, renderers: Iterable[BaseRenderer], _format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type or ""


class View(APIView):
    """One address of the API. A view answers, or raises a refusal."""

    authentication_classes: Sequence[type[BaseAuthentication]] = (Authentication,)
    permission_classes = ()
    parser_classes: Sequence[type[BaseParser]] = (JSONBody,)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = JSONAlways
    http_method_names = ("get", "head", "post", "put", "patch", "delete")
    address = ""
    by: Principal = ANONYMOUS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with audit.context(
            client_address=request.META.get("REMOTE_ADDR", ""),
            request_id=_request_id(request),
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
        ):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "\0" in "".join(text for values in request.query_params.lists() for text in (values[0], *values[1])):
            raise Invalid("the query has a character that is in no name")

    def perform_authentication(self, request: Request) -> None:
        self.by = cast(Principal, request.user or ANONYMOUS)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """No such method here: it may yet be one of Harbor's, which is not built."""
        operation = operations.find(request.method or "", self.address)
        if operation is None:
            raise MethodNotAllowed(request.method or "")
        raise NotAuthenticated("sign in first") if self.by.is_anonymous else NotBuilt(operation.sentence)

    def fields(self, kind: type[Serializer[Any]]) -> dict[str, Any]:
        """The body, as this kind of request has it. A null is as good as nothing."""
        sent = self.request.data
        if isinstance(sent, Mapping):
            sent = {name: value for name, value in sent.items() if value is not None}
        wanted = kind(data=sent)
        if wanted.is_valid():
            return dict(wanted.validated_data)
        field, problem = _first(wanted.errors)
        refusal = Unprocessable if problem.code in OUT_OF_BOUNDS else Invalid
        raise refusal(f"{field}: {problem}")

    def handle_exception(self, error: Exception) -> HttpResponse:  # type: ignore[override]
        why = refusals.keep(error, by=self.by, resource=f"{self.request.method} {self.request.path}")
        response = errors.response(error, request_id=_request_id(self.request), why=why)
        # A browser with a session would ask for a password in a window of its own.
        if response.status_code == HTTPStatus.UNAUTHORIZED and not sessions.is_shown(self.request):
            response["WWW-Authenticate"] = CHALLENGE
        if isinstance(error, TooManyAttempts):
            response["Retry-After"] = str(error.retry_after_seconds)
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response["Cache-Control"] = "private, no-store"
        response.principal_name = "" if self.by.is_anonymous else self.by.name
        return super().finalize_response(request, response, *args, **kwargs)


class Unknown(View):
    """All addresses below /api that are none."""

    authentication_classes = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return errors.response(AddressUnknown())


def answer(content: object, **headers: str) -> HttpResponse:
    return HttpResponse(json.dumps(content).encode(), content_type=errors.JSON, headers=headers or None)


def done() -> HttpResponse:
    """200, with nothing to say: Harbor's clients take no other status for a success."""
    return _empty(HttpResponse())


def created(location: str) -> HttpResponse:
    return _empty(HttpResponse(status=HTTPStatus.CREATED, headers={"Location": location}))


def _empty(response: HttpResponse) -> HttpResponse:
    """Of no type, as in Harbor: some clients read whatever says that it is JSON."""
    del response["Content-Type"]
    return response


class Text(CharField):
    """A string as it was sent: nothing is trimmed, and no number is taken for one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"default": "", "allow_blank": True, "trim_whitespace": False, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Moment(Field[datetime, Any, str, Any]):
    """RFC 3339 in UTC, to the millisecond."""

    def to_representation(self, value: datetime) -> str:
        return moment(value)


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _first(problems: Any, name: str = "the body") -> tuple[str, ErrorDetail]:
    """The first thing that is wrong, and where."""
    while not isinstance(problems, ErrorDetail):
        if isinstance(problems, Mapping):
            key, problems = next(iter(problems.items()))
            name = name if key == api_settings.NON_FIELD_ERRORS_KEY else str(key)
        else:
            problems = problems[0]
    return name, problems


def _request_id(request: HttpRequest | Request) -> str:
    return str(request.META.get("HTTP_X_REQUEST_ID", ""))[:64]
