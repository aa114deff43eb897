"""Manifests in a repository: putting, deleting. Reading is hot.py's, which the fast lane shares.

`put` reads as the specification does: parse, verify the digest, verify what it refers to, write rows,
move the tag. One transaction: a refusal at any step leaves nothing behind."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.principals import Principal
from registry.content import digests, documents, icons, kinds, links, listing, locks, tags, uploads, usage
from registry.content.documents import Descriptor, Document
from registry.exceptions import DigestMismatch, ManifestBlobUnknown, ManifestInUse, ManifestInvalid, ManifestUnknown
from registry.models import Artifact, Blob, BlobRole, BlobState, Manifest, ManifestBlob, ManifestChild, Repository
from registry.storage import paths


@locks.again_after_deadlock
def put(
    repository: Repository, reference: str, body: bytes, content_type: str, *, also: Sequence[str] = (), by: Principal
) -> Document:
    """Take a manifest under a tag or its digest, and under the tags in `also`; answers what was read."""
    by_digest = ":" in reference
    document = documents.parse(body, content_type, digests.algorithm(reference) if by_digest else "sha256")
    if by_digest and document.digest != reference:
        raise DigestMismatch(f"the manifest has digest {document.digest}, not {reference}")
    names = dict.fromkeys([*(() if by_digest else (reference,)), *also])
    staged = "" if _is_kept(document) else uploads.stage(repository, body)
    try:
        with _changing(repository, document):
            locks.hold_digest(document.digest)
            if document.children:  # which are held next; who deletes one has its tags by then
                tags.hold(repository, names)
            artifact = _store(repository, document, staged, pushed_at=timezone.now(), by=by)
            transaction.on_commit(lambda: links.write_revision(repository.name, document.digest))
            for name in sorted(names):  # so that two pushes cannot wait for each other
                tags.move(repository, name, artifact, by=by)
            listing.settle(repository, [document.digest, *(each.digest for each in document.children)])
            audit.record(by, "create", "artifact", _told(repository, document.digest, *names), repository.project)
    finally:
        if staged:
            uploads.unstage(staged)
    return document


@contextmanager
def _changing(repository: Repository, document: Document) -> Iterator[None]:
    """The transaction of a push, with its account; what it has placed goes again where the quota refuses it."""
    place = uploads.withdrawing(document.digest, len(document.body))
    with place, transaction.atomic(), usage.account(repository.project_id), listing.settled():
        yield


def adopt(repository: Repository, document: Document, *, pushed_at: datetime, by: Principal) -> Artifact:
    """Let a document stand here whose bytes and link file are in storage already; what it refers to must be
    here as for `put`. In the caller's transaction."""
    artifact = _store(repository, document, "", pushed_at=pushed_at, by=by)
    listing.settle(repository, [document.digest, *(each.digest for each in document.children)])
    return artifact


@locks.again_after_deadlock
def delete(
    repository: Repository, digest: str, *, with_subject: bool = False, at: datetime | None = None, by: Principal
) -> datetime:
    """Mark the artifact deleted and take its tags away. ManifestUnknown where it does not stand here;
    refused while an index that stands here refers to it, which would be broken. An accessory that goes
    `with_subject` does so with the tags that cosign gives it, at that moment; any other is asked for.
    Answers the moment, which is what an undeletion goes by."""
    with transaction.atomic(), usage.account(repository.project_id), listing.settled():
        locks.hold_digest(digest)
        standing = Artifact.objects.filter(repository=repository, digest=digest, deleted_at=None)
        # Its tags first, as pushes have it that move them: those look at the artifact at their end.
        for each in standing:
            at = tags.delete_all_of(each, with_subject=with_subject, at=at, by=by)
        # Held, so that an index which is put at this moment is either seen below or finds it gone.
        artifact = standing.select_for_update().first()
        if artifact is None:
            raise ManifestUnknown(f"{repository.name} has no manifest {digest}")
        parent = Artifact.objects.filter(
            repository=repository, deleted_at=None, manifest__children__child_digest=digest
        ).first()
        if parent is not None:
            raise ManifestInUse(f"the index {parent.digest} in {repository.name} refers to it; delete that first")
        artifact.deleted_at, artifact.deleted_by = at or timezone.now(), by.name
        artifact.save(update_fields=["deleted_at", "deleted_by"])
        parts = ManifestChild.objects.filter(parent=artifact.manifest_id).values_list("child_digest", flat=True)
        listing.settle(repository, [digest, *parts])
        usage.release(repository.project_id, Manifest.objects.filter(pk=artifact.manifest_id))
        audit.record(by, "delete", "artifact", _told(repository, digest), repository.project)
        transaction.on_commit(lambda: links.remove_revision(repository.name, digest))
    return artifact.deleted_at


@locks.again_after_deadlock
def delete_all(repository: Repository, *, by: Principal) -> None:
    """Empty the repository: mark all its artifacts deleted, and take their tags away. What is put at this
    moment goes too, or comes after."""
    with transaction.atomic(), usage.account(repository.project_id):
        is_standing = True
        while is_standing:
            now = tags.delete_all_in(repository, by=by)
            standing = Artifact.objects.filter(repository=repository, deleted_at=None)
            list(standing.select_for_update().order_by("digest").values_list("pk"))  # as `delete` holds each
            is_standing = bool(standing.update(deleted_at=now, deleted_by=by.name, is_listed=False, is_tagged=False))
        listing.recount(repository.pk)
        Repository.objects.filter(pk=repository.pk).update(pull_count=0, description="")
        usage.release(repository.project_id, Manifest.objects.filter(artifacts__repository=repository))
        audit.record(by, "delete", "repository", repository.name, repository.project)
        transaction.on_commit(lambda: links.remove_manifests(repository.name))


def _is_kept(document: Document) -> bool:
    is_live = Blob.objects.filter(digest=document.digest, state=BlobState.LIVE).exists()
    return is_live and uploads.is_whole(document.digest, len(document.body))


def _store(repository: Repository, document: Document, staged: str, *, pushed_at: datetime, by: Principal) -> Artifact:
    """The artifact of this document, with all that it refers to held until the commit."""
    digest = document.digest
    locks.hold_digest(digest)
    if not staged and not _is_kept(document):
        staged = late = uploads.stage(repository, document.body)  # it was removed between our look and our lock
        transaction.on_commit(lambda: uploads.unstage(late))
    blob = uploads.make_blob(digest, len(document.body), staged or paths.blob(digest))
    held = _referred(repository, document)
    usage.charge(repository.project_id, [blob, *held.values()])
    manifest = Manifest.objects.filter(digest=digest, media_type=document.media_type).defer("payload").first()
    if manifest is None:
        manifest = _write(document, blob, held)
    artifact = Artifact.objects.filter(repository=repository, digest=digest, deleted_at=None).first()
    if artifact is None:
        artifact = Artifact(
            repository=repository,
            project_id=repository.project_id,
            digest=digest,
            pushed_at=pushed_at,
            pushed_by=by.name,
            is_listed=False,  # until listing.settle has looked
        )
    if artifact.manifest_id != manifest.pk:
        if artifact.pk is not None:  # the same bytes called another type: that is what all its tags will say
            tags.require_all_of(artifact, "repository:push", by=by)
        artifact.manifest, artifact.kind, artifact.size = manifest, manifest.kind, manifest.total_size
        artifact.save()
    return artifact


def _referred(repository: Repository, document: Document) -> dict[str, Blob]:
    """The blobs that the document refers to, held; ManifestBlobUnknown with all that is missing here.
    What other repositories have does not count, nor is it told. A subject may be absent."""
    held = locks.hold_blobs(repository.pk, [each.digest for each in document.blobs])
    missing = [each.digest for each in document.blobs if each.digest not in held and not each.is_elsewhere]
    children = {each.digest for each in document.children}
    missing += sorted(children - locks.hold_standing(repository.pk, children))
    if missing:
        shown = ", ".join(missing[:10])
        raise ManifestBlobUnknown(
            f"{repository.name} lacks what the manifest refers to: {shown}; push that first", digests=tuple(missing)
        )
    for each in document.blobs:
        if each.digest in held and held[each.digest].size != each.size:
            raise ManifestInvalid(f"{each.digest} has {held[each.digest].size} bytes, the manifest says {each.size}")
    return held


def _write(document: Document, blob: Blob, held: dict[str, Blob]) -> Manifest:
    manifest = Manifest.objects.create(
        blob=blob,
        digest=document.digest,
        media_type=document.media_type,
        payload=document.body,
        size=len(document.body),
        artifact_type=document.artifact_type,
        config_media_type=document.config.media_type if document.config else "",
        subject_digest=document.subject.digest if document.subject else "",
        annotations=document.annotations,
        kind=kinds.of(document),
        icon_digest=icons.own(document),
        total_size=len(document.body) + _referred_size(document, held),
    )
    config = [(BlobRole.CONFIG, 0, document.config)] if document.config else []
    layers = [(BlobRole.LAYER, position, each) for position, each in enumerate(document.layers)]
    ManifestBlob.objects.bulk_create(
        [
            _reference(manifest, role, position, each, held)
            for role, position, each in config + layers
            if each.digest in held
        ],
        batch_size=locks.BATCH // 5,
    )
    ManifestChild.objects.bulk_create(
        [
            ManifestChild(
                parent=manifest,
                child_digest=each.digest,
                media_type=each.media_type,
                position=position,
                platform=each.platform,
            )
            for position, each in enumerate(document.children)
        ],
        batch_size=locks.BATCH // 5,
    )
    return manifest


def _referred_size(document: Document, held: dict[str, Blob]) -> int:
    """The bytes that a manifest refers to, each once: its blobs, or what the manifests of an index come to."""
    children = Manifest.objects.filter(digest__in={each.digest for each in document.children})
    sizes = dict(children.values_list("digest", "total_size"))
    return sum({blob.digest: blob.size for blob in held.values()}.values()) + sum(sizes.values())


def _reference(
    manifest: Manifest, role: BlobRole, position: int, each: Descriptor, held: dict[str, Blob]
) -> ManifestBlob:
    return ManifestBlob(
        manifest=manifest, blob=held[each.digest], role=role, position=position, media_type=each.media_type
    )


def _told(repository: Repository, digest: str, *names: str) -> str:
    return f"{repository.name}@{digest}" + "".join(f" {name}" for name in names)
