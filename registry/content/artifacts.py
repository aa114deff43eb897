"""Artifacts: finding one by its tag or digest, those that lists show, and deleting one with all that is its."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Project
from accounts.principals import Principal
from accounts.standings import standing
from registry.content import accessories, listing, locks, manifests, repositories, usage
from registry.exceptions import ManifestInUse, ManifestUnknown
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


def standing_in_project(project: Project, *, by: Principal, with_parts: bool = False) -> QuerySet[Artifact]:
    """The same for all repositories of a project whose artifacts `by` may list."""
    rows = Artifact.objects.filter(project=project, deleted_at=None)
    if not standing(by, project).reaches_all(repositories.ARTIFACTS):
        rows = rows.filter(repository__in=repositories.showing_artifacts(project, by=by))
    return rows if with_parts else rows.filter(is_listed=True)


def latest_of_each(rows: QuerySet[Artifact], project: Project) -> QuerySet[Artifact]:
    """Of the artifacts of a project the one of each repository that was pushed last."""
    last = rows.filter(repository=OuterRef("pk")).order_by("-pushed_at", "-pk").values("pk")[:1]
    return rows.filter(pk__in=Repository.objects.filter(project=project).values_list(Subquery(last)))


@locks.again_after_deadlock
def delete(artifact: Artifact, *, by: Principal) -> None:
    """Delete an artifact with its tags, and its accessories with it. Refused while an index refers to it."""
    with transaction.atomic(), usage.account(artifact.project_id), listing.settled():
        at = manifests.delete(artifact.repository, artifact.digest, by=by)
        _delete_hanging(artifact, at, by=by)


def _delete_hanging(subject: Artifact, at: datetime, *, by: Principal) -> None:
    """Its accessories and theirs, the youngest first: it may be an index of others. One that is a part of
    something else stays."""
    rows = Artifact.objects.filter(pk__in=accessories.keys_of(subject), deleted_at=None)
    for accessory in rows.select_related("repository__project").order_by("-pk"):
        with suppress(ManifestInUse, ManifestUnknown):
            manifests.delete(accessory.repository, accessory.digest, with_subject=True, at=at, by=by)
            _delete_hanging(accessory, at, by=by)
