"""Blobs in a repository: reading, mounting and unlinking. Making them is uploads' business."""

from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from accounts import audit, projects
from accounts.permissions import may
from accounts.principals import ANONYMOUS, Principal
from registry import storage
from registry.content import links, locks, usage
from registry.exceptions import BlobInUse, BlobUnknown, StorageDamaged
from registry.models import Blob, BlobLink, BlobState, ManifestBlob, Repository
from registry.storage import Absent, paths

# How many repositories that hold a blob are asked about when a mount names none.
MOUNT_SOURCES = 50
SLICE = 1 << 20


def claim(digest: str) -> Blob | None:
    """The blob if it may be used; one condemned by the clean-up is pardoned first."""
    blob = Blob.objects.filter(digest=digest).exclude(state=BlobState.DELETING).first()
    if blob and blob.state == BlobState.CONDEMNED:
        pardoned = Blob.objects.filter(pk=blob.pk, state=BlobState.CONDEMNED)
        if pardoned.update(state=BlobState.LIVE, condemned_at=None) != 1:
            return None  # the remover was first: it looks absent
        blob.state = BlobState.LIVE
    return blob


def readable(repository: Repository, digest: str) -> Blob:
    """The blob, where this repository may show it; else BlobUnknown, whatever other repositories hold."""
    blob = claim(digest) if BlobLink.objects.filter(repository=repository, blob__digest=digest).exists() else None
    if blob is None:
        raise BlobUnknown(f"{repository.name} has no blob {digest}")
    return blob


def file_of(digest: str, size: int) -> Path | None:
    """The file of a blob for sendfile, None where the storage keeps no files.
    StorageDamaged where the bytes that the row promises are not there."""
    driver = storage.driver()
    try:
        found = driver.size(paths.blob(digest))
    except Absent:
        found = -1
    if found != size:
        raise StorageDamaged(f"the bytes of {digest} are missing or damaged in storage; push it again to mend it")
    return driver.local(paths.blob(digest))


def stream(digest: str, start: int, count: int) -> Iterator[bytes]:
    """The bytes from `start` on, `count` of them, in slices."""
    with storage.driver().open(paths.blob(digest), start) as opened:
        while count and (piece := opened.read(min(SLICE, count))):
            count -= len(piece)
            yield piece


def link(repository: Repository, blob: Blob) -> None:
    """Let the repository show the blob, and charge its project; in the caller's transaction, which holds the blob."""
    _, is_new = BlobLink.objects.get_or_create(repository=repository, blob=blob)
    if is_new:
        transaction.on_commit(lambda: links.write_layer(repository.name, blob.digest))
    usage.charge(repository.project_id, [blob])


@transaction.atomic
def mount(repository: Repository, digest: str, source_name: str | None, *, by: Principal) -> bool:
    """Show here a blob that another repository has, so that it is not sent again. Only where `by`, with
    the very credential at hand, or anybody may read a repository that holds it; False means: upload it."""
    source = _source(repository, digest, source_name, by)
    if source is None or claim(digest) is None:
        return False
    blob = locks.hold_blobs(source.pk, [digest]).get(digest)
    if blob is None:
        return False
    link(repository, blob)
    return True


def _source(target: Repository, digest: str, source_name: str | None, by: Principal) -> Repository | None:
    holding = Repository.objects.filter(blob_links__blob__digest=digest).select_related("project").order_by("pk")
    if source_name is not None:
        candidates = list(holding.filter(name=source_name))
    else:
        public = Q(project__is_public=True)
        carried = Q() if by.access is None else public | Q(name__in=[entry.name for entry in by.access])
        seen = Q(project__in=projects.visible_to(by).values("pk"))
        candidates = list(holding.filter(carried & (seen | Q(pk=target.pk)))[:MOUNT_SOURCES])
    return next((candidate for candidate in candidates if _may_read(by, candidate)), None)


def _may_read(by: Principal, repository: Repository) -> bool:
    """A token need not carry what anybody may read."""
    return any(may(who, "repository:pull", repository.project, repository=repository.name) for who in (ANONYMOUS, by))


@transaction.atomic
def unlink(repository: Repository, digest: str, *, by: Principal) -> None:
    """Stop showing a blob here. Refused while a manifest that stands here refers to it: its image would
    be broken. The bytes go when nothing refers to them any more."""
    held = BlobLink.objects.select_for_update(of=("self",)).select_related("blob")
    link = held.filter(repository=repository, blob__digest=digest).first()
    if link is None:
        raise BlobUnknown(f"{repository.name} has no blob {digest}")
    user = ManifestBlob.objects.filter(
        blob=link.blob, manifest__artifacts__repository=repository, manifest__artifacts__deleted_at=None
    ).first()
    if user is not None:
        raise BlobInUse(f"{user.manifest.digest} in {repository.name} refers to this blob; delete that manifest first")
    link.delete()
    usage.release_link(repository.project_id, link.blob)
    audit.record(by, "delete", "blob", f"{repository.name}@{digest}", repository.project)
    transaction.on_commit(lambda: links.remove_layer(repository.name, digest))
