"""A reply on its way to the client: every one carries the request's id and leaves a line in the access log."""

import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from registry.oci import errors
from registry.serving.access_log import Line
from registry.serving.requests import Request

Send = Callable[[dict[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]
# What nginx logs for a client that left before it was answered.
CLIENT_CLOSED = 499


class Reply:
    """The one reply to a request."""

    def __init__(self, request: Request, send: Send) -> None:
        self.request = request
        self.line = Line()
        self._send = send

    async def begin(self, status: int, headers: Iterable[Header]) -> None:
        """Status and headers; the body follows by `go_on` and ends with `end`."""
        self.line.status = status
        await self._send({"type": "http.response.start", "status": status, "headers": self._with_id(headers)})

    async def go_on(self, piece: bytes) -> None:
        self.line.sent += len(piece)
        await self._send({"type": "http.response.body", "body": piece, "more_body": True})

    async def end(self) -> None:
        await self._send({"type": "http.response.body"})

    async def whole(self, status: int, headers: Iterable[Header], body: bytes) -> None:
        await self.begin(status, headers)
        if self.request.method != "HEAD":
            self.line.sent = len(body)
        await self._send({"type": "http.response.body", "body": body})

    async def file(self, status: int, headers: Iterable[Header], descriptor: int, offset: int, count: int) -> None:
        """A piece of an open file, sent by the kernel. Only where `sends_files`."""
        exchange = self.request.exchange
        assert exchange is not None
        self.line.status = status
        self.line.sent = await exchange.send_file(status, self._with_id(headers), descriptor, offset, count)

    @property
    def sends_files(self) -> bool:
        """Whether the kernel can send a file to this client: not through TLS, nor under another server."""
        return self.request.exchange is not None and self.request.scope["scheme"] == "http"

    @property
    def is_cut(self) -> bool:
        """Whether the client went away."""
        return self.request.exchange is not None and self.request.exchange.is_disconnected

    async def respond(self, response: HttpResponse) -> None:
        """Django's response, whole."""
        body = response.content
        headers = headers_of(response)
        if not response.has_header("Content-Length") and response.status_code not in (204, 304):
            headers.append((b"content-length", b"%d" % len(body)))
        self.note(response)
        await self.whole(response.status_code, headers, body)

    async def refuse(self, status: int, code: str, message: str, *, closing: bool = False) -> None:
        """A refusal by the front itself, in the words of /v2."""
        response = errors.refuse(code, status, message, request_id=self.request.id.decode())
        if self.request.is_for_registry:
            response["Docker-Distribution-Api-Version"] = "registry/2.0"
        if status == 503:
            response["Retry-After"] = "1"
        if closing:
            response["Connection"] = "close"
        await self.respond(response)

    def note(self, response: HttpResponseBase) -> None:
        """What the view tells for the log."""
        self.line.principal = getattr(response, "principal_name", "") or self.line.principal

    def finished_line(self) -> Line:
        request, line = self.request, self.line
        line.began_at = request.began_at
        line.method, line.path = request.method, request.path
        line.client, line.request_id = request.client_address, request.id.decode()
        line.seconds = time.perf_counter() - request.started
        if request.exchange is not None:
            line.received = request.exchange.received
            line.is_cut = not request.exchange.is_over
        if not line.status:
            line.status = CLIENT_CLOSED if self.is_cut else 500
        return line

    def _with_id(self, headers: Iterable[Header]) -> list[Header]:
        return [*headers, (b"x-request-id", self.request.id)]


def headers_of(response: HttpResponseBase) -> list[Header]:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    headers += ((b"set-cookie", cookie.output(header="").strip().encode()) for cookie in response.cookies.values())
    return headers
