"""Where bytes lie. `driver()` is the storage of this installation."""

from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from registry.storage.driver import Absent, Busy, Driver, Entry, Space, Writer
from registry.storage.filesystem import FilesystemDriver
from registry.storage.memory import MemoryDriver

__all__ = ["Absent", "Busy", "Driver", "Entry", "Space", "Writer", "driver"]


def driver() -> Driver:
    """The storage named by STORAGE_URL; one object per process and address."""
    return _driver(settings.STORAGE)


@cache
def _driver(address: str) -> Driver:
    parts = urlsplit(address)
    return MemoryDriver() if parts.scheme == "memory" else FilesystemDriver(Path(unquote(parts.path)))
