"""Rows against rows, and against the small files that belong to them: manifests, references, uploads."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils import timezone

from registry import storage
from registry.content import digests
from registry.models import Manifest, Upload
from registry.storage import Absent, paths
from registry.upkeep import findings, folders, progress
from registry.upkeep.findings import Finding, Kind, Told
from registry.upkeep.progress import Done, Reached

# Manifests have up to 4 MiB each.
FEW = 20
BATCH = 200


def manifests(after: str) -> Iterator[Told]:
    pk = int(after or 0)
    ordered = Manifest.objects.select_related("blob").order_by("pk")
    while batch := list(ordered.filter(pk__gt=pk)[:FEW]):
        for manifest in batch:
            if fault := _payload_fault(manifest):
                yield Finding(findings.MANIFEST_PAYLOAD, manifest.digest, fault)
        yield Done("manifests", len(batch))
        pk = batch[-1].pk
        yield Reached(str(pk))


def _payload_fault(manifest: Manifest) -> str:
    payload = bytes(manifest.payload)
    if digests.of(payload, digests.algorithm(manifest.digest)) != manifest.digest:
        return "the row's bytes are not those of the digest"
    if not manifest.size == manifest.blob.size == len(payload) or manifest.blob.digest != manifest.digest:
        return "the row's size or blob is another's"
    try:
        held = storage.driver().read(paths.blob(manifest.digest))
    except Absent:
        return ""  # told as a missing blob where it should be there
    return "" if held == payload else "the file's bytes are not those of the digest"


@dataclass(frozen=True)
class Question:
    """A statement whose rows are findings: what, and a detail."""

    kind: Kind
    statement: str


_STANDING = "FROM registry_artifact a JOIN registry_repository r ON r.id = a.repository_id AND a.deleted_at IS NULL"
_REFERENCES = f"""{_STANDING} JOIN registry_manifestblob f ON f.manifest_id = a.manifest_id
    JOIN registry_blob b ON b.id = f.blob_id"""

# fmt: off
QUESTIONS = {
    "links": Question(findings.LINK_DEAD, """
        SELECT r.name, b.digest FROM registry_bloblink l JOIN registry_repository r ON r.id = l.repository_id
        JOIN registry_blob b ON b.id = l.blob_id WHERE b.state = 'deleting'"""),
    "manifest blobs": Question(findings.MANIFEST_BLOB, f"""
        SELECT r.name, b.digest {_STANDING} JOIN registry_manifest m ON m.id = a.manifest_id
        JOIN registry_blob b ON b.id = m.blob_id WHERE b.state <> 'live'"""),
    "dead references": Question(findings.REFERENCE_DEAD, f"""
        SELECT r.name || '@' || a.digest, b.digest {_REFERENCES} WHERE b.state <> 'live'"""),
    "unlinked references": Question(findings.REFERENCE_UNLINKED, f"""
        SELECT r.name || '@' || a.digest, b.digest {_REFERENCES}
        LEFT JOIN registry_bloblink l ON l.repository_id = a.repository_id AND l.blob_id = f.blob_id
        WHERE l.id IS NULL"""),
    "children": Question(findings.CHILD_MISSING, f"""
        SELECT r.name || '@' || a.digest, c.child_digest {_STANDING}
        JOIN registry_manifestchild c ON c.parent_id = a.manifest_id
        LEFT JOIN registry_artifact o ON o.repository_id = a.repository_id AND o.digest = c.child_digest
        AND o.deleted_at IS NULL WHERE o.id IS NULL"""),
    "tags": Question(findings.TAG_DEAD, """
        SELECT r.name || ':' || t.name, a.digest FROM registry_tag t
        JOIN registry_repository r ON r.id = t.repository_id JOIN registry_artifact a ON a.id = t.artifact_id
        WHERE a.deleted_at IS NOT NULL OR a.repository_id <> t.repository_id"""),
    "usage": Question(findings.USAGE_WRONG, """
        SELECT p.name, u.used || ' bytes instead of ' || COALESCE(SUM(b.size), 0) FROM registry_projectusage u
        JOIN accounts_project p ON p.id = u.project_id LEFT JOIN registry_projectblob c ON c.project_id = p.id
        LEFT JOIN registry_blob b ON b.id = c.blob_id
        GROUP BY p.name, u.used HAVING u.used <> COALESCE(SUM(b.size), 0)"""),
    "charges for blobs": Question(findings.USAGE_MISSING, f"""
        SELECT DISTINCT r.name, b.digest {_REFERENCES}
        LEFT JOIN registry_projectblob c ON c.project_id = r.project_id AND c.blob_id = f.blob_id
        WHERE c.id IS NULL"""),
    "charges for manifests": Question(findings.USAGE_MISSING, f"""
        SELECT DISTINCT r.name, m.digest {_STANDING} JOIN registry_manifest m ON m.id = a.manifest_id
        LEFT JOIN registry_projectblob c ON c.project_id = r.project_id AND c.blob_id = m.blob_id
        WHERE c.id IS NULL"""),
    "lists": Question(findings.LISTS_WRONG, """
        SELECT r.name, r.artifact_count || ' instead of ' || COUNT(a.id) FROM registry_repository r
        LEFT JOIN registry_artifact a ON a.repository_id = r.id AND a.deleted_at IS NULL AND a.is_listed
        GROUP BY r.name, r.artifact_count, r.tagged_count
        HAVING r.artifact_count <> COUNT(a.id) OR r.tagged_count <> SUM(CASE WHEN a.is_tagged THEN 1 ELSE 0 END)"""),
    "tagged artifacts": Question(findings.LISTS_WRONG, """
        SELECT r.name || '@' || a.digest, 'whether it has a tag' FROM registry_artifact a
        JOIN registry_repository r ON r.id = a.repository_id
        WHERE a.deleted_at IS NULL
        AND a.is_tagged <> EXISTS (SELECT 1 FROM registry_tag t WHERE t.artifact_id = a.id)"""),
    "artifacts": Question(findings.ARTIFACT_DIGEST, """
        SELECT r.name || '@' || a.digest, m.digest FROM registry_artifact a
        JOIN registry_repository r ON r.id = a.repository_id JOIN registry_manifest m ON m.id = a.manifest_id
        WHERE a.digest <> m.digest"""),
}
# fmt: on


def references(after: str) -> Iterator[Told]:
    """Each question is one statement, and so sees one moment."""
    names = list(QUESTIONS)
    for name in names[names.index(after) + 1 if after in names else 0 :]:
        question = QUESTIONS[name]
        with connection.cursor() as cursor:
            cursor.execute(question.statement)
            found = cursor.fetchall()
        for subject, detail in found:
            yield Finding(question.kind, subject, detail)
        yield Reached(name)


def uploads(after: str) -> Iterator[Told]:
    return progress.in_order({"rows": _upload_rows, "folders": _upload_folders}, after)


def _upload_rows(after: str) -> Iterator[Told]:
    ordered = Upload.objects.select_related("repository").order_by("pk")
    while batch := list((ordered.filter(pk__gt=UUID(after)) if after else ordered)[:BATCH]):
        for upload in batch:
            if _is_short(upload) and (again := ordered.filter(pk=upload.pk).first()) and _is_short(again):
                yield Finding(findings.UPLOAD_SHORT, str(upload.pk), f"in {upload.repository.name}")
        yield Done("uploads", len(batch))
        after = str(batch[-1].pk)
        yield Reached(after)


def _is_short(upload: Upload) -> bool:
    try:
        return storage.driver().size(paths.upload(upload.repository.name, upload.pk)) < upload.offset
    except Absent:
        return upload.offset > 0


def _is_old(name: str, upload_id: str) -> bool:
    """Whether it cannot be a manifest's that is being pushed at this moment: those have no row."""
    written_at = folders.upload_written_at(name, upload_id)
    return written_at is not None and written_at < timezone.now() - findings.GRACE


def _upload_folders(after: str) -> Iterator[Told]:
    for name in folders.repositories(after):
        for batch in progress.batches(folders.uploads(name), BATCH):
            rows = {str(pk) for pk in Upload.objects.filter(pk__in=batch).values_list("pk", flat=True)}
            for upload_id in (each for each in batch if each not in rows and _is_old(name, each)):
                yield Finding(findings.UPLOAD_UNKNOWN, upload_id, f"in {name}")
        yield Reached(name)
