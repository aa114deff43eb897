"""Texts that other programs have stumbled over, wherever the API takes one: never a fault of ours."""

import inspect
import json
import re
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from rest_framework.serializers import ListSerializer, Serializer

from console.api import description, operations
from console.api.urls import VIEWS
from tests.console.attacks import things
from tests.factories.accounts import make_sysadmin
from tests.factories.http import client_of

pytestmark = pytest.mark.django_db

TEXTS = [
    "'",
    '"',
    "\\",
    "%",
    "_",
    "' OR '1'='1",
    "'; DROP TABLE accounts_user; --",
    "1; SELECT pg_sleep(9)--",
    "x') UNION SELECT password FROM accounts_user--",
    "\0",
    "a\0b",
    "\r\nSet-Cookie: a=b",
    "../../../etc/passwd",
    "{{7*7}}${7*7}",
    "<script>alert(1)</script>",
    "٣",
    "\u202e\ufeff\U0001f600",
    "9" * 400,
    "-9223372036854775809",
    "9223372036854775808",
    "1e400000",
    "NaN",
    "null",
    "_connector",
    "__class__",
    "a" * 20_000,
]
# For all the ways in which q takes them.
SHARP = ["'", "%", "\0", "' OR '1'='1", "9" * 400, "\\", "]", "}", "a~b", "\u202e"]
# The tests of the directory ask for hosts that there are not: each costs the time of a name server.
ELSEWHERE = {"ldap_url"}
# Only JSON has these.
VALUES: list[object] = [
    *TEXTS,
    "\ud800",
    0,
    -1,
    2**63,
    10**300,
    1.5,
    True,
    [],
    {},
    ["x"],
    {"$gt": ""},
    [[[[]]]],
    {"name": {"name": "x"}},
]
QUERIES = {"q", "sort", "page", "page_size", "name", "scope", "project_id", "username", "with_tag", "from", "at"}
QUERIES |= {query for operation in operations.OPERATIONS.values() for query in operation.query}
PATIENCE_SECONDS = 5.0
Q = ["name={}", "name=~{}", "name=[{}~]", "name={{{}}}", "creation_time={}", "creation_time=[{}~{}]", "id={}", "{}=x"]


@pytest.fixture
def client():
    return client_of(make_sysadmin())


def asked(client, method: str, path: str, body: object = None) -> None:
    began = time.monotonic()
    content = json.dumps(body).encode() if body is not None else b""
    answer = client.generic(method, path, content, "application/json")
    got = b"".join(answer) if answer.streaming else answer.content
    told = f"{method} {path[:300]} {content[:300]!r}: {answer.status_code} {got[:300]!r}"
    assert answer.status_code < 500 or answer.status_code == 501, told
    assert time.monotonic() - began < PATIENCE_SECONDS, told


@pytest.mark.parametrize("template", [template for template in VIEWS if things.named(template)])
def test_in_an_address(client, template):
    here = things.make("app")
    for name in things.named(template):
        for text in TEXTS:
            path = here.path(template, **{name: quote(text, safe="")})
            asked(client, "GET" if hasattr(VIEWS[template], "get") else "DELETE", path)


def queried() -> Iterator[tuple[str, list[str]]]:
    """Each address with the parameters that its file speaks of."""
    for template, view in VIEWS.items():
        source = inspect.getsource(sys.modules[view.__module__])
        named = sorted(QUERIES & {*re.findall(r'"(\w+)"', source)})
        is_list = "pagination" in source
        if hasattr(view, "get") and (named or is_list):
            yield template, [*named, *(["q", "sort", "page"] if is_list else [])]


@pytest.mark.parametrize(("template", "names"), [*queried()])
def test_in_a_query(client, template, names):
    path = things.make("app").path(template)
    for name in names:
        for text in TEXTS:
            asked(client, "GET", f"{path}?{name}={quote(text)}")
    for term in Q if "q" in names else ():
        for text in SHARP:
            asked(client, "GET", f"{path}?q={quote(term.replace('{}', text))}")


def bodies() -> Iterator[tuple[str, str, type[Serializer[Any]]]]:
    for template, view in VIEWS.items():
        for method in ("post", "put", "patch"):
            if hasattr(view, method) and (kind := description.body_of(getattr(view, method), view)):
                yield template, method.upper(), kind


@pytest.mark.parametrize(("template", "method", "kind"), [*bodies()], ids=lambda part: getattr(part, "__name__", part))
def test_in_a_body(client, template, method, kind):
    path = things.make("app").path(template)
    good = {**_sample(kind()), **({"ldap_url": "ldap://127.0.0.1:1"} if "ldap_url" in kind().fields else {})}
    for name in kind().fields:
        for value in VALUES if name not in ELSEWHERE else ():
            asked(client, method, path, {**good, name: value})
    for value in VALUES:
        asked(client, method, path, value)


def _sample(serializer: Any) -> Any:
    """A body that is likely to be taken."""
    if isinstance(serializer, ListSerializer):
        return [_sample(serializer.child)]
    usual = {"IntegerField": 1, "BooleanField": True, "DictField": {}, "ListField": []}
    return {
        name: _sample(field)
        if isinstance(field, Serializer | ListSerializer)
        else usual.get(type(field).__name__, name)
        for name, field in serializer.fields.items()
    }
