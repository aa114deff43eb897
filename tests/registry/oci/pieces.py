"""Manifests of every kind, made of what a pusher has sent before."""

import json
from typing import Any

import httpx

from tests.registry.serving.pushing import MANIFEST_TYPE, Pusher, digest_of

INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
DOCKER_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST_TYPE = "application/vnd.docker.distribution.manifest.list.v2+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar"
CONFIG = b'{"architecture": "amd64", "os": "linux"}'


def descriptor(content: bytes, media_type: str = LAYER_TYPE, **fields: Any) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)} | fields


def image(pusher: Pusher, *layers: bytes, **fields: Any) -> bytes:
    """The manifest of an image whose config and layers are sent. A field of None is left out."""
    for content in {CONFIG, *layers}:
        pusher.blob(content)
    return as_json(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "config": descriptor(CONFIG, CONFIG_TYPE),
            "layers": [descriptor(layer) for layer in layers],
        }
        | fields
    )


def index(*children: bytes, **fields: Any) -> bytes:
    listed = [descriptor(child, json.loads(child).get("mediaType", MANIFEST_TYPE)) for child in children]
    return as_json({"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": listed} | fields)


def as_json(fields: dict[str, Any]) -> bytes:
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


def put(pusher: Pusher, reference: str, body: bytes, media_type: str = "", **params: Any) -> httpx.Response:
    """Send a manifest, under the media type that it says it has."""
    media_type = media_type or json.loads(body)["mediaType"]
    path = f"/v2/{pusher.repository}/manifests/{reference}"
    return pusher.ask("PUT", path, content=body, params=params, headers={"content-type": media_type})


def push(pusher: Pusher, reference: str, *layers: bytes, **fields: Any) -> bytes:
    """An image, sent with all that it refers to."""
    body = image(pusher, *layers, **fields)
    reply = put(pusher, reference, body)
    assert reply.status_code == 201, reply.text
    return body


def get(pusher: Pusher, reference: str, method: str = "GET") -> httpx.Response:
    return pusher.ask(method, f"/v2/{pusher.repository}/manifests/{reference}")


def code(reply: httpx.Response) -> str:
    """The code of the one error that a refusal tells."""
    (error,) = reply.json()["errors"]
    assert error.keys() == {"code", "message", "detail"}
    assert error["message"]
    return str(error["code"])
