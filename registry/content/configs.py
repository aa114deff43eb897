"""What the config of an artifact says about it: platform, author, when it was made, or the metadata of a chart.

Configs are what people push: any size, any depth, any characters. What is kept of them is small and plain."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction

from registry.content import blobs
from registry.models import Blob, BlobRole, Manifest, ManifestBlob
from registry.storage import Absent

LARGEST = 1 << 20
LARGEST_KEPT = 32 << 10
LONGEST_TEXT = 1024
DEEPEST = 8
IMAGE_FIELDS = ("architecture", "author", "created", "os", "os.version", "os.features", "variant", "config")


@dataclass(frozen=True)
class Config:
    """A config as it lies in storage. `content` is None where it is too large to be read, or is not there."""

    digest: str
    media_type: str
    size: int
    content: bytes | None

    @cached_property
    def fields(self) -> dict[str, Any]:
        """What it says, where it is a JSON object; else nothing."""
        return _object(self.content or b"")


def fill(manifests: Iterable[Manifest]) -> None:
    """Read the configs that nobody has asked about yet, and keep what they say; few queries for any number."""
    unread = {manifest.pk: manifest for manifest in manifests if manifest.details is None}
    if not unread:
        return
    references = ManifestBlob.objects.filter(manifest__in=unread, role=BlobRole.CONFIG).select_related("blob")
    blobs_of = {reference.manifest_id: reference.blob for reference in references}
    for manifest in unread.values():
        with suppress(Absent, OSError):  # then it is asked about again
            manifest.details = _described(manifest, blobs_of.get(manifest.pk))
    with transaction.atomic():
        free = Manifest.objects.select_for_update(skip_locked=True).filter(pk__in=unread).values_list("pk", flat=True)
        Manifest.objects.bulk_update([unread[key] for key in free], ["details"])


def read(manifest: Manifest) -> dict[str, Any]:
    """The whole config, where it is a JSON object of a reasonable size; else nothing."""
    reference = _reference(manifest)
    return _parsed(reference.blob) if reference else {}


def find(manifest: Manifest) -> Config | None:
    """The config of a manifest, to be shown as it is; None where it has none."""
    reference = _reference(manifest)
    if reference is None:
        return None
    blob, content = reference.blob, None
    with suppress(Absent, OSError):
        content = _content(blob) if blob.size <= LARGEST else None
    return Config(blob.digest, reference.media_type, blob.size, content)


def _reference(manifest: Manifest) -> ManifestBlob | None:
    return ManifestBlob.objects.filter(manifest=manifest, role=BlobRole.CONFIG).select_related("blob").first()


def _parsed(blob: Blob) -> dict[str, Any]:
    return _object(_content(blob)) if blob.size <= LARGEST else {}


def _content(blob: Blob) -> bytes:
    return b"".join(blobs.stream(blob.digest, 0, blob.size))


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def plain(value: Any, depth: int = DEEPEST) -> Any:
    """A JSON value that any database and any client takes: no control characters, no half characters, not deep."""
    if isinstance(value, str):
        text = value.encode("utf-8", "replace").decode()
        return text.replace("\0", "�")[:LONGEST_TEXT]
    if isinstance(value, dict):
        return {plain(key): plain(inner, depth - 1) for key, inner in value.items()} if depth else {}
    if isinstance(value, list):
        return [plain(inner, depth - 1) for inner in value] if depth else []
    if isinstance(value, float) and value - value != 0:  # an infinity, or no number at all
        return None
    return value if not isinstance(value, int) or abs(value) < 2**63 else str(value)


def _described(manifest: Manifest, blob: Blob | None) -> dict[str, Any]:
    if manifest.kind not in ("IMAGE", "CHART") or blob is None:
        return {}
    config = _parsed(blob)
    if manifest.kind == "IMAGE":
        config = {name: config[name] for name in IMAGE_FIELDS if name in config}
    kept: dict[str, Any] = plain(config)
    while kept and len(json.dumps(kept)) > LARGEST_KEPT:
        largest = max(kept, key=lambda name: len(json.dumps(kept[name])))
        del kept[largest]
    return kept
