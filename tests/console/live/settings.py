"""Roadstead with less patience for clients, and with the kinds of jobs that only tests have."""

from registry.serving.connections import patience
from registry.settings import *  # noqa: F403
from registry.settings import JOB_KIND_MODULES

JOB_KIND_MODULES = [*JOB_KIND_MODULES, "tests.registry.jobs.kinds"]
JOB_TICK_SECONDS = 0.5
JOB_LEASE_SECONDS = 5
JOB_BACKOFF_SECONDS = 0.1

patience.PING_SECONDS = 1.0
patience.STALL_SECONDS = 2.0
patience.LINGER_SECONDS = 1.0
