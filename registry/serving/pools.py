"""The threads of a web process. Their number is fixed: more would only wait for each other (the GIL),
and a client that is slow or stalls holds none of them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Busy(Exception):
    """So much waits for this pool already that more would only wait longer."""


class Pool:
    """Threads, and a count of what waits for them."""

    def __init__(self, name: str, size: int, most_waiting: int) -> None:
        self._executor = ThreadPoolExecutor(size, thread_name_prefix=name)
        self._most_waiting = most_waiting
        self._waiting = 0

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `work` in a thread of the pool. Raises Busy at once where too much waits."""
        if self._waiting >= self._most_waiting:
            raise Busy
        return await self.insist(work, *args, **kwargs)

    async def insist(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for work that belongs to something already begun: it waits, however long."""
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._executor, lambda: work(*args, **kwargs))
        finally:
            self._waiting -= 1


# Views of /v2; whatever signs somebody in (the token service, a password on /v2) and the console, apart, so
# that a hung LDAP server never stops a pull; what pages follow; hashing, writing and reading of bytes.
REGISTRY = Pool("registry", 2, most_waiting=1000)
CONSOLE = Pool("console", 2, most_waiting=1000)
LIVE = Pool("live", 2, most_waiting=10_000)
IO = Pool("io", 4, most_waiting=10_000)
