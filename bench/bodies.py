"""Bytes to upload. Each timed upload needs bytes no registry has seen, yet making them must cost nothing:
everything but a short tail stays, and a kept hash state gives the new digest at once."""

import hashlib
import os
from pathlib import Path

TAIL_SIZE = 16
CHUNK_SIZE = 32 << 10  # what Go's HTTP client, and so docker, frames


class Body:
    """A file of random bytes, renewed by its last sixteen. A chunked one is framed in the file, as docker frames."""

    def __init__(self, path: Path, size: int, *, chunked: bool = False) -> None:
        self.path = path
        self.size = size
        self.chunked = chunked
        self._state = hashlib.sha256()
        self._write()
        self.renew()

    def renew(self) -> None:
        tail = os.urandom(TAIL_SIZE)
        state = self._state.copy()
        state.update(tail)
        self.digest = f"sha256:{state.hexdigest()}"
        with self.path.open("r+b") as file:
            file.seek(self._tail_offset)
            file.write(tail)

    def _write(self) -> None:
        piece = os.urandom(CHUNK_SIZE)
        with self.path.open("wb") as file:
            written = 0
            while written < self.size:
                chunk = (written.to_bytes(8, "big") + piece)[: min(CHUNK_SIZE, self.size - written)]
                written += len(chunk)
                self._state.update(chunk if written < self.size else chunk[:-TAIL_SIZE])
                if self.chunked:
                    file.write(f"{len(chunk):x}\r\n".encode())
                self._tail_offset = file.tell() + len(chunk) - TAIL_SIZE
                file.write(chunk)
                if self.chunked:
                    file.write(b"\r\n")
            if self.chunked:
                file.write(b"0\r\n\r\n")
