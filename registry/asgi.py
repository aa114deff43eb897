"""The ASGI application of a web process."""

from collections.abc import Awaitable, Callable
from typing import Any

import django

django.setup(set_prefix=False)

from console.live import routing  # noqa: E402
from registry.serving import front  # noqa: E402

Message = dict[str, Any]

sockets = front.Sockets(routing.application)


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    if scope["type"] == "http":
        await front.application(scope, receive, send)
    elif scope["type"] == "websocket":
        await sockets.admit(scope, receive, send)
