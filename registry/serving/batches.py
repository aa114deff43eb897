"""The thread of a web process that writes down, every few seconds, what its requests have only noted."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from registry.content import daily, pulls
from registry.serving.handlers import with_connections

SECONDS = 5.0
# A process that ends waits so long for a batch to be written.
PATIENCE_SECONDS = 5.0


@contextmanager
def running() -> Iterator[None]:
    """While this goes on, and once more at its end."""
    ending = threading.Event()
    thread = threading.Thread(target=_write_until, args=(ending,), name="batches", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        pulls.enough.set()
        thread.join(PATIENCE_SECONDS)


def _write_until(ending: threading.Event) -> None:
    while not ending.is_set():
        pulls.enough.wait(SECONDS)
        if not with_connections(_flush):
            ending.wait(SECONDS)
    with_connections(_flush)


def _flush() -> bool:
    """False where something could not be written now."""
    return all([pulls.flush(), daily.flush()])
