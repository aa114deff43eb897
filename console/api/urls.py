"""The addresses of /api. A slash too many, between segments or at the end, does no harm (as in Harbor)."""

import re

from django.urls import URLPattern, re_path

from console.api.base import Unknown, View
from console.api.health import Health, Ping, Version
from console.api.labels import LabelDetail, LabelList
from console.api.members import MemberList
from console.api.permissions import Permissions
from console.api.projects import ProjectDetail, ProjectList
from console.api.robots import RobotDetail, RobotList
from console.api.systeminfo import SystemInfo
from console.api.users import UserList

VIEWS: dict[str, type[View]] = {
    "api/version": Version,
    "api/v2.0/ping": Ping,
    "api/v2.0/health": Health,
    "api/v2.0/systeminfo": SystemInfo,
    "api/v2.0/projects": ProjectList,
    "api/v2.0/projects/<name_or_id>": ProjectDetail,
    "api/v2.0/projects/<name_or_id>/members": MemberList,
    "api/v2.0/users": UserList,
    "api/v2.0/permissions": Permissions,
    "api/v2.0/robots": RobotList,
    "api/v2.0/robots/<robot_id>": RobotDetail,
    "api/v2.0/labels": LabelList,
    "api/v2.0/labels/<label_id>": LabelDetail,
}


def _address(template: str, view: type[View]) -> URLPattern:
    segments = (
        f"(?P<{segment[1:-1]}>[^/]+)" if segment.startswith("<") else re.escape(segment)
        for segment in template.split("/")
    )
    return re_path(rf"^/*{'/+'.join(segments)}/*$", view.as_view())


urlpatterns = [
    *(_address(template, view) for template, view in VIEWS.items()),
    re_path(r"^/*api(?:/.*)?$", Unknown.as_view()),
]
