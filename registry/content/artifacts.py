"""Artifacts: finding one by its tag or digest."""

from accounts.models import Project
from registry.content import repositories
from registry.exceptions import ManifestUnknown
from registry.models import Artifact


def find(project: Project, repository_name: str, reference: str) -> Artifact:
    """The artifact that stands under this tag or digest; RepositoryUnknown or ManifestUnknown where none does."""
    repository = repositories.of(project, repository_name)
    standing = Artifact.objects.filter(repository=repository, deleted_at=None)
    named = standing.filter(digest=reference) if ":" in reference else standing.filter(tags__name=reference)
    artifact = named.select_related("manifest", "repository__project").defer("manifest__payload").first()
    if artifact is None:
        raise ManifestUnknown(f"{repository_name} has no artifact {reference}")
    return artifact
