"""What the tests' images hold: busybox and a few files, or bytes that nothing can compress."""

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

from tests.engines import programs

MIB = 1 << 20
COMMANDS = ("sh", "cat", "ls", "rm", "echo", "sha256sum")
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def rootfs(files: Mapping[str, bytes]) -> bytes:
    """A tar of a system that runs: busybox under its usual names, and these files."""
    busybox = Path(programs.need("busybox", "busybox-static")).read_bytes()
    links = {f"bin/{command}": "busybox" for command in COMMANDS}
    return archive({"bin/busybox": busybox, **files}, links)


def archive(files: Mapping[str, bytes], links: Mapping[str, str] | None = None) -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
        for name, target in (links or {}).items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            tar.addfile(link)
    return output.getvalue()


def noise(size: int) -> bytes:
    """Bytes that are new at each call and stay as many when compressed."""
    return os.urandom(size)


@dataclass(frozen=True)
class Layout:
    """An image in a folder, in the form of the OCI image layout; clients without an engine push it."""

    folder: Path
    tag: str
    digest: str

    @property
    def for_skopeo(self) -> str:
        return f"oci:{self.folder}:{self.tag}"


def layout(
    folder: Path,
    layers: Iterable[bytes],
    command: Sequence[str],
    tag: str = "1",
    *,
    config: Mapping[str, object] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Layout:
    """Write an image of these layers, each a tar. Made quickly: they are wrapped as gzip, not compressed.
    What `config` says goes before what is said here."""
    (folder / "blobs" / "sha256").mkdir(parents=True)
    written = [(hashlib.sha256(tar).hexdigest(), _write(folder, gzip.compress(tar, 0), LAYER)) for tar in layers]
    whole = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Cmd": list(command)},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{plain}" for plain, _ in written]},
        **(config or {}),
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _write(folder, json.dumps(whole).encode(), CONFIG),
        "layers": [descriptor for _, descriptor in written],
        **({"annotations": annotations} if annotations else {}),
    }
    return _name(folder, _write(folder, json.dumps(manifest).encode(), MANIFEST), tag)


def join(folder: Path, platforms: Mapping[str, Layout], tag: str = "1") -> Layout:
    """An index of images, one for each architecture, in a folder of its own."""
    entries = []
    for architecture, image in platforms.items():
        copytree(image.folder / "blobs", folder / "blobs", dirs_exist_ok=True)
        manifest = (folder / "blobs" / "sha256" / image.digest.partition(":")[2]).read_bytes()
        platform = {"architecture": architecture, "os": "linux"}
        entries.append({**_write(folder, manifest, MANIFEST), "platform": platform})
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}
    return _name(folder, _write(folder, json.dumps(index).encode(), INDEX), tag)


def _name(folder: Path, entry: dict[str, str | int], tag: str) -> Layout:
    """The last files of a layout, by which clients find what is in it."""
    named = {**entry, "annotations": {"org.opencontainers.image.ref.name": tag}}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [named]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return Layout(folder, tag, str(entry["digest"]))


def _write(folder: Path, content: bytes, media_type: str) -> dict[str, str | int]:
    name = hashlib.sha256(content).hexdigest()
    (folder / "blobs" / "sha256" / name).write_bytes(content)
    return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(content)}
