"""Copying an artifact to another repository: no byte moves, rows do.

With it go what it is made of (an index's children, and theirs), its accessories, and its tags."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import audit
from accounts.permissions import require
from accounts.principals import Principal
from registry.content import accessories, blobs, listing, locks, manifests, usage
from registry.exceptions import ArtifactExists, BodyTooLarge, ManifestBlobUnknown
from registry.models import Artifact, Blob, ManifestBlob, ManifestChild, Repository, Tag

# Deeper than anybody nests indexes, and more manifests than one request should move.
MOST_MANIFESTS = 1000


@dataclass(frozen=True)
class _Step:
    """One manifest to put, with the names that it gets; what it needs comes before it."""

    artifact: Artifact
    tags: tuple[str, ...] = ()


@locks.again_after_deadlock
def copy(source: Artifact, target: Repository, *, again: bool = False, by: Principal) -> Artifact:
    """The artifact as it now stands in `target`. ArtifactExists where it does so already, unless it is copied `again`
    for its tags; refused where a tag that would come along may not be made there. All or nothing."""
    require(by, "artifact:create", target.project, repository=target.name)
    steps = _plan(source)
    _require_tags(steps, target, by=by)
    with transaction.atomic(), usage.account(target.project_id), listing.settled():
        if not again and _stands(target, source.digest):
            raise ArtifactExists(f"{target.name} has {source.digest} already")
        for step in steps:
            if step.tags or not _stands(target, step.artifact.digest):
                _put(step, target, by=by)
        copied = Artifact.objects.get(repository=target, digest=source.digest, deleted_at=None)
        told = f"{target.name}@{source.digest}"
        audit.record(by, "create", "artifact", told, target.project, description=f"copied from {source}")
    return copied


def is_copied(source: Artifact, target: Repository) -> bool:
    """Whether it stands in `target`, with all the tags that it has."""
    there = Tag.objects.filter(repository=target, artifact__digest=source.digest).values_list("name", flat=True)
    return _stands(target, source.digest) and set(_tags_of(source)) <= set(there)


def _plan(source: Artifact) -> list[_Step]:
    steps: dict[str, _Step] = {}
    for artifact in _below(source):
        steps.setdefault(artifact.digest, _Step(artifact))
    steps[source.digest] = _Step(source, _tags_of(source))
    for artifact in _attached(source.repository, list(steps)):
        steps.setdefault(artifact.digest, _Step(artifact, _tags_of(artifact)))
    return list(steps.values())


def _tags_of(artifact: Artifact) -> tuple[str, ...]:
    return tuple(artifact.tags.order_by("name").values_list("name", flat=True))


def _require_tags(steps: list[_Step], target: Repository, *, by: Principal) -> None:
    """Each tag is asked for, an accessory's too: anybody gives those any name. What cosign names after something
    that is copied goes with it."""
    copied = {step.artifact.digest for step in steps}
    for tag in (tag for step in steps for tag in step.tags):
        if listing.subject_of_tag(tag) not in copied:
            require(by, "artifact:create", target.project, repository=target.name, tag=tag)


def _below(parent: Artifact) -> Iterator[Artifact]:
    """What an index is made of, the innermost first. Digests cannot form a circle."""
    wanted = ManifestChild.objects.filter(parent=parent.manifest_id).order_by("position")
    for digest in wanted.values_list("child_digest", flat=True):
        child = _standing(parent.repository).filter(digest=digest).first()
        if child is None:
            raise ManifestBlobUnknown(f"{parent} refers to {digest}, which is not there", digests=(digest,))
        yield from _below(child)
        yield child


def _attached(repository: Repository, digests: list[str]) -> Iterator[Artifact]:
    """The accessories of what is copied, and theirs: referrers, and the tags that cosign names after a digest."""
    seen, wanted = set(digests), digests
    while wanted:
        named = Q(tags__name__in=accessories.tag_names(wanted))
        found = _standing(repository).filter(Q(manifest__subject_digest__in=wanted) | named)
        fresh = [each for each in found.distinct().order_by("pk") if each.digest not in seen]
        if len(seen) + len(fresh) > MOST_MANIFESTS:
            raise BodyTooLarge(f"more than {MOST_MANIFESTS} manifests hang together here; copy them one by one")
        for artifact in fresh:
            yield from (child for child in _below(artifact) if child.digest not in seen)
            yield artifact
        wanted = [each.digest for each in fresh]
        seen.update(wanted)


def _standing(repository: Repository) -> QuerySet[Artifact]:
    return Artifact.objects.filter(repository=repository, deleted_at=None).select_related("manifest", "repository")


def _stands(repository: Repository, digest: str) -> bool:
    return Artifact.objects.filter(repository=repository, digest=digest, deleted_at=None).exists()


def _put(step: _Step, target: Repository, *, by: Principal) -> None:
    """Let the target show the blobs, and put the manifest."""
    manifest = step.artifact.manifest
    digests = ManifestBlob.objects.filter(manifest=manifest).values_list("blob__digest", flat=True)
    for blob in _held(step.artifact.repository, list(digests)):
        blobs.link(target, blob)
    manifests.put(target, manifest.digest, bytes(manifest.payload), manifest.media_type, also=step.tags, by=by)


def _held(source: Repository, digests: list[str]) -> list[Blob]:
    held = locks.hold_blobs(source.pk, digests)
    missing = tuple(sorted(set(digests) - held.keys()))
    if missing:
        raise ManifestBlobUnknown(f"{source.name} lacks {', '.join(missing[:10])}; push it again", digests=missing)
    return list(held.values())
