"""Where bytes lie, seen from above: the promises that every kind of storage keeps.

Paths are relative, with slashes, made by storage/paths.py and by nothing else. What a method has
answered is durable: it survives a power cut, unless it says otherwise."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol


class Absent(Exception):
    """There is nothing at this path."""


class Busy(Exception):
    """Another writer holds this path."""


@dataclass(frozen=True)
class Entry:
    """One file of a listing."""

    path: str
    size: int
    modified_at: datetime


@dataclass(frozen=True)
class Space:
    """What a storage has room for, and what of that is free, in bytes."""

    total: int
    free: int


class Writer(Protocol):
    """The one writer of a growing file. Closing without `sync` keeps what happened to reach the disk."""

    offset: int

    def resume(self, offset: int) -> None:
        """Go on writing at `offset`; what lies beyond it is cut off. Raises Absent where the file is shorter."""

    def write(self, chunk: bytes | bytearray | memoryview) -> None: ...

    def sync(self) -> None:
        """Make the bytes durable. The name of a file that was just made may still be lost at a power
        cut: the upload then begins anew."""

    def close(self) -> None: ...


class Driver(Protocol):
    def size(self, path: str) -> int:
        """Raises Absent."""

    def read(self, path: str) -> bytes:
        """The whole of a small file. Raises Absent."""

    def open(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        """The file from `offset` on. Raises Absent."""

    def local(self, path: str) -> Path | None:
        """The file as the kernel knows it, for sendfile; None where there is none such."""

    def put(self, path: str, content: bytes, *, durable: bool = True) -> None:
        """Write a whole small file: readers see all of it or what was there before."""

    def writer(self, path: str) -> Writer:
        """Lock the file for writing at its beginning; it is made where it is missing, and nothing in it
        changes until `resume` or `write`. Raises Busy while another writer has it."""

    def place(self, source: str, target: str) -> None:
        """Give the bytes of `source` the name `target` too, without copying them, in place of whatever
        had it. Bytes first, then the name. Raises Absent where there is no source."""

    def move(self, source: str, target: str) -> None:
        """Rename; in place of whatever was at the target. Raises Absent."""

    def remove(self, path: str) -> None:
        """A file, or a folder with all in it. That there is none is no error."""

    def children(self, path: str) -> list[str]:
        """The names directly in a folder, sorted; none where there is no such folder."""

    def walk(self, path: str) -> Iterator[Entry]:
        """Every file below a folder, in order of their paths."""

    def probe(self) -> None:
        """Write, make durable and remove a small file: raises OSError where the storage is not fit for work."""

    def space(self) -> Space | None:
        """How much room there is, where anybody can say."""
