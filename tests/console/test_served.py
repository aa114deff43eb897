"""Signing in at a whole server, whose processes share nothing but the database."""

import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.server import Server

WORKERS = 2
CLIENTS = 200


@pytest.fixture
def admin(server: Server) -> tuple[str, str]:
    return "admin", server.admin_password


@pytest.fixture
def person(server: Server, admin: tuple[str, str]) -> tuple[str, str]:
    """Somebody new, and their password."""
    name = f"person-{secrets.token_hex(4)}"
    body = {"username": name, "email": f"{name}@example.org", "realname": name, "password": "Plain-words-1"}
    assert httpx.post(f"{server.url}/api/v2.0/users", json=body, auth=admin).status_code == 201
    return name, "Plain-words-1"


def test_two_hundred_clients_with_one_password_cost_each_process_one_hashing(server, admin, person):
    address = f"{server.url}/service/token?service=harbor-registry&account={person[0]}"

    def sign_in(_: int) -> int:
        return httpx.get(address, auth=person, timeout=60).status_code

    with ThreadPoolExecutor(50) as pool:
        assert Counter(pool.map(sign_in, range(CLIENTS))) == {200: CLIENTS}
    # A sign-in is recorded where the password is verified, and not where it is remembered.
    found = httpx.get(
        f"{server.url}/api/v2.0/auditlog-exts", params={"q": f"username={person[0]},operation=login"}, auth=admin
    )
    assert 1 <= int(found.headers["x-total-count"]) <= WORKERS


def test_a_session_begins_and_ends_in_all_processes_at_once(server, person):
    form = {"principal": person[0], "password": person[1]}
    answer = httpx.post(f"{server.url}/c/login", data=form)
    assert answer.status_code == 200
    session = {"sid": answer.cookies["sid"]}

    def current(_: int) -> int:
        return httpx.get(
            f"{server.url}/api/v2.0/users/current", headers={"Cookie": f"sid={session['sid']}"}
        ).status_code

    assert {*map(current, range(16))} == {200}
    assert httpx.get(f"{server.url}/c/log_out", headers={"Cookie": f"sid={session['sid']}"}).status_code == 200
    assert {*map(current, range(16))} == {401}


def test_guesses_are_counted_for_all_processes_together(server, person):
    def guess(number: int) -> int:
        forged = {"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"198.51.100.{number}"}
        return httpx.get(
            f"{server.url}/api/v2.0/users/current", auth=(person[0], f"guess-{number}"), headers=forged
        ).status_code

    answers = [guess(number) for number in range(20)]
    assert answers.count(429) >= 14
    assert httpx.get(f"{server.url}/api/v2.0/users/current", auth=person).status_code == 429


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/api/v2.0/ping", {}, 200),
        ("GET", "/api/v2.0/users/current", {}, 401),
        ("GET", "/api/v2.0/nothing", {}, 404),
        ("GET", "/nothing", {}, 404),
        ("PATCH", "/api/v2.0/ping", {}, 405),
        ("POST", "/c/login", {}, 401),
        ("POST", "/c/login", {"Cookie": "sid=x"}, 403),
        ("POST", "/api/v2.0/projects", {}, 413),
        ("GET", "/api/v2.0/projects", {"Host": "evil.example"}, 400),
    ],
)
def test_every_answer_carries_the_id_of_its_request_and_is_json(server, method, path, headers, status):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for given in ("mine-1", ""):
        sent = {**kind, **headers, **({"X-Request-Id": given} if given else {})}
        body = b"x" * (5 << 20) if status == 413 else b""
        answer = httpx.request(method, f"{server.url}{path}", headers=sent, content=body)
        assert answer.status_code == status
        assert answer.headers["x-request-id"] == (given or answer.headers["x-request-id"])
        if status >= 400:
            assert answer.json()["errors"][0]["code"]
