"""The description of this API (OpenAPI 3), made from the views themselves: a view's docstrings say what it does,
the serializer that a method reads its body by says what it takes, and Harbor's names are the names of operations."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType
from typing import Any, Literal

from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.serializers import CharField, Serializer

from console.api import operations
from console.api.base import View
from console.api.urls import VIEWS

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
PAGED = ("q", "sort", "page", "page_size")
PARAMETERS = {
    "q": "Terms with commas between: `name=app` exactly, `name=~app` within, `creation_time=[2026-01-01T00:00:00~]` "
    "from to, `name={a b}` any of. Keys that this list does not know are ignored.",
    "sort": "Keys with commas between; one with a `-` before it sorts the other way round.",
    "page": "The page, from 1.",
    "page_size": "How many to a page: 10, or up to 100.",
    "reference": "A tag or a digest.",
    "repository_name": "The name without the project; a slash in it is encoded twice (`%252F`).",
    "project_name_or_id": "A number is an id, unless `X-Is-Resource-Name: true` is sent.",
}
WHOLE = {"page", "page_size"}


class Problem(Serializer[Any]):
    """One thing that is wrong."""

    code = CharField()
    message = CharField()


class Refusal(Serializer[Any]):
    """What every refusal is."""

    errors = Problem(many=True)  # type: ignore[assignment]


class Description(AutoSchema):
    """What one method of a view is for."""

    view: View  # type: ignore[override]

    @property
    def _operation(self) -> operations.Operation | None:
        return operations.find(self.method, self.view.address)

    def get_operation_id(self) -> str:
        if self._operation:
            return self._operation.name
        return f"{self.method.lower()}{type(self.view).__name__}"

    def get_summary(self) -> str:
        words = re.sub("(?<=[a-z0-9])(?=[A-Z])", " ", self.get_operation_id()).lower()
        return words[0].upper() + words[1:]

    def get_tags(self) -> list[str]:
        return [self._operation.group if self._operation else _group(self.view.address)]

    def get_description(self) -> str:  # type: ignore[override]
        said = _method(self).__doc__ or type(self.view).__dict__.get("__doc__")
        return re.sub(r"\n +", "\n", said or "").strip()

    def get_override_parameters(self) -> Any:
        known = self._operation.query if self._operation else ()
        asked = known or (PAGED if "pagination" in _names(_method(self)) else ())
        in_path: list[str] = re.findall("<([^>]+)>", self.view.address)
        return [_parameter(name) for name in asked] + [_parameter(name, is_in_path=True) for name in in_path]

    def get_request_serializer(self) -> type[Serializer[Any]] | None:
        return body_of(_method(self), type(self.view)) if self.method in ("POST", "PUT", "PATCH") else None

    def get_response_serializers(self) -> Any:
        makes = self.method == "POST" and bool({"created", "CREATED"} & _names(_method(self)))
        done = OpenApiResponse(OpenApiTypes.ANY if self.method == "GET" else None, description="It is done.")
        return {"201" if makes else "200": done, "default": OpenApiResponse(Refusal, description="It is refused.")}

    def get_auth(self) -> list[dict[str, list[str]]]:
        return [{"basic": []}, {}] if self.view.authentication_classes else []


class Endpoints(EndpointEnumerator):
    """The addresses as they are written in urls.py, not as the expressions that they are found by."""

    def get_api_endpoints(self, patterns: Any = None, prefix: str = "") -> Any:
        return [
            ("/" + re.sub("<([^>]+)>", r"{\1}", template), template, method, view.as_view(address=template))
            for template, view in VIEWS.items()
            for method in METHODS
            if method.lower() in view.http_method_names and hasattr(view, method.lower())
        ]


class Generator(SchemaGenerator):
    endpoint_inspector_cls = Endpoints


@cache
def description() -> dict[str, Any]:
    """The whole description. It is the same for everybody, and as long as the program runs."""
    made: dict[str, Any] = Generator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


def _group(address: str) -> str:
    """Where an address of our own belongs: to what Harbor has above it, or to its own first word."""
    parts = address.split("/")
    for count in range(len(parts), 0, -1):
        for method in METHODS:
            if above := operations.find(method, "/".join(parts[:count])):
                return above.group
    return "session" if parts[0] == "c" else parts[min(2, len(parts) - 1)]


def _parameter(name: str, *, is_in_path: bool = False) -> OpenApiParameter:
    name_told = "project_name_or_id" if name == "name_or_id" else name
    kind = OpenApiTypes.INT if name in WHOLE else OpenApiTypes.STR
    place: Literal["path", "query"] = "path" if is_in_path else "query"
    return OpenApiParameter(name, kind, place, required=is_in_path, description=PARAMETERS.get(name_told, ""))


def _method(described: Description) -> FunctionType:
    found: FunctionType = getattr(type(described.view), described.method.lower())
    return found


def _names(function: Callable[..., Any]) -> set[str]:
    return {*function.__code__.co_names} if isinstance(function, FunctionType) else set()


def body_of(function: FunctionType, view: type, *, depth: int = 2) -> type[Serializer[Any]] | None:
    """The serializer that a method names, or that one names which it calls."""
    for found in _named(function, view):
        if isinstance(found, type) and issubclass(found, Serializer):
            return found
        if isinstance(found, FunctionType) and depth and found.__module__ == function.__module__:
            below = body_of(found, view, depth=depth - 1)
            if below is not None:
                return below
    return None


def _named(function: FunctionType, view: type) -> Iterator[object]:
    for name in function.__code__.co_names:
        yield function.__globals__.get(name) or view.__dict__.get(name)
