"""What stands at the head of each page of a project: its name, what it is, what it holds, and its tabs.

head = project_head.admit("members", "member:list", name, by=request.principal)
render(request, "members/list.html", {"head": head, …})        # which extends projects/base.html"""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from accounts import favourites, projects
from accounts.models import Project
from accounts.permissions import require
from accounts.principals import Principal
from accounts.standings import Standing, standing
from console import navigation, role_names
from console.navigation import Tab
from registry.models import ProjectUsage
from registry.rules import quotas

PROJECTS = "/projects"


@dataclass(frozen=True)
class Head:
    """`here` is the tab that is open, by the last part of its address; `usage` is for those who may see it."""

    project: Project
    by: Principal
    standing: Standing
    here: str

    @property
    def url(self) -> str:
        return navigation.project_url(self.project.name)

    @property
    def tabs(self) -> list[Tab]:
        return navigation.tabs(self.project, self.standing, self.here)

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        return [(PROJECTS, _("Projects"))]

    @property
    def crumbs_to_here(self) -> list[tuple[str, str]]:
        """For what lies below a tab."""
        tab = next((str(tab.name) for tab in self.tabs if tab.is_here), None)
        below = [(self.tab_url, tab)] if tab and self.here else []
        return [*self.crumbs, (self.url, self.project.name), *below]

    @property
    def tab_url(self) -> str:
        return navigation.project_url(self.project.name, self.here)

    @property
    def role(self) -> str:
        return role_names.held(self.standing)

    @cached_property
    def usage(self) -> ProjectUsage | None:
        return quotas.of(self.project) if self.standing.allows("quota:read") else None

    @cached_property
    def is_favourite(self) -> bool:
        return bool(favourites.marked_by(self.by, [self.project]))


def admit(here: str, action: str, name: str, *, by: Principal) -> Head:
    """The head for one who may do this in the project; else the refusal is raised."""
    project = projects.get(name, by=by)
    require(by, action, project)
    return Head(project, by, standing(by, project), here)
