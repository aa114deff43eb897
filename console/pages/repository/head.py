"""What stands at the head of each page of a repository: its name, what it holds, and its tabs.

head = heads.admit(request, "history", name)
render(request, "repository/history.html", {"head": head, …})        # which extends repository/base.html"""

from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import projects
from accounts.models import Project
from accounts.permissions import require
from accounts.principals import Principal
from accounts.standings import Standing, standing
from console import navigation
from console.navigation import Action, Tab
from console.pages.base import PageRequest
from registry.content import deletions, names, repositories
from registry.exceptions import RepositoryUnknown
from registry.models import Repository
from registry.rules import read_only

MOST_SUMMED = 10_000
# The tabs: the last part of the address, the name, and what it takes to see it.
TABS: tuple[tuple[str, str | Promise, str], ...] = (
    ("", _("Artifacts"), "artifact:list"),
    ("tags", _("Tags"), "tag:list"),
    ("history", _("History"), "tag:list"),
    ("about", _("About"), "artifact:list"),
    ("deleted", _("Deleted"), deletions.UNDELETE),
)


@dataclass(frozen=True)
class Head:
    """`here` is the tab that is open."""

    by: Principal
    project: Project
    standing: Standing
    repository: Repository
    here: str

    @property
    def name(self) -> str:
        return self.repository.name

    @property
    def below(self) -> str:
        """The name without the project's."""
        return self.name.removeprefix(f"{self.project.name}/")

    @cached_property
    def is_empty(self) -> bool:
        return not repositories.holding().filter(pk=self.repository.pk).exists()

    @cached_property
    def size(self) -> int | None:
        """What its artifacts come to; of very many that is not worth the wait."""
        if self.repository.artifact_count > MOST_SUMMED:
            return None
        return repositories.sizes([self.repository]).get(self.repository.pk, 0)

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        project = self.project.name
        return [("/projects", gettext("Projects")), (navigation.project_url(project), project)]

    @property
    def crumbs_to_here(self) -> list[tuple[str, str]]:
        """For what lies below a tab."""
        tab = next((tab for tab in self.tabs if tab.is_here and self.here), None)
        return [*self.crumbs, (self.url(), self.below), *([(tab.url, str(tab.name))] if tab else [])]

    @property
    def tabs(self) -> list[Tab]:
        return [Tab(self.url(part), name, part == self.here) for part, name, needs in TABS if self.allows(needs)]

    @property
    def actions(self) -> list[Action]:
        """What its reader may do with all of it."""
        found = []
        if self.allows("repository:update"):
            found.append(Action(self.url("edit"), "pencil", _("Edit description")))
        if self.allows("repository:delete"):
            found.append(Action(self.url("delete"), "trash", _("Delete repository"), is_danger=True))
        return found

    def url(self, part: str = "") -> str:
        return navigation.repository_url(self.name, part)

    def allows(self, action: str, tag: str | None = None) -> bool:
        return self.standing.allows(action, self.name, tag)

    def require(self, action: str, tag: str | None = None) -> None:
        require(self.by, action, self.project, repository=self.name, tag=tag)


def admit(request: PageRequest, here: str, name: str, action: str = "", *, tag: str | None = None) -> Head:
    """The head for one who may do this there (or open the tab, where no action is named); else the refusal is raised.
    One that holds nothing any more is there only for those who may bring something back."""
    by = request.principal
    project = projects.get(names.project_of(name), by=by)
    needs = action or next(needs for part, _name, needs in TABS if part == here)
    require(by, needs, project, repository=name, tag=tag)
    head = Head(by, project, standing(by, project), _repository(project, name), here)
    if head.is_empty and not (head.allows(deletions.UNDELETE) and deletions.in_repository(head.repository).exists()):
        raise RepositoryUnknown(f"there is no repository {name}")
    if request.method == "POST":
        read_only.check()
    return head


def _repository(project: Project, name: str) -> Repository:
    found = Repository.objects.filter(project=project, name=name).first()
    if found is None:
        raise RepositoryUnknown(f"there is no repository {name}")
    found.project = project
    return found
