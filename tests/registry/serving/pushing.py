"""Pushing a blob and a manifest by hand, for tests that need something to read."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import httpx

from tests.server import Server

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"


@dataclass
class Pusher:
    """Somebody (by default the admin) with a token for one repository."""

    server: Server
    repository: str = "library/app"
    actions: str = "pull,push"
    username: str = "admin"
    password: str = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    @cached_property
    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.server.url, verify=False, timeout=60)  # noqa: S501  a certificate of the test's

    @cached_property
    def token(self) -> str:
        scope = f"repository:{self.repository}:{self.actions}"
        query = {"service": "harbor-registry", "scope": scope}
        reply = self.client.get("/service/token", params=query, auth=self._sign_in)
        return str(reply.raise_for_status().json()["token"])

    @property
    def _sign_in(self) -> tuple[str, str]:
        return self.username, self.password or self.server.admin_password

    @property
    def authorization(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        headers = {**self.authorization, **given.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **given)

    def begin(self) -> str:
        """The path of a new upload."""
        reply = self.ask("POST", f"/v2/{self.repository}/blobs/uploads/")
        assert reply.status_code == 202, reply.text
        return reply.headers["location"]

    def finish(self, location: str, digest: str) -> httpx.Response:
        return self.ask("PUT", location, params={"digest": digest})

    def blob(self, content: bytes) -> str:
        """Push a blob; its digest."""
        digest = digest_of(content)
        path = f"/v2/{self.repository}/blobs/uploads/"
        reply = self.ask("POST", path, params={"digest": digest}, content=content)
        assert reply.status_code == 201, reply.text
        return digest

    def manifest(self, tag: str, *layers: bytes) -> bytes:
        """Push an artifact of these layers; its manifest."""
        described = [describe(self.blob(layer), layer) for layer in (b"{}", *layers)]
        document = {"schemaVersion": 2, "mediaType": MANIFEST_TYPE, "config": described[0], "layers": described[1:]}
        content = json.dumps(document).encode()
        path = f"/v2/{self.repository}/manifests/{tag}"
        reply = self.ask("PUT", path, content=content, headers={"content-type": MANIFEST_TYPE})
        assert reply.status_code == 201, reply.text
        return content


def describe(digest: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": digest, "size": len(content)}


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
