"""/api/v2.0/jobservice and /api/v2.0/schedules"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import AuditRecord
from accounts.principals import SYSTEM
from console.api.base import moment
from registry.jobs import enqueue, lease, pools, queues, run, schedule
from registry.models import Job, JobState, WorkerPool
from tests.factories.accounts import make_sysadmin
from tests.factories.http import client_of, send

pytestmark = pytest.mark.django_db

JOBS = "/api/v2.0/jobservice"
SCHEDULES = "/api/v2.0/schedules"


@pytest.fixture
def admin():
    return client_of(make_sysadmin())


@pytest.fixture
def pool():
    """A worker that is alive, and this process in it."""
    pools.open_own()
    yield WorkerPool.objects.get(key=pools.own())
    pools._own = None


def recount() -> Job:
    return enqueue.add("recount", by=SYSTEM)


def queue(admin, job_type):
    (found,) = (each for each in admin.get(f"{JOBS}/queues").json() if each["job_type"] == job_type)
    return found


def act(admin, job_type, action):
    return send(admin, "PUT", f"{JOBS}/queues/{job_type}", {"action": action}).status_code


def state(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


def acts() -> list[str]:
    return [
        f"{each.operation} {each.resource}" for each in AuditRecord.objects.exclude(operation="login").order_by("pk")
    ]


def test_a_queue_tells_how_many_wait_and_how_long_the_first_has(admin):
    first = recount()
    recount()
    Job.objects.filter(pk=first.pk).update(waiting_since=timezone.now() - timedelta(seconds=90))
    told = queue(admin, "RECOUNT")
    assert (told["count"], told["paused"]) == (2, False)
    assert 90 <= told["latency"] < 100
    assert queue(admin, "PURGE_AUDIT_LOG") == {
        "job_type": "PURGE_AUDIT_LOG",
        "count": 0,
        "latency": 0,
        "paused": False,
    }


def test_a_queue_is_paused_resumed_and_cleared_and_the_audit_log_says_so(admin):
    job = recount()
    assert act(admin, "RECOUNT", "pause") == 200
    assert queue(admin, "RECOUNT")["paused"] is True
    run.run(job.pk)
    assert state(job) == JobState.PENDING
    assert act(admin, "recount", "resume") == 200
    assert act(admin, "RECOUNT", "stop") == 200
    assert state(job) == JobState.STOPPED
    assert acts() == ["update recount"] * 3


def test_all_queues_are_steered_at_once(admin):
    jobs = [recount(), enqueue.add("fsck", by=SYSTEM)]
    assert act(admin, "all", "pause") == 200
    assert all(each["paused"] for each in admin.get(f"{JOBS}/queues").json())
    assert act(admin, "all", "stop") == 200
    assert {state(job) for job in jobs} == {JobState.STOPPED}


def test_an_action_that_is_none_and_a_queue_that_is_none_are_refused(admin):
    assert act(admin, "RECOUNT", "explode") == 422
    assert send(admin, "PUT", f"{JOBS}/queues/RECOUNT", {}).status_code == 422
    assert act(admin, "REPLICATION", "pause") == 404
    assert act(admin, "SCHEDULER", "stop") == 422


def test_pools_tell_their_workers_and_those_what_they_do(admin, pool):
    job = recount()
    assert lease.claim(job.pk)
    (told,) = admin.get(f"{JOBS}/pools").json()
    assert (told["worker_pool_id"], told["pid"], told["concurrency"]) == (pool.key, pool.pid, settings.ENV.job_workers)
    for asked in ("all", pool.key):
        (worker,) = admin.get(f"{JOBS}/pools/{asked}/workers").json()
        assert (worker["job_id"], worker["job_name"], worker["pool_id"]) == (str(job.pk), "RECOUNT", pool.key)
    assert admin.get(f"{JOBS}/pools/nobody/workers").status_code == 404


def test_a_pool_whose_heart_stands_still_is_none(admin, pool):
    WorkerPool.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    assert admin.get(f"{JOBS}/pools").json() == []


def test_a_job_is_stopped_by_its_number_or_with_all_that_run(admin):
    waiting, running = recount(), enqueue.add("fsck", by=SYSTEM)
    assert lease.claim(running.pk)
    assert send(admin, "PUT", f"{JOBS}/jobs/{waiting.pk}").status_code == 200
    assert state(waiting) == JobState.STOPPED
    assert send(admin, "PUT", f"{JOBS}/jobs/all").status_code == 200
    running.refresh_from_db()
    assert running.stop_asked
    assert acts() == [f"stop recount {waiting.pk}", f"stop fsck {running.pk}"]
    for unknown in ("999999", "x", "9" * 30):
        assert send(admin, "PUT", f"{JOBS}/jobs/{unknown}").status_code == 404


def test_the_log_of_a_job_is_a_text_of_a_line_each(admin):
    job = enqueue.add("purge_sessions", by=SYSTEM)
    run.run(job.pk)
    answer = admin.get(f"{JOBS}/jobs/{job.pk}/log")
    assert answer["Content-Type"].startswith("text/plain")
    lines = answer.getvalue().decode().splitlines()
    assert "[INFO] Dropped: 0 sessions." in lines[1]
    assert lines[-1].endswith("[INFO] Done.")
    assert admin.get(f"{JOBS}/jobs/999999/log").status_code == 404


def test_schedules_are_listed_and_all_of_them_paused(admin):
    made = schedule.ensure("recount", "recount", "0 37 3 * * *")
    answer = admin.get(SCHEDULES)
    assert answer["X-Total-Count"] == "1"
    (told,) = answer.json()
    assert (told["vendor_type"], told["cron"]) == ("RECOUNT", "0 37 3 * * *")
    assert told["update_time"] == moment(made.updated_at)
    assert admin.get(f"{SCHEDULES}/all/paused").json() == {"paused": False}
    assert act(admin, "SCHEDULER", "pause") == 200
    assert admin.get(f"{SCHEDULES}/all/paused").json() == {"paused": True}
    assert queues.is_paused(queues.SCHEDULER)
    assert act(admin, "SCHEDULER", "resume") == 200
    assert admin.get(f"{SCHEDULES}/all/paused").json() == {"paused": False}
    assert admin.get(f"{SCHEDULES}/RECOUNT/paused").status_code == 400


def test_queues_cost_as_many_queries_however_many_jobs_wait(admin, django_assert_num_queries):
    admin.get(f"{JOBS}/queues")
    with django_assert_num_queries(5) as few:
        admin.get(f"{JOBS}/queues")
    for _ in range(30):
        recount()
    with django_assert_num_queries(len(few.captured_queries)):
        admin.get(f"{JOBS}/queues")
