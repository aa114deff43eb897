"""One request and its reply on a connection, as an ASGI application sees them."""

import asyncio
import logging
import os
from asyncio import Future, Task
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from registry.serving import pools
from registry.serving.connections import patience

if TYPE_CHECKING:
    from registry.serving.connections.protocol import Connection

logger = logging.getLogger(__name__)

Headers = Iterable[tuple[bytes, bytes]]

# Unread, a body this long is still thrown away to keep the connection; beyond it the connection is closed.
MOST_DISCARDED = 1 << 20
# Received bytes that wait for the application; more than these stay in the kernel.
WINDOW = 1 << 16
# One call of sendfile moves at most this, so that other connections get their turn.
SLICE = 1 << 21
# Pieces smaller than this are gathered, so that a body in tiny chunks costs no more memory than another.
SMALL = 1 << 12
# Files up to this size are read and sent with the head in one write.
SHORT_FILE = 1 << 16

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}


class Exchange:
    """The `receive` and `send` of one request.

    The application finds it as scope["extensions"]["roadstead"], and may set `batch_size`, so that `receive`
    waits for that many bytes, and call `send_file`, which leaves the copying to the kernel."""

    def __init__(self, connection: "Connection", scope: dict[str, Any]) -> None:
        self.connection = connection
        self.scope = scope
        self.is_disconnected = False
        self.keeps_alive = False
        # The request.
        self.awaits_continue = False
        self.body_is_open = True
        self.announced: int | None = None
        self.received = 0
        self.batch_size = 1
        self._chunks: list[bytes | bytearray] = []
        self._buffered = 0
        self._paced = -patience.PACE
        self._due = 0.0
        # The reply.
        self.has_begun = False
        self.is_over = False
        self._is_chunked = False
        self._left = 0
        self._unsent_head = b""
        self._waiter: Future[None] | None = None

    # What the connection tells.

    def start(self) -> None:
        application = self.connection.app(self.scope, self.receive, self.send)
        task: Task[None] = self.connection.loop.create_task(application)
        self.connection.tasks.add(task)
        task.add_done_callback(self._ended)

    def take(self, chunk: bytes) -> None:
        """A piece of the body has come."""
        size = len(chunk)
        self.received += size
        if self.is_over or self.is_disconnected:
            return
        if size >= SMALL:
            self._chunks.append(chunk)
        elif self._chunks and isinstance(last := self._chunks[-1], bytearray) and len(last) < WINDOW:
            last += chunk
        else:
            self._chunks.append(bytearray(chunk))
        self._buffered += size
        if self._buffered >= max(self.batch_size, WINDOW):
            self.connection.flow.pause_reading()
        if self._buffered >= self.batch_size:
            self._wake()

    def close_body(self) -> None:
        """The body is complete."""
        self.body_is_open = False
        self._wake()

    def disconnect(self) -> None:
        """Nothing more will come or go."""
        self.is_disconnected = True
        self._wake()

    # What the application calls.

    async def receive(self) -> dict[str, Any]:
        """The next bytes of the body, at least `batch_size` of them unless it ends. What came before a
        disconnect is given out before it is told."""
        if self.awaits_continue and not self.is_disconnected:
            self.awaits_continue = False
            self.connection.transport.write(CONTINUE)
        while self.body_is_open and self._buffered < self.batch_size and not (self.is_disconnected or self.is_over):
            self.connection.flow.resume_reading()
            self.connection.deadline = self._next_due()
            await self._wait()
        if self.is_over or (self.is_disconnected and not self._buffered):
            return {"type": "http.disconnect"}
        body = b"".join(self._chunks)
        self._chunks, self._buffered = [], 0
        if self.body_is_open:
            self.connection.flow.resume_reading()
        return {"type": "http.request", "body": body, "more_body": self.body_is_open}

    async def send(self, message: dict[str, Any]) -> None:
        await self._drain()
        if self.is_disconnected:
            return
        if message["type"] == "http.response.start":
            self._unsent_head = self._head(message["status"], message["headers"])
            return
        self._write(message.get("body", b""))
        if not message.get("more_body", False):
            self._finish()

    async def send_file(self, status: int, headers: Headers, descriptor: int, offset: int, count: int) -> int:
        """A whole reply whose body is a piece of an open file; `headers` tell its length. Answers how many
        bytes of it have gone."""
        await self._drain()
        if self.is_disconnected:
            return 0
        transport = self.connection.transport
        head = self._head(status, headers)
        if count <= SHORT_FILE:
            body = await self._read(descriptor, offset, count)
            self._unsent_head = head
            self._write(body)
            self._finish()
            return len(body)
        # With no room in its buffer the transport writes at once, and tells when all is gone.
        transport.set_write_buffer_limits(0)
        transport.write(head)
        await self._drain()
        sent = await self._pass_on(descriptor, offset, count)
        transport.set_write_buffer_limits()
        if sent == count:
            self._left = 0
            self._finish()
        else:
            self.connection.abort()
        return sent

    # Within.

    def _head(self, status: int, headers: Headers) -> bytes:
        if self.has_begun:
            raise RuntimeError("a reply has one beginning")
        self.has_begun = True
        if self.keeps_alive and not self._body_may_be_discarded():
            self.keeps_alive = False
        lines = [STATUS_LINES[status]]
        length: int | None = None
        for name, value in (*self.connection.server_state.default_headers, *headers):
            if b"\n" in value or b"\r" in value or b"\0" in value:
                raise RuntimeError("a header's value is one line")
            if name == b"content-length":
                length = int(value)
            elif name == b"connection" and value == b"close":
                self.keeps_alive = False
                continue
            lines += (name, b": ", value, b"\r\n")
        lines.append(self._framing(status, length))
        if not self.keeps_alive:
            lines.append(b"connection: close\r\n")
        lines.append(b"\r\n")
        return b"".join(lines)

    def _framing(self, status: int, length: int | None) -> bytes:
        """How the body's end will be known; HTTP/1.0 knows no chunks, and reads until the connection closes."""
        if self.scope["method"] == "HEAD" or status in (204, 304):
            return b""
        if length is not None:
            self._left = length
            return b""
        if self.scope["http_version"] == "1.0":
            self.keeps_alive = False
            self._left = -1
            return b""
        self._is_chunked = True
        return b"transfer-encoding: chunked\r\n"

    def _body_may_be_discarded(self) -> bool:
        """Whether what is missing of the request's body is so little that it can be read and forgotten. A client
        that waits for 100 Continue may or may not send it: then nobody could tell where the next request begins."""
        if not self.body_is_open:
            return True
        if self.awaits_continue or self.announced is None:
            return False
        return self.announced - self.received <= MOST_DISCARDED

    def _write(self, body: bytes) -> None:
        """Send a piece of the body; the first takes the head along, since each write is a call of the kernel."""
        if not self.has_begun or self.is_over:
            raise RuntimeError("a body follows the beginning of its reply")
        if self.scope["method"] == "HEAD":
            body = b""
        if self._is_chunked and body:
            body = b"%x\r\n%b\r\n" % (len(body), body)
        elif self._left >= 0:
            self._left -= len(body)
            if self._left < 0:
                raise RuntimeError("the reply is longer than its Content-Length")
        if self._unsent_head or body:
            self.connection.transport.write(self._unsent_head + body if self._unsent_head else body)
            self._unsent_head = b""

    def _finish(self) -> None:
        if self._is_chunked:
            self.connection.transport.write(b"0\r\n\r\n")
        elif self._left > 0:
            raise RuntimeError("the reply is shorter than its Content-Length")
        self.is_over = True
        self._chunks = []
        self._wake()
        self.connection.finish(self)

    async def _read(self, descriptor: int, offset: int, count: int) -> bytes:
        if _is_cached(descriptor, offset + count - 1):
            return os.pread(descriptor, count, offset)
        return await pools.IO.insist(os.pread, descriptor, count, offset)

    async def _pass_on(self, descriptor: int, offset: int, count: int) -> int:
        """Hand a piece of the file to the socket, slice by slice; the number of bytes that it took."""
        # A descriptor of our own: the event loop does not let others watch one that its transport uses.
        sock = os.dup(self.connection.transport.get_extra_info("socket").fileno())
        end = offset + count
        start = offset
        try:
            while offset < end and not self.is_disconnected:
                try:
                    sent = await self._slice(sock, descriptor, offset, min(SLICE, end - offset))
                except BlockingIOError:
                    await self._until_writable(sock)
                    continue
                if not sent:
                    logger.error("A file is shorter than its record says", extra={"path": self.scope["path"]})
                    break
                offset += sent
        except OSError:  # the client has gone
            pass
        finally:
            os.close(sock)
        return offset - start

    async def _slice(self, sock: int, descriptor: int, offset: int, count: int) -> int:
        """One sendfile. Where the bytes would first come from the disk, a thread waits for them."""
        if _is_cached(descriptor, offset + count - 1):
            sent = os.sendfile(sock, descriptor, offset, count)
            await asyncio.sleep(0)
            return sent
        return await pools.IO.insist(os.sendfile, sock, descriptor, offset, count)

    async def _until_writable(self, sock: int) -> None:
        loop = self.connection.loop
        loop.add_writer(sock, self._wake)
        try:
            self.connection.be_patient(patience.STALL_SECONDS)
            await self._wait()
        finally:
            loop.remove_writer(sock)

    async def _drain(self) -> None:
        """Wait until the transport takes more."""
        flow = self.connection.flow
        if flow.write_paused and not self.is_disconnected:
            self.connection.be_patient(patience.STALL_SECONDS)
            await flow.drain()
            self.connection.rest()

    def _next_due(self) -> float:
        """Until when the client must go on sending: it gains time by bytes, not by single ones."""
        if self.received - self._paced >= patience.PACE:
            self._paced = self.received
            self._due = self.connection.loop.time() + patience.STALL_SECONDS
        return self._due

    async def _wait(self) -> None:
        """Wait for `_wake`, or for the connection to be given up at its deadline."""
        self._waiter = self.connection.loop.create_future()
        await self._waiter
        self.connection.rest()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _ended(self, task: Task[None]) -> None:
        """The application has returned: make sure that the client is not left waiting."""
        self.connection.tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.error("A request failed", exc_info=error, extra={"path": self.scope["path"]})
        self.scope["extensions"] = {}  # ends the circle of references, so that no garbage collector need find it
        if self.is_over or self.is_disconnected:
            return
        if task.cancelled() or (self.has_begun and not self._unsent_head):
            self.connection.abort()
        else:
            self.connection.refuse(500, "UNKNOWN", "internal error")


def _is_cached(descriptor: int, offset: int) -> bool:
    """Whether the page cache holds this byte of the file."""
    try:
        return os.preadv(descriptor, (bytearray(1),), offset, os.RWF_NOWAIT) == 1
    except OSError:
        return False
