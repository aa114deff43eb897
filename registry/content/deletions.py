"""What was deleted and can be undeleted: a deletion is a date, so until its time is over everything is still there.

All that one deletion took bears its moment: the artifact, what hung on it, and the last moves of their tags. By that
an undeletion knows what belongs together. An artifact that comes back is put anew, as a push puts it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import Project
from accounts.permissions import require
from accounts.principals import Principal
from registry.content import accessories, listing, locks, manifests, repositories, tags, usage
from registry.exceptions import ArtifactExists, BodyTooLarge, ManifestBlobUnknown, ManifestUnknown, UndeletionRefused
from registry.models import Artifact, Blob, BlobState, ManifestBlob, ManifestChild, Repository, TagMove

UNDELETE = "artifact:create"
GRACE = timedelta(days=7)
"""So long a deletion can be undone. What removes deleted things for good leaves alone those within it."""
# As many as one undeletion brings back.
MOST = 1000


@dataclass(frozen=True)
class Undone:
    """What came back: the artifact and how many with it; its tags, and those of them that point elsewhere by now."""

    artifact: Artifact
    others: int
    tags: tuple[str, ...]
    taken: tuple[str, ...]


def undoable_until(deleted_at: datetime) -> datetime:
    return deleted_at + GRACE


def in_repository(repository: Repository) -> QuerySet[Artifact]:
    """What of the repository can be undeleted: of several deletions of the same the last, if it does not stand
    again. What hung on something else and went with it is left out: it comes back with that."""
    return _shown(Artifact.objects.filter(repository=repository))


def find(repository: Repository, digest: str) -> Artifact | None:
    """The one of this digest, with all that is told of it; None where there is nothing to undelete."""
    rows = _last_of_each(Artifact.objects.filter(repository=repository, digest=digest))
    return _told(rows.filter(deleted_at__gt=timezone.now() - GRACE)).first()


def in_project(project: Project, *, by: Principal) -> QuerySet[Artifact]:
    """The same of all repositories of a project in which `by` may undelete."""
    rows = Artifact.objects.filter(project=project)
    return _shown(rows.filter(repository__in=repositories.allowing(UNDELETE, project, by=by)))


def _shown(rows: QuerySet[Artifact]) -> QuerySet[Artifact]:
    same = Artifact.objects.filter(repository=OuterRef("repository"))
    subject = same.filter(digest=OuterRef("manifest__subject_digest"), deleted_at=OuterRef("deleted_at"))
    return _last_of_each(rows).exclude(Exists(subject)).filter(deleted_at__gt=timezone.now() - GRACE)


def _last_of_each(rows: QuerySet[Artifact]) -> QuerySet[Artifact]:
    same = Artifact.objects.filter(repository=OuterRef("repository"), digest=OuterRef("digest"))
    later = same.filter(Q(deleted_at=None) | Q(deleted_at__gt=OuterRef("deleted_at")))
    return rows.filter(~Exists(later), deleted_at__isnull=False)


def tags_of(gone: Iterable[Artifact]) -> dict[int, list[str]]:
    """The tags that went with each, by its number; by one query, of a long history through its end alone."""
    rows = {(each.repository_id, each.digest): each for each in gone}
    since = min((each.deleted_at for each in rows.values() if each.deleted_at), default=timezone.now())
    places, digests = {place for place, _ in rows}, {digest for _, digest in rows}
    moves = TagMove.objects.filter(repository__in=places, at__gte=since, from_digest__in=digests, to_digest="")
    found: dict[int, list[str]] = {}
    for place, digest, name, at in moves.order_by("tag").values_list("repository", "from_digest", "tag", "at"):
        row = rows.get((place, digest))
        if row is not None and row.deleted_at is not None and at >= row.deleted_at:
            found.setdefault(row.pk, []).append(name)
    return found


@locks.again_after_deadlock
def undelete(gone: Artifact, *, by: Principal) -> Undone:
    """Let it stand again as its deletion left it, with its tags, what hung on it and what it is made of. A tag that
    exists anew stays where it points. Refused where it exists again, where something of it is gone for good, or the
    project has no room for it. All or nothing."""
    place = gone.repository
    require(by, UNDELETE, place.project, repository=place.name)
    with transaction.atomic(), usage.account(place.project_id), listing.settled():
        _require_last(gone)
        rows = _held_together(gone)
        names = tags_of(rows.values())
        _require_tags(rows, names, by=by)
        for row in rows.values():
            _revive(row, by=by)
        wanted = sorted((name, row) for row in rows.values() for name in names.get(row.pk, ()))
        restored = {name: tags.restore(place, name, row, by=by) for name, row in wanted}
        listing.settle(place, rows)
        audit.record(by, "undelete", "artifact", f"{place.name}@{gone.digest}", place.project)
    mine = names.get(gone.pk, [])
    return Undone(
        Artifact.objects.get(pk=gone.pk),
        len(rows) - 1,
        tuple(name for name in mine if restored[name]),
        tuple(name for name in mine if not restored[name]),
    )


def _require_last(gone: Artifact) -> None:
    locks.hold_digest(gone.digest)
    place, now = gone.repository, timezone.now()
    if Artifact.objects.filter(repository=place, digest=gone.digest, deleted_at=None).exists():
        raise ArtifactExists(f"{gone} exists again already")
    row = _last_of_each(Artifact.objects.filter(repository=place)).filter(pk=gone.pk).first()
    if row is None or row.deleted_at is None:
        raise ManifestUnknown(f"{gone} was deleted once more since then; undelete that")
    if undoable_until(row.deleted_at) <= now:
        raise ManifestUnknown(f"{gone} could be undeleted until {undoable_until(row.deleted_at):%Y-%m-%d %H:%M} UTC")


def _held_together(gone: Artifact) -> dict[str, Artifact]:
    """All that comes back with it, by digest; none of it is pushed before we commit."""
    for digest in sorted(row.digest for row in _together(gone)):
        locks.hold_digest(digest)
    return {row.digest: row for row in _together(gone)}  # without what was pushed while we waited


def _together(gone: Artifact) -> Iterator[Artifact]:
    """All that comes back with it, what others need before those."""
    seen: set[str] = set()
    wanted = [gone]
    while wanted:
        for row in wanted:
            for each in (*_below(row, seen), row):
                if each.digest not in seen:
                    seen.add(each.digest)
                    yield each
        if len(seen) > MOST:
            raise BodyTooLarge(f"more than {MOST} manifests hang together here; undelete them one by one")
        wanted = [row for row in _hanging(gone, wanted) if row.digest not in seen]


def _below(parent: Artifact, seen: set[str]) -> Iterator[Artifact]:
    """What an index is made of and does not stand, the innermost first."""
    digests = list(ManifestChild.objects.filter(parent=parent.manifest_id).values_list("child_digest", flat=True))
    standing = Artifact.objects.filter(repository=parent.repository, digest__in=digests, deleted_at=None)
    missing = set(digests) - seen - set(standing.values_list("digest", flat=True))
    rows = _last_of_each(Artifact.objects.filter(repository=parent.repository, digest__in=missing))
    for row in _told(rows.filter(deleted_at__gt=timezone.now() - GRACE)):
        yield from _below(row, seen)
        yield row


def _hanging(gone: Artifact, above: list[Artifact]) -> QuerySet[Artifact]:
    """What pointed at these, went with them and did not come back: by its subject, or by the name that cosign gave
    its tag."""
    digests = [row.digest for row in above]
    assert gone.deleted_at is not None
    moves = TagMove.objects.filter(repository=gone.repository, to_digest="", at=gone.deleted_at)
    rows = _last_of_each(Artifact.objects.filter(repository=gone.repository, deleted_at=gone.deleted_at))
    signed = moves.filter(tag__in=accessories.tag_names(digests)).values("from_digest")
    return _told(rows.filter(Q(manifest__subject_digest__in=digests) | Q(digest__in=signed)))


def _told(rows: QuerySet[Artifact]) -> QuerySet[Artifact]:
    return rows.select_related("manifest", "repository__project").order_by("pk")


def _require_tags(rows: dict[str, Artifact], names: dict[int, list[str]], *, by: Principal) -> None:
    """Each tag is asked for; what cosign names after something that comes back comes with it."""
    for row in rows.values():
        for name in names.get(row.pk, ()):
            if listing.subject_of_tag(name) not in rows:
                require(by, "tag:create", row.repository.project, repository=row.repository.name, tag=name)


def _revive(row: Artifact, *, by: Principal) -> None:
    """The same row again, with its labels, and put as a push puts it: with all that is then checked and charged."""
    _pardon(row)
    Artifact.objects.filter(pk=row.pk).update(deleted_at=None, deleted_by="")
    manifest = row.manifest
    try:
        manifests.put(row.repository, row.digest, bytes(manifest.payload), manifest.media_type, by=by)
    except ManifestBlobUnknown as refusal:
        gone = ", ".join(refusal.digests[:10])
        raise UndeletionRefused(f"{row} cannot be undeleted: {gone} is gone for good; push it again") from None


def _pardon(row: Artifact) -> None:
    """What waits for its removal since nothing referred to it is wanted again."""
    referred = ManifestBlob.objects.filter(manifest=row.manifest_id).values("blob")
    waiting = Blob.objects.filter(Q(pk__in=referred) | Q(pk=row.manifest.blob_id), state=BlobState.CONDEMNED)
    waiting.update(state=BlobState.LIVE, condemned_at=None)
