"""The settings of a worker that a test starts: as shipped, but quick, and with the tests' own kinds of jobs."""

from registry.settings import *  # noqa: F403

JOB_KIND_MODULES = ["tests.registry.jobs.kinds", "registry.content.bulk_work"]
JOB_LEASE_SECONDS = 3
JOB_TICK_SECONDS = 0.2
JOB_BACKOFF_SECONDS = 0.1
JOB_TURN_SECONDS = 0.5
