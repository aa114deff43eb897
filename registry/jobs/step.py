"""What the work of a kind is given: its arguments, where it stood, and a way to say how far it is."""

import time
from functools import partial
from typing import Any

from django.conf import settings

from registry.jobs import drain, lease
from registry.jobs.exceptions import Drained, LeaseLost, Stopped
from registry.jobs.lease import Lease
from registry.jobs.log import Log

# How often at most the row is read to see whether a stop was asked.
LOOK_SECONDS = 1.0


class Step:
    """The work goes in steps that may be repeated: after each it saves how far it is, and there it may be
    told to end. Whoever goes on finds in `progress` what was saved last. A save in the transaction of the
    step's own changes makes the two one.

    `check` costs next to nothing, so a long step may ask in its midst; `save` writes a row."""

    def __init__(self, held: Lease) -> None:
        self.arguments: dict[str, Any] = held.job.arguments
        self.progress: dict[str, Any] = held.job.progress
        self.log = Log(held.job.pk, partial(lease.renew, held))
        self._lease = held
        self._looked_at = float("-inf")

    @property
    def attempt(self) -> int:
        return self._lease.job.attempts

    def save(
        self, *, progress: dict[str, Any] | None = None, done: int | None = None, total: int | None = None
    ) -> None:
        """Write these, and the log lines so far. Raises Stopped, Drained or LeaseLost when the job must end."""
        given = {"progress": progress, "done": done, "total": total}
        changes = {name: value for name, value in given.items() if value is not None}
        self.log.write(partial(lease.renew, self._lease, **changes))
        if progress is not None:
            self.progress = progress
        self.check()

    def check(self) -> None:
        """Raises Stopped, Drained or LeaseLost when the job must end."""
        if self._lease.is_lost:
            raise LeaseLost
        if self._lease.age_seconds > settings.JOB_LEASE_SECONDS:
            # Asleep, or cut off from the database: only the row knows whether the job is still ours.
            lease.renew(self._lease)
        if drain.asked():
            raise Drained
        if time.monotonic() - self._looked_at >= LOOK_SECONDS:
            self._look()

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        stop_asked = self._lease.rows.values_list("stop_asked", flat=True).first()
        if stop_asked is None:
            raise LeaseLost
        if stop_asked:
            raise Stopped
