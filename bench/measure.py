"""One measurement: how much was done in how long, and who took the CPU meanwhile."""

import resource
import time
from dataclasses import dataclass
from types import TracebackType

from bench import processes
from bench.contestants import Contestant

MIB = 1 << 20


@dataclass(frozen=True)
class Figure:
    """`amount` counts requests or bytes. CPU is in seconds: the server's, the load generator's, everybody else's."""

    amount: float
    seconds: float
    server_cpu: float
    client_cpu: float
    other_cpu: float

    @property
    def rate(self) -> float:
        return self.amount / self.seconds

    @property
    def others(self) -> float:
        """Cores that neither the server nor the load generator had."""
        return self.other_cpu / self.seconds

    @property
    def cpu_per_unit(self) -> float:
        return self.server_cpu / self.amount


class Meter:
    """Times a block and splits the CPU time spent meanwhile."""

    def __init__(self, at: Contestant) -> None:
        self._at = at

    def __enter__(self) -> "Meter":
        self._before = self._cpu()
        self._began = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = time.perf_counter() - self._began
        server, client, machine = (after - before for after, before in zip(self._cpu(), self._before, strict=True))
        self._split = server, client, max(0.0, machine - server - client)

    def figure(self, amount: float) -> Figure:
        return Figure(amount, self.seconds, *self._split)

    def _cpu(self) -> tuple[float, float, float]:
        return processes.cpu_seconds(*self._at.roots), _client_cpu_seconds(), processes.machine_cpu_seconds()


def _client_cpu_seconds() -> float:
    """The load generators are threads of this process, or children that it has waited for."""
    mine = resource.getrusage(resource.RUSAGE_SELF)
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime
