"""Rings for those who wait for news of a job. Twice a second it asks the database, once for all who wait in this
process; where there is a channel layer, it is told by whoever writes, and rings at once."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from channels.layers import get_channel_layer
from django.db import DatabaseError
from django.db.models import OuterRef, Subquery
from redis.exceptions import RedisError

from registry.jobs import log
from registry.models import Job, JobLogLine
from registry.serving import pools
from registry.serving.handlers import with_connections

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.4
# How long to wait before a channel layer that is away is tried again.
RETRY_SECONDS = 2.0

Seen = dict[int, tuple[Any, ...]]


class Bell:
    def __init__(self) -> None:
        self._waiting: dict[int, set[asyncio.Event]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    @contextmanager
    def listening(self, job_id: int) -> Iterator[asyncio.Event]:
        """An event that is set when there may be news of the job; who waits clears it before looking."""
        rung = asyncio.Event()
        self._waiting.setdefault(job_id, set()).add(rung)
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._look()), asyncio.create_task(self._be_told())]
        try:
            yield rung
        finally:
            self._waiting[job_id].discard(rung)
            if not self._waiting[job_id]:
                del self._waiting[job_id]
            if not self._waiting:
                for task in self._tasks:
                    task.cancel()
                self._tasks = []

    def ring(self, job_id: int) -> None:
        for rung in self._waiting.get(job_id, ()):
            rung.set()

    async def _look(self) -> None:
        seen: Seen = {}
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                now = await pools.LIVE.insist(with_connections, partial(_states, list(self._waiting)))
            except DatabaseError:
                logger.warning("News of jobs could not be read; trying again", exc_info=True)
                continue
            for job_id in self._waiting:
                if now.get(job_id) != seen.get(job_id):
                    self.ring(job_id)
            seen = now

    async def _be_told(self) -> None:
        layer = get_channel_layer()
        while layer is not None:
            try:
                channel = await layer.new_channel()
                await layer.group_add(log.WATCHERS, channel)
                while True:
                    self._hear(await layer.receive(channel))
            except (RedisError, OSError):
                logger.warning("The channel layer is away; logs are followed by looking", exc_info=True)
            except ValueError as error:
                logger.error("Somebody else writes to the channel layer", extra={"reason": str(error)})
            await asyncio.sleep(RETRY_SECONDS)

    def _hear(self, message: object) -> None:
        job_id = message.get("job") if isinstance(message, dict) else None
        if not isinstance(job_id, int):
            raise ValueError("what came is no news of a job")
        self.ring(job_id)


BELL = Bell()


def _states(job_ids: list[int]) -> Seen:
    """What changes when there is something to tell: the number of the last line, and what is shown of the job."""
    last = JobLogLine.objects.filter(job=OuterRef("pk")).order_by("-number").values("number")[:1]
    rows = Job.objects.filter(pk__in=job_ids).annotate(last=Subquery(last))
    shown = ("last", "state", "done", "total", "done_size", "stop_asked", "attempts")
    return {pk: tuple(rest) for pk, *rest in rows.values_list("pk", *shown)}
