"""A connection: uvicorn's HTTP/1.1 protocol with exchanges, patience and refusals of our own.

It adds to uvicorn's: files sent by the kernel, bodies received in large batches, deadlines for clients that stall,
an orderly end for a client that is refused while it still sends, and strictness about how a body is framed."""

import asyncio
import fcntl
import json
import logging
import secrets
import struct
import termios
from collections import deque
from typing import Any
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from registry.serving.connections import patience
from registry.serving.connections.exchange import MOST_DISCARDED, STATUS_LINES, Exchange
from registry.serving.connections.scales import Seat
from registry.serving.connections.sockets import Socket

logger = logging.getLogger(__name__)

# Heads, trailers and chunk sizes: more bytes than this without an end are refused.
MOST_OVERHEAD = 1 << 16
LONGEST_URL = 1 << 14
MOST_HEADERS = 100
# What becomes a websocket where the client asks for one. Nothing else does.
SOCKETS = b"/ws/"
NEVER = float("inf")


class Malformed(Exception):
    """The request cannot be read in one way only, or not at all."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Connection(HttpToolsProtocol):
    """One client's connection. At most one exchange runs at a time; pipelined ones wait for their turn."""

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deadline = NEVER
        self._seat = seat
        self._is_counted = False
        self.is_stopping = False
        self._running: Exchange | None = None
        self._parsed: Exchange | None = None
        self._waiting: deque[Exchange] = deque()
        self._socket: Socket | None = None
        self._is_deaf = False
        self._is_in_head = False
        self._overhead = 0
        self._unsent_before = NEVER

    # The transport tells.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._count(is_busy=True)
        self.be_patient(patience.HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.connections.discard(self)
        self._count(is_busy=False)
        for exchange in (self._running, *self._waiting):
            if exchange is not None:
                exchange.disconnect()
        self._waiting.clear()
        if self._socket is not None:
            self._socket.disconnect()
        self.flow.resume_writing()
        self.parser = None  # type: ignore[assignment]

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._socket is not None:
            self.flow.resume_reading()

    def data_received(self, data: bytes) -> None:
        self._overhead += len(data)
        if self._is_deaf:
            if self._overhead > MOST_DISCARDED:
                self.flow.pause_reading()
            return
        if self._socket is not None:
            self._socket.take(data)
            return
        try:
            self.parser.feed_data(data)
            if self._overhead > MOST_OVERHEAD and not self._is_deaf:
                self._refuse_malformed(Malformed("the head of the request is too long", 431))
        except httptools.HttpParserUpgrade as upgrade:
            self._change_protocol(data[upgrade.args[0] :])
        except httptools.HttpParserError as error:
            self._refuse_malformed(error.__context__ or error)

    # The parser tells.

    def on_message_begin(self) -> None:
        self.url = b""
        self.headers = []
        self._parsed = None
        self._is_in_head = True
        if self._running is None:
            self._count(is_busy=True)
            self.be_patient(patience.HEAD_SECONDS)

    def on_url(self, url: bytes) -> None:
        self.url += url
        if len(self.url) > LONGEST_URL:
            raise Malformed("the URL is too long", 414)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_in_head:
            return  # a trailer: nothing here believes those
        self.headers.append((name.lower(), value))
        if len(self.headers) > MOST_HEADERS:
            raise Malformed("the request has too many headers", 431)

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        self._overhead = 0
        if self.parser.should_upgrade():
            return  # the parser stops here: a websocket begins, or the request starts over
        exchange = Exchange(self, self._scope())
        self._frame(exchange)
        exchange.scope["extensions"] = {"roadstead": exchange}
        self._parsed = exchange
        if self._running is None:
            self._run(exchange)
        else:
            self.flow.pause_reading()
            self._waiting.append(exchange)

    def on_body(self, body: bytes) -> None:
        self._overhead = 0
        if self._parsed is not None:
            self._parsed.take(body)

    def on_message_complete(self) -> None:
        self._overhead = 0
        if self._parsed is not None:
            self._parsed.close_body()
            if self._running is None:
                self.be_patient(patience.IDLE_SECONDS)

    # The exchange tells.

    def finish(self, exchange: Exchange) -> None:
        """The reply is complete: go on with the next request, or close."""
        self.server_state.total_requests += 1
        self._running = None
        if self.transport.is_closing():
            return
        if not exchange.keeps_alive:
            self._close(exchange)
        elif self._waiting:
            self._run(self._waiting.popleft())
        else:
            self.flow.resume_reading()
            self.be_patient(
                patience.HEAD_SECONDS if self._is_in_head or exchange.body_is_open else patience.IDLE_SECONDS
            )

    def refuse(self, status: int, code: str, message: str) -> None:
        """Answer in place of the application, and end the connection."""
        body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
        headers = (
            *self.server_state.default_headers,
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"x-request-id", secrets.token_hex(8).encode()),
            (b"connection", b"close"),
        )
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(b"%b%b\r\n%b" % (STATUS_LINES[status], lines, body))
        self._running = None
        self.linger()

    def linger(self) -> None:
        """What was said last is the end; what still comes is thrown away for a while."""
        self._is_deaf = True
        self._overhead = 0
        self.be_patient(patience.LINGER_SECONDS)
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def abort(self) -> None:
        """End the connection here and now; the transport then tells `connection_lost`."""
        self.transport.abort()

    # The server tells.

    def shutdown(self) -> None:
        """Finish what runs, and take nothing new."""
        self.is_stopping = True
        if self._socket is not None:
            self._socket.shut_down()
        elif self._running is None:
            self.transport.close()
        else:
            (self._waiting or (self._running,))[-1].keeps_alive = False

    def expire(self) -> None:
        """The deadline is over. A client that still takes bytes, however slowly, gets more time."""
        if self._socket is not None and self._socket.asks():
            return
        unsent = self._unsent()
        if 0 < unsent < self._unsent_before:
            self.deadline = self.loop.time() + patience.STALL_SECONDS
            self._unsent_before = unsent
        else:
            self.abort()

    def be_patient(self, seconds: float) -> None:
        self.deadline = self.loop.time() + seconds
        self._unsent_before = NEVER

    def rest(self) -> None:
        """Nothing is expected of the client."""
        self.deadline = NEVER

    # Within.

    def _count(self, *, is_busy: bool) -> None:
        """Tell the scales whether something goes on here, or is expected at once."""
        if is_busy != self._is_counted:
            self._is_counted = is_busy
            self._seat.add(1 if is_busy else -1)

    def _run(self, exchange: Exchange) -> None:
        self.rest()
        self._running = exchange
        exchange.start()

    def _scope(self) -> dict[str, Any]:
        url = httptools.parse_url(self.url)
        raw_path = url.path or b"/"
        path = raw_path.decode("ascii")
        return {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "http_version": self.parser.get_http_version(),
            "method": self.parser.get_method().decode("ascii"),
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "root_path": "",
            "path": unquote(path) if "%" in path else path,
            "raw_path": raw_path,
            "query_string": url.query or b"",
            "headers": self.headers,
        }

    def _frame(self, exchange: Exchange) -> None:
        """Settle where the body ends and whether the connection goes on after it. The parser has refused a length
        beside an encoding, two lengths, and what is no number."""
        version = exchange.scope["http_version"]
        if version not in ("1.0", "1.1"):
            raise Malformed("this server speaks HTTP/1.1", 505)
        hosts = 0
        for name, value in self.headers:
            if name == b"host":
                hosts += 1
            elif name == b"content-length":
                exchange.announced = int(value)
            elif name == b"transfer-encoding" and (value.lower() != b"chunked" or version == "1.0"):
                raise Malformed("the only transfer encoding taken is chunked", 501)
            elif name == b"expect":
                exchange.awaits_continue = value.lower() == b"100-continue" and version == "1.1"
        if hosts > 1 or (hosts == 0 and version == "1.1"):
            raise Malformed("a request names one host")
        exchange.keeps_alive = version == "1.1" and self.parser.should_keep_alive() and not self.is_stopping

    def _change_protocol(self, rest: bytes) -> None:
        """The client offers another protocol. The one that is taken is a websocket, where there are some."""
        method = self.parser.get_method()
        is_for_socket = method == b"GET" and self.url.startswith(SOCKETS) and self._names(b"upgrade", b"websocket")
        if method == b"CONNECT":
            self._refuse_malformed(Malformed("this is no proxy", 405))
        elif is_for_socket and self._running is None:
            self._open_socket(rest)
        else:
            self._start_over(rest)

    def _open_socket(self, rest: bytes) -> None:
        exchange = Exchange(self, {**self._scope(), "type": "websocket", "subprotocols": []})
        try:
            self._frame(exchange)
            if rest or exchange.announced or self._names(b"transfer-encoding", b"chunked"):
                raise Malformed("a websocket's beginning has no body")
        except Malformed as error:
            self._refuse_malformed(error)
            return
        exchange.scope["extensions"] = {"websocket.http.response": {}}
        exchange.keeps_alive = exchange.body_is_open = False
        self.rest()
        self.flow.pause_reading()  # until it is accepted
        self._socket = Socket(self, exchange)
        self._socket.start()

    def _names(self, header: bytes, value: bytes) -> bool:
        return any(name == header and value in given.lower() for name, given in self.headers)

    def _start_over(self, rest: bytes) -> None:
        """Read the request again without the offer."""
        ends = self._names(b"connection", b"close")
        kept = [pair for pair in self.headers if pair[0] not in (b"connection", b"upgrade")]
        if ends:
            kept.append((b"connection", b"close"))
        lines = b"".join(b"%b: %b\r\n" % pair for pair in kept)
        version = self.parser.get_http_version().encode()
        method = self.parser.get_method()
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.data_received(b"%b %b HTTP/%b\r\n%b\r\n%b" % (method, self.url, version, lines, rest))

    def _refuse_malformed(self, error: BaseException) -> None:
        status = error.status if isinstance(error, Malformed) else 400
        message = str(error) if isinstance(error, Malformed) else "the request is not valid HTTP"
        logger.info("A request was malformed", extra={"client": self.client, "reason": str(error)})
        running = self._running
        if running is not None and running is not self._parsed:
            # What came after a good request is bad: that one is still answered.
            self._waiting.clear()
            running.keeps_alive = False
            self._is_deaf = True
            self.flow.pause_reading()
            return
        if running is not None:
            running.disconnect()
            if running.has_begun:
                self.abort()
                return
        self.refuse(status, "BAD_REQUEST", message)

    def _close(self, exchange: Exchange) -> None:
        self._waiting.clear()
        if exchange.body_is_open:
            self.linger()
        else:
            self.be_patient(patience.STALL_SECONDS)
            self.transport.close()

    def _unsent(self) -> int:
        """Bytes of replies that the client has not taken: ours and the kernel's."""
        descriptor = self.transport.get_extra_info("socket").fileno()
        queued: int = struct.unpack("i", fcntl.ioctl(descriptor, termios.TIOCOUTQ, b"\0\0\0\0"))[0]
        return queued + self.transport.get_write_buffer_size()
