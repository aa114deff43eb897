"""What a client sends to a stock registry and gets from it, and what our own content layer shows."""

import httpx

from registry.content import blobs, digests, hot, repositories
from registry.content.documents import Document
from registry.content.hot import HotManifest
from registry.models import Repository


class Wire:
    """Plain HTTP to one registry. Has the face that the factories need of a repository's owner."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def push_blob(self, name: str, content: bytes, algorithm: str = "sha256") -> str:
        digest = digests.of(content, algorithm)
        started = self.client.post(f"/v2/{name}/blobs/uploads/")
        assert started.status_code == 202, started.text
        location = httpx.URL(started.headers["Location"]).copy_add_param("digest", digest)
        done = self.client.put(location, content=content, headers={"Content-Type": "application/octet-stream"})
        assert done.status_code == 201, done.text
        return digest

    def put(self, name: str, reference: str, body: bytes, media_type: str) -> str:
        done = self.client.put(f"/v2/{name}/manifests/{reference}", content=body, headers={"Content-Type": media_type})
        assert done.status_code == 201, done.text
        return str(done.headers["Docker-Content-Digest"])

    def manifest(self, name: str, reference: str) -> tuple[bytes, str]:
        found = self.client.get(f"/v2/{name}/manifests/{reference}", headers={"Accept": ACCEPT})
        assert found.status_code == 200, found.text
        return found.content, found.headers["Content-Type"]

    def blob(self, name: str, digest: str) -> bytes:
        found = self.client.get(f"/v2/{name}/blobs/{digest}")
        assert found.status_code == 200, found.text
        return found.content

    def tags(self, name: str) -> list[str]:
        listed: list[str] = self.client.get(f"/v2/{name}/tags/list").json()["tags"]
        return sorted(listed)


ACCEPT = ", ".join(
    [
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    ]
)


def served(name: str, reference: str) -> HotManifest | None:
    """The manifest as the views and the fast lane read it."""
    row = hot.ask(hot.manifest(name, reference, None))
    return HotManifest.of(row) if row else None


def bytes_of(name: str, digest: str) -> bytes:
    """The blob as the views read it."""
    repository: Repository = repositories.get(name)
    blob = blobs.readable(repository, digest)
    blobs.file_of(digest, blob.size)
    return b"".join(blobs.stream(digest, 0, blob.size))


def blobs_of(document: Document) -> list[str]:
    return [each.digest for each in document.blobs]
