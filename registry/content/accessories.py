"""What hangs on an artifact: signatures, SBOMs and whatever else points at it, by its `subject` (OCI) or by the
name that cosign gives a tag (`sha256-<hex>.sig`)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import F, QuerySet

from registry.content import listing
from registry.models import Artifact, Manifest, ManifestChild, Tag

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
# As many as are told of with all the artifacts of a page.
MOST = 1000


@dataclass(frozen=True)
class Accessory:
    """An artifact, as what it is to another one: the subject."""

    artifact: Artifact
    subject_digest: str
    subject_id: int
    kind: str


def of(subjects: Iterable[Artifact]) -> dict[int, list[Accessory]]:
    """The accessories of each artifact, by its number, the oldest first; few queries for any number of them.
    Of very many some are left out: `keys_of` has them all."""
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
    above = Artifact.objects.filter(pk__in={parent for _, parent in rows})
    parents = {each.pk: each for each in _told(above)}
    for digest, parent in rows:
        if parent in parents and (key := parts.get((parents[parent].repository_id, digest))) is not None:
            parents_of.setdefault(key, set()).add(parent)
    hanging = of(parents.values())
    return {
        key: [each for parent in sorted(above) for each in hanging.get(parent, ()) if each.kind.startswith("signature")]
        for key, above in parents_of.items()
    }


def keys_of(subject: Artifact) -> list[int]:
    """The numbers of all artifacts that hang on this one, the oldest first, however many they are."""
    named = Tag.objects.filter(repository=subject.repository_id, name__in=tag_names([subject.digest]))
    pointing = _pointing({subject.repository_id}, {subject.digest})
    return sorted({*pointing.values_list("pk", flat=True), *named.values_list("artifact", flat=True)})


def read(subject: Artifact, keys: Iterable[int]) -> list[Accessory]:
    """Those of these numbers that hang on the subject, the oldest first."""
    hanging = _told(Artifact.objects.filter(pk__in=keys, deleted_at=None).order_by("pk"))
    tags = Tag.objects.filter(artifact__in=keys, name__in=tag_names([subject.digest])).values_list("artifact", "name")
    named = dict(tags)
    return [
        Accessory(each, subject.digest, subject.pk, _kind_by_name(named.get(each.pk, ""), each)) for each in hanging
    ]


def _found(subjects: dict[tuple[int, str], Artifact]) -> Iterator[Accessory]:
    places, digests = {repository for repository, _ in subjects}, {digest for _, digest in subjects}
    for artifact in _told(_pointing(places, digests))[:MOST]:
        subject = subjects.get((artifact.repository_id, artifact.manifest.subject_digest))
        if subject is not None:
            yield Accessory(artifact, subject.digest, subject.pk, kind_of(artifact))
    tags = Tag.objects.filter(repository__in=places, name__in=tag_names(digests)).values_list("name", "artifact")
    named = {key: name for name, key in tags}
    for artifact in _told(Artifact.objects.filter(pk__in=named, deleted_at=None)):
        subject = subjects.get((artifact.repository_id, listing.subject_of_tag(named[artifact.pk])))
        if subject is not None:
            yield Accessory(artifact, subject.digest, subject.pk, _kind_by_name(named[artifact.pk], artifact))


def _pointing(places: set[int], digests: set[str]) -> QuerySet[Artifact]:
    """Found by their manifests: the zero keeps a database from going through all of a repository instead."""
    pointing = Manifest.objects.filter(subject_digest__in=digests).values("pk")
    rows = Artifact.objects.alias(place=F("repository_id") + 0).filter(place__in=places)
    return rows.filter(manifest__in=pointing, deleted_at=None).order_by("pk")


def tag_names(digests: Iterable[str]) -> list[str]:
    """What cosign calls the tags of what it hangs on these."""
    return [f"{digest.replace(':', '-')}.{suffix}" for digest in digests for suffix in SUFFIXES]


def kind_of(artifact: Artifact) -> str:
    manifest = artifact.manifest
    return KINDS.get(manifest.artifact_type) or KINDS.get(manifest.config_media_type) or OTHER


def _kind_by_name(name: str, artifact: Artifact) -> str:
    return "signature.cosign" if name.endswith(".sig") else kind_of(artifact)


def _told(rows: QuerySet[Artifact]) -> QuerySet[Artifact]:
    """With all that is told of an accessory. Its annotations alone may be as large as its document."""
    heavy = ("manifest__payload", "manifest__annotations", "manifest__details")
    return rows.select_related("manifest", "repository").defer(*heavy)
