"""A HTTP/1.1 client as light as Python allows: it sends files with sendfile and reads bodies into one
buffer, so that the time measured is the server's."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

BUFFER_SIZE = 1 << 20


class UnexpectedAnswer(Exception):
    """The server answered something else than the work needs, so its time would mean nothing."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    length: int


class Connection:
    """One kept-alive connection. Not shared between threads."""

    def __init__(self, address: tuple[str, int], authorization: str = "") -> None:
        self._socket = socket.create_connection(address)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._common = f"Host: {address[0]}:{address[1]}\r\n"
        if authorization:
            self._common += f"Authorization: {authorization}\r\n"
        self._buffer = memoryview(bytearray(BUFFER_SIZE))
        self._early = b""

    def __enter__(self) -> "Connection":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def ask(self, method: str, target: str, headers: str = "", *, expect: int, body: bytes = b"") -> Answer:
        """Send a small request and read the head of its answer; the answer's body is still to be read."""
        if method in ("POST", "PUT", "PATCH"):
            headers += f"Content-Length: {len(body)}\r\n"
        self._socket.sendall(f"{method} {target} HTTP/1.1\r\n{self._common}{headers}\r\n".encode() + body)
        return self._answer(f"{method} {target}", expect)

    def send_file(self, method: str, target: str, file: Path, *, chunked: bool, expect: int) -> Answer:
        """Send a file as the body. A chunked one is framed in the file already."""
        size = file.stat().st_size
        framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
        head = (
            f"{method} {target} HTTP/1.1\r\n{self._common}Content-Type: application/octet-stream\r\n{framing}\r\n\r\n"
        )
        self._socket.sendall(head.encode())
        with file.open("rb") as source:
            offset = 0
            while offset < size:
                offset += os.sendfile(self._socket.fileno(), source.fileno(), offset, size - offset)
        return self._answer(f"{method} {target}", expect)

    def read(self, answer: Answer) -> bytes:
        """The whole body."""
        body = bytearray(self._early)
        self._early = b""
        while len(body) < answer.length:
            received = self._socket.recv_into(self._buffer, min(answer.length - len(body), BUFFER_SIZE))
            if not received:
                raise UnexpectedAnswer("the answer was cut")
            body += self._buffer[:received]
        return bytes(body)

    def discard(self, answer: Answer) -> int:
        """Read the body and let it go; says how long it was."""
        remaining = answer.length - len(self._early)
        self._early = b""
        while remaining > 0:
            received = self._socket.recv_into(self._buffer, min(remaining, BUFFER_SIZE))
            if not received:
                raise UnexpectedAnswer("the answer was cut")
            remaining -= received
        return answer.length

    def _answer(self, asked: str, expect: int) -> Answer:
        received = b""
        while b"\r\n\r\n" not in received:
            more = self._socket.recv(65536)
            if not more:
                raise UnexpectedAnswer(f"{asked}: no answer")
            received += more
        head, _, self._early = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status = int(first.split(" ", 2)[1])
        if status != expect:
            raise UnexpectedAnswer(f"{asked}: {status} instead of {expect}: {self._early[:500].decode('latin-1')}")
        return Answer(status, headers, self._length(headers))

    def _length(self, headers: dict[str, str]) -> int:
        """Lengthless answers are read to their end here; only small ones (lists) come so."""
        if headers.get("transfer-encoding") != "chunked":
            return int(headers.get("content-length", 0))
        while not self._early.endswith(b"0\r\n\r\n"):
            self._early += self._socket.recv(65536)
        self._early = _without_framing(self._early)
        return len(self._early)


def location(answer: Answer) -> str:
    """Where the answer points, as a request target."""
    parts = urlsplit(answer.headers["location"])
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _without_framing(body: bytes) -> bytes:
    plain = b""
    while True:
        size, _, body = body.partition(b"\r\n")
        if not int(size, 16):
            return plain
        plain += body[: int(size, 16)]
        body = body[int(size, 16) + 2 :]
