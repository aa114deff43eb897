"""Blobs, images and indexes in a repository, pushed as a client pushes them."""

import itertools
import json
from typing import Any

from accounts.models import Project
from accounts.principals import SYSTEM, Principal
from registry.content import digests, manifests, media_types, repositories, uploads
from registry.content.documents import Document
from registry.content.reception import Reception
from registry.models import Blob, Repository, Upload
from tests.factories.accounts import make_project

_numbers = itertools.count(1)


def make_repository(name: str = "", project: Project | None = None) -> Repository:
    project = project or make_project(name.partition("/")[0])
    return repositories.get_or_make(name or f"{project.name}/app{next(_numbers)}", project)


def push_blob(
    repository: Repository, content: bytes | None = None, *, algorithm: str = "sha256", by: Principal = SYSTEM
) -> Blob:
    content = f"content {next(_numbers)}".encode() if content is None else content
    upload = uploads.start(repository, by=by)
    send(upload, content)
    return uploads.finish(begin_and_end(upload, algorithm), digests.of(content, algorithm))


def send(upload: Upload, content: bytes) -> Upload:
    """One chunk."""
    reception = uploads.begin(upload)
    reception.write(content)
    reception.complete()
    return uploads.append(reception)


def begin_and_end(upload: Upload, algorithm: str = "sha256") -> Reception:
    """The empty body that ends an upload."""
    reception = uploads.begin(upload, finishing=algorithm)
    reception.complete()
    return reception


def descriptor_of(
    blob: Blob, media_type: str = "application/vnd.oci.image.layer.v1.tar+gzip", **more: Any
) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": blob.digest, "size": blob.size} | more


def image_of(repository: Repository, *layers: Blob, **fields: Any) -> bytes:
    """The manifest of an image with these layers (one of its own where none is given)."""
    config = push_blob(repository, json.dumps({"architecture": "amd64", "os": "linux"}).encode())
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": media_types.OCI_MANIFEST,
            "config": descriptor_of(config, "application/vnd.oci.image.config.v1+json"),
            "layers": [descriptor_of(layer) for layer in layers or (push_blob(repository),)],
        }
        | fields
    ).encode()


def put(repository: Repository, reference: str, body: bytes, *, by: Principal = SYSTEM, **more: Any) -> Document:
    return manifests.put(repository, reference, body, json.loads(body)["mediaType"], by=by, **more)


def push_image(repository: Repository, tag: str = "latest", *layers: Blob, **fields: Any) -> Document:
    return put(repository, tag, image_of(repository, *layers, **fields))


def index_of(*children: Document, **fields: Any) -> bytes:
    listed = [{"mediaType": each.media_type, "digest": each.digest, "size": len(each.body)} for each in children]
    return json.dumps({"schemaVersion": 2, "mediaType": media_types.OCI_INDEX, "manifests": listed} | fields).encode()
