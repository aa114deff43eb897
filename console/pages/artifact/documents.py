"""The manifest and the config of an artifact, as they were pushed: to be read here, or byte for byte as a file."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from console import foreign
from console.pages.artifact import head as heads
from console.pages.artifact.head import Head
from console.pages.base import PageRequest, public_page, render
from registry.content import blobs, configs
from registry.exceptions import AdditionUnknown


@dataclass(frozen=True)
class Shown:
    """A document as the page has it. `text` is None where its bytes are not to be read here."""

    digest: str
    media_type: str
    size: int
    text: str | None
    is_whole: bool

    @classmethod
    def of(cls, digest: str, media_type: str, size: int, content: bytes | None) -> "Shown":
        text, is_whole = foreign.document(content) if content is not None else (None, False)
        return cls(digest, media_type, size, text, is_whole)


@public_page
def show(request: PageRequest, name: str, digest: str) -> HttpResponse:
    head = heads.admit(request, "manifest", name, digest)
    manifest = head.artifact.manifest
    config = configs.find(manifest)
    told = {
        "head": head,
        "manifest": Shown.of(manifest.digest, manifest.media_type, manifest.size, bytes(manifest.payload)),
        "config": Shown.of(config.digest, config.media_type, config.size, config.content) if config else None,
    }
    return render(request, "artifact/manifest.html", told)


@public_page
def manifest_file(request: PageRequest, name: str, digest: str) -> HttpResponseBase:
    head = heads.admit(request, "manifest", name, digest)
    return _file(head, "manifest", [bytes(head.artifact.manifest.payload)], head.artifact.manifest.size)


@public_page
def config_file(request: PageRequest, name: str, digest: str) -> HttpResponseBase:
    head = heads.admit(request, "manifest", name, digest)
    config = configs.find(head.artifact.manifest)
    if config is None:
        raise AdditionUnknown(f"{head.artifact} has no config")
    blobs.file_of(config.digest, config.size)  # or say that it is damaged, before the first byte
    return _file(head, "config", blobs.stream(config.digest, 0, config.size), config.size)


def _file(head: Head, what: str, content: Iterable[bytes], size: int) -> HttpResponseBase:
    """For no browser to show: whatever the bytes are, they are a file to be kept."""
    name = f"{head.name.replace('/', '_')[-100:]}-{what}.json"
    answer = StreamingHttpResponse(content, content_type="application/octet-stream")
    answer["Content-Length"] = str(size)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
