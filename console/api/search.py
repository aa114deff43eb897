"""/api/v2.0/search: projects and repositories by a part of their names, for everybody."""

from django.http import HttpResponse
from rest_framework.request import Request

from console.api import projects
from console.api.base import View, answer
from console.api.errors import Unprocessable
from registry.content import search
from registry.models import Repository


class Search(View):
    def get(self, request: Request) -> HttpResponse:
        part = request.query_params.get("q", "")
        if not part:
            raise Unprocessable("q is missing: a part of a name")
        found = list(search.find_projects(part, by=self.by))
        return answer(
            {
                "project": [*projects.shown(found, by=self.by)],
                "repository": [_shown(each) for each in search.find_repositories(part, by=self.by)],
            }
        )


def _shown(repository: Repository) -> dict[str, object]:
    return {
        "project_id": repository.project_id,
        "project_name": repository.project.name,
        "project_public": repository.project.is_public,
        "repository_name": repository.name,
        "pull_count": repository.pull_count,
        "artifact_count": repository.artifact_count,
    }
