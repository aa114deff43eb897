"""What the work of a kind is given: its arguments, where it stood, and a way to say how far it is."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings

from registry.jobs import drain, lease, queues
from registry.jobs.exceptions import Drained, LeaseLost, MadeRoom, Stopped
from registry.jobs.lease import Lease
from registry.jobs.log import Line, Log, line

# How often at most the row is read to see whether a stop was asked.
LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Advance:
    """What one step came to: its line in the log, and how far the job is by it."""

    said: str
    progress: dict[str, Any]
    done: int
    total: int | None = None
    done_size: int | None = None
    total_size: int | None = None
    level: str = "info"


class Step:
    """The work goes in steps that may be repeated: after each it saves how far it is, and there it may be
    told to end. Whoever goes on finds in `progress` what was saved last. `once` is for what must not be repeated.

    `check` costs next to nothing, so a long step may ask in its midst; `save` writes a row."""

    def __init__(self, held: Lease) -> None:
        self.arguments: dict[str, Any] = held.job.arguments
        self.progress: dict[str, Any] = held.job.progress
        self.log = Log(held.job.pk, partial(lease.renew, held))
        self._lease = held
        self._looked_at = float("-inf")
        self._turn_ends_at = held.begun_at + settings.JOB_TURN_SECONDS

    @property
    def job_id(self) -> int:
        return self._lease.job.pk

    @property
    def attempt(self) -> int:
        return self._lease.job.attempts

    def save(
        self, *, progress: dict[str, Any] | None = None, done: int | None = None, total: int | None = None
    ) -> None:
        """Write these, and the log lines so far. Raises Stopped, Drained or LeaseLost when the job must end, MadeRoom
        where others wait; that only with `progress`, lest it begin anew each time."""
        given = {"progress": progress, "done": done, "total": total}
        changes = {name: value for name, value in given.items() if value is not None}
        self.log.write(partial(lease.renew, self._lease, **changes))
        if progress is not None:
            self.progress = progress
            self._make_room()
        self.check()

    def once(self, work: Callable[[], Advance]) -> None:
        """Do this, save how far that is and write its line in one transaction, so that nobody does it again. Raises
        LeaseLost where the job is no longer ours, and what `work` raises, and then nothing has happened; MadeRoom
        as `save` does."""
        made: list[Advance] = []

        def change() -> list[Line]:
            advance = work()
            made.append(advance)
            counts = {name: getattr(advance, name) for name in ("done", "total", "done_size", "total_size")}
            given = {name: value for name, value in counts.items() if value is not None}
            lease.renew(self._lease, progress=advance.progress, **given)
            return [line(advance.level, advance.said)]

        self.log.write(change)
        self.progress = made[-1].progress
        self._make_room()

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

    def _make_room(self) -> None:
        """At the end of a turn, and from then on each second."""
        if time.monotonic() < self._turn_ends_at:
            return
        self._turn_ends_at = time.monotonic() + LOOK_SECONDS
        if queues.should_make_room(self._lease):
            raise MadeRoom

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        stop_asked = self._lease.rows.values_list("stop_asked", flat=True).first()
        if stop_asked is None:
            raise LeaseLost
        if stop_asked:
            raise Stopped
