"""Ranges: of a blob that is asked for (RFC 9110, 14), and of a chunk that is sent (OCI distribution-spec)."""

import re
from dataclasses import dataclass

from registry.exceptions import RangeInvalid, UploadSizeInvalid

ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
CHUNK = re.compile(r"(?:bytes[ =])?(\d+)-(\d+)(?:/(?:\d+|\*))?", re.ASCII)
LONGEST_NUMBER = 19


@dataclass(frozen=True)
class Part:
    """`count` bytes from `start`, of `size` in all."""

    start: int
    count: int
    size: int

    @property
    def header(self) -> str:
        return f"bytes {self.start}-{self.start + self.count - 1}/{self.size}"


def requested(header: str, size: int) -> Part | None:
    """The part that a Range header asks for; None for the whole, which is also the answer to several
    ranges and to what is not understood. RangeInvalid where it lies outside or ends before it begins."""
    found = ONE_RANGE.fullmatch(header.replace(" ", ""))
    if not found or found.group(0) == "bytes=-" or max(map(len, found.groups())) > LONGEST_NUMBER:
        return None
    first, last = found.groups()
    if not first:
        start, end = max(size - int(last), 0), size
        if not int(last):
            raise RangeInvalid("a suffix of no bytes cannot be sent", size=size)
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < int(first):
            raise RangeInvalid(f"the range ends at {last}, before it begins", size=size)
    if start >= size:
        raise RangeInvalid(f"the blob has {size} bytes, the range begins at {start}", size=size)
    return Part(start, end - start, size)


def chunk(header: str, length: int | None) -> tuple[int, int]:
    """Where a chunk says it begins, and how long it is; a `length` that is known must be that."""
    found = CHUNK.fullmatch(header.strip())
    if not found or max(map(len, found.groups())) > LONGEST_NUMBER:
        raise UploadSizeInvalid(f"Content-Range {header[:60]!r} is not of the form start-end")
    start, end = int(found.group(1)), int(found.group(2))
    if end < start or (length is not None and end - start + 1 != length):
        raise UploadSizeInvalid(f"Content-Range {header[:60]!r} does not fit a chunk of {length} bytes")
    return start, end - start + 1
