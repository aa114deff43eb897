"""The addresses of /api. A slash too many, between segments or at the end, does no harm (as in Harbor)."""

import re

from django.urls import URLPattern, re_path

from console.api.access_tokens import AccessTokenDetail, AccessTokenList
from console.api.additions import AccessoryList, AdditionDetail, IconDetail
from console.api.artifacts import ArtifactDetail, ArtifactList, ProjectArtifactList
from console.api.base import Unknown, View
from console.api.health import Health, Ping, Version
from console.api.history import HistoryList, TagsAsOf
from console.api.labels import ArtifactLabelDetail, ArtifactLabelList, LabelDetail, LabelList
from console.api.members import MemberList
from console.api.permissions import Permissions
from console.api.projects import ProjectDetail, ProjectList
from console.api.repositories import AllRepositoryList, RepositoryDetail, RepositoryList
from console.api.robots import RobotDetail, RobotList
from console.api.systeminfo import SystemInfo
from console.api.tags import TagDetail, TagList
from console.api.users import UserList

REPOSITORIES = "api/v2.0/projects/<project_name>/repositories"
ARTIFACTS = f"{REPOSITORIES}/<repository_name>/artifacts"
# The first that fits counts: of two that begin alike, the longer one stands first.
VIEWS: dict[str, type[View]] = {
    "api/version": Version,
    "api/v2.0/ping": Ping,
    "api/v2.0/health": Health,
    "api/v2.0/systeminfo": SystemInfo,
    "api/v2.0/projects": ProjectList,
    "api/v2.0/projects/<name_or_id>": ProjectDetail,
    "api/v2.0/projects/<name_or_id>/members": MemberList,
    "api/v2.0/users": UserList,
    "api/v2.0/users/<user_id>/tokens": AccessTokenList,
    "api/v2.0/users/<user_id>/tokens/<token_id>": AccessTokenDetail,
    "api/v2.0/permissions": Permissions,
    "api/v2.0/robots": RobotList,
    "api/v2.0/robots/<robot_id>": RobotDetail,
    "api/v2.0/labels": LabelList,
    "api/v2.0/labels/<label_id>": LabelDetail,
    f"{ARTIFACTS}/<reference>/additions/<addition>": AdditionDetail,
    f"{ARTIFACTS}/<reference>/labels/<label_id>": ArtifactLabelDetail,
    f"{ARTIFACTS}/<reference>/labels": ArtifactLabelList,
    f"{ARTIFACTS}/<reference>/tags/<tag_name>": TagDetail,
    f"{ARTIFACTS}/<reference>/tags": TagList,
    f"{ARTIFACTS}/<reference>/accessories": AccessoryList,
    f"{ARTIFACTS}/<reference>": ArtifactDetail,
    ARTIFACTS: ArtifactList,
    "api/v2.0/projects/<name_or_id>/artifacts": ProjectArtifactList,
    f"{REPOSITORIES}/<repository_name>/history": HistoryList,
    f"{REPOSITORIES}/<repository_name>/tags-as-of": TagsAsOf,
    f"{REPOSITORIES}/<repository_name>": RepositoryDetail,
    REPOSITORIES: RepositoryList,
    "api/v2.0/repositories": AllRepositoryList,
    "api/v2.0/icons/<digest>": IconDetail,
}


def _address(template: str, view: type[View]) -> URLPattern:
    segments = (_segment(segment) for segment in template.split("/"))
    return re_path(rf"^/*{'/+'.join(segments)}/*$", view.as_view())


def _segment(segment: str) -> str:
    """A repository's name may have slashes, and words that are keywords elsewhere: the last keyword counts."""
    if segment == "<repository_name>":
        return "(?P<repository_name>.+)"
    return f"(?P<{segment[1:-1]}>[^/]+)" if segment.startswith("<") else re.escape(segment)


urlpatterns = [
    *(_address(template, view) for template, view in VIEWS.items()),
    re_path(r"^/*api(?:/.*)?$", Unknown.as_view()),
]
