"""Where each websocket goes. Whatever has no way here is refused as if it were another site's."""

from channels.routing import URLRouter
from django.urls import re_path

from console.live.consumers import JobLog, Nowhere

application = URLRouter(
    [
        re_path(r"^ws/jobs/(?P<job_id>[1-9][0-9]{0,17})$", JobLog.as_asgi()),
        re_path(r"", Nowhere.as_asgi()),
    ]
)
