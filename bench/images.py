"""A 300 MB image in a folder, as skopeo's dir: transport keeps it, renewed for each push at no cost."""

import gzip
import hashlib
import json
import os
import tarfile
from pathlib import Path

from bench import seeds
from bench.measure import MIB

LAYERS = 6
LAYER_SIZE = 50 * MIB


class Layer:
    """Two gzip members, stored and not squeezed: the first is big and stays, the second holds a new file each time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        content = _tar_entry("blob", os.urandom(LAYER_SIZE))
        member = gzip.compress(content, 0, mtime=0)
        self._sealed, self._plain = hashlib.sha256(member), hashlib.sha256(content)
        self._tail_offset = len(member)
        self.path = folder / f"layer-{os.urandom(4).hex()}"
        self.path.write_bytes(member)
        self.renew()

    def renew(self) -> None:
        content = _tar_entry("nonce", os.urandom(32)) + bytes(2 * tarfile.BLOCKSIZE)
        tail = gzip.compress(content, 0, mtime=0)
        with self.path.open("r+b") as file:
            file.seek(self._tail_offset)
            file.write(tail)
            self.size = file.tell()
        sealed, plain = self._sealed.copy(), self._plain.copy()
        sealed.update(tail)
        plain.update(content)
        self.digest, self.diff_id = f"sha256:{sealed.hexdigest()}", f"sha256:{plain.hexdigest()}"
        self.path = self.path.rename(self._folder / sealed.hexdigest())


class Image:
    """The folder of one image."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        (folder / "version").write_text("Directory Transport Version: 1.1\n")
        self._layers = [Layer(folder) for _ in range(LAYERS)]
        self._config = folder / "config"
        self._write_documents()

    @property
    def size(self) -> int:
        return sum(layer.size for layer in self._layers)

    @property
    def digests(self) -> list[str]:
        return [layer.digest for layer in self._layers]

    def renew(self) -> None:
        for layer in self._layers:
            layer.renew()
        self._write_documents()

    def _write_documents(self) -> None:
        diff_ids = [layer.diff_id for layer in self._layers]
        config = json.dumps(
            {"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": diff_ids}}
        ).encode()
        self._config.unlink(missing_ok=True)
        self._config = self.folder / hashlib.sha256(config).hexdigest()
        self._config.write_bytes(config)
        layers = [(layer.digest, layer.size) for layer in self._layers]
        (self.folder / "manifest.json").write_bytes(seeds.image((seeds.digest_of(config), len(config)), layers))


def _tar_entry(name: str, content: bytes) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    padding = bytes(-len(content) % tarfile.BLOCKSIZE)
    return b"".join((entry.tobuf(), content, padding))
