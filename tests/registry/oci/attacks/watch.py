"""What a request costs the server, and what it leaves behind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.server import Server

TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1 << 20


@dataclass
class Cost:
    """Processor seconds of all processes together, and the most that one of them grew by, in bytes."""

    cpu_seconds: float = 0.0
    grown: int = 0


@contextmanager
def cost(server: Server) -> Iterator[Cost]:
    """What the requests within the block cost; told when it ends."""
    processes = server.session()
    for pid in processes:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from here
    before = {pid: (_memory(pid, "VmRSS"), _cpu_seconds(pid)) for pid in processes}
    found = Cost()
    yield found
    found.cpu_seconds = sum(_cpu_seconds(pid) - before[pid][1] for pid in processes)
    found.grown = max(_memory(pid, "VmHWM") - before[pid][0] for pid in processes)


def _memory(pid: int, which: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(f"{which}:"))
    return int(line.split()[1]) << 10


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def everything(server: Server) -> set[str]:
    """Every file and folder that the server could have made, in its storage and beside it."""
    return {str(path) for path in server.data.parent.rglob("*") if not path.name.endswith(("-wal", "-shm"))}


def stored_bytes(server: Server) -> int:
    return sum(path.stat().st_size for path in (server.data / "registry").rglob("*") if path.is_file())
