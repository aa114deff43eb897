"""What a request must be like to be answered, and that no two can be read as one or one as two."""

import json
from contextlib import suppress

import pytest

from tests.registry.serving.wire import Closed, Wire
from tests.server import Server

POST = b"POST /test/echo HTTP/1.1\r\nHost: localhost\r\n"
NEXT = b"GET /test/seen?smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"

AMBIGUOUS = {
    "a length and an encoding": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an encoding and a length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "an unknown encoding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked and then another": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "another and then chunked": POST + b"Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
    "a compressed body": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "identity": POST + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "an encoding twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a tab of height before chunked": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "a next-line after chunked": POST + b"Transfer-Encoding: chunked\x85\r\n\r\n0\r\n\r\n",
    "a form feed in a value": POST + b"X: a\x0cb\r\n\r\n",
    "a file separator in a value": POST + b"X: a\x1cb\r\n\r\n",
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a folded header": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "a length twice": POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "a list of lengths": POST + b"Content-Length: 5, 5\r\n\r\nhello",
    "a signed length": POST + b"Content-Length: +5\r\n\r\nhello",
    "a negative length": POST + b"Content-Length: -5\r\n\r\nhello",
    "a length in hexadecimal": POST + b"Content-Length: 0x5\r\n\r\nhello",
    "an endless length": POST + b"Content-Length: 99999999999999999999\r\n\r\nhello",
    "an empty length": POST + b"Content-Length: \r\n\r\nhello",
    "lines without carriage returns": b"POST /test/echo HTTP/1.1\nHost: localhost\n\n",
    "a header that ends in a line feed": POST + b"X: y\nZ: w\r\n\r\n",
    "a header with a carriage return": POST + b"X: y\rZ: w\r\n\r\n",
    "a chunk that ends otherwise": POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
    "a chunk with line feeds only": POST + b"Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n",
    "a space in a chunk's size": POST + b"Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n",
    "a chunk's size with a prefix": POST + b"Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
    "an endless chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    "a line feed in a chunk's extension": POST + b"Transfer-Encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n0\r\n\r\n",
    "a space in a header's name": POST + b"X Y: a\r\n\r\n",
    "no host": b"GET /test/seen HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /test/seen HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
    "chunks in HTTP/1.0": b"POST /test/echo HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/0.9": b"GET /test/seen\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a tunnel": b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "an unknown method": b"FOO /test/seen HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a zero byte in the path": b"GET /test/\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_a_request_that_could_be_read_in_two_ways_is_refused_and_ends_the_connection(wire: Wire, request_bytes: bytes):
    wire.send(request_bytes + NEXT)
    reply = wire.reply()
    assert reply.status in (400, 405, 501, 505)
    assert reply.headers["connection"] == "close"
    assert reply.headers["x-request-id"]
    assert json.loads(reply.body)["errors"][0]["code"] == "BAD_REQUEST"
    assert wire.is_closed()


def test_a_request_keeps_its_meaning_when_it_arrives_byte_by_byte(wire: Wire):
    for byte in wire.head("POST", "/test/echo", transfer_encoding="chunked") + b"5\r\nhello\r\n0\r\n\r\n":
        wire.send(bytes([byte]))
    assert wire.reply().body == b"hello"


def test_replies_never_slip_over_a_thousand_requests_on_one_connection(wire: Wire):
    for number in range(1000):
        body = b"%d " % number * (number % 50)
        if number % 3 == 0:
            chunked = b"%x;note=ignored\r\n%b\r\n" % (len(body), body) if body else b""
            end = b"0\r\nX-Trailer: GET /test/seen HTTP/1.1\r\n\r\n"
            wire.send(wire.head("POST", "/test/echo", transfer_encoding="chunked") + chunked + end)
        else:
            wire.send(wire.head("POST", "/test/echo", len(body)) + body)
        assert wire.reply().body == body


def test_pipelined_requests_are_answered_in_their_order(wire: Wire):
    wire.send(b"".join(wire.head("POST", "/test/echo", 3) + b"%03d" % number for number in range(200)))
    assert [wire.reply().body for _ in range(200)] == [b"%03d" % number for number in range(200)]


def test_rubbish_behind_a_good_request_takes_nothing_from_its_reply(wire: Wire):
    wire.send(wire.head("POST", "/test/echo", 5) + b"hello" + b"rubbish\r\n\r\n")
    assert wire.reply().body == b"hello"
    assert wire.is_closed()


def test_trailers_are_not_taken_for_headers(wire: Wire):
    wire.send(wire.head("POST", "/test/seen", transfer_encoding="chunked") + b"0\r\nX-Late: yes\r\n\r\n")
    assert "HTTP_X_LATE" not in json.loads(wire.reply().body)


def test_headers_with_underscores_are_dropped(wire: Wire):
    wire.send(b"GET /test/seen HTTP/1.1\r\nHost: localhost\r\nX_Forwarded_For: 6.6.6.6\r\nX_Other: a\r\n\r\n")
    told = json.loads(wire.reply().body)
    assert told["REMOTE_ADDR"] == "127.0.0.1"
    assert "HTTP_X_OTHER" not in told
    assert "HTTP_X_FORWARDED_FOR" not in told


def test_another_protocol_is_declined_and_the_request_answered(wire: Wire):
    offer = {"connection": "Upgrade, HTTP2-Settings", "upgrade": "h2c", "http2_settings": "AAMAAABkAAQ"}
    assert wire.ask("POST", "/test/echo", b"hello", **offer).body == b"hello"
    assert wire.ask("GET", "/test/unread", **offer).body == b"done"
    assert wire.ask("POST", "/test/echo", b"again").body == b"again"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 1_000_000, 431),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"y" * 1_000_000, 431),
    ],
    ids=["a long path", "many headers", "a header without end", "a trailer without end"],
)
def test_a_head_may_not_take_much_memory(wire: Wire, request_bytes: bytes, status: int):
    with suppress(BrokenPipeError, ConnectionResetError):
        wire.send(request_bytes)
    assert wire.reply().status == status


def test_http_1_0_is_answered_and_the_connection_closed(wire: Wire):
    wire.send(b"GET /test/unread HTTP/1.0\r\n\r\n")
    reply = wire.reply()
    assert (reply.status, reply.body, reply.headers["connection"]) == (200, b"done", "close")
    assert wire.is_closed()


def test_http_1_0_gets_a_streamed_reply_without_chunks(wire: Wire):
    wire.send(b"GET /test/pieces?count=40 HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n")
    reply = wire.reply()
    assert "transfer-encoding" not in reply.headers
    assert len(reply.body) == 40 * 65536


def test_a_streamed_reply_comes_in_chunks_and_the_connection_goes_on(wire: Wire):
    reply = wire.ask("GET", "/test/pieces?count=40")
    assert reply.headers["transfer-encoding"] == "chunked"
    assert reply.body == b"0123456789abcdef" * 4096 * 40
    assert wire.ask("GET", "/test/unread").body == b"done"


def test_a_streamed_reply_that_breaks_off_is_not_taken_for_a_whole_one(wire: Wire):
    with pytest.raises(Closed):
        wire.ask("GET", "/test/breaks-off")


def test_head_tells_the_length_and_sends_no_body(wire: Wire):
    reply = wire.ask("HEAD", "/test/unread")
    assert reply.headers["content-length"] == "4"
    assert wire.ask("GET", "/test/unread").body == b"done"


def test_a_fault_of_a_view_is_a_500_and_the_connection_goes_on(wire: Wire):
    assert wire.ask("GET", "/test/broken").status == 500
    assert wire.ask("GET", "/test/unread").body == b"done"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "registry.example.evil", "", "a b", "[::2]"])
def test_a_host_that_is_not_listed_is_refused(site: Server, host: str):
    with Wire(site) as wire:
        wire.send(f"GET /v2/ HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        reply = wire.reply()
    assert reply.status == 400
    assert "errors" in json.loads(reply.body)
    assert reply.headers["docker-distribution-api-version"] == "registry/2.0"


@pytest.mark.parametrize("host", ["registry.example", "REGISTRY.example:99", "localhost", "127.0.0.1:1", "[::1]"])
def test_a_listed_host_is_believed(site: Server, host: str):
    with Wire(site) as wire:
        wire.send(f"GET /v2/ HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert f'realm="http://{host}/service/token"' in wire.reply().headers["www-authenticate"]


def test_the_given_request_id_comes_back(wire: Wire):
    assert wire.ask("GET", "/test/unread", x_request_id="abc-123").headers["x-request-id"] == "abc-123"
    assert json.loads(wire.ask("GET", "/test/seen", x_request_id="abc-123").body)["HTTP_X_REQUEST_ID"] == "abc-123"


@pytest.mark.parametrize("given", ["", "a" * 65, 'a"b', "a b", "é"])
def test_a_request_id_of_another_form_is_replaced(wire: Wire, given: str):
    reply = wire.ask("GET", "/test/unread", x_request_id=given)
    assert len(reply.headers["x-request-id"]) == 16
