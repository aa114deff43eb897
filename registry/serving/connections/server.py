"""One web process: uvicorn's server with deadlines, and a stop that waits for what runs and for nothing else."""

import asyncio
import contextlib
import gc
import resource
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn
from uvicorn.config import Config

from registry.env import Environment
from registry.serving.connections.acceptor import Acceptor
from registry.serving.connections.protocol import Connection
from registry.serving.connections.scales import Seat

TICKS_PER_SECOND = 10


def configured(env: Environment) -> Config:
    return Config(
        "registry.asgi:application",
        loop="uvloop",
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ssl_certfile=env.tls_cert or None,
        ssl_keyfile=env.tls_key or None,
    )


class Server(uvicorn.Server):
    def __init__(self, config: Config, seat: Seat, *, grace_seconds: float, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._seat = seat
        self._grace_seconds = grace_seconds
        self._on_ready = on_ready
        self._acceptors: list[Acceptor] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        _raise_limits()

        def connection() -> Connection:
            return Connection(self.config, self.server_state, {}, seat=self._seat)

        self._acceptors = [Acceptor(each, self._seat, connection, self.config.ssl) for each in sockets or []]
        self.started = True
        # What is loaded now stays: the garbage collector need not look at it again.
        gc.collect()
        gc.freeze()
        self._on_ready()

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS_PER_SECOND == 0:
            self._expire()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """Let running requests finish within the grace; then end them."""
        for acceptor in self._acceptors:
            acceptor.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        until = asyncio.get_running_loop().time() + self._grace_seconds
        while (self.server_state.connections or self.server_state.tasks) and not self.force_exit:
            if asyncio.get_running_loop().time() > until:
                await self._break_off()
                return
            self._expire()
            await asyncio.sleep(0.05)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A signal only asks for the stop: the process ends of itself, with its logs written."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    def _expire(self) -> None:
        now = asyncio.get_running_loop().time()
        for connection in list(self.server_state.connections):
            if isinstance(connection, Connection) and connection.deadline < now:
                connection.expire()

    async def _break_off(self) -> None:
        """Cut what still runs; an upload then records how far it came."""
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=2)
        for connection in list(self.server_state.connections):
            if isinstance(connection, Connection):
                connection.abort()


def _raise_limits() -> None:
    """As many open files as the system lets us have: each connection is one, each upload another."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
