"""Settings with which a web process cannot start, though all that comes before it can."""

from registry.settings import *  # noqa: F403
from registry.settings import ENV

if ENV.role == "web":
    raise RuntimeError("as this test wants it")
