"""Harbor's own description of its API (harbor-api-v2.0.yaml), and whether our replies keep to it.

The file lies in a folder `shared/reference` beside this checkout; where it is absent, nothing is compared, and a
test of tests/console says so."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import jsonschema
import pytest
import yaml
from django.test import Client

PLACE = Path(__file__).parent.parent.parent / "shared" / "reference" / "harbor-api-v2.0.yaml"
BASE = "/api/v2.0"
JSON = "application/json; charset=utf-8"
METHODS = ("get", "head", "post", "put", "patch", "delete")
# What an operation may refuse with, whether it lists it or not: Harbor does the same.
REFUSALS = {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 501, 503}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
LINK = re.compile(r'<(/api/v2\.0/[^<>]*)>; rel="(prev|next)"')
BOUNDS = {"int64": 2**63, "int32": 2**31, "int8": 2**7, "uint64": 2**64}


def _is_time(value: object) -> bool:
    """RFC 3339 in UTC, with Z and milliseconds."""
    return not isinstance(value, str) or bool(TIME.fullmatch(value) and datetime.fromisoformat(value))


FORMATS = jsonschema.FormatChecker(())
FORMATS.checks("date-time", raises=ValueError)(_is_time)


@dataclass(frozen=True)
class Operation:
    """One operation of Harbor's API."""

    method: str
    path: str
    name: str
    tag: str
    responses: Mapping[str, Any]
    produces: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.name})"


def is_here() -> bool:
    return PLACE.exists()


@cache
def description() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(PLACE.read_text(), Loader=yaml.CSafeLoader)
    return found


@cache
def operations() -> tuple[Operation, ...]:
    return tuple(
        Operation(
            method.upper(),
            path,
            told["operationId"],
            told["tags"][0],
            {status: _followed(response) for status, response in told["responses"].items()},
            told.get("produces", ["application/json"])[0],
        )
        for path, methods in description()["paths"].items()
        for method, told in methods.items()
        if method in METHODS
    )


def find(method: str, path: str) -> Operation | None:
    """The operation that this request is for, if it is one of Harbor's."""
    plain = re.sub("/+", "/", unquote(urlsplit(path).path)).rstrip("/")
    for pattern, path_of_it in _patterns():
        if pattern.fullmatch(plain):
            found = {each.method: each for each in operations() if each.path == path_of_it}
            return found.get(method) or (found.get("GET") if method == "HEAD" else None)
    return None


def problems(method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> list[str]:
    """What Harbor's clients would stumble over in this reply."""
    operation = find(method, path)
    if operation is None:
        return []
    told = operation.responses.get(str(status))
    if status >= 400 and not _tells_failures(told):
        listed = [] if status in REFUSALS else [f"{status} is no status of a refusal"]
        return [*listed, *([] if method == "HEAD" else _refusal_problems(body))]
    if told is None:
        return [f"{status} is none of its statuses: {', '.join(operation.responses)}"]
    return [
        *_header_problems(told, headers, status),
        *([] if method == "HEAD" else _body_problems(operation, told, body)),
    ]


def _tells_failures(told: Mapping[str, Any] | None) -> bool:
    """Whether this refusal has a form of its own: an import that failed in part lists what failed."""
    return told is not None and told.get("schema", {}).get("type") == "array"


def _refusal_problems(body: bytes) -> Iterator[str]:
    try:
        (error,) = json.loads(body)["errors"]
        if not (error["code"] and error["message"]):
            yield "a refusal has a code and a message"
    except (ValueError, KeyError, TypeError):
        yield f"this is not the form of a refusal: {body[:200]!r}"


def _header_problems(told: Mapping[str, Any], headers: Mapping[str, str], status: int) -> Iterator[str]:
    declared = told.get("headers", {})
    if "X-Total-Count" in declared and not headers.get("X-Total-Count", "").isdecimal():
        yield "X-Total-Count is missing"
    for link in headers["Link"].split(" , ") if "Link" in declared and "Link" in headers else ():
        if not LINK.fullmatch(link):
            yield f"this is not Harbor's form of a link: {link}"
    if "schema" not in told and "Content-Type" in headers:
        yield "what is empty has no Content-Type"
    if told.get("schema", {}).get("type") in ("object", "array") and headers.get("Content-Type") != JSON:
        yield f"the Content-Type must be {JSON}"
    if status == 201 and not headers.get("Location", "").startswith(f"{BASE}/"):
        yield f"Location must be a path of the API: {headers.get('Location')!r}"


def _body_problems(operation: Operation, told: Mapping[str, Any], body: bytes) -> Iterator[str]:
    if "schema" not in told:
        if body:
            yield f"there is no body in Harbor's reply: {body[:200]!r}"
    elif operation.produces == "application/json" and operation.name != "getAddition":
        try:
            content = json.loads(body)
        except ValueError:
            yield f"the body is not JSON: {body[:200]!r}"
            return
        for error in _validator(json.dumps(told["schema"])).iter_errors(content):
            yield f"{error.json_path}: {error.message}"


@cache
def _validator(schema: str) -> Any:
    definitions = {name: _as_schema(each) for name, each in description()["definitions"].items()}
    return jsonschema.Draft4Validator(
        {**_as_schema(json.loads(schema)), "definitions": definitions}, format_checker=FORMATS
    )


def _as_schema(told: Mapping[str, Any]) -> dict[str, Any]:
    """A schema of Swagger 2.0 as one of JSON: what may be null, how great a number may be, and what is always there."""
    made = {key: value for key, value in told.items() if key in ("$ref", "type", "format", "enum", "pattern")}
    if told.get("type") == "object" and not {"properties", "additionalProperties"} & told.keys():
        del made["type"]  # what may be anything is written so
    properties: Mapping[str, Any] = told.get("properties", {})
    made["properties"] = {name: _as_schema(each) for name, each in properties.items()}
    always = {name for name, each in properties.items() if each.get("x-omitempty") is False}
    if required := always | {*told.get("required", [])}:
        made["required"] = sorted(required)
    for below in ("items", "additionalProperties"):
        if isinstance(told.get(below), Mapping):
            made[below] = _as_schema(told[below])
    if told.get("type") == "integer" and (bound := BOUNDS.get(told.get("format", ""))):
        made |= {"maximum": bound - 1, "minimum": -bound}
    return {"anyOf": [made, {"type": "null"}]} if told.get("x-nullable") else made


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The paths, those with more words of their own first; a repository's name may have slashes. Its history, and
    its tags at some time, are addresses of ours."""
    paths = sorted(description()["paths"], key=lambda path: (-len(re.sub("{[^}]+}", "", path)), path))
    return [(re.compile(BASE + re.sub(r"\\{(\w+)\\}", _part, re.escape(path.rstrip("/")))), path) for path in paths]


def _part(named: re.Match[str]) -> str:
    return "(?:(?!/(?:history|tags-as-of)$).)+" if named[1] == "repository_name" else "[^/]+"


def _followed(response: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in response:
        found: Mapping[str, Any] = description()["responses"][response["$ref"].rpartition("/")[2]]
        return found
    return response


def check(method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    found = problems(method, path, status, headers, body)
    assert not found, f"{find(method, path)} answered {status} to {path}: {'; '.join(found)}"


@pytest.fixture(autouse=True)
def as_harbor_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reply that a test gets from an operation of Harbor's is compared with Harbor's description of it."""
    ask = Client.request

    def ask_and_check(self: Client, **request: Any) -> Any:
        reply = ask(self, **request)
        asked = reply.wsgi_request
        check(
            asked.method or "",
            quote(asked.path),
            reply.status_code,
            reply.headers,
            b"" if reply.streaming else reply.content,
        )
        return reply

    if is_here():
        monkeypatch.setattr(Client, "request", ask_and_check)
