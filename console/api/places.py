"""The repositories and artifacts that a path names, for those who may do there what they ask.

Clients write the slashes of a repository's name in three ways: as they are, encoded (`%2F`) and encoded twice
(`%252F`). One decoding has happened when a path arrives here; what is left of the others is undone here."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from accounts import projects
from accounts.models import Project
from accounts.permissions import require
from accounts.principals import Principal
from registry.content import artifacts, names, repositories
from registry.models import Artifact, Repository


@dataclass(frozen=True)
class Place:
    """A repository in a project; `name` is the whole name. It need not exist."""

    project: Project
    name: str

    @property
    def repository(self) -> Repository:
        return repositories.of(self.project, self.name)

    def artifact(self, reference: str) -> Artifact:
        return artifacts.find(self.project, self.name, names.reference(reference))


def admit(by: Principal, action: str, project_name: str, repository_name: str, *, reference: str = "") -> Place:
    """The place, where `by` may do this there; else the refusal is raised. Whether there is such a repository
    shows afterwards only."""
    project = projects.get(project_name, by=by)
    below = re.sub("/+", "/", unquote(repository_name)).strip("/")
    name = names.repository(f"{project.name}/{below}")
    require(by, action, project, repository=name, tag=names.tag_of(reference) if reference else None)
    return Place(project, name)


def path(name: str) -> str:
    """The path of a repository on the API: its slashes encoded twice, as Harbor's clients have it."""
    project, _, rest = name.partition("/")
    return f"/api/v2.0/projects/{project}/repositories/{rest.replace('/', '%252F')}"
