"""What /proc says about a server: its processes, the CPU time they took, the memory they hold."""

import os
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1


def tree(*roots: int) -> list[int]:
    """These processes and all that descend from them."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = list(roots)
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def parent(pid: int) -> int:
    return int(_stat(pid)[1])


def cpu_seconds(*roots: int) -> float:
    """CPU time of the trees, with that of children that ended: it moves to the parent that reaped them."""
    ticks = 0
    for pid in tree(*roots):
        if fields := _stat(pid):
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS_PER_SECOND


def machine_cpu_seconds() -> float:
    """CPU time that anybody took on this machine since it started, other guests of its host included."""
    user, nice, system, _idle, _waiting, irq, softirq, steal = map(int, _first_line("/proc/stat").split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND


def rss_bytes(pid: int) -> int:
    """Resident memory of one process; 0 where it has gone."""
    return _memory(pid, "VmRSS:")


def anonymous_bytes(pid: int) -> int:
    """The part of it that no file stands behind: what the process itself allocated."""
    return _memory(pid, "RssAnon:")


def environment(pid: int, name: str) -> str:
    """A variable a process was started with."""
    try:
        entries = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return ""
    prefix = f"{name}=".encode()
    return next((entry[len(prefix) :].decode() for entry in entries if entry.startswith(prefix)), "")


def _memory(pid: int, field: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(field)), 0)


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name, which may hold spaces; empty where it has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _first_line(path: str) -> str:
    with open(path) as file:
        return file.readline()
