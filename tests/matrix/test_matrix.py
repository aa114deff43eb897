"""The table holds: nobody gets more, or less, than it says, and no address is without a line."""

import re
from typing import Any

import pytest

from console.api import operations
from console.api import urls as api
from registry.oci import urls as oci
from tests.matrix.table import Row, asks, rows
from tests.matrix.world import PRINCIPALS, World

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
READING = ("GET", "HEAD")
ROWS = rows()
ASKS = asks()


def served() -> set[tuple[str, str]]:
    """Every method of every address: (method, route)."""
    views: dict[str, Any] = {kind: view.cls for kind, view in oci.VIEWS.items()}
    views |= {route_of(template): view for template, view in api.VIEWS.items()}
    return {
        (method, route)
        for route, view in views.items()
        for method in METHODS
        if method.lower() in view.http_method_names and hasattr(view, "get" if method == "HEAD" else method.lower())
    }


def route_of(template: str) -> str:
    """An address as the table writes it."""
    return re.sub("<[^>]+>", "<>", template.removeprefix("api/v2.0"))


def listed() -> set[tuple[str, str]]:
    """What the table has lines for; HEAD goes with GET."""
    own = {(row.method, row.route) for row in ROWS}
    return own | {("HEAD", route) for method, route in own if method == "GET"}


def test_every_method_of_every_address_has_a_line():
    missing = sorted(f"{method} {route}" for method, route in served() - listed())
    assert not missing, "no module of tests/matrix has a line for: " + ", ".join(missing)


def test_every_line_is_of_an_address_that_there_is():
    assert not sorted(f"{method} {route}" for method, route in listed() - served())


def test_every_line_is_asked_and_says_what_holds_for_private_and_for_public_projects():
    assert {row.ask for row in ROWS} == set(ASKS)
    for row in ROWS:
        others = [other.visibility for other in ROWS if other.ask == row.ask]
        assert sorted(others) in (["any"], ["private", "public"]), row


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    """A thousand sign-ins: how a password is hashed is not what this is about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def ways(row: Row) -> list[tuple[str, bool]]:
    """How the line is asked: HEAD too where GET is; on /v2 with a token as well as with a password."""
    has_own_head = ("HEAD", row.route) in {(other.method, other.route) for other in ROWS}
    methods = ["GET", "HEAD"] if row.method == "GET" and not has_own_head else [row.method]
    takes_tokens = "/" not in row.route and row.route != "token"
    return [(method, by_token) for method in methods for by_token in ([False, True] if takes_tokens else [False])]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_principal_gets_what_the_table_says(row: Row):
    for method, by_token in ways(row):
        got = {}
        world = None
        for who in PRINCIPALS:
            if world is None or method not in READING:
                world = World(is_public=row.visibility == "public")
            world.enter(who)
            got[who] = world.ask(method, ASKS[row.ask](world), by_token=by_token and who != "nobody")
        says = f"{method} by {'token' if by_token else 'password'}: {' '.join(map(str, got.values()))}"
        assert got == row.statuses, says


@pytest.mark.parametrize("row", {row.route: row for row in ROWS}.values(), ids=lambda row: row.route)
def test_no_other_method_is_answered(row: Row):
    world = World(is_public=False).enter("sysadmin")
    ask = ASKS[row.ask](world)
    for method in METHODS:
        if (method, row.route) not in served():
            is_harbors = operations.find(method, f"api/v2.0{row.route}")
            assert world.ask(method, ask) == (501 if is_harbors else 405), method
