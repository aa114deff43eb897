"""The line to the directory, shared by all sign-ins of a process: when it is dead or slow, only one of them waits.

Whoever comes while another waits too long, or just after the directory failed, is told so at once."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from accounts.identity.directory.exceptions import DirectoryUnreachable

# So long one waits for the conversation before one's own; a healthy one takes some hundredths of a second.
PATIENCE_SECONDS = 1.0
# So long after a failure nobody is made to wait for the next.
PAUSE_SECONDS = 10.0

_speaking = threading.Lock()
_failed_at = -float("inf")


@contextmanager
def conversation() -> Iterator[None]:
    """Be the one who speaks to the directory. DirectoryUnreachable where that would take too long."""
    global _failed_at
    if time.monotonic() - _failed_at < PAUSE_SECONDS:
        raise DirectoryUnreachable("the directory did not answer a moment ago, and is not asked again yet")
    if not _speaking.acquire(timeout=PATIENCE_SECONDS):
        raise DirectoryUnreachable("the directory takes too long to answer others")
    try:
        yield
    except DirectoryUnreachable:
        _failed_at = time.monotonic()
        raise
    finally:
        _speaking.release()


def forget() -> None:
    """Ask again, whatever happened."""
    global _failed_at
    _failed_at = -float("inf")
