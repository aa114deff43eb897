"""Which manifests point at a digest (OCI distribution-spec, "Listing Referrers")."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from registry.content import media_types
from registry.models import Artifact, Repository, Tag

# A page ends before its JSON grows beyond what clients take as a manifest.
MOST = 1000
LARGEST_PAGE = 3 << 20


@dataclass(frozen=True)
class Page:
    """Descriptors as the index shows them. `next_after`: the digest behind which the next page begins, or ""."""

    descriptors: tuple[dict[str, Any], ...]
    next_after: str


def page(repository: Repository, digest: str, *, artifact_type: str = "", after: str = "") -> Page:
    """The manifests whose subject is `digest`, by their digests, with those that older clients listed
    under the fallback tag."""
    taken: list[dict[str, Any]] = []
    room = LARGEST_PAGE
    for descriptor in _merged(repository, digest, after):
        if artifact_type and descriptor.get("artifactType") != artifact_type:
            continue
        room -= len(json.dumps(descriptor))
        if taken and (room < 0 or len(taken) == MOST):
            return Page(tuple(taken), taken[-1]["digest"])
        taken.append(descriptor)
    return Page(tuple(taken), "")


def _merged(repository: Repository, digest: str, after: str) -> Iterator[dict[str, Any]]:
    listed = {each["digest"]: each for each in _fallback(repository, digest) if each["digest"] > after}
    pointing = (
        Artifact.objects.filter(
            repository=repository, manifest__subject_digest=digest, deleted_at=None, digest__gt=after
        )
        .select_related("manifest")
        .defer("manifest__payload")
        .order_by("digest")
    )
    for artifact in pointing.iterator(chunk_size=200):
        for earlier in sorted(each for each in listed if each <= artifact.digest):
            descriptor = listed.pop(earlier)
            if earlier != artifact.digest:
                yield descriptor
        yield _descriptor(artifact)
    for rest in sorted(listed):
        yield listed[rest]


def _descriptor(artifact: Artifact) -> dict[str, Any]:
    manifest = artifact.manifest
    descriptor: dict[str, Any] = {"mediaType": manifest.media_type, "digest": manifest.digest, "size": manifest.size}
    if manifest.artifact_type:
        descriptor["artifactType"] = manifest.artifact_type
    if manifest.annotations:
        descriptor["annotations"] = manifest.annotations
    return descriptor


def _fallback(repository: Repository, digest: str) -> list[dict[str, Any]]:
    """What a client without the referrers API has written: an index under the tag <algorithm>-<hex>
    ("Referrers Tag Schema")."""
    name = digest.replace(":", "-")[:128]
    tag = Tag.objects.filter(repository=repository, name=name).select_related("artifact__manifest").first()
    if tag is None or tag.artifact.manifest.media_type != media_types.OCI_INDEX:
        return []
    listed = json.loads(bytes(tag.artifact.manifest.payload)).get("manifests", [])
    kept = ("mediaType", "digest", "size", "artifactType", "annotations")
    return [{key: each[key] for key in kept if key in each} for each in listed]
