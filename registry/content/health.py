"""Whether the storage is fit for work, for those who watch over an installation."""

from urllib.parse import urlsplit

from django.conf import settings

from registry import storage


def check() -> None:
    """Write, make durable and remove a small file. OSError where that fails."""
    storage.driver().probe()


def provider() -> str:
    """What kind of storage it is, in Docker Distribution's words."""
    scheme = urlsplit(settings.STORAGE).scheme
    return "filesystem" if scheme == "file" else scheme
