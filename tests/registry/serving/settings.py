"""Roadstead with a few addresses more, which do what tests of the front need, and with less patience."""

from registry.serving.connections import patience
from registry.settings import *  # noqa: F403

ROOT_URLCONF = "tests.registry.serving.urls"

patience.HEAD_SECONDS = 1.0
patience.IDLE_SECONDS = 2.0
patience.LINGER_SECONDS = 1.0
patience.STALL_SECONDS = 2.0
