"""Where each websocket goes. Whatever has no way here is refused as if it were another site's."""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.routing import URLRouter
from django.urls import re_path

from console.live.consumers import JobLog

Message = dict[str, Any]


async def nowhere(
    _scope: dict[str, Any], _receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    await send({"type": "websocket.close"})


application = URLRouter(
    [
        re_path(r"^ws/jobs/(?P<job_id>[1-9][0-9]{0,17})$", JobLog.as_asgi()),  # type: ignore[arg-type]  # an ASGI
        re_path(r"", nowhere),  # type: ignore[arg-type]  # application where Django's types want a view
    ]
)
