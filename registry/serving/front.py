"""The HTTP side of the ASGI application: which way a request goes."""

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
        await reply.refuse(400, "UNSUPPORTED", "this Host is none of this registry's; ROADSTEAD_HOSTS lists them")
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
