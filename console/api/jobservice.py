"""/api/v2.0/jobservice: the pools of workers, what they do, and the queues before them, in Harbor's shapes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.serializers import ChoiceField, Serializer

from accounts.permissions import require
from accounts.principals import Principal
from console.api import job_shapes
from console.api.base import View, answer, done, moment
from console.api.errors import Unprocessable
from registry.exceptions import JobUnknown, PoolUnknown
from registry.jobs import monitor, queues
from registry.models import Job, WorkerPool

# What stands for all of them in an address.
ALL = "all"
ACTIONS: dict[str, Callable[..., object]] = {
    "pause": monitor.pause,
    "resume": monitor.resume,
    "stop": monitor.clear,
}
ON_SCHEDULES: dict[str, Callable[..., object]] = {
    "pause": monitor.pause_schedules,
    "resume": monitor.resume_schedules,
}


class ActionBody(Serializer[Any]):
    action = ChoiceField(choices=[*ACTIONS])


class PoolList(View):
    def get(self, request: Request) -> HttpResponse:
        return answer([_shown_pool(pool) for pool in monitor.pools_alive(by=self.by)])


class WorkerList(View):
    """The workers of a pool, or of all, that have a job."""

    def get(self, request: Request, pool_id: str) -> HttpResponse:
        pools = {pool.key for pool in monitor.pools_alive(by=self.by)}
        if pool_id != ALL and pool_id not in pools:
            raise PoolUnknown(f"there is no pool {pool_id}")
        rows = monitor.running(by=self.by)
        return answer([_shown_worker(job) for job in (rows if pool_id == ALL else rows.filter(pool=pool_id))])


class ServiceJobDetail(View):
    """A job by its number, or all that run."""

    def put(self, request: Request, job_id: str) -> HttpResponse:
        require(self.by, monitor.STEER, None)
        if job_id == ALL:
            monitor.stop_all(by=self.by)
        else:
            monitor.stop(_find(job_id), by=self.by)
        return done()


class ServiceJobLog(View):
    def get(self, request: Request, job_id: str) -> StreamingHttpResponse:
        require(self.by, monitor.LOOK, None)
        return job_shapes.log(_find(job_id))


class QueueList(View):
    def get(self, request: Request) -> HttpResponse:
        return answer([_shown_queue(queue) for queue in monitor.queues(by=self.by)])


class QueueDetail(View):
    def put(self, request: Request, job_type: str) -> HttpResponse:
        require(self.by, monitor.STEER, None)
        action = self.fields(ActionBody)["action"]
        kind = job_shapes.kind_of(job_type)
        if kind == queues.SCHEDULER:
            _steer_schedules(action, by=self.by)
        elif job_type == ALL:
            for queue in monitor.queues(by=self.by):
                ACTIONS[action](queue.kind, by=self.by)
        else:
            ACTIONS[action](kind, by=self.by)
        return done()


def _steer_schedules(action: str, *, by: Principal) -> None:
    if action not in ON_SCHEDULES:
        raise Unprocessable("schedules are paused and resumed; there is nothing that waits")
    ON_SCHEDULES[action](by=by)


def _find(job_id: str) -> Job:
    job = Job.objects.filter(pk=int(job_id)).first() if job_id.isdecimal() and len(job_id) < 19 else None
    if job is None:
        raise JobUnknown(f"there is no job {job_id}")
    return job


def _shown_pool(pool: WorkerPool) -> dict[str, object]:
    return {
        "pid": pool.pid,
        "worker_pool_id": pool.key,
        "start_at": moment(pool.started_at),
        "heartbeat_at": moment(pool.heartbeat_at),
        "concurrency": pool.concurrency,
        "host": pool.host,
    }


def _shown_worker(job: Job) -> dict[str, object]:
    total = "" if job.total is None else f" of {job.total}"
    return {
        "id": job.worker,
        "pool_id": job.pool,
        "job_name": job_shapes.type_of(job.kind),
        "job_id": str(job.pk),
        "start_at": moment(job.started_at or job.created_at),
        "check_in": f"{job.done}{total}",
        "checkin_at": _renewed_at(job),
    }


def _renewed_at(job: Job) -> str | None:
    """When its worker last said that it goes on."""
    return moment(job.lease_until - timedelta(seconds=settings.JOB_LEASE_SECONDS)) if job.lease_until else None


def _shown_queue(queue: monitor.Queue) -> dict[str, object]:
    return {
        "job_type": job_shapes.type_of(queue.kind),
        "count": queue.waiting,
        "latency": queue.latency_seconds,
        "paused": queue.is_paused,
    }
