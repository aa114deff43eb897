"""What hangs on an artifact: signatures, SBOMs and whatever else points at it, by its `subject` (OCI) or by the
name that cosign gives a tag (`sha256-<hex>.sig`)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from registry.content import listing
from registry.models import Artifact, ManifestChild, Tag

# Harbor's words for them, by the artifact type or the config's media type.
KINDS = {
    "application/vnd.cncf.notary.signature": "signature.notation",
    "application/vnd.dev.cosign.artifact.sig.v1+json": "signature.cosign",
    "application/vnd.dev.sigstore.bundle.v0.3+json": "signature.cosign",
    "application/vnd.goharbor.harbor.sbom.v1": "sbom.harbor",
    "application/vnd.nydus.v1.config+json": "accelerator.nydus",
}
OTHER = "subject.accessory"
SUFFIXES = ("sig", "att", "sbom")


@dataclass(frozen=True)
class Accessory:
    """An artifact, as what it is to another one: the subject."""

    artifact: Artifact
    subject_digest: str
    subject_id: int
    kind: str


def of(subjects: Iterable[Artifact]) -> dict[int, list[Accessory]]:
    """The accessories of each artifact, by its number, the oldest first; few queries for any number of them."""
    found: dict[int, list[Accessory]] = {}
    by_digest: dict[tuple[int, str], Artifact] = {(each.repository_id, each.digest): each for each in subjects}
    for accessory in sorted(_found(by_digest), key=lambda each: each.artifact.pk):
        listed = found.setdefault(accessory.subject_id, [])
        if all(each.artifact.pk != accessory.artifact.pk for each in listed):
            listed.append(accessory)
    return found


def inherited(artifacts: Iterable[Artifact]) -> dict[int, list[Accessory]]:
    """The signatures of the indexes that each artifact is a part of: they cover the whole index."""
    parts = {(each.repository_id, each.digest): each.pk for each in artifacts}
    rows = ManifestChild.objects.filter(
        child_digest__in={digest for _, digest in parts},
        parent__artifacts__repository__in={repository for repository, _ in parts},
        parent__artifacts__deleted_at=None,
    ).values_list("child_digest", "parent__artifacts")
    parents_of: dict[int, set[int]] = {}
    parents = {each.pk: each for each in _told().filter(pk__in={parent for _, parent in rows})}
    for digest, parent in rows:
        if (key := parts.get((parents[parent].repository_id, digest))) is not None:
            parents_of.setdefault(key, set()).add(parent)
    hanging = of(parents.values())
    return {
        key: [each for parent in sorted(above) for each in hanging.get(parent, ()) if each.kind.startswith("signature")]
        for key, above in parents_of.items()
    }


def _found(subjects: dict[tuple[int, str], Artifact]) -> Iterator[Accessory]:
    places = {repository for repository, _ in subjects}
    pointing = _told().filter(repository__in=places, manifest__subject_digest__in={digest for _, digest in subjects})
    for artifact in pointing:
        subject = subjects.get((artifact.repository_id, artifact.manifest.subject_digest))
        if subject is not None:
            yield Accessory(artifact, subject.digest, subject.pk, kind_of(artifact))
    names = [f"{digest.replace(':', '-')}.{suffix}" for _, digest in subjects for suffix in SUFFIXES]
    tags = Tag.objects.filter(repository__in=places, name__in=names).values_list("name", "artifact")
    named = {key: name for name, key in tags}
    for artifact in _told().filter(pk__in=named):
        subject = subjects.get((artifact.repository_id, listing.subject_of_tag(named[artifact.pk])))
        if subject is not None:
            yield Accessory(artifact, subject.digest, subject.pk, _kind_by_name(named[artifact.pk], artifact))


def kind_of(artifact: Artifact) -> str:
    manifest = artifact.manifest
    return KINDS.get(manifest.artifact_type) or KINDS.get(manifest.config_media_type) or OTHER


def _kind_by_name(name: str, artifact: Artifact) -> str:
    return "signature.cosign" if name.endswith(".sig") else kind_of(artifact)


def _told() -> QuerySet[Artifact]:
    return Artifact.objects.filter(deleted_at=None).select_related("manifest", "repository").defer("manifest__payload")
