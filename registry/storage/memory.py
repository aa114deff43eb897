"""Storage in this process's memory, for tests."""

import io
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import BinaryIO

from registry.storage.driver import Absent, Busy, Entry
from registry.storage.paths import require_safe


class MemoryFile:
    def __init__(self, content: bytes = b"") -> None:
        self.content = bytearray(content)
        self.modified_at = datetime.now(UTC)
        self.is_being_written = False


class MemoryWriter:
    def __init__(self, file: MemoryFile) -> None:
        self._file = file
        self.offset = 0

    def resume(self, offset: int) -> None:
        if len(self._file.content) < offset:
            raise Absent(f"{offset} bytes")
        del self._file.content[offset:]
        self.offset = offset

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        self._file.content[self.offset : self.offset + len(chunk)] = chunk
        self.offset += len(chunk)

    def sync(self) -> None:
        self._file.modified_at = datetime.now(UTC)

    def close(self) -> None:
        self._file.is_being_written = False


class MemoryDriver:
    def __init__(self) -> None:
        self._files: dict[str, MemoryFile] = {}
        self._lock = RLock()

    def size(self, path: str) -> int:
        return len(self._file(path).content)

    def read(self, path: str) -> bytes:
        return bytes(self._file(path).content)

    def open(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        opened = io.BytesIO(self.read(path))
        opened.seek(offset)
        return opened

    def local(self, path: str) -> Path | None:  # noqa: ARG002  the kernel knows none of these
        return None

    def put(self, path: str, content: bytes, *, durable: bool = True) -> None:  # noqa: ARG002
        with self._lock:
            self._files[require_safe(path)] = MemoryFile(content)

    def writer(self, path: str) -> MemoryWriter:
        with self._lock:
            file = self._files.setdefault(require_safe(path), MemoryFile())
            if file.is_being_written:
                raise Busy(path)
            file.is_being_written = True
            return MemoryWriter(file)

    def place(self, source: str, target: str) -> None:
        with self._lock:
            self._files[require_safe(target)] = self._file(source)

    def move(self, source: str, target: str) -> None:
        with self._lock:
            self.place(source, target)
            if source != target:
                del self._files[source]

    def remove(self, path: str) -> None:
        below = f"{require_safe(path)}/"
        with self._lock:
            for found in [name for name in self._files if name == path or name.startswith(below)]:
                del self._files[found]

    def children(self, path: str) -> list[str]:
        below = f"{path}/"
        with self._lock:
            return sorted({name[len(below) :].split("/")[0] for name in self._files if name.startswith(below)})

    def walk(self, path: str) -> Iterator[Entry]:
        with self._lock:
            found = sorted(
                ((name, file) for name, file in self._files.items() if name.startswith(f"{path}/")),
                key=lambda item: item[0],
            )
        for name, file in found:
            yield Entry(name, len(file.content), file.modified_at)

    def probe(self) -> None:
        self.put(".probe", b"roadstead")
        self.remove(".probe")

    def space(self) -> None:
        """As much as the process gets."""

    def _file(self, path: str) -> MemoryFile:
        try:
            return self._files[require_safe(path)]
        except KeyError:
            raise Absent(path) from None
