"""A websocket on a connection, as an ASGI application sees it. Pages only listen on theirs: what a client says is
a few small frames, and whoever says more is sent away."""

import asyncio
import logging
from asyncio import Task
from typing import TYPE_CHECKING, Any

from websockets.datastructures import Headers
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from registry.serving.connections import patience
from registry.serving.connections.exchange import Exchange

if TYPE_CHECKING:
    from registry.serving.connections.protocol import Connection

logger = logging.getLogger(__name__)

DENIAL = "websocket.http.response."
# A message of more bytes ends the socket.
LARGEST_MESSAGE = 1 << 12
# And so do more frames than these in a minute: whoever answers our pings sends three.
MOST_FRAMES = 100
# Frames are read from so many bytes at a time, so that a flood of tiny ones is noticed early.
BITE = 1 << 10
LONGEST_REASON = 120


class Socket:
    """The `receive` and `send` of one websocket. Until the application accepts it, it may be answered like any
    other request: by the extension websocket.http.response, or closed, which is a 403."""

    def __init__(self, connection: "Connection", exchange: Exchange) -> None:
        self.connection = connection
        self.scope = exchange.scope
        self.is_over = False
        self._exchange = exchange
        # No extensions, so no compression, and nothing that a small frame could unfold to.
        self._protocol = ServerProtocol(state=OPEN, max_size=LARGEST_MESSAGE)
        self._is_open = False
        self._is_asked = False
        self._heard = 0
        self._heard_since = 0.0
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    # What the connection tells.

    def start(self) -> None:
        self._messages.put_nowait({"type": "websocket.connect"})
        application = self.connection.app(self.scope, self._messages.get, self.send)
        task: Task[None] = self.connection.loop.create_task(application)
        self.connection.tasks.add(task)
        task.add_done_callback(self._ended)

    def take(self, data: bytes) -> None:
        """Bytes have come."""
        now = self.connection.loop.time()
        if now - self._heard_since > patience.STALL_SECONDS:
            self._heard, self._heard_since = 0, now
        for start in range(0, len(data), BITE):
            self._protocol.receive_data(data[start : start + BITE])
            for event in self._protocol.events_received():
                assert isinstance(event, Frame)
                self._hear(event)
            if self._pass_on():
                return
        if self.connection.flow.write_paused:
            self.connection.flow.pause_reading()  # it asks for pongs, and takes none
        elif not self.is_over:
            self._is_asked = False
            self.connection.be_patient(patience.PING_SECONDS)

    def disconnect(self) -> None:
        """Nothing more will come or go."""
        self._finish(CloseCode.ABNORMAL_CLOSURE)

    def shut_down(self) -> None:
        """The process ends; another one, or this one started anew, goes on where this one stops."""
        if self._is_open:
            self._close(CloseCode.SERVICE_RESTART, "")
        else:
            self.connection.abort()

    def asks(self) -> bool:
        """Whether the client was asked just now if it is still there."""
        if self.is_over or self._is_asked or self.connection.flow.write_paused:
            return False
        self._is_asked = True
        self._protocol.send_ping(b"")
        self._pass_on()
        self.connection.be_patient(patience.STALL_SECONDS)
        return True

    # What the application calls.

    async def send(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind.startswith(DENIAL):
            await self._exchange.send({**message, "type": kind.replace(DENIAL, "http.response.")})
            if self._exchange.is_over:
                self._finish(CloseCode.ABNORMAL_CLOSURE)
        elif kind == "websocket.accept":
            self._accept()
        elif kind == "websocket.close":
            self._close(message.get("code", CloseCode.NORMAL_CLOSURE), message.get("reason") or "")
        else:
            await self._drain()
            if not self.is_over:
                self._protocol.send_text(message["text"].encode())
                self._pass_on()

    # Within.

    def _accept(self) -> None:
        if self.is_over:
            return
        headers = Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in self.scope["headers"]])
        response = self._protocol.accept(Request(self.scope["path"], headers))
        if response.status_code != 101:
            self._refuse(response.status_code, "this is no websocket's beginning that can be understood")
            return
        self._is_open = True
        self.connection.transport.write(response.serialize())
        self.connection.be_patient(patience.PING_SECONDS)
        self.connection.flow.resume_reading()

    def _refuse(self, status: int, message: str) -> None:
        self._finish(CloseCode.ABNORMAL_CLOSURE)
        self.connection.refuse(status, "DENIED", message)

    def _hear(self, frame: Frame) -> None:
        self._heard += 1
        if self.is_over or frame.opcode in (Opcode.PING, Opcode.PONG):
            pass
        elif frame.opcode is Opcode.CLOSE:
            self._finish(CloseCode.NO_STATUS_RCVD)
        elif not frame.fin:
            self._expel(CloseCode.MESSAGE_TOO_BIG, "a message is one frame here")
        elif frame.opcode is Opcode.TEXT:
            self._messages.put_nowait({"type": "websocket.receive", "text": bytes(frame.data).decode(errors="replace")})
        else:
            self._messages.put_nowait({"type": "websocket.receive", "bytes": bytes(frame.data)})
        if self._heard > MOST_FRAMES or self._messages.qsize() > MOST_FRAMES:
            self._expel(CloseCode.POLICY_VIOLATION, "this says too much")

    def _expel(self, code: CloseCode, reason: str) -> None:
        """End it without waiting for an answer; nothing that still comes is looked at."""
        self._finish(code)
        self._protocol.fail(code, reason)

    def _pass_on(self) -> bool:
        """Send what the protocol has to say; True where it is the last."""
        transport = self.connection.transport
        said = b"".join(self._protocol.data_to_send())
        if said and not transport.is_closing():
            transport.write(said)
        if not self._protocol.eof_sent:
            return False
        self._finish(CloseCode.PROTOCOL_ERROR)
        if self._protocol.parser_exc or not self._protocol.close_rcvd:
            self.connection.linger()  # closed at once, the client might not get to read why
        else:
            self.connection.be_patient(patience.LINGER_SECONDS)
            transport.close()
        return True

    def _close(self, code: int, reason: str) -> None:
        """Say goodbye; the client's own ends the connection, and it has a moment for that."""
        if self.is_over:
            return
        if not self._is_open:
            self._refuse(403, reason or "this is not for you")
            return
        self._finish(code)
        self._protocol.send_close(code, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))
        self._pass_on()
        self.connection.be_patient(patience.LINGER_SECONDS)
        self.connection.flow.resume_reading()

    def _finish(self, code: int) -> None:
        """Nothing more goes from the application to the client, and it learns that."""
        if not self.is_over:
            self.is_over = True
            self._messages.put_nowait({"type": "websocket.disconnect", "code": int(code)})

    async def _drain(self) -> None:
        """Wait until the transport takes more."""
        flow = self.connection.flow
        if flow.write_paused and not self.is_over:
            self.connection.be_patient(patience.STALL_SECONDS)
            await flow.drain()
            if not self.is_over:
                self.connection.be_patient(patience.PING_SECONDS)

    def _ended(self, task: Task[None]) -> None:
        """The application has returned: make sure that the client is not left waiting."""
        self.connection.tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.error("A websocket failed", exc_info=error, extra={"path": self.scope["path"]})
        if self.is_over or self._exchange.has_begun:
            return
        if not self._is_open:
            self._refuse(500, "internal error")
        else:
            self._close(CloseCode.INTERNAL_ERROR if error else CloseCode.NORMAL_CLOSURE, "")
