"""For what platforms artifacts are: of an image what its config says, of an index what it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.content import configs, media_types, runtimes
from registry.models import Artifact, ManifestChild

# How builders call the platform of a part that is none to be run, such as an attestation.
NO_PLATFORM = "unknown/unknown"
# So many of each index are told in a list; its own page has them all.
MOST = 50


@dataclass(frozen=True)
class Platform:
    """One way to run it. `size` is None where that part does not stand here any more."""

    name: str
    digest: str
    size: int | None


def of(rows: Sequence[Artifact]) -> dict[int, list[Platform]]:
    """Of each artifact, by its number; by few queries for any number of them."""
    configs.fill(row.manifest for row in rows)
    indexes = [row for row in rows if row.manifest.media_type in media_types.INDEXES]
    found = _of_indexes(indexes)
    for row in rows:
        name = runtimes.platform(row.manifest.details or {})
        if row.pk not in found and name and row.kind == "IMAGE":
            found[row.pk] = [Platform(name, row.digest, row.size)]
    return found


def _of_indexes(indexes: Sequence[Artifact]) -> dict[int, list[Platform]]:
    parts: dict[int, list[ManifestChild]] = {}
    for part in ManifestChild.objects.filter(parent__in={index.manifest_id for index in indexes}).order_by("position"):
        parts.setdefault(part.parent_id, []).append(part)
    standing = Artifact.objects.filter(
        repository__in={index.repository_id for index in indexes},
        digest__in={part.child_digest for listed in parts.values() for part in listed[:MOST]},
        deleted_at=None,
    )
    sizes = {(place, digest): size for place, digest, size in standing.values_list("repository", "digest", "size")}
    return {
        index.pk: [
            Platform(name, part.child_digest, sizes.get((index.repository_id, part.child_digest)))
            for part in parts.get(index.manifest_id, [])[:MOST]
            if (name := runtimes.platform(part.platform)) != NO_PLATFORM
        ]
        for index in indexes
    }
