"""The registry may be read-only for a while: pulls work, changes of what is stored do not."""

from accounts import configuration
from registry.exceptions import ReadOnly


def check() -> None:
    """Return while changes are allowed."""
    if configuration.flag("read_only"):
        raise ReadOnly
