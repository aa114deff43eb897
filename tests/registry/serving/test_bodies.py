"""Bodies that are read, that are not, that are too large, and that never come in whole."""

import json

import pytest

from tests.registry.serving.wire import Wire
from tests.server import Server

LARGEST = 4 << 20


def test_a_body_of_the_greatest_size_comes_in_whole(wire: Wire):
    body = bytes(range(256)) * (LARGEST // 256)
    assert wire.ask("POST", "/test/echo", body).body == body


def test_a_chunked_body_comes_in_whole(wire: Wire):
    body = bytes(range(256)) * 4096
    chunks = b"".join(
        b"%x\r\n%b\r\n" % (len(body[at : at + 7001]), body[at : at + 7001]) for at in range(0, len(body), 7001)
    )
    wire.send(wire.head("POST", "/test/echo", transfer_encoding="chunked") + chunks + b"0\r\n\r\n")
    assert wire.reply().body == body


def test_a_body_in_chunks_of_one_byte_comes_in_whole(wire: Wire):
    wire.send(wire.head("POST", "/test/echo", transfer_encoding="chunked") + b"1\r\na\r\n" * 100_000 + b"0\r\n\r\n")
    assert wire.reply().body == b"a" * 100_000


def test_a_view_is_told_the_length_of_a_chunked_body(wire: Wire):
    wire.send(wire.head("POST", "/test/seen", transfer_encoding="chunked") + b"5\r\nhello\r\n0\r\n\r\n")
    told = json.loads(wire.reply().body)
    assert told["CONTENT_LENGTH"] == "5"
    assert "HTTP_TRANSFER_ENCODING" not in told


@pytest.mark.parametrize(
    ("target", "code"), [("/test/echo", "REQUEST_ENTITY_TOO_LARGE"), ("/v2/library/app/manifests/1", "SIZE_INVALID")]
)
def test_a_body_that_is_announced_as_too_large_is_refused_before_it_comes(site: Server, target: str, code: str):
    with Wire(site) as wire:
        wire.send(wire.head("PUT", target, LARGEST + 1, expect="100-continue"))
        reply = wire.reply()
        assert reply.status == 413
        assert json.loads(reply.body)["errors"][0]["code"] == code
        assert reply.headers["connection"] == "close"
        assert wire.is_closed()


def test_a_chunked_body_is_refused_once_it_is_too_large(wire: Wire):
    wire.send(wire.head("POST", "/test/echo", transfer_encoding="chunked"))
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    try:
        for _ in range(200):
            wire.send(chunk)
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert wire.reply().status == 413


def test_100_continue_is_said_when_the_body_is_wanted(wire: Wire):
    wire.send(wire.head("POST", "/test/echo", 5, expect="100-continue"))
    assert wire.reply().status == 100
    wire.send(b"hello")
    assert wire.reply().body == b"hello"
    assert wire.ask("POST", "/test/echo", b"again").body == b"again"


def test_a_short_body_that_nobody_reads_does_not_end_the_connection(wire: Wire):
    for _ in range(5):
        assert wire.ask("GET", "/test/unread", b"x" * 100_000).body == b"done"


def test_a_long_body_that_nobody_reads_ends_the_connection_after_the_reply(wire: Wire):
    wire.send(wire.head("GET", "/test/unread", 50 << 20) + b"GET /test/seen HTTP/1.1\r\nHost: localhost\r\n\r\n")
    reply = wire.reply()
    assert (reply.body, reply.headers["connection"]) == (b"done", "close")
    assert wire.is_closed()


def test_a_client_that_sends_on_after_a_refusal_still_reads_why(wire: Wire):
    wire.send(wire.head("PUT", "/v2/library/app/manifests/1", 100 << 20))
    try:
        for _ in range(100):
            wire.send(b"a" * (1 << 20))
    except OSError:
        pass
    assert wire.reply().status == 413


def test_a_cut_body_reaches_no_view(site: Server):
    with Wire(site) as cut:
        cut.send(cut.head("POST", "/test/echo", 1000, x_request_id="the-cut-one") + b"x" * 999)
    with Wire(site) as other:
        assert other.ask("GET", "/test/unread").status == 200
    (line,) = site.log_lines("access", request_id="the-cut-one")
    assert (line["status"], line["is_cut"]) == (499, True)
