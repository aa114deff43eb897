"""Storage in a folder of a local (or shared) file system.

The order that makes it safe at a power cut: the file's bytes are synced, then the name is made, then
the folder that holds the name is synced, and the folders above it where they are new."""

import ctypes
import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from registry.storage import paths
from registry.storage.driver import Absent, Busy, Entry, Space

# A growing file is sent on its way to the disk in parts of this size, so that the sync at its end finds little to do.
WRITTEN_OUT = 8 << 20
SYNC_FILE_RANGE_WRITE = 2
LIBC = ctypes.CDLL(None)


class FileWriter:
    """Holds the file's lock from opening to closing; the kernel lets go of it if the process dies."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.offset = 0
        self._written_out = 0

    def resume(self, offset: int) -> None:
        if os.fstat(self._descriptor).st_size < offset:
            raise Absent(f"{offset} bytes")
        os.ftruncate(self._descriptor, offset)
        self.offset = self._written_out = offset

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        rest = memoryview(chunk)
        while rest:
            written = os.pwrite(self._descriptor, rest, self.offset)
            self.offset += written
            rest = rest[written:]
        if self.offset - self._written_out >= WRITTEN_OUT:
            self._write_out()

    def sync(self) -> None:
        os.fdatasync(self._descriptor)

    def _write_out(self) -> None:
        """Begin to write to the disk what is not there. Only a start: nothing is promised, and no error is one."""
        start, count = ctypes.c_int64(self._written_out), ctypes.c_int64(self.offset - self._written_out)
        LIBC.sync_file_range(self._descriptor, start, count, SYNC_FILE_RANGE_WRITE)
        self._written_out = self.offset

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class FilesystemDriver:
    def __init__(self, root: Path) -> None:
        self._root = root
        # Lasting folders whose own names this process has made durable: they need it once.
        self._durable = {root}
        root.mkdir(parents=True, exist_ok=True)

    def size(self, path: str) -> int:
        try:
            return self._at(path).stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            raise Absent(path) from None

    def read(self, path: str) -> bytes:
        try:
            return self._at(path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise Absent(path) from None

    def open(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        try:
            opened = self._at(path).open("rb")
        except (FileNotFoundError, NotADirectoryError):
            raise Absent(path) from None
        opened.seek(offset)
        return opened

    def local(self, path: str) -> Path | None:
        return self._at(path)

    def put(self, path: str, content: bytes, *, durable: bool = True) -> None:
        target = self._at(path)
        new_folders = self._make_folder(target.parent)
        mine = _beside(target)
        with mine.open("xb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        mine.replace(target)
        if durable:
            self._sync_name(target, new_folders)

    def writer(self, path: str) -> FileWriter:
        target = self._at(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _lock(descriptor, path)
        except BaseException:
            os.close(descriptor)
            raise
        return FileWriter(descriptor)

    def place(self, source: str, target: str) -> None:
        origin, name = self._at(source), self._at(target)
        try:
            with origin.open("rb") as file:
                os.fsync(file.fileno())
        except FileNotFoundError:
            raise Absent(source) from None
        new_folders = self._make_folder(name.parent)
        try:
            os.link(origin, name)
        except FileExistsError:
            mine = _beside(name)
            os.link(origin, mine)
            mine.replace(name)
            # Renaming one name of a file onto another of the same file does nothing, and leaves both.
            mine.unlink(missing_ok=True)
        self._sync_name(name, new_folders)

    def move(self, source: str, target: str) -> None:
        origin, name = self._at(source), self._at(target)
        new_folders = self._make_folder(name.parent)
        try:
            origin.replace(name)
        except FileNotFoundError:
            raise Absent(source) from None
        self._sync_name(name, new_folders)
        _sync_folder(origin.parent)

    def remove(self, path: str) -> None:
        target = self._at(path)
        try:
            if target.is_dir() and not target.is_symlink():
                shutil.rmtree(target)
            else:
                target.unlink()
        except FileNotFoundError:
            return
        with suppress(FileNotFoundError):
            _sync_folder(target.parent)

    def children(self, path: str) -> list[str]:
        try:
            return sorted(os.listdir(self._at(path)))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def walk(self, path: str) -> Iterator[Entry]:
        for name in self.children(path):
            below = f"{path}/{name}"
            found = self._at(below)
            try:
                if found.is_dir():
                    yield from self.walk(below)
                    continue
                status = found.stat()
            except FileNotFoundError:
                continue
            yield Entry(below, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))

    def probe(self) -> None:
        path = f".probe-{os.getpid()}-{secrets.token_hex(4)}"
        try:
            self.put(path, b"roadstead")
        finally:
            self.remove(path)

    def space(self) -> Space:
        found = shutil.disk_usage(self._root)
        return Space(found.total, found.free)

    def _at(self, path: str) -> Path:
        return self._root / paths.require_safe(path)

    def _make_folder(self, folder: Path) -> list[Path]:
        """Make the folder where it is missing; answers the folders whose content changed by that."""
        if folder in self._durable or folder == folder.parent:
            return []
        changed = self._make_folder(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir()
        # Even where another process made it a moment ago: it may not have synced it yet.
        return [folder.parent, *changed]

    def _sync_name(self, name: Path, changed: list[Path]) -> None:
        for folder in (name.parent, *changed):
            _sync_folder(folder)
        self._durable.update(folder for folder in changed if paths.is_lasting(str(folder.relative_to(self._root))))


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}")


def _lock(descriptor: int, path: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            raise Busy(path) from None
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
