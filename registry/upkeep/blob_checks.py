"""Blobs: rows against files and files against rows, and with `hashing` their bytes against their names.

What looks wrong is looked at again while the digest is held, since a push or the clean-up may be at it."""

from collections.abc import Generator, Iterator

from django.db import transaction
from django.utils import timezone

from registry import storage
from registry.content import digests, locks
from registry.models import Artifact, Blob, BlobState, Repository
from registry.storage import Absent, paths
from registry.upkeep import findings, folders, progress
from registry.upkeep.findings import Finding, Told
from registry.upkeep.folders import BlobFile
from registry.upkeep.progress import Done, Reached

BATCH = 500
SLICE = 1 << 20
# Between two events of a long read, so that whoever waits can be told, and can stop it.
TOLD_EVERY = 64 << 20
MOST_NAMES = 3


def rows(after: str, *, hashing: bool) -> Iterator[Told]:
    pk = int(after or 0)
    standing = Blob.objects.exclude(state=BlobState.DELETING).order_by("pk")
    while batch := list(standing.filter(pk__gt=pk)[:BATCH]):
        for blob in batch:
            finding = (_size_fault(blob) and confirmed(blob.digest)) or None
            if finding:
                yield finding
            elif hashing:
                yield from _hash(blob)
        yield Done("blobs", len(batch), 0 if hashing else sum(blob.size for blob in batch))
        pk = batch[-1].pk
        yield Reached(str(pk))


def _size_fault(blob: Blob) -> Finding | None:
    try:
        size = storage.driver().size(paths.blob(blob.digest))
    except Absent:
        return Finding(findings.BLOB_MISSING, blob.digest)
    if size != blob.size:
        return Finding(findings.BLOB_SIZE, blob.digest, f"{size} bytes instead of {blob.size}")
    return None


@transaction.atomic
def confirmed(digest: str) -> Finding | None:
    """What is wrong with a blob, now that nobody else makes or removes it."""
    locks.hold_digest(digest)
    blob = Blob.objects.filter(digest=digest).exclude(state=BlobState.DELETING).first()
    finding = _size_fault(blob) if blob else None
    if blob is None or finding is None:
        return None
    return Finding(finding.kind, digest, "; ".join(part for part in (finding.detail, _users(blob)) if part))


def _users(blob: Blob) -> str:
    """In which repositories somebody will miss it."""
    shown = Repository.objects.filter(blob_links__blob=blob)
    standing = Artifact.objects.filter(manifest__blob=blob, deleted_at=None).values("repository")
    used = shown.union(Repository.objects.filter(pk__in=standing)).order_by("name").values_list("name", flat=True)
    listed = list(used[: MOST_NAMES + 1])
    return f"in {', '.join(listed[:MOST_NAMES])}{' and more' if len(listed) > MOST_NAMES else ''}" if listed else ""


def _hash(blob: Blob) -> Iterator[Told]:
    try:
        digest = yield from _digest(blob.digest)
    except Absent:
        digest = ""  # removed since a moment ago, or lost since then
    if digest == blob.digest:
        return
    if not digest:
        if finding := confirmed(blob.digest):
            yield finding
        return
    yield Finding(findings.BLOB_DIGEST, blob.digest, "; ".join(filter(None, (f"they are {digest}", _users(blob)))))


def _digest(wanted: str) -> Generator[Done, None, str]:
    """The digest that a blob's bytes have, told on the way by how many were read."""
    algorithm, read = digests.algorithm(wanted), 0
    hasher = digests.hasher(algorithm)
    with storage.driver().open(paths.blob(wanted)) as opened:
        while piece := opened.read(SLICE):
            hasher.update(piece)
            read += len(piece)
            if read >= TOLD_EVERY:
                yield Done("blobs", 0, read)
                read = 0
    yield Done("blobs", 0, read)
    return f"{algorithm}:{hasher.hexdigest()}"


def files(after: str) -> Iterator[Told]:
    """Files of which no row knows."""
    for shard in folders.shards(after):
        for batch in progress.batches(folders.blob_files(shard), BATCH):
            known = set(
                Blob.objects.filter(digest__in=[file.digest for file in batch]).values_list("digest", flat=True)
            )
            for file in batch:
                if file.digest not in known and (finding := _unknown(file)):
                    yield finding
        yield Reached(shard)


@transaction.atomic
def _unknown(file: BlobFile) -> Finding | None:
    is_young = timezone.now() - file.modified_at < findings.GRACE
    if not file.digest:
        return None if is_young else Finding(findings.FILE_STRANGE, file.path, progress.human(file.size))
    locks.hold_digest(file.digest)
    try:
        storage.driver().size(file.path)
    except Absent:
        return None
    if Blob.objects.filter(digest=file.digest).exists():
        return None
    told = f"{progress.human(file.size)}, {file.path}"
    return Finding(findings.BLOB_YOUNG if is_young else findings.BLOB_UNKNOWN, file.digest, told)
