"""A wire to a registry: it counts the bytes that pass, can be slow, and can be cut."""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from tests.engines.images import MIB

PIECE = 64 << 10


@dataclass
class Direction:
    """One way of the wire: how many bytes have passed, and at which of them the wire breaks, once."""

    passed: int = 0
    breaks_at: int | None = None

    def break_after(self, size: int) -> None:
        self.breaks_at = self.passed + size

    def count(self, size: int) -> bool:
        """Whether the wire breaks at this piece."""
        self.passed += size
        if self.breaks_at is None or self.passed < self.breaks_at:
            return False
        self.breaks_at = None
        return True


class Proxy:
    """Forwards every connection until it is closed. `bytes_per_second` is for all of them together."""

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self.up = Direction()
        self.down = Direction()
        self.cuts = 0
        self.bytes_per_second = 1024 * MIB

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Break what is open, as when a cable is pulled; new connections work."""
        self.cuts += 1
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def wait_for(self, sent: int, seconds: float = 30) -> None:
        """Until clients have sent so many bytes."""
        deadline = time.monotonic() + seconds
        while self.up.passed < sent:
            assert time.monotonic() < deadline, f"only {self.up.passed} bytes were sent"
            time.sleep(0.005)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        # A registry that is down refuses; then the client sees a closed connection.
        with suppress(ConnectionError), client, socket.create_connection(self._target) as server:
            self._open |= {client, server}
            answers = threading.Thread(target=self._forward, args=(server, client, self.down), daemon=True)
            answers.start()
            self._forward(client, server, self.up)
            answers.join()
            self._open -= {client, server}

    def _forward(self, source: socket.socket, target: socket.socket, direction: Direction) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if direction.count(len(piece)):
                    self.cut()
                time.sleep(len(piece) / self.bytes_per_second)
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
