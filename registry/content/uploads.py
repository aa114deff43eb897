"""A blob on its way in: start, receive, append, finish, cancel.

           start              begin … append              finish(digest == computed)
  (none) ────────▶ RECEIVING ────────────────▶ RECEIVING ──────────────────────▶ Blob LIVE + BlobLink
                       │  not where it stands → UploadOutOfOrder (kept)
                       │  cancelled or swept ─────▶ gone, row and bytes
                       │  beyond the quota ───────▶ QuotaExceeded, gone
                       └  another digest ─────────▶ DigestMismatch, gone

Bytes are safe before the row tells of them, and the row before the reply."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.principals import Principal
from registry import storage
from registry.content import blobs, digests, links, locks, usage
from registry.content.reception import HASHERS, Reception
from registry.exceptions import (
    DigestMismatch,
    QuotaExceeded,
    TooManyUploads,
    UploadBusy,
    UploadOutOfOrder,
    UploadUnknown,
)
from registry.models import Blob, BlobState, Repository, Upload
from registry.rules import quotas
from registry.storage import Absent, Busy, paths

logger = logging.getLogger(__name__)
# So that nobody fills the table: far more than any client opens at once.
MOST_OPEN = 1000


def start(repository: Repository, *, by: Principal) -> Upload:
    """A new upload, which only `by` may go on with."""
    if Upload.objects.filter(principal_key=by.key).count() >= MOST_OPEN:
        raise TooManyUploads(f"{by.name} has {MOST_OPEN} uploads open; finish or cancel some first")
    return Upload.objects.create(repository=repository, principal_key=by.key)


def get(name: str, upload_id: str, *, by: Principal) -> Upload:
    """The upload of this id, in this repository and begun by the same principal; else UploadUnknown."""
    try:
        wanted = uuid.UUID(upload_id)
        if str(wanted) != upload_id:
            raise ValueError(upload_id)
        rows = Upload.objects.select_related("repository__project__usage")
        mine = rows.filter(repository__name=name, principal_key=by.key)
        return mine.get(pk=wanted)
    except (ValueError, Upload.DoesNotExist):
        raise UploadUnknown from None


def require_room(upload: Upload, length: int, *, digest: str = "") -> None:
    """Return if so many bytes more may come; else the upload, with which nobody could go on, is dropped."""
    try:
        quotas.require_room_for(upload.repository.project, upload.offset + length, digest=digest)
    except QuotaExceeded:
        cancel(upload)
        raise


def begin(upload: Upload, *, at: int | None = None, finishing: str = "", keeps_cut: bool = True) -> Reception:
    """Become the one writer of the upload, to go on at its end. `at`: where the client believes that is.
    `finishing`: the algorithm of the digest that this same request will finish with.

    The lock comes first, then the row is read again: nobody else changes either until we let go."""
    require_place(upload, at)
    try:
        writer = storage.driver().writer(paths.upload(upload.repository.name, upload.pk))
    except Busy:
        raise UploadBusy from None
    try:
        _take_over(upload)
        require_place(upload, at)
        _resume(writer, upload)
    except BaseException:
        writer.close()
        raise
    algorithm = "sha256" if upload.offset else finishing or "sha256"
    return Reception(
        upload,
        writer,
        HASHERS.take(upload) if upload.offset else digests.hasher(algorithm),
        algorithm=algorithm,
        finishing=finishing,
        on_cut=_keep_what_came if keeps_cut else _drop,
    )


def _take_over(upload: Upload) -> None:
    if not Upload.objects.filter(pk=upload.pk).update(fence=F("fence") + 1, touched_at=timezone.now()):
        links.remove_upload(upload.repository.name, upload.pk)
        raise UploadUnknown
    upload.refresh_from_db(fields=["fence", "offset", "digest_so_far"])


def _resume(writer: storage.Writer, upload: Upload) -> None:
    try:
        writer.resume(upload.offset)
    except Absent:
        # The file lost bytes that the row tells of: nothing to go on with.
        cancel(upload)
        raise UploadUnknown("the bytes of this upload were lost; begin a new one") from None


def require_place(upload: Upload, at: int | None) -> None:
    if at is not None and at != upload.offset:
        raise UploadOutOfOrder(
            f"the upload stands at byte {upload.offset}, the chunk begins at {at}",
            offset=upload.offset,
            upload_id=str(upload.pk),
        )


def append(reception: Reception) -> Upload:
    """Record what a completed reception has added; its bytes are on disk."""
    upload = reception.upload
    kept = Upload.objects.filter(pk=upload.pk, fence=upload.fence).update(
        offset=reception.end, digest_so_far=reception.digest("sha256"), touched_at=timezone.now()
    )
    if not kept:
        raise UploadBusy
    upload.offset, reception.received = reception.end, 0
    HASHERS.keep(reception)
    return upload


def _keep_what_came(reception: Reception) -> None:
    if reception.is_too_long:
        _drop(reception)
        return
    if not reception.received:
        return
    try:
        append(reception)
    except UploadBusy:
        logger.info("a cut upload was already gone on with", extra={"upload": str(reception.upload.pk)})


def _drop(reception: Reception) -> None:
    cancel(reception.upload)


def finish(reception: Reception, digest: str) -> Blob:
    """Make the upload a blob of its repository, where its bytes have this digest; else it is dropped."""
    upload = reception.upload
    computed = reception.digest(digests.algorithm(digest))
    if computed != digest:
        cancel(upload)
        raise DigestMismatch(f"the content has digest {computed}, not {digest}; the upload was dropped")
    try:
        blob = _make(upload, digest, reception.end)
    except QuotaExceeded:
        cancel(upload)
        raise
    HASHERS.forget(upload)
    links.remove_upload(upload.repository.name, upload.pk)
    return blob


def _make(upload: Upload, digest: str, size: int) -> Blob:
    repository = upload.repository
    with withdrawing(digest, size), transaction.atomic(), usage.account(repository.project_id):
        # First our own row: whoever has overtaken us has raised the fence, and its bytes are not those we hashed.
        if Upload.objects.filter(pk=upload.pk, fence=upload.fence).delete()[0] != 1:
            raise UploadBusy
        blob = make_blob(digest, size, paths.upload(repository.name, upload.pk))
        blobs.link(repository, blob)
    return blob


@contextmanager
def withdrawing(digest: str, size: int) -> Iterator[None]:
    """Around a transaction that makes a blob: where the quota refuses it, bytes that it has given the digest's
    name lose that again, unless somebody has made them a blob meanwhile."""
    was_there = is_whole(digest, size)
    try:
        yield
    except QuotaExceeded:
        if not was_there:
            _withdraw(digest)
        raise


@transaction.atomic
def _withdraw(digest: str) -> None:
    locks.hold_digest(digest)
    if not Blob.objects.filter(digest=digest).exists():
        storage.driver().remove(paths.parent(paths.blob(digest)))


def make_blob(digest: str, size: int, source: str) -> Blob:
    """The LIVE blob of these bytes, which lie at `source`; in the caller's transaction.

    The digest is held until the commit, so that no remover is between our look and our commit. Where
    the blob is LIVE and its bytes are there, ours are not needed; else they take the name."""
    locks.hold_digest(digest)
    blob = Blob.objects.filter(digest=digest).first()
    if blob is None or blob.state == BlobState.DELETING or not is_whole(digest, size):
        storage.driver().place(source, paths.blob(digest))
    if blob is None:
        return Blob.objects.create(digest=digest, size=size)
    if blob.state != BlobState.LIVE:
        blob.state, blob.condemned_at = BlobState.LIVE, None
        blob.save(update_fields=["state", "condemned_at"])
    return blob


def is_whole(digest: str, size: int) -> bool:
    """Whether storage has as many bytes under the digest as there should be."""
    try:
        return storage.driver().size(paths.blob(digest)) == size
    except Absent:
        return False


def stage(repository: Repository, content: bytes) -> str:
    """Write a small document where uploads lie, durable; answers its path. For `make_blob`."""
    staged = paths.upload(repository.name, uuid.uuid4())
    storage.driver().put(staged, content)
    return staged


def unstage(staged: str) -> None:
    storage.driver().remove(paths.parent(staged))


def cancel(upload: Upload) -> None:
    """Drop the upload, row and bytes."""
    Upload.objects.filter(pk=upload.pk).delete()
    HASHERS.forget(upload)
    links.remove_upload(upload.repository.name, upload.pk)
