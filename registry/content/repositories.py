"""Repositories: finding one, making one, and the pages of their names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import BigIntegerField, Exists, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts import audit
from accounts.exceptions import Invalid
from accounts.models import Project
from accounts.permissions import require
from accounts.principals import Principal
from accounts.standings import standing
from registry.content import names, visibility
from registry.content.visibility import LISTING
from registry.exceptions import RepositoryUnknown
from registry.models import Artifact, Repository

ARTIFACTS = "artifact:list"
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
    return rows if standing(by, project).reaches_all(LISTING) else rows.filter(visibility.condition(by))


def all_visible(*, by: Principal) -> QuerySet[Repository]:
    """The same for all projects that `by` sees."""
    return holding().filter(visibility.condition(by))


def showing_artifacts(project: Project, *, by: Principal) -> QuerySet[Repository]:
    """Those whose artifacts `by` may list."""
    return allowing(ARTIFACTS, project, by=by)


def allowing(action: str, project: Project, *, by: Principal) -> QuerySet[Repository]:
    """Those of the project in which `by` may do this."""
    rows = Repository.objects.filter(project=project)
    is_whole = standing(by, project).reaches_all(action)
    return rows if is_whole else rows.filter(visibility.condition(by, action))


def sizes(found: Collection[Repository]) -> dict[int, int]:
    """What the artifacts that lists show come to in each, by its number. What several share counts with each."""
    shown = Artifact.objects.filter(repository__in=found, deleted_at=None, is_listed=True).order_by()
    return dict(shown.values_list("repository").annotate(Sum("size")))


def last_pulls(found: Collection[Repository]) -> dict[int, datetime | None]:
    """When something that lists show was last pulled from each, by its number."""
    shown = Artifact.objects.filter(repository__in=found, deleted_at=None, is_listed=True).order_by()
    return dict(shown.values_list("repository").annotate(Max("pulled_at")))


def sized(rows: QuerySet[Repository]) -> QuerySet[Repository]:
    """The same as `size` of each, to put them in order by."""
    shown = Artifact.objects.filter(repository=OuterRef("pk"), deleted_at=None, is_listed=True).order_by()
    sums = shown.values("repository").annotate(sum=Sum("size")).values("sum")
    return rows.annotate(size=Coalesce(Subquery(sums), 0, output_field=BigIntegerField()))


@dataclass(frozen=True)
class Counts:
    """How many artifacts lists show, and how many of those have a tag."""

    shown: int
    tagged: int

    def matching(self, terms: str) -> int | None:
        """How many there are for these terms of a query, where that was counted before."""
        return {"": self.shown, "tags=*": self.tagged, "tags=nil": self.shown - self.tagged}.get(terms)


def counts(project: Project, *, by: Principal) -> Counts:
    """What lists of all artifacts of the project show to `by`."""
    sums = showing_artifacts(project, by=by).aggregate(shown=Sum("artifact_count"), tagged=Sum("tagged_count"))
    return Counts(sums["shown"] or 0, sums["tagged"] or 0)


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
