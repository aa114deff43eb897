"""A client that sends exactly the bytes it is told to, and reads replies one by one."""

import socket
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.server import Server


class Closed(Exception):
    """The server has closed the connection."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes
    version: str


class Wire:
    def __init__(self, server: Server, *, seconds: float = 10.0, receive_buffer: int = 0) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(seconds)
        self.socket.connect((server.host, server.port))
        if server.scheme == "https":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket)
        self.host = f"{server.host}:{server.port}"
        self._read = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def ask(self, method: str, target: str, body: bytes | None = None, /, **headers: str) -> Reply:
        self.send(self.head(method, target, len(body) if body is not None else None, **headers) + (body or b""))
        return self.reply(is_head=method == "HEAD")

    def head(self, method: str, target: str, length: int | None = None, /, **headers: str) -> bytes:
        """A request's head; underscores in the names of headers stand for hyphens."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.host}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if length is not None:
            lines.append(f"Content-Length: {length}")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"

    def reply(self, *, is_head: bool = False) -> Reply:
        """The next reply, 100 Continue among them."""
        lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status, *_ = lines[0].split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        code = int(status)
        if is_head or code in (100, 101, 204, 304):
            body = b""
        elif "content-length" in headers:
            body = self.exactly(int(headers["content-length"]))
        elif headers.get("transfer-encoding") == "chunked":
            body = b"".join(iter(self._chunk, b""))
        else:
            body = self.rest()
        return Reply(code, headers, body, version)

    def exactly(self, size: int) -> bytes:
        while len(self._read) < size:
            self._more()
        taken, self._read = self._read[:size], self._read[size:]
        return taken

    def rest(self) -> bytes:
        """All that comes until the server closes."""
        try:
            while True:
                self._more()
        except Closed:
            taken, self._read = self._read, b""
            return taken

    def is_closed(self) -> bool:
        """Whether the server closes without another word."""
        return self.rest() == b""

    def _chunk(self) -> bytes:
        size = int(self._until(b"\r\n"), 16)
        chunk = self.exactly(size)
        self.exactly(2)
        return chunk

    def _until(self, end: bytes) -> bytes:
        while end not in self._read:
            self._more()
        taken, _, self._read = self._read.partition(end)
        return taken

    def _more(self) -> None:
        try:
            data = self.socket.recv(1 << 16)
        except (ConnectionResetError, BrokenPipeError):
            data = b""
        if not data:
            raise Closed
        self._read += data
