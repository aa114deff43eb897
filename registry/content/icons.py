"""The pictures of artifacts, each known by the digest of its bytes, as Harbor has it: one for each kind, and those
that artifacts bring along as a layer that is marked as their icon."""

import json
from dataclasses import dataclass
from functools import cache

from accounts.principals import Principal
from registry.content import blobs, digests, visibility
from registry.content.documents import Document
from registry.env import BASE
from registry.models import Artifact, Blob, BlobState, Manifest, Repository
from registry.storage import Absent

FOLDER = BASE / "static" / "img" / "kinds"
BY_KIND = {"IMAGE": "image", "CHART": "chart", "CNAB": "cnab", "WASM": "wasm", "SBOM": "sbom"}
OTHER = "other"
MARK = "io.goharbor.artifact.v1alpha1.icon"
LARGEST = 1 << 20
# What may be an icon, by how its bytes begin. None of it can bring a script along.
BEGINNINGS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


@dataclass(frozen=True)
class Icon:
    digest: str
    content: bytes
    media_type: str = "image/svg+xml"


def of(manifest: Manifest) -> str:
    """The digest of the icon that a manifest brings, or of its kind's."""
    return manifest.icon_digest or _named(BY_KIND.get(manifest.kind, OTHER)).digest


def of_accessory(kind: str) -> str:
    """The same for an accessory: `signature.cosign`, `sbom.harbor`."""
    name = kind.partition(".")[0]
    return _named(name if name in ("signature", "sbom") else OTHER).digest


def own(document: Document) -> str:
    """The digest of the layer that a manifest marks as its icon; empty where it marks none."""
    if MARK.encode() not in document.body:
        return ""
    for layer, described in zip(document.layers, json.loads(document.body).get("layers") or (), strict=True):
        if isinstance(annotations := described.get("annotations"), dict) and MARK in annotations:
            return layer.digest
    return ""


def find(digest: str, *, by: Principal) -> Icon | None:
    """A kind's icon, or that of an artifact which `by` may read."""
    return next((icon for icon in _all() if icon.digest == digest), None) or _brought(digest, by)


def _brought(digest: str, by: Principal) -> Icon | None:
    readable = Repository.objects.filter(visibility.condition(by, "artifact:read"))
    having = Artifact.objects.filter(manifest__icon_digest=digest, deleted_at=None, repository__in=readable)
    blob = Blob.objects.filter(digest=digest, state=BlobState.LIVE, size__lte=LARGEST).first()
    if blob is None or not having.exists():
        return None
    try:
        content = b"".join(blobs.stream(digest, 0, blob.size))
    except (Absent, OSError):
        return None
    kind = next((kind for beginning, kind in BEGINNINGS.items() if content.startswith(beginning)), "")
    return Icon(digest, content, kind) if kind else None


@cache
def _named(name: str) -> Icon:
    content = (FOLDER / f"{name}.svg").read_bytes()
    return Icon(digests.of(content, "sha256"), content)


def _all() -> list[Icon]:
    return [_named(name) for name in (*BY_KIND.values(), "signature", OTHER)]
