"""What the link files say of one repository, made rows. The bytes are where they are, and so are the links."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.exceptions import Refusal
from accounts.principals import Principal
from registry import storage
from registry.content import blobs, digests, documents, manifests, media_types, names, tags, uploads, usage
from registry.content.documents import Document
from registry.exceptions import BodyTooLarge, DigestMismatch, ManifestBlobUnknown, ManifestUnknown
from registry.models import Artifact, Blob, BlobLink, BlobState, Repository, Tag
from registry.storage import Absent, paths
from registry.upkeep import folders, progress
from registry.upkeep.progress import Done, Event, Left

BATCH = 200


@dataclass(frozen=True)
class Revision:
    """A manifest as a link file tells of it."""

    digest: str
    written_at: datetime


@dataclass(frozen=True)
class Takeover:
    """The folder `name`, to be taken in as `repository`: another name where the folder's has no project."""

    name: str
    repository: Repository
    by: Principal

    def __iter__(self) -> Iterator[Event]:
        yield from self._layers()
        yield from self._revisions()
        yield from self._tags()

    def _left(self, what: str, why: str) -> Left:
        return Left(self.name, what, why)

    def _layers(self) -> Iterator[Event]:
        lost = 0
        for batch in progress.batches(folders.links(paths.layers_folder(self.name)), BATCH):
            wanted = {digest: entry.path for digest, entry in batch}
            for digest in self._linked(wanted):
                del wanted[digest]
            found = self._show_all(wanted) if wanted else set()
            yield Done("new layer links", len(found))
            for digest in sorted({*wanted} - found):
                alias = self._alias(digest, folders.digest_in(wanted[digest]))
                lost += alias is None
                yield from () if alias is None else (Done("new layer links"), alias)
        if lost:
            yield self._left("layer links", f"the blobs of {lost} are not in storage, as after a clean-up by others")

    @transaction.atomic
    def _show_all(self, wanted: Collection[str]) -> set[str]:
        found = _held(wanted)
        self._show(found)
        return {blob.digest for blob in found}

    def _show(self, found: list[Blob]) -> None:
        links = [BlobLink(repository=self.repository, blob=blob) for blob in found]
        BlobLink.objects.bulk_create(links, ignore_conflicts=True)

    @transaction.atomic
    def _alias(self, digest: str, kept_as: str) -> Done | None:
        """A stock registry keeps a blob under its sha256 alone, and lets a link tell of another digest that
        it was pushed by. Here it gets that name too; its bytes stay one file."""
        kept = Blob.objects.filter(digest=kept_as, state=BlobState.LIVE).first()
        if kept is None or not uploads.is_whole(kept_as, kept.size):
            return None
        self._show([uploads.make_blob(digest, kept.size, paths.blob(kept_as))])
        return Done("new blobs")

    def _linked(self, wanted: Collection[str]) -> set[str]:
        mine = BlobLink.objects.filter(repository=self.repository, blob__digest__in=wanted)
        return set(mine.values_list("blob__digest", flat=True))

    def _revisions(self) -> Iterator[Event]:
        """Each manifest after those that it refers to: what must wait for others waits for the next round."""
        listed = folders.links(paths.revisions_folder(self.name))
        waiting = [Revision(digest, entry.modified_at) for digest, entry in listed]
        known = set(Artifact.objects.filter(repository=self.repository).values_list("digest", flat=True))
        waiting = [revision for revision in waiting if revision.digest not in known]
        while waiting:
            unsettled, later = {each.digest for each in waiting}, list[Revision]()
            for revision in waiting:
                try:
                    yield from self._take(revision)
                except ManifestBlobUnknown as refusal:
                    if not unsettled.isdisjoint({*refusal.digests} - {revision.digest}):
                        later.append(revision)
                        continue
                    yield self._left(f"manifest {revision.digest}", _missing(refusal))
                except Refusal as refusal:
                    yield self._left(f"manifest {revision.digest}", str(refusal))
                unsettled.discard(revision.digest)
            waiting = later

    def _take(self, revision: Revision) -> Iterator[Event]:
        document = _document(revision.digest)
        with transaction.atomic(), usage.account(self.repository.project_id, is_limited=False):
            added = self._link(document)
            manifests.adopt(self.repository, document, pushed_at=revision.written_at, by=self.by)
        yield Done("new manifests")
        if added:
            yield Done("missing layer links", added)

    def _link(self, document: Document) -> int:
        """Show here what the manifest refers to and storage has, though no link file says so."""
        wanted = {each.digest for each in document.blobs}
        unlinked = wanted - self._linked(wanted)
        found = _held(unlinked) if unlinked else []
        for blob in found:
            blobs.link(self.repository, blob)
        return len(found)

    def _tags(self) -> Iterator[Event]:
        for batch in progress.batches(storage.driver().children(paths.tags_folder(self.name)), BATCH):
            shown = {tag: folders.digest_in(paths.tag_link(self.name, tag)) for tag in batch}
            rows = Tag.objects.filter(repository=self.repository, name__in=batch)
            known = dict(rows.values_list("name", "artifact__digest"))
            new = {tag: digest for tag, digest in shown.items() if tag not in known}
            moved = {tag: digest for tag, digest in shown.items() if known.get(tag, digest) != digest}
            yield from self._take_tags(new) if new else ()
            yield from (
                self._left(f"tag {tag}", f"the database has it at {known[tag]}, and that counts") for tag in moved
            )

    @transaction.atomic
    def _take_tags(self, new: dict[str, str]) -> list[Event]:
        mine = Artifact.objects.select_for_update(of=("self",)).filter(repository=self.repository, deleted_at=None)
        standing = {artifact.digest: artifact for artifact in mine.filter(digest__in=new.values()).order_by("digest")}
        return [self._take_tag(tag, standing.get(digest), digest) for tag, digest in new.items()]

    def _take_tag(self, tag: str, artifact: Artifact | None, digest: str) -> Event:
        what = f"tag {tag}"
        try:
            names.tag(tag)
        except Refusal as refusal:
            return self._left(what, str(refusal))
        if artifact is None:
            return self._left(what, f"it points at {digest}, which was not taken" if digest else "its link is empty")
        is_new = tags.adopt(self.repository, tag, artifact, at=self._written_at(tag), by=self.by)
        return Done("new tags") if is_new else self._left(what, "it was deleted here, and its link stayed behind")

    def _written_at(self, tag: str) -> datetime:
        link = next(storage.driver().walk(paths.parent(paths.tag_link(self.name, tag))), None)
        return link.modified_at if link else timezone.now()


def _held(wanted: Collection[str]) -> list[Blob]:
    """The LIVE blobs of these digests, held until the commit, in the order of digests as everywhere."""
    live = Blob.objects.select_for_update(no_key=True).filter(state=BlobState.LIVE)
    return list(live.filter(digest__in=wanted).order_by("digest"))


def _document(digest: str) -> Document:
    """The manifest of this digest as it lies in storage."""
    driver, path = storage.driver(), paths.blob(digest)
    try:
        if driver.size(path) > documents.LARGEST:
            raise BodyTooLarge(f"a manifest has at most {documents.LARGEST} bytes")
        body = driver.read(path)
    except Absent:
        raise ManifestUnknown("its bytes are not in storage") from None
    if (found := digests.of(body, digests.algorithm(digest))) != digest:
        raise DigestMismatch(f"its bytes are damaged: their digest is {found}")
    return read(body, digests.algorithm(digest))


def read(body: bytes, algorithm: str) -> Document:
    """As a stock registry reads a manifest that names no media type: an OCI index where it has manifests,
    else an OCI manifest."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or fields.get("mediaType"):
        return documents.parse(body, "", algorithm)
    return documents.parse(
        body, media_types.OCI_INDEX if "manifests" in fields else media_types.OCI_MANIFEST, algorithm
    )


def _missing(refusal: ManifestBlobUnknown) -> str:
    shown = ", ".join(refusal.digests[:3])
    more = f" and {len(refusal.digests) - 3} more" if len(refusal.digests) > 3 else ""
    return f"what it refers to is not there: {shown}{more}"
