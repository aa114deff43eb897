"""Which artifacts lists show by themselves, and how many that are in each repository.

Not what is only a part of an index that stands there, and no accessory: a referrer, or what cosign hangs on a
digest by the name of a tag. What has a tag of its own is shown, even where it is a part too."""

import re
from collections.abc import Iterable

from django.db.models import F

from registry.content.locks import BATCH
from registry.models import Artifact, ManifestChild, Repository, Tag

# The tags by which cosign finds what belongs to a digest.
COSIGN = re.compile(r"(?P<algorithm>sha256|sha512)-(?P<hex>[0-9a-f]{64,128})\.(?P<suffix>sig|att|sbom)")


def subject_of_tag(name: str) -> str:
    """The digest that a tag of cosign's belongs to; empty for any other tag."""
    found = COSIGN.fullmatch(name)
    return f"{found['algorithm']}:{found['hex']}" if found else ""


def settle(repository: Repository, digests: Iterable[str]) -> None:
    """Look anew at the artifacts of these digests, after their tags, their index or they themselves changed.
    In the transaction of that change, after all its tags, so that two of them cannot wait for each other."""
    ordered, change = sorted(set(digests)), 0
    for start in range(0, len(ordered), BATCH):
        change += _settle(repository, ordered[start : start + BATCH])
    if change:
        Repository.objects.filter(pk=repository.pk).update(artifact_count=F("artifact_count") + change)


def _settle(repository: Repository, digests: list[str]) -> int:
    """By how many more artifacts are shown now."""
    fields = ("pk", "digest", "is_listed", "deleted_at", "manifest__subject_digest")
    rows = list(Artifact.objects.filter(repository=repository, digest__in=digests).values_list(*fields))
    tagged = _tags_of([row[0] for row in rows])
    parts = _parts(repository, digests)
    change = 0
    for key, digest, was_listed, deleted_at, subject in rows:
        names = tagged.get(key, [])
        is_accessory = bool(subject) or any(subject_of_tag(name) for name in names)
        is_listed = deleted_at is None and not is_accessory and (bool(names) or digest not in parts)
        if is_listed is not was_listed:
            Artifact.objects.filter(pk=key).update(is_listed=is_listed)
            change += 1 if is_listed else -1
    return change


def _tags_of(keys: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for key, name in Tag.objects.filter(artifact__in=keys).values_list("artifact", "name"):
        found.setdefault(key, []).append(name)
    return found


def _parts(repository: Repository, digests: list[str]) -> set[str]:
    """Those that an index which stands in the repository refers to."""
    children = ManifestChild.objects.filter(
        child_digest__in=digests, parent__artifacts__repository=repository, parent__artifacts__deleted_at=None
    )
    return set(children.values_list("child_digest", flat=True))
