"""Taking connections from the one listener, which all web processes share, each its part of them."""

import asyncio
import logging
import socket
from collections.abc import Callable
from ssl import SSLContext

from registry.serving.connections import patience
from registry.serving.connections.protocol import Connection
from registry.serving.connections.scales import Seat

logger = logging.getLogger(__name__)

# A process that has more to do than another leaves it a connection for this long, so often; then it takes it.
DEFER_SECONDS = 0.001
MOST_DEFERRALS = 4
# Where no more files can be opened, connections wait in the listener's queue.
EXHAUSTED_SECONDS = 0.2


class Acceptor:
    def __init__(
        self, listener: socket.socket, seat: Seat, make_connection: Callable[[], Connection], tls: SSLContext | None
    ) -> None:
        self._listener = listener
        self._seat = seat
        self._make_connection = make_connection
        self._tls = tls
        self._loop = asyncio.get_running_loop()
        self._deferrals = 0
        self._is_closed = False
        self._opening: set[asyncio.Task[None]] = set()
        listener.settimeout(0)
        self._resume()

    def close(self) -> None:
        self._is_closed = True
        self._loop.remove_reader(self._listener)
        self._listener.close()
        self._seat.leave()

    def _resume(self) -> None:
        if not self._is_closed:
            self._loop.add_reader(self._listener, self._accept)

    def _pause(self, seconds: float) -> None:
        self._loop.remove_reader(self._listener)
        self._loop.call_later(seconds, self._resume)

    def _accept(self) -> None:
        """One connection; the next one may be another's."""
        if not self._seat.is_lightest and self._deferrals < MOST_DEFERRALS:
            self._deferrals += 1
            self._pause(DEFER_SECONDS)
            return
        self._deferrals = 0
        try:
            connected, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            logger.warning("No connection can be taken at the moment", extra={"reason": str(error)})
            self._pause(EXHAUSTED_SECONDS)
            return
        connected.settimeout(0)
        task = self._loop.create_task(self._open(connected))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _open(self, connected: socket.socket) -> None:
        self._seat.add(1)  # until the connection counts itself
        try:
            await self._loop.connect_accepted_socket(
                self._make_connection,
                connected,
                ssl=self._tls,
                ssl_handshake_timeout=patience.HEAD_SECONDS if self._tls else None,
            )
        except OSError as error:  # a client that speaks no TLS, or left
            logger.debug("A connection was not made", extra={"reason": str(error)})
        finally:
            self._seat.add(-1)
