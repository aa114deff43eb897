"""What every contestant holds before the first measurement: through its own front door where that is quick,
and in its own store where ten thousand names are wanted."""

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench import uploading
from bench.bodies import Body
from bench.contestants import Contestant
from bench.measure import MIB
from bench.wire import Connection, UnexpectedAnswer

REPOSITORY = "bench/app"
TAGS = [f"v{number}" for number in range(100)]
LAYERS_OF_AN_IMAGE = 8
MEDIA_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
CROWD = 10_000


@dataclass(frozen=True)
class StoredBlob:
    digest: str
    size: int


@dataclass(frozen=True)
class Seeds:
    """The blobs to read; the same in every contestant."""

    small: list[StoredBlob]
    big: list[StoredBlob]


class Sower:
    """Makes the seeds once, then sows them in one contestant after another."""

    def __init__(self, folder: Path) -> None:
        self._small = [Body(folder / f"seed-4-{number}", 4 * MIB) for number in range(16)]
        self._big = [Body(folder / "seed-256", 256 * MIB)]
        self._layers = [os.urandom(2048) for _ in range(LAYERS_OF_AN_IMAGE)]
        self._configs = [json.dumps({"architecture": "amd64", "os": "linux", "tag": tag}).encode() for tag in TAGS]
        self.seeds = Seeds(
            *([StoredBlob(body.digest, body.size) for body in each] for each in (self._small, self._big))
        )

    def sow_manifests(self, at: Contestant) -> None:
        """A hundred tags on a hundred images of eight layers."""
        with at.connect(at.authorization(f"repository:{REPOSITORY}:pull,push")) as connection:
            for content in (*self._layers, *self._configs):
                uploading.put_small(connection, REPOSITORY, content, digest_of(content))
            for tag, config in zip(TAGS, self._configs, strict=True):
                put_manifest(
                    connection, REPOSITORY, tag, image(_named(config), [_named(layer) for layer in self._layers])
                )

    def sow_blobs(self, at: Contestant) -> None:
        """The blobs to read, each read back once and compared."""
        with at.connect(at.authorization(f"repository:{REPOSITORY}:pull,push")) as connection:
            for body in (*self._small, *self._big):
                uploading.put_body(connection, REPOSITORY, body)
                content = connection.read(
                    connection.ask("GET", f"/v2/{REPOSITORY}/blobs/{body.digest}", expect=200),
                )
                if digest_of(content) != body.digest:
                    raise UnexpectedAnswer(f"{at.name} gives other bytes for {body.digest}")


def sow_crowd(at: Contestant) -> None:
    """Ten thousand repositories, and ten thousand tags on one manifest: as rows or as folders and links."""
    with at.connect(at.authorization("repository:bench/tags:pull,push")) as connection:
        digest = _sow_one_image(connection)
    if at.password:
        _write_rows(at)
    else:
        _write_links(at, digest)


def _write_links(at: Contestant, digest: str) -> None:
    tags = at.repositories / "bench/tags/_manifests/tags"
    with ThreadPoolExecutor(4) as hands:
        list(
            hands.map(
                lambda number: (at.repositories / repository_name(number) / "_layers").mkdir(parents=True), range(CROWD)
            )
        )
        list(hands.map(lambda number: _write_tag(tags / tag_name(number), digest), range(CROWD)))


def _write_rows(at: Contestant) -> None:
    """By bench/crowd.py in a process of its own: Django's settings are one per process."""
    environment = {**os.environ, "ROADSTEAD_DATA": str(at.storage.parent), "DATABASE_URL": ""}
    subprocess.run([sys.executable, "-m", "bench.crowd"], check=True, env=environment)


def repository_name(number: int) -> str:
    return f"crowd/r{number:05}"


def tag_name(number: int) -> str:
    return f"t{number:05}"


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def image(config: tuple[str, int], layers: list[tuple[str, int]]) -> bytes:
    """The manifest of an image; a config or layer is given as its digest and size."""
    gzip = "application/vnd.docker.image.rootfs.diff.tar.gzip"
    document = {
        "schemaVersion": 2,
        "mediaType": MEDIA_TYPE,
        "config": _descriptor("application/vnd.docker.container.image.v1+json", *config),
        "layers": [_descriptor(gzip, *layer) for layer in layers],
    }
    return json.dumps(document, indent=3).encode()


def _descriptor(media_type: str, digest: str, size: int) -> dict[str, str | int]:
    return {"mediaType": media_type, "size": size, "digest": digest}


def put_manifest(connection: Connection, repository: str, tag: str, document: bytes) -> None:
    target, headers = f"/v2/{repository}/manifests/{tag}", f"Content-Type: {MEDIA_TYPE}\r\n"
    connection.discard(connection.ask("PUT", target, headers, body=document, expect=201))


def _named(content: bytes) -> tuple[str, int]:
    return digest_of(content), len(content)


def make_projects(at: Contestant) -> None:
    """The private projects that the works use; a stock registry knows none."""
    with at.connect(at.basic()) as connection:
        for name in ("bench", "crowd"):
            wanted = json.dumps({"project_name": name, "metadata": {"public": "false"}}).encode()
            headers = "Content-Type: application/json\r\n"
            connection.discard(connection.ask("POST", "/api/v2.0/projects", headers, body=wanted, expect=201))


def _sow_one_image(connection: Connection) -> str:
    config, layer = b'{"architecture": "amd64", "os": "linux"}', b"a layer"
    for content in (config, layer):
        uploading.put_small(connection, "bench/tags", content, digest_of(content))
    document = image(_named(config), [_named(layer)])
    put_manifest(connection, "bench/tags", tag_name(0), document)
    return digest_of(document)


def _write_tag(folder: Path, digest: str) -> None:
    algorithm, _, hexadecimal = digest.partition(":")
    for link in (folder / "current", folder / "index" / algorithm / hexadecimal):
        link.mkdir(parents=True, exist_ok=True)
        (link / "link").write_text(digest)
