"""Uploads: a view says whether the body may come, the body streams to its file, a view finishes.

The first step is asked before the client is told to go on, so that a refusal costs no byte. Bytes are
hashed and written in threads, in batches; a slow client holds none of them."""

import asyncio
import logging
from collections.abc import Awaitable

from django.db import DatabaseError

from accounts.exceptions import Refusal
from registry.content.reception import Reception
from registry.oci import errors
from registry.oci.body import RECEPTION, STEP, Proceed
from registry.oci.routes import Route
from registry.serving import bridge, pools
from registry.serving.bridge import Disconnected, Receive
from registry.serving.handlers import with_connections
from registry.serving.replies import Reply
from registry.serving.requests import Request

logger = logging.getLogger(__name__)

LARGEST_BATCH = 1 << 20
SMALLEST_BATCH = 1 << 16
# All uploads together have about this much in memory, twice.
SHARED = 16 << 20

_running = 0


def is_for(request: Request, route: Route) -> bool:
    """Whether this request's body is an upload's."""
    if route.kind == "upload":
        return request.method in ("PATCH", "PUT")
    return route.kind == "uploads" and request.method == "POST" and b"digest=" in request.scope["query_string"]


async def take(request: Request, receive: Receive, reply: Reply, route: Route) -> None:
    """An upload, from the question whether it may come to the reply."""
    response = await bridge.respond(request, request.environ(**{STEP: "begin"}), route)
    if not isinstance(response, Proceed):
        await bridge.send(response, reply, pools.REGISTRY)
        return
    reception = response.reception
    try:
        await _fill(reception, request, receive)
        await pools.IO.insist(reception.complete)
    except Disconnected:
        pass
    except Refusal as refusal:
        refused = errors.response(refusal, request_id=request.id.decode())
        assert refused is not None
        await reply.respond(refused)
    except OSError as error:
        logger.error("An upload cannot be stored", exc_info=error, extra={"repository": route.name})
        await reply.refuse(503, "UNAVAILABLE", "the storage takes no bytes at the moment", closing=True)
    else:
        response = await bridge.finish(request, request.environ(**{RECEPTION: reception}), route)
        await bridge.send(response, reply, pools.REGISTRY)


async def _fill(reception: Reception, request: Request, receive: Receive) -> None:
    """Stream the body into the reception. Where that ends early, for whatever reason, the reception is told."""
    global _running
    if reception.expected is None:
        reception.expected = request.content_length
    _running += 1
    is_complete = False
    try:
        await _stream(reception, request, receive)
        is_complete = True
    finally:
        _running -= 1
        if not is_complete:
            await asyncio.shield(_abort(reception))


async def _stream(reception: Reception, request: Request, receive: Receive) -> None:
    """While one batch is written, the next comes in."""
    writing: Awaitable[None] | None = None
    is_open = request.content_length != 0
    try:
        while is_open:
            if request.exchange is not None:
                request.exchange.batch_size = max(SMALLEST_BATCH, min(LARGEST_BATCH, SHARED // _running))
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            is_open = message["more_body"]
            if writing is not None:
                await writing
            writing = asyncio.ensure_future(_write(reception, message["body"]))
    finally:
        if writing is not None:
            await writing


async def _write(reception: Reception, batch: bytes) -> None:
    """Store and hash at once, each in a thread: neither needs the interpreter while it works."""
    hashing = asyncio.ensure_future(pools.IO.insist(reception.hash, batch))
    try:
        await pools.IO.insist(reception.store, batch)
    finally:
        await hashing


async def _abort(reception: Reception) -> None:
    """What came is kept, so that the client can go on from there. Writes a row: in a thread of the views."""
    try:
        await pools.REGISTRY.insist(with_connections, reception.abort)
    except (OSError, DatabaseError) as error:
        logger.warning("A cut upload could not be kept", extra={"reason": str(error)})
