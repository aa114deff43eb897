"""The addresses of /api. Each is served with a slash at its end, too."""

from django.urls import re_path

from console.api.base import Unknown
from console.api.members import MemberList
from console.api.projects import ProjectDetail, ProjectList
from console.api.users import UserList

PROJECT = "projects/(?P<name_or_id>[^/]+)"

urlpatterns = [
    re_path(r"^api/v2\.0/projects/?$", ProjectList.as_view()),
    re_path(rf"^api/v2\.0/{PROJECT}/?$", ProjectDetail.as_view()),
    re_path(rf"^api/v2\.0/{PROJECT}/members/?$", MemberList.as_view()),
    re_path(r"^api/v2\.0/users/?$", UserList.as_view()),
    re_path(r"^api(?:/.*)?$", Unknown.as_view()),
]
