"""What is pushed into a scene: images as people build them, an index, a chart, and what refers to an image."""

import gzip
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engines import images
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo

CHART_CONFIG = "application/vnd.cncf.helm.config.v1+json"
CHART_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
SIGNATURE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SBOM = "application/spdx+json"
EMPTY = "application/vnd.oci.empty.v1+json"
KIB, MIB = 1 << 10, 1 << 20


@dataclass(frozen=True)
class Texts:
    """What clients and people say of themselves and of what they push."""

    author: str = "Dora Diaz <dora@example.com>"
    step: str = "RUN apk add --no-cache python3"
    environment: str = "APP_MODE=production"
    label: str = "The shop's front door"
    annotation: str = "https://git.example.com/team/app"
    description: str = (
        "The shop's front door. See the [handbook](https://handbook.example.com/app).\n\n* **web**: 8080\n"
    )
    readme: str = "# web\n\nA chart of the shop.\n\n| value | default |\n|---|---|\n| `replicas` | 1 |\n"
    name: str = "Diaz"
    comment: str = "Shop team"
    word: str = "stable"
    brief: str = "front end"
    client: str = "docker/27.3.1 go/go1.22.7 os/linux arch/amd64"


PLAIN = Texts()


@dataclass(frozen=True)
class Step:
    """A line of a Dockerfile, and how large the layer is that it makes; 0 where it makes none."""

    text: str
    size: int = 0


def image(
    folder: Path, steps: Sequence[Step], texts: Texts, *, tag: str = "1", architecture: str = "amd64"
) -> images.Layout:
    """An image whose config tells what made each layer."""
    layers = [images.archive({"srv/file": _made_by(each)}) for each in steps if each.size]
    history = [
        {"created": "2026-11-01T08:00:00Z", "created_by": each.text, "author": texts.author, "comment": texts.comment}
        | ({} if each.size else {"empty_layer": True})
        for each in steps
    ]
    config = {
        "author": texts.author,
        "created": "2026-11-01T08:00:00Z",
        "architecture": architecture,
        "history": history,
        "config": {
            "Cmd": ["gunicorn", "shop.wsgi"],
            "Entrypoint": ["/bin/entrypoint"],
            "Env": ["PATH=/usr/local/bin:/usr/bin:/bin", texts.environment],
            "ExposedPorts": {"8080/tcp": {}},
            "Labels": {"org.opencontainers.image.title": texts.label, "maintainer": texts.author},
            "User": "app",
            "WorkingDir": "/srv",
        },
    }
    annotations = {"org.opencontainers.image.source": texts.annotation, "org.opencontainers.image.authors": texts.name}
    return images.layout(folder, layers, (), tag, config=config, annotations=annotations)


def push_index(skopeo: Skopeo, registry: Registry, name: str, texts: Texts, tag: str = "1") -> None:
    """An image for two platforms under one tag."""
    folder = skopeo.folder / name
    steps = [Step("FROM scratch"), Step(texts.step, 300 * KIB)]
    platforms = {each: image(folder / each, steps, texts, architecture=each) for each in ("amd64", "arm64")}
    joined = images.join(folder / "index", platforms, tag)
    skopeo.copy(joined.for_skopeo, f"docker://{registry.reference(name, tag)}", "--all")


def push_chart(registry: Registry, name: str, texts: Texts, tag: str) -> None:
    config: dict[str, object] = {
        "name": name,
        "version": tag,
        "apiVersion": "v2",
        "description": texts.comment,
        "keywords": [texts.word],
    }
    config |= {"maintainers": [{"name": texts.name, "email": texts.name}], "home": texts.annotation}
    files = {
        "Chart.yaml": json.dumps(config),
        "README.md": texts.readme,
        "values.yaml": f"# {texts.step}\nreplicas: 1\n",
    }
    archive = images.archive({f"{name}/{file}": text.encode() for file, text in files.items()})
    push(registry, name, tag, CHART_CONFIG, json.dumps(config).encode(), CHART_LAYER, gzip.compress(archive))


def push_referrer(
    registry: Registry, name: str, kind: str, content: bytes, subject: dict[str, Any], texts: Texts
) -> str:
    """Something that refers to an artifact, such as a signature. Answers its own digest."""
    more = {"artifactType": kind, "subject": subject, "annotations": {"org.example.signer": texts.name}}
    return push(registry, name, "", EMPTY, b"{}", kind, content, **more)


def push(
    registry: Registry, name: str, tag: str, config_type: str, config: bytes, layer_type: str, layer: bytes, **more: Any
) -> str:
    """An artifact of one layer, by plain requests. Answers its digest."""
    manifest = {
        "schemaVersion": 2,
        "mediaType": images.MANIFEST,
        "config": _send(registry, name, config, config_type),
        "layers": [_send(registry, name, layer, layer_type)],
    }
    body = json.dumps(manifest | more).encode()
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    path = f"/v2/{registry.repository(name)}/manifests/{tag or digest}"
    with registry.client() as client:
        answer = client.put(path, content=body, headers={"Content-Type": images.MANIFEST})
    assert answer.status_code == 201, answer.text
    return digest


def descriptor_of(registry: Registry, name: str, reference: str, texts: Texts) -> dict[str, Any]:
    """Of a manifest that is there, for what refers to it. It is pulled for that."""
    path = f"/v2/{registry.repository(name)}/manifests/{reference}"
    with registry.client() as client:
        answer = client.get(path, headers={"Accept": "*/*", "User-Agent": texts.client})
    assert answer.status_code == 200, answer.text
    found = answer.headers
    return {
        "mediaType": found["Content-Type"],
        "digest": found["Docker-Content-Digest"],
        "size": len(answer.content),
    }


def _made_by(step: Step) -> bytes:
    """The same step makes the same bytes, so that images share their first layers."""
    return random.Random(step.text).randbytes(step.size)


def _send(registry: Registry, name: str, content: bytes, media_type: str) -> dict[str, str | int]:
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    path = f"/v2/{registry.repository(name)}/blobs/uploads/?digest={digest}"
    with registry.client() as client:
        answer = client.post(path, content=content, headers={"Content-Type": "application/octet-stream"})
    assert answer.status_code == 201, answer.text
    return {"mediaType": media_type, "digest": digest, "size": len(content)}
