"""Which manifests point at a digest (OCI distribution-spec, "Listing Referrers")."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from registry.content import media_types
from registry.models import Artifact, Manifest, Repository, Tag

# A page ends before its JSON grows beyond what clients take as a manifest.
MOST = 1000
LARGEST_PAGE = 3 << 20
# So many have their annotations in memory together: those of one may be almost as large as a manifest.
AT_ONCE = 8

_digest = itemgetter("digest")


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
    for descriptor in _merged(repository, digest, artifact_type, after):
        if artifact_type and descriptor.get("artifactType") != artifact_type:
            continue
        room -= len(json.dumps(descriptor))
        if taken and (room < 0 or len(taken) == MOST):
            return Page(tuple(taken), taken[-1]["digest"])
        taken.append(descriptor)
    return Page(tuple(taken), "")


def _merged(repository: Repository, digest: str, artifact_type: str, after: str) -> Iterator[dict[str, Any]]:
    """Each once, in the order of their digests. What stands here is described by itself, not by the fallback."""
    pointing = _pointing(repository, digest, artifact_type, after)
    listed = sorted(_fallback(repository, digest), key=_digest)
    both = merge(pointing, (each for each in listed if each["digest"] > after), key=_digest)
    return (next(same) for _, same in groupby(both, key=_digest))


def _pointing(repository: Repository, digest: str, artifact_type: str, after: str) -> Iterator[dict[str, Any]]:
    """Annotations are fetched apart, or the database would sort them too; and only of those of the wanted type."""
    pointing = Artifact.objects.filter(
        repository=repository, manifest__subject_digest=digest, deleted_at=None, digest__gt=after
    ).order_by("digest")
    fields = ("manifest_id", "digest", "manifest__media_type", "manifest__size", "manifest__artifact_type")
    rows = pointing.values_list(*fields).iterator(chunk_size=MOST)
    while batch := list(islice(rows, AT_ONCE)):
        wanted = [row[0] for row in batch if artifact_type in ("", row[4])]
        annotations = dict(Manifest.objects.filter(pk__in=wanted).values_list("pk", "annotations")) if wanted else {}
        for manifest_id, its_digest, media_type, size, its_type in batch:
            descriptor = {"mediaType": media_type, "digest": its_digest, "size": size}
            more = {"artifactType": its_type, "annotations": annotations.get(manifest_id)}
            yield descriptor | {key: value for key, value in more.items() if value}


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
