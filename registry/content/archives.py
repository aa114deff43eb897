"""Single files out of a tar archive, packed by gzip or not, as it flows by.

What people push may be a bomb: nothing is written to disk, and unpacking ends at a number of bytes and of entries.
Only plain files by short names are looked at; links, devices and everything else is passed over."""

import zlib
from collections.abc import Callable, Iterator
from itertools import chain, islice

from registry.exceptions import ArchiveRefused

LARGEST_UNPACKED = 64 << 20
LARGEST_FILE = 1 << 20
MOST_ENTRIES = 10_000
BLOCK = 512
STEP = 1 << 14
PLAIN_FILE = (b"0", b"\0")


def files(pieces: Iterator[bytes], is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each wanted file, in the order of the archive. ArchiveRefused where it is no archive,
    ends too early, or goes beyond the limits."""
    stream = _Stream(pieces)
    for _ in range(MOST_ENTRIES):
        header = b"" if stream.has_ended() else stream.take(BLOCK)
        if not header.strip(b"\0"):
            return
        name, size, is_plain = _read(header)
        if is_plain and is_wanted(name):
            if size > LARGEST_FILE:
                raise ArchiveRefused(f"{name[:100]} is larger than {LARGEST_FILE} bytes")
            yield name, stream.take(size)
        else:
            stream.pass_over(size)
        stream.pass_over(-size % BLOCK)
    raise ArchiveRefused(f"the archive has more than {MOST_ENTRIES} entries")


def _read(header: bytes) -> tuple[str, int, bool]:
    """An entry's name and size, and whether it is a plain file (POSIX 1003.1, ustar)."""
    if len(header) < BLOCK or _number(header[148:156]) != sum(header) - sum(header[148:156]) + 8 * ord(" "):
        raise ArchiveRefused("this is not a tar archive, or a damaged one")
    name, prefix = (_text(header[start:end]) for start, end in ((0, 100), (345, 500)))
    is_plain = header[156:157] in PLAIN_FILE
    return f"{prefix}/{name}" if prefix and header[257:262] == b"ustar" else name, _number(header[124:136]), is_plain


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")


def _number(field: bytes) -> int:
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        raise ArchiveRefused("an entry of the archive has a size that is no octal number") from None


class _Stream:
    """The unpacked bytes, as far as they are asked for and no further than the limit."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._unpacked = _unpack(pieces)
        self._held = bytearray()
        self._left = LARGEST_UNPACKED

    def has_ended(self) -> bool:
        self._held += b"" if self._held else self._next()
        return not self._held

    def take(self, count: int) -> bytes:
        while len(self._held) < count:
            self._held += self._needed()
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken

    def pass_over(self, count: int) -> None:
        while count > len(self._held):
            count -= len(self._held)
            self._held = bytearray(self._needed())
        del self._held[:count]

    def _needed(self) -> bytes:
        if piece := self._next():
            return piece
        raise ArchiveRefused("the archive ends too early")

    def _next(self) -> bytes:
        piece = next(self._unpacked, b"")
        self._left -= len(piece)
        if self._left < 0:
            raise ArchiveRefused(f"the archive unpacks to more than {LARGEST_UNPACKED} bytes")
        return piece


def _unpack(pieces: Iterator[bytes]) -> Iterator[bytes]:
    first = b"".join(islice(pieces, 2))
    if not first.startswith(b"\x1f\x8b"):
        yield first
        yield from pieces
        return
    inflating = zlib.decompressobj(wbits=31)
    try:
        for piece in chain((first,), pieces):
            for start in range(0, len(piece), STEP):
                yield from _inflate(inflating, piece[start : start + STEP])
    except zlib.error:
        raise ArchiveRefused("the archive is damaged") from None


def _inflate(inflating: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    """In small steps, so that a little that unpacks to much is never all in memory."""
    while packed and not inflating.eof:
        if piece := inflating.decompress(packed, STEP):
            yield piece
        packed = inflating.unconsumed_tail
