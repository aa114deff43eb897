"""Repositories: finding one, making one, and the pages of their names."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from accounts import audit, projects
from accounts.exceptions import Invalid
from accounts.models import Project
from accounts.permissions import require
from accounts.principals import Principal
from accounts.standings import everywhere, standing, standings
from registry.content import names
from registry.exceptions import RepositoryUnknown
from registry.models import Artifact, Repository

LONGEST_DESCRIPTION = 256 << 10


def get(name: str) -> Repository:
    """The repository of this full name; RepositoryUnknown where there is none."""
    try:
        return Repository.objects.select_related("project").get(name=name)
    except Repository.DoesNotExist:
        raise RepositoryUnknown(f"there is no repository {name}") from None


def of(project: Project, name: str) -> Repository:
    """The repository of this full name, if it lies in the project and holds something; else RepositoryUnknown."""
    repository = holding().select_related("project").filter(project=project, name=name).first()
    if repository is None:
        raise RepositoryUnknown(f"there is no repository {name}")
    return repository


def get_or_make(name: str, project: Project) -> Repository:
    """The repository, made at the first push to it."""
    repository, _ = Repository.objects.get_or_create(name=names.repository(name), defaults={"project": project})
    repository.project = project  # known already, so it need not be asked for again
    return repository


def holding() -> QuerySet[Repository]:
    """Those that hold something. One that was emptied, or never got its first manifest, is as good as none."""
    return Repository.objects.filter(Exists(Artifact.objects.filter(repository=OuterRef("pk"), deleted_at=None)))


def visible(project: Project, *, by: Principal) -> QuerySet[Repository]:
    """The repositories of a project that `by` may see: all, or those that the patterns of its roles match."""
    rows = holding().filter(project=project)
    found = standing(by, project)
    if not found.is_narrowed:
        return rows
    seen = [key for key, name in rows.values_list("pk", "name").iterator() if found.allows("repository:list", name)]
    return rows.filter(pk__in=seen)


def all_visible(*, by: Principal) -> QuerySet[Repository]:
    """The same for all projects that `by` sees."""
    if projects.sees_all(by) and not everywhere(by).is_narrowed:
        return holding()
    seen = projects.visible_to(by)
    rows = holding().filter(project__in=seen)
    found = standings(by, seen)
    narrowed = [project for project in seen if found[project.pk].is_narrowed]
    if not narrowed:
        return rows
    listed_in_part = [project for project in narrowed if found[project.pk].allows("repository:list")]
    some = [Q(pk__in=visible(project, by=by)) for project in listed_in_part]
    return rows.filter(Q(~Q(project__in=narrowed), *some, _connector=Q.OR))


def artifacts_visible(project: Project, *, by: Principal) -> int:
    """How many artifacts lists of the project show to `by`."""
    return visible(project, by=by).aggregate(all=Sum("artifact_count"))["all"] or 0


@transaction.atomic
def describe(repository: Repository, description: str, *, by: Principal) -> None:
    require(by, "repository:update", repository.project, repository=repository.name)
    if len(description) > LONGEST_DESCRIPTION or "\0" in description:
        raise Invalid(f"a description has at most {LONGEST_DESCRIPTION} characters")
    Repository.objects.filter(pk=repository.pk).update(description=description, updated_at=timezone.now())
    audit.record(by, "update", "repository", repository.name, repository.project)


def listed(by: Principal) -> QuerySet[Repository]:
    """The repositories that hold something and that `by` may see, by name."""
    return all_visible(by=by).order_by("name").only("name")
