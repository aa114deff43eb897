"""Whether this worker and all processes it started are going away.

One byte of shared memory, made before any fork. It has no lock on purpose: a process that is killed
while it holds a lock of multiprocessing's would leave all others waiting for ever."""

import mmap

_FLAG = mmap.mmap(-1, 1)


def ask() -> None:
    _FLAG[0] = 1


def asked() -> bool:
    return _FLAG[0] == 1


def forget() -> None:
    """Work again, as a test does that has drained its own process."""
    _FLAG[0] = 0
