"""How busy each web process is, in memory that all of them share: who has less to do takes the next connection.

Without this the kernel wakes whom it likes, and one process may serve fifteen of sixteen clients."""

import mmap
import os

# What an absent process weighs: nobody waits for it to take a connection.
ABSENT = 2**31 - 1
SLOT_SIZE = 4


def make(processes: int) -> int:
    """The shared memory, as a descriptor to hand to the processes."""
    descriptor = os.memfd_create("roadstead-scales", os.MFD_CLOEXEC)
    os.truncate(descriptor, processes * SLOT_SIZE)
    scales = Scales(descriptor)
    for number in range(processes):
        scales.leave(number)
    return descriptor


class Scales:
    """The weights of all processes: connections on which something is going on."""

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, 0)
        self._weights = memoryview(self._memory).cast("i")

    def leave(self, number: int) -> None:
        """This process takes no connection any more."""
        self._weights[number] = ABSENT

    def seat(self, number: int) -> "Seat":
        """The place of one process, which from now on takes connections."""
        self._weights[number] = 0
        return Seat(self._weights, number)


class Seat:
    """One process on the scales."""

    def __init__(self, weights: memoryview, number: int) -> None:
        self._weights = weights
        self._number = number

    def add(self, connections: int) -> None:
        """Count connections in or out; one who has left is weighed no more, whatever still goes on there."""
        if self._weights[self._number] != ABSENT:
            self._weights[self._number] += connections

    def leave(self) -> None:
        self._weights[self._number] = ABSENT

    @property
    def is_lightest(self) -> bool:
        return bool(self._weights[self._number] <= min(self._weights))
