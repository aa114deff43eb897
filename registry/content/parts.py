"""What an index is made of, which indexes have an artifact, and what it refers to."""

import json
from dataclasses import dataclass
from typing import Any

from registry.content import listing, runtimes
from registry.models import Artifact, ManifestChild, Tag

MOST = 500
MOST_ABOVE = 20
# How BuildKit marks a part that says how another one was built.
ATTESTED = "vnd.docker.reference.digest"


@dataclass(frozen=True)
class Part:
    """`size` is None where it does not stand here any more; `attests` is the digest of the part that it is about."""

    digest: str
    media_type: str
    platform: str
    size: int | None
    attests: str = ""


@dataclass(frozen=True)
class Parts:
    """`total` counts all, of which `shown` are the first."""

    shown: tuple[Part, ...]
    total: int


def of(index: Artifact) -> Parts:
    rows = ManifestChild.objects.filter(parent=index.manifest_id).order_by("position")
    first = list(rows[:MOST])
    standing = Artifact.objects.filter(
        repository=index.repository_id, deleted_at=None, digest__in={row.child_digest for row in first}
    )
    sizes = dict(standing.values_list("digest", "size"))
    described = json.loads(bytes(index.manifest.payload)).get("manifests") or []
    shown = [
        Part(
            row.child_digest,
            row.media_type,
            runtimes.platform(row.platform),
            sizes.get(row.child_digest),
            _attested(said),
        )
        for row, said in zip(first, described, strict=False)
    ]
    return Parts(tuple(shown), len(described))


def indexes_with(artifact: Artifact) -> list[Artifact]:
    """The indexes that stand in its repository and have it as a part."""
    above = Artifact.objects.filter(
        repository=artifact.repository_id, deleted_at=None, manifest__children__child_digest=artifact.digest
    )
    return list(above.order_by("-pushed_at").distinct()[:MOST_ABOVE])


def subject_of(artifact: Artifact) -> tuple[str, bool]:
    """The digest of what it hangs on, empty where on nothing, and whether that stands here."""
    names = Tag.objects.filter(artifact=artifact, name__startswith="sha").values_list("name", flat=True)
    named = (listing.subject_of_tag(name) for name in names[:MOST_ABOVE])
    digest = artifact.manifest.subject_digest or next(filter(None, named), "")
    standing = Artifact.objects.filter(repository=artifact.repository_id, deleted_at=None, digest=digest)
    return digest, bool(digest) and standing.exists()


def _attested(said: dict[str, Any]) -> str:
    annotations = said.get("annotations")
    digest = annotations.get(ATTESTED) if isinstance(annotations, dict) else None
    return digest if isinstance(digest, str) else ""
