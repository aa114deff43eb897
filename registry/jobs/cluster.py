"""The processes of one worker: django-q2's cluster, changed where ours must be surer.

The main process watches and ticks (it fires schedules and reaps what was lost); below it a sentinel
keeps the processes that do jobs. What is changed:

* Whoever is told to stop tells the running jobs, which hand themselves over at their next step.
* No process outlives its parent: an orphan would go on taking jobs with code of yesterday.
* A process killed while it waits for a message does not take the lock on the queue with it.

Signals go to the main process only; a service manager must not signal the whole group (systemd: KillMode=mixed)."""

import ctypes
import fcntl
import logging
import os
import signal
import tempfile
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django_q import cluster
from django_q import queues as q

from registry.jobs import drain, pools, reaper, schedule

logger = logging.getLogger(__name__)

WATCH_SECONDS = 0.2
PR_SET_PDEATHSIG = 1


class WorkerDied(Exception):
    """The processes that do jobs ended by themselves; whoever started this one must start it again."""


class Lock:
    """Held by at most one process, and by none that is dead: multiprocessing's own lock stays locked when
    its holder is killed, and an idle worker holds the queue's all the time."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the lock

    def __enter__(self) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN)


class Queue(q.Queue):  # type: ignore[misc]  # django-q2 is not typed
    """The pipe between the processes of a cluster."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rlock = Lock()


class Cluster(cluster.Cluster):  # type: ignore[misc]  # django-q2 is not typed
    """One worker: `start`, `watch` until a stop is asked, `stop`."""

    def start(self) -> int:
        cluster.Queue = Queue
        _let_children_die_with_their_parent()
        pools.open_own()
        connections.close_all()  # a connection must not be shared over the fork
        try:
            return int(super().start())
        except RuntimeError as error:
            raise WorkerDied from error

    def sig_handler(self, _signal: int, _frame: FrameType | None) -> None:
        drain.ask()

    def watch(self) -> None:
        next_tick = time.monotonic()
        while not drain.asked():
            if not self.sentinel.is_alive():
                raise WorkerDied
            if time.monotonic() >= next_tick:
                tick()
                next_tick = time.monotonic() + settings.JOB_TICK_SECONDS
            time.sleep(WATCH_SECONDS)

    def stop(self, grace_seconds: float = 30) -> bool:
        """Let running jobs hand themselves over; False where one did not in time, and was killed."""
        drain.ask()
        self.stop_event.set()
        self.sentinel.join(grace_seconds)
        _leave()
        if not self.sentinel.is_alive():
            return True
        logger.warning("a job did not stop in time; its worker is killed")
        self.sentinel.kill()
        self.sentinel.join()
        return False


def tick() -> None:
    """Fire schedules and reap. A database that is away for a while is no reason to end."""
    try:
        close_old_connections()
        pools.beat()
        schedule.tick()
        reaper.reap()
    except DatabaseError:
        logger.warning("the tick of the worker failed; trying again", exc_info=True)


def _leave() -> None:
    try:
        pools.close_own()
    except DatabaseError:
        logger.warning("this worker could not say that it ends; others will see", exc_info=True)


def _let_children_die_with_their_parent() -> None:
    """From now on every process forked here, by whichever of us, is killed when its parent dies."""
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def in_parent() -> None:
        nonlocal parent
        parent = os.getpid()

    def in_child() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)  # it was gone before we could say so

    os.register_at_fork(before=in_parent, after_in_child=in_child)
