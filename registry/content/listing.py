"""Which artifacts lists show by themselves, and how many that are in each repository.

Not what is only a part of an index that stands there, and no accessory: a referrer, or what cosign hangs on a
digest by the name of a tag. What has a tag of its own is shown, even where it is a part too."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count, F, Q

from registry.content.locks import BATCH
from registry.models import Artifact, ManifestChild, Repository, Tag

# The tags by which cosign finds what belongs to a digest.
COSIGN = re.compile(r"(?P<algorithm>sha256|sha512)-(?P<hex>[0-9a-f]{64,128})\.(?P<suffix>sig|att|sbom)")

_noted: ContextVar[dict[int, set[str]] | None] = ContextVar("listing_noted", default=None)


def subject_of_tag(name: str) -> str:
    """The digest that a tag of cosign's belongs to; empty for any other tag."""
    found = COSIGN.fullmatch(name)
    return f"{found['algorithm']}:{found['hex']}" if found else ""


@contextmanager
def settled() -> Iterator[None]:
    """Around the changes of one transaction, as the last thing within it but for its account: lists are made to
    fit at its end. By then it holds all the tags that it wants, so that two of them cannot wait for each other."""
    if _noted.get() is not None:
        yield
        return
    noted: dict[int, set[str]] = {}
    token = _noted.set(noted)
    try:
        yield
    finally:
        _noted.reset(token)
    for repository_id in sorted(noted):
        _settle(repository_id, sorted(noted[repository_id]))


def settle(repository: Repository, digests: Iterable[str]) -> None:
    """Look anew at the artifacts of these digests, after their tags, their index or they themselves changed:
    at the end of `settled`, or at once where there is none."""
    with settled():
        noted = _noted.get()
        assert noted is not None
        noted.setdefault(repository.pk, set()).update(digests)


@transaction.atomic
def recount(repository_id: int) -> bool:
    """Count anew what the repository's row says, and whether it said something else; others' changes wait."""
    held = Repository.objects.select_for_update(no_key=True).filter(pk=repository_id)
    said = held.values("artifact_count", "tagged_count").first()
    shown = Artifact.objects.filter(repository=repository_id, deleted_at=None, is_listed=True)
    counts = shown.aggregate(artifact_count=Count("pk"), tagged_count=Count("pk", filter=Q(is_tagged=True)))
    if said is None or said == counts:
        return False
    return bool(Repository.objects.filter(pk=repository_id).update(**counts))


def mend(repository: Repository) -> bool:
    """Look anew at all artifacts of the repository, and count them; whether something was wrong."""
    after, is_wrong = 0, False
    standing = Artifact.objects.filter(repository=repository, deleted_at=None).order_by("pk")
    while batch := list(standing.filter(pk__gt=after).values_list("pk", "digest")[:BATCH]):
        with transaction.atomic():
            is_wrong |= _settle(repository.pk, sorted(digest for _, digest in batch))
        after = batch[-1][0]
    return recount(repository.pk) or is_wrong


def _settle(repository_id: int, digests: list[str]) -> bool:
    """Whether anything was not as it is now."""
    changes = [
        change
        for start in range(0, len(digests), BATCH)
        for change in _look(repository_id, digests[start : start + BATCH])
    ]
    shown, tagged = sum(change.shown for change in changes), sum(change.tagged for change in changes)
    if shown or tagged:
        counts = {"artifact_count": F("artifact_count") + shown, "tagged_count": F("tagged_count") + tagged}
        Repository.objects.filter(pk=repository_id).update(**counts)
    return bool(changes)


@dataclass(frozen=True)
class _Change:
    """By how many more artifacts are shown now, and are shown and have a tag: one, none, or one less."""

    shown: int
    tagged: int


def _look(repository_id: int, digests: list[str]) -> Iterator[_Change]:
    concerned = Artifact.objects.filter(Q(deleted_at=None) | Q(is_listed=True), repository=repository_id)
    concerned = concerned.filter(digest__in=digests).order_by("digest")
    if connection.features.has_select_for_update:
        # Who looks after us sees what we have changed, and we what those changed who looked before.
        list(concerned.select_for_update(no_key=True).values_list("pk"))
    fields = ("pk", "digest", "is_listed", "is_tagged", "deleted_at", "manifest__subject_digest")
    rows = list(concerned.values_list(*fields))
    tags, parts = _tags_of([row[0] for row in rows]), _parts(repository_id, digests)
    for key, digest, was_listed, was_tagged, deleted_at, subject in rows:
        names = tags.get(key, [])
        # What has a name of its own too is no accessory: else a tag could hide what somebody else has tagged.
        is_accessory = bool(subject) or (bool(names) and all(subject_of_tag(name) for name in names))
        is_listed = deleted_at is None and not is_accessory and (bool(names) or digest not in parts)
        if (is_listed, bool(names)) != (was_listed, was_tagged):
            Artifact.objects.filter(pk=key).update(is_listed=is_listed, is_tagged=bool(names))
            yield _Change(is_listed - was_listed, (is_listed and bool(names)) - (was_listed and was_tagged))


def _tags_of(keys: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for key, name in Tag.objects.filter(artifact__in=keys).values_list("artifact", "name"):
        found.setdefault(key, []).append(name)
    return found


def _parts(repository_id: int, digests: list[str]) -> set[str]:
    """Those that an index which stands in the repository refers to."""
    children = ManifestChild.objects.filter(
        child_digest__in=digests, parent__artifacts__repository=repository_id, parent__artifacts__deleted_at=None
    )
    return set(children.values_list("child_digest", flat=True))
