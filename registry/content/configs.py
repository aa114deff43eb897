"""What the config of an artifact says about it: platform, author, when it was made, or the metadata of a chart.

Configs are what people push: any size, any depth, any characters. What is kept of them is small and plain."""

import json
from typing import Any

from registry.content import blobs
from registry.models import BlobRole, Manifest, ManifestBlob
from registry.storage import Absent

LARGEST = 1 << 20
LARGEST_KEPT = 32 << 10
LONGEST_TEXT = 1024
DEEPEST = 8
IMAGE_FIELDS = ("architecture", "author", "created", "os", "os.version", "os.features", "variant", "config")


def details(manifest: Manifest) -> dict[str, Any]:
    """What is kept of the manifest's config; read the first time it is asked for."""
    if manifest.details is None:
        manifest.details = _described(manifest)
        Manifest.objects.filter(pk=manifest.pk).update(details=manifest.details)
    return dict(manifest.details)


def read(manifest: Manifest) -> dict[str, Any]:
    """The whole config, where it is a JSON object of a reasonable size; else nothing."""
    reference = ManifestBlob.objects.filter(manifest=manifest, role=BlobRole.CONFIG).select_related("blob").first()
    if reference is None or reference.blob.size > LARGEST:
        return {}
    try:
        content = b"".join(blobs.stream(reference.blob.digest, 0, reference.blob.size))
        found = json.loads(content)
    except (ValueError, RecursionError, Absent, OSError):
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


def _described(manifest: Manifest) -> dict[str, Any]:
    if manifest.kind not in ("IMAGE", "CHART"):
        return {}
    config = read(manifest)
    if manifest.kind == "IMAGE":
        config = {name: config[name] for name in IMAGE_FIELDS if name in config}
    kept: dict[str, Any] = plain(config)
    while kept and len(json.dumps(kept)) > LARGEST_KEPT:
        largest = max(kept, key=lambda name: len(json.dumps(kept[name])))
        del kept[largest]
    return kept
