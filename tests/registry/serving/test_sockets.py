"""Where a websocket begins, and where an offer of one is passed over. (What is said on one: tests/console/live.)"""

import asyncio
from typing import Any

import pytest

from registry.serving import front
from tests.registry.serving.wire import Wire

OFFER = {"connection": "keep-alive, Upgrade", "upgrade": "websocket", "sec_websocket_version": "13"}
KEY = {"sec_websocket_key": "dGhlIHNhbXBsZSBub25jZQ=="}


def test_elsewhere_the_request_is_answered_as_if_nothing_was_offered(wire: Wire):
    assert wire.ask("GET", "/test/unread", **OFFER, **KEY).body == b"done"
    assert wire.ask("POST", "/test/echo", b"hello", **OFFER, **KEY).body == b"hello"
    assert wire.ask("GET", "/v2/", **OFFER, **KEY).status == 401


def test_only_a_get_begins_a_websocket(wire: Wire):
    assert wire.ask("POST", "/ws/jobs/1", b"hello", **OFFER, **KEY).status in (403, 404)
    assert wire.ask("GET", "/ws/jobs/1").status == 404
    assert wire.ask("GET", "/ws/jobs/1", connection="Upgrade", upgrade="h2c").status == 404


def test_one_that_brings_a_body_is_refused(wire: Wire):
    assert wire.ask("GET", "/ws/jobs/1", b"hello", **OFFER, **KEY).status == 400
    assert wire.is_closed()


def test_one_that_sends_before_it_is_let_in_is_refused(wire: Wire):
    wire.send(wire.head("GET", "/ws/jobs/1", **OFFER, **KEY) + b"\x81\x80mask")
    assert wire.reply().status == 400


@pytest.mark.parametrize(
    "changed",
    [{"sec_websocket_key": "short"}, {"sec_websocket_version": "8"}, {"sec_websocket_key": "x" * 24 + "=="}],
    ids=["a short key", "an old version", "no key at all"],
)
def test_one_that_is_no_good_beginning_is_refused(wire: Wire, changed: dict[str, str]):
    origin = {"origin": f"http://{wire.host}"}
    assert wire.ask("GET", "/ws/jobs/1", **(OFFER | KEY | origin | changed)).status == 400


def test_one_that_waits_for_its_turn_is_a_request_like_others(wire: Wire):
    """Behind a request that is not answered yet."""
    wire.send(wire.head("GET", "/test/slow?seconds=0.5") + wire.head("GET", "/ws/jobs/1", **OFFER, **KEY))
    assert wire.reply().body == b"slept"
    assert wire.reply().status == 404


def test_two_names_of_the_host_are_refused(wire: Wire):
    wire.send(wire.head("GET", "/ws/jobs/1", host="evil.example", **OFFER, **KEY))
    assert wire.reply().status == 400


def test_more_than_there_may_be_are_sent_away(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(front, "MOST_SOCKETS", 1)
    sent: list[dict[str, Any]] = []

    async def live(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        await receive()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def three() -> None:
        sockets = front.Sockets(live)
        leaving = asyncio.Event()
        first = asyncio.create_task(sockets.admit(scope(), leaving.wait, send))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        await sockets.admit(scope(), leaving.wait, send)  # type: ignore[arg-type]
        leaving.set()
        await first
        await sockets.admit(scope(), leaving.wait, send)  # type: ignore[arg-type]

    asyncio.run(three())
    told = [message.get("status", 101) for message in sent if message["type"] != "websocket.http.response.body"]
    assert told == [101, 503, 101]


def scope() -> dict[str, Any]:
    return {
        "type": "websocket",
        "method": "GET",
        "path": "/ws/jobs/1",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "headers": [(b"host", b"localhost")],
    }
