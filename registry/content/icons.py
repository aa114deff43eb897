"""The pictures of kinds of artifacts, each known by the digest of its bytes, as Harbor has it."""

from dataclasses import dataclass
from functools import cache

from registry.content import digests
from registry.env import BASE
from registry.models import Manifest

FOLDER = BASE / "static" / "img" / "kinds"
BY_KIND = {"IMAGE": "image", "CHART": "chart", "CNAB": "cnab", "WASM": "wasm", "SBOM": "sbom"}
OTHER = "other"


@dataclass(frozen=True)
class Icon:
    digest: str
    content: bytes
    media_type: str = "image/svg+xml"


def of(manifest: Manifest) -> str:
    """The digest of the icon of a manifest's kind."""
    return _named(BY_KIND.get(manifest.kind, OTHER)).digest


def of_accessory(kind: str) -> str:
    """The same for an accessory: `signature.cosign`, `sbom.harbor`."""
    name = kind.partition(".")[0]
    return _named(name if name in ("signature", "sbom") else OTHER).digest


def find(digest: str) -> Icon | None:
    return next((icon for icon in _all() if icon.digest == digest), None)


@cache
def _named(name: str) -> Icon:
    content = (FOLDER / f"{name}.svg").read_bytes()
    return Icon(digests.of(content, "sha256"), content)


def _all() -> list[Icon]:
    return [_named(name) for name in (*BY_KIND.values(), "signature", OTHER)]
