"""Whether the storage is fit for work, for those who watch over an installation."""

from urllib.parse import urlsplit

from django.conf import settings

from registry import storage


def check() -> None:
    """Write, make durable and remove a small file. OSError where that fails."""
    storage.driver().probe()


def space() -> tuple[int, int] | None:
    """The bytes that the storage has room for and those that are free, where anybody can say."""
    found = storage.driver().space()
    return (found.total, found.free) if found else None


def provider() -> str:
    """What kind of storage it is, in Docker Distribution's words."""
    scheme = urlsplit(settings.STORAGE).scheme
    return "filesystem" if scheme == "file" else scheme
