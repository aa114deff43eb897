"""Clients that are slow, stall or vanish: they hold no thread, and not for ever."""

import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from select import select

import pytest

from tests.registry.serving.pushing import Pusher
from tests.registry.serving.wire import Closed, Wire
from tests.server import Server

MIB = 1 << 20


@pytest.fixture(scope="module")
def pusher(site: Server) -> Iterator[Pusher]:
    with Pusher(site) as pusher:
        yield pusher


def seconds_until_closed(wire: Wire) -> float:
    begun = time.monotonic()
    wire.rest()
    return time.monotonic() - begun


def seconds_of_trickling(wire: Wire, byte: bytes, *, most: float) -> float:
    """How long the server lets itself be fed byte by byte."""
    begun = time.monotonic()
    with suppress(BrokenPipeError, ConnectionResetError):
        while time.monotonic() - begun < most:
            wire.send(byte)
            time.sleep(0.1)
    return time.monotonic() - begun


def test_a_connection_that_says_nothing_is_closed(wire: Wire):
    assert 0.5 < seconds_until_closed(wire) < 5


def test_a_head_that_trickles_in_is_not_waited_for(wire: Wire):
    assert seconds_of_trickling(wire, b"G", most=8) < 5


def test_an_idle_connection_is_closed_after_a_while(wire: Wire):
    wire.ask("GET", "/test/unread")
    assert 1 < seconds_until_closed(wire) < 6


def test_a_body_that_stalls_is_given_up(wire: Wire):
    wire.send(wire.head("POST", "/test/echo", 1000) + b"x" * 10)
    assert 1 < seconds_until_closed(wire) < 6


def test_a_body_that_trickles_in_is_given_up(wire: Wire):
    wire.send(wire.head("POST", "/test/echo", 100_000))
    assert seconds_of_trickling(wire, b"x", most=15) < 8


def test_a_body_that_comes_slowly_but_steadily_is_taken(wire: Wire):
    wire.send(wire.head("POST", "/test/echo", 40_000))
    for _ in range(40):
        wire.send(b"x" * 1000)
        time.sleep(0.1)
    assert len(wire.reply().body) == 40_000


def test_a_view_may_take_longer_than_a_client(wire: Wire):
    assert wire.ask("GET", "/test/slow?seconds=3.5").body == b"slept"


def test_a_reader_that_stalls_is_given_up(site: Server, pusher: Pusher):
    digest = pusher.blob(b"\1" * (30 * MIB))
    with Wire(site, seconds=20, receive_buffer=65536) as wire:
        wire.send(wire.head("GET", f"/v2/library/app/blobs/{digest}", **pusher.authorization))
        time.sleep(8)
        with pytest.raises(Closed):
            wire.exactly(30 * MIB)


@pytest.mark.parametrize("target", ["/v2/library/app/blobs/{digest}", "/test/pieces?count=100"])
def test_a_slow_reader_gets_all(site: Server, pusher: Pusher, target: str):
    size = 100 * 65536
    digest = pusher.blob(b"\2" * size)
    with Wire(site, seconds=20, receive_buffer=65536) as wire:
        wire.send(wire.head("GET", target.format(digest=digest), **pusher.authorization))
        read = 0
        for _ in range(50):
            read += len(wire.socket.recv(30_000))
            time.sleep(0.1)
        while read < size:
            got = len(wire.socket.recv(1 << 20))
            assert got
            read += got


def test_slow_clients_of_every_kind_hold_no_thread(site: Server, pusher: Pusher):
    digest = pusher.blob(b"\3" * (20 * MIB))
    with ExitStack() as stack:
        for _ in range(30):
            for begun in (
                b"GET /v2/ HTTP/1.1\r\nHo",
                b"POST /test/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx",
                pusher_head("PATCH", pusher.begin(), pusher, 1000) + b"x",
                pusher_head("GET", f"/v2/library/app/blobs/{digest}", pusher),
                b"GET /test/pieces?count=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            ):
                stack.enter_context(Wire(site, receive_buffer=4096)).send(begun)
        longest = 0.0
        for _ in range(20):
            begun_at = time.monotonic()
            assert pusher.ask("GET", "/v2/").status_code == 200
            assert pusher.client.get("/test/unread").text == "done"
            longest = max(longest, time.monotonic() - begun_at)
    assert longest < 1


def pusher_head(method: str, path: str, pusher: Pusher, length: int = 0) -> bytes:
    token = pusher.authorization["authorization"]
    return (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def test_passwords_that_are_being_checked_hold_up_no_pull(site: Server, pusher: Pusher):
    """A hash takes a while of a core: whoever sends wrong passwords makes nobody wait for them."""
    pusher.manifest("1", b"a layer")
    with ExitStack() as opened:
        guessing = [opened.enter_context(Wire(site)) for _ in range(40)]
        for number, each in enumerate(guessing):
            guess = b64encode(f"nobody{number}:Wrong-Guess-1".encode()).decode()
            each.send(each.head("GET", "/v2/", authorization=f"Basic {guess}"))
        time.sleep(0.2)
        assert pusher.ask("GET", "/v2/library/app/tags/list").status_code == 200
        unanswered = len(guessing) - len(select([each.socket for each in guessing], [], [], 0)[0])
        assert unanswered > 4
        assert {each.reply().status for each in guessing} == {401}
