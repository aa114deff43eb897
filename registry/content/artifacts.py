"""Artifacts: finding one by its tag or digest, those that lists show, and deleting one with all that is its."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Project
from accounts.principals import Principal
from accounts.standings import standing
from registry.content import accessories, listing, manifests, repositories, usage
from registry.exceptions import ManifestUnknown
from registry.models import Artifact, Repository


def find(project: Project, repository_name: str, reference: str) -> Artifact:
    """The artifact that stands under this tag or digest; RepositoryUnknown or ManifestUnknown where none does."""
    repository = repositories.of(project, repository_name)
    standing = Artifact.objects.filter(repository=repository, deleted_at=None)
    named = standing.filter(digest=reference) if ":" in reference else standing.filter(tags__name=reference)
    artifact = told(named).first()
    if artifact is None:
        raise ManifestUnknown(f"{repository_name} has no artifact {reference}")
    return artifact


def told(rows: QuerySet[Artifact]) -> QuerySet[Artifact]:
    """The rows with all that is told of an artifact, but for its document."""
    return rows.select_related("manifest", "repository__project").defer("manifest__payload")


def standing_in(repository: Repository, *, with_parts: bool = False) -> QuerySet[Artifact]:
    """The artifacts that lists of a repository show; with the parts of indexes and accessories where asked."""
    rows = Artifact.objects.filter(repository=repository, deleted_at=None)
    return rows if with_parts else rows.filter(is_listed=True)


def standing_in_project(
    project: Project, *, by: Principal, with_parts: bool = False, only_latest: bool = False
) -> QuerySet[Artifact]:
    """The same for all repositories of a project that `by` may see."""
    rows = Artifact.objects.filter(project=project, deleted_at=None)
    if standing(by, project).is_narrowed:
        rows = rows.filter(repository__in=repositories.visible(project, by=by))
    if only_latest:
        newer = Artifact.objects.filter(
            Q(pushed_at__gt=OuterRef("pushed_at")) | Q(pushed_at=OuterRef("pushed_at"), pk__gt=OuterRef("pk")),
            repository=OuterRef("repository"),
            deleted_at=None,
            is_listed=True,
        )
        rows = rows.filter(~Exists(newer))
    return rows if with_parts else rows.filter(is_listed=True)


def delete(artifact: Artifact, *, by: Principal) -> None:
    """Delete an artifact with its tags, and its accessories with it. Refused while an index refers to it."""
    with transaction.atomic(), usage.account(artifact.project_id), listing.settled():
        going = [artifact]
        while going:
            for each in going:
                manifests.delete(each.repository, each.digest, with_subject=each is not artifact, by=by)
            hanging = accessories.of(going).values()
            going = list({each.artifact.pk: each.artifact for listed in hanging for each in listed}.values())
