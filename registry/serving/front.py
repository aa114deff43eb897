"""The ASGI application's door: which way a request goes, and which websocket is let in."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

from registry import logs
from registry.oci import routes
from registry.serving import bridge, fast_lane, pools, sink
from registry.serving.access_log import AccessLog
from registry.serving.bridge import Receive
from registry.serving.replies import Reply
from registry.serving.requests import Request

Send = Callable[[dict[str, Any]], Awaitable[None]]
Live = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

# More websockets than these are not let in by one process.
MOST_SOCKETS = 2000
NOT_OUR_NAME = "this Host is none of this registry's; ROADSTEAD_HOSTS lists them"
LOG = AccessLog(is_human=logs.is_human(settings.ENV.log_format))


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    request = Request(scope)
    reply = Reply(request, send)
    try:
        await _answer(request, receive, reply)
    except pools.Busy:
        await reply.refuse(503, "UNAVAILABLE", "too many requests wait already; try again in a moment", closing=True)
    finally:
        LOG.write(reply.finished_line())


async def _answer(request: Request, receive: Receive, reply: Reply) -> None:
    if not request.is_for_a_listed_host:
        await reply.refuse(400, "UNSUPPORTED", NOT_OUR_NAME)
        return
    route = routes.match(request.path)
    if route is None:
        await bridge.answer(request, receive, reply, None)
        return
    reply.line.repository = route.name
    if settings.ENV.fast_lane and await fast_lane.answer(request, route, reply):
        return
    if sink.is_for(request, route):
        await sink.take(request, receive, reply, route)
    else:
        await bridge.answer(request, receive, reply, route)


class Sockets:
    """The way of websockets to the application `live`, which finds the request and its line of the log in the scope."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._open = 0

    async def admit(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        request = Request(scope)
        reply = Reply(request, _denying(send))
        self._open += 1
        try:
            if not request.is_for_a_listed_host:
                await reply.refuse(400, "UNSUPPORTED", NOT_OUR_NAME)
            elif self._open > MOST_SOCKETS:
                await reply.refuse(503, "UNAVAILABLE", "too many pages are followed live already; try again later")
            else:
                scope |= {"request": request, "line": reply.line}
                await self._live(scope, receive, _noting(send, reply))
        finally:
            self._open -= 1
            LOG.write(reply.finished_line())


def _denying(send: Send) -> Send:
    """Send a reply in place of a websocket."""

    async def deny(message: dict[str, Any]) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    return deny


def _noting(send: Send, reply: Reply) -> Send:
    """Send, and note for the log what comes of it."""

    async def note(message: dict[str, Any]) -> None:
        reply.line.sent += len(message.get("text") or "")
        if not reply.line.status:
            reply.line.status = 101 if message["type"] == "websocket.accept" else 403
        await send(message)

    return note
