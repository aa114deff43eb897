"""/api/v2.0/projects/<project>/summary: a project in a few numbers."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts import members
from accounts.models import BuiltIn, Project
from accounts.permissions import may
from console.api import projects
from console.api.base import View, answer
from registry.content import projects as contents
from registry.rules import quotas

COUNTS = {
    "project_admin_count": BuiltIn.PROJECT_ADMIN,
    "maintainer_count": BuiltIn.MAINTAINER,
    "developer_count": BuiltIn.DEVELOPER,
    "guest_count": BuiltIn.GUEST,
    "limited_guest_count": BuiltIn.LIMITED_GUEST,
}


class ProjectSummary(View):
    """Each part for those who may see what it counts."""

    def get(self, request: Request, name_or_id: str) -> HttpResponse:
        project = projects.admit(request, "project:read", name_or_id, by=self.by)
        repositories = contents.repository_counts([project], by=self.by)
        told: dict[str, object] = {"repo_count": repositories.get(project.pk, 0)}
        if may(self.by, "member:list", project):
            counts = members.counts(project)
            told |= {name: counts.get(role, 0) for name, role in COUNTS.items()}
        if may(self.by, "quota:read", project):
            told["quota"] = _quota(project)
        return answer(told)


def _quota(project: Project) -> dict[str, object]:
    held = quotas.of(project)
    return {"hard": {"storage": held.hard}, "used": {"storage": held.used}}
