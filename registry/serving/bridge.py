"""From a request to Django's views and back, through two pools of threads.

Bodies are read here before a thread is taken, and replies are sent after it is free again."""

from collections.abc import Awaitable, Callable, Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from registry.oci.routes import Route
from registry.serving import files, pools
from registry.serving.handlers import BareHandler, Handler
from registry.serving.pools import Pool
from registry.serving.replies import Reply, headers_of
from registry.serving.requests import Request

Receive = Callable[[], Awaitable[dict[str, Any]]]

# A manifest's greatest size, and more than any other body that is not an upload has reason to be.
LARGEST_BODY = 4 << 20
# All bodies in memory together.
MOST_BODIES = 64 << 20
# A body that is made piece by piece is handed over in batches of this size.
BATCH = 1 << 18


class Disconnected(Exception):
    """The client went away before its body was in."""


class TooLarge(Exception):
    """The body is larger than any view takes."""


async def answer(request: Request, receive: Receive, reply: Reply, route: Route | None) -> None:
    """Let a view answer this request."""
    with _Body() as body:
        try:
            await body.read(request, receive)
        except Disconnected:
            return
        except TooLarge:
            code = "SIZE_INVALID" if request.is_for_registry else "REQUEST_ENTITY_TOO_LARGE"
            await reply.refuse(413, code, f"a body has at most {LARGEST_BODY} bytes here", closing=True)
            return
        environ = request.environ(BytesIO(body.content), CONTENT_LENGTH=str(len(body.content)))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        response = await respond(request, environ, route)
    await send(response, reply, pool_of(request, route))


async def respond(request: Request, environ: dict[str, Any], route: Route | None) -> HttpResponseBase:
    """What Django answers. Raises pools.Busy where too many wait already."""
    handler = _bare() if request.is_for_registry else _full()
    return await pool_of(request, route).run(handler.respond, environ)


async def finish(request: Request, environ: dict[str, Any], route: Route) -> HttpResponseBase:
    """What Django answers to an upload whose body is in. It has been let in already, so it is never Busy."""
    return await pool_of(request, route).insist(_bare().respond, environ)


def pool_of(request: Request, route: Route | None) -> Pool:
    """Whom to sign in may take long: the token service, and /v2 with a password, share the console's threads."""
    if not request.is_for_registry or (route is not None and route.kind in ("token", "jwks")):
        return pools.CONSOLE
    if request.headers.get(b"authorization", b"").strip()[:6].lower() == b"basic ":
        return pools.CONSOLE
    return pools.REGISTRY


async def send(response: HttpResponseBase, reply: Reply, pool: Pool) -> None:
    """Send what a view has answered: whole, as a file or piece by piece."""
    file = getattr(response, "file", None)
    if isinstance(response, HttpResponse):
        await reply.respond(response)
    elif reply.request.method == "HEAD":
        reply.note(response)
        await reply.whole(response.status_code, headers_of(response), b"")
        await pool.insist(response.close)
    elif file is not None:
        reply.note(response)
        await files.send(reply, response.status_code, headers_of(response), file)
    else:
        assert isinstance(response, StreamingHttpResponse)
        reply.note(response)
        await _stream(response, reply, pool)


async def _stream(response: StreamingHttpResponse, reply: Reply, pool: Pool) -> None:
    """Piece by piece. Each batch is made in a thread, not always the same one; none is held while
    the client takes its time."""
    pieces = iter(response)
    try:
        batch = await pool.insist(_batch, pieces)
        await reply.begin(response.status_code, headers_of(response))
        while batch:
            await reply.go_on(batch)
            if reply.is_cut:
                return
            batch = await pool.insist(_batch, pieces)
        await reply.end()
    finally:
        await pool.insist(response.close)


def _batch(pieces: Iterator[bytes]) -> bytes:
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        if len(gathered) >= BATCH:
            break
    return bytes(gathered)


class _Body:
    """A request's body in memory, and its share of what all of them may take."""

    held_by_all = 0

    def __init__(self) -> None:
        self.content = b""
        self._held = 0

    def __enter__(self) -> "_Body":
        return self

    def __exit__(self, *_: object) -> None:
        _Body.held_by_all -= self._held

    async def read(self, request: Request, receive: Receive) -> None:
        """All of it. One that is announced as too large is refused before any of it is read."""
        announced = request.content_length
        if announced == 0 or request.method in ("GET", "HEAD"):
            return
        if announced is not None and announced > LARGEST_BODY:
            raise TooLarge
        pieces: list[bytes] = []
        is_open = True
        while is_open:
            if _Body.held_by_all > MOST_BODIES:
                raise pools.Busy
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            pieces.append(message["body"])
            self._hold(len(message["body"]))
            is_open = message["more_body"]
        self.content = b"".join(pieces)

    def _hold(self, size: int) -> None:
        self._held += size
        _Body.held_by_all += size
        if self._held > LARGEST_BODY:
            raise TooLarge


@lru_cache(maxsize=1)
def _bare() -> BareHandler:
    return BareHandler()


@lru_cache(maxsize=1)
def _full() -> Handler:
    return Handler()
