"""Repositories: finding one, making one, and the pages of their names."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts import projects
from accounts.models import Project
from accounts.principals import Principal
from registry.content import names
from registry.exceptions import RepositoryUnknown
from registry.models import Artifact, Repository


def get(name: str) -> Repository:
    """The repository of this full name; RepositoryUnknown where there is none."""
    try:
        return Repository.objects.select_related("project").get(name=name)
    except Repository.DoesNotExist:
        raise RepositoryUnknown(f"there is no repository {name}") from None


def of(project: Project, name: str) -> Repository:
    """The repository of this full name, if it lies in the project; RepositoryUnknown otherwise."""
    repository = Repository.objects.select_related("project").filter(project=project, name=name).first()
    if repository is None:
        raise RepositoryUnknown(f"there is no repository {name}")
    return repository


def get_or_make(name: str, project: Project) -> Repository:
    """The repository, made at the first push to it."""
    repository, _ = Repository.objects.get_or_create(name=names.repository(name), defaults={"project": project})
    repository.project = project  # known already, so it need not be asked for again
    return repository


def listed(by: Principal) -> QuerySet[Repository]:
    """The repositories that hold something and that `by` may see, by name."""
    something = Artifact.objects.filter(repository=OuterRef("pk"), deleted_at=None)
    holding = Repository.objects.filter(Exists(something)).order_by("name").only("name")
    return holding if projects.sees_all(by) else holding.filter(project__in=projects.visible_to(by).values("pk"))
