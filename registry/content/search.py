"""Finding projects and repositories by a part of their names, among those that whoever asks may see."""

from django.db.models import QuerySet

from accounts import projects
from accounts.models import Project
from accounts.principals import Principal
from registry.content import repositories
from registry.models import Repository

# Of each; whoever finds more looks for too little.
MOST = 1000


def find_projects(part: str, *, by: Principal) -> QuerySet[Project]:
    found = projects.visible_to(by).filter(name__icontains=part)
    return found.select_related("owner").order_by("name")[:MOST]


def find_repositories(part: str, *, by: Principal) -> QuerySet[Repository]:
    """By their whole names, the project's among it."""
    found = repositories.all_visible(by=by).filter(name__icontains=part)
    return found.select_related("project").order_by("name")[:MOST]
