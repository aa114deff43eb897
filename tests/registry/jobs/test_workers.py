"""Real worker processes, killed, frozen, drained and crowded, on the database of the tests."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import signing
from django.db import connection
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signing import PickleSerializer

from accounts.principals import SYSTEM
from registry.jobs import enqueue, schedule
from registry.models import Job, JobState, Schedule
from tests.registry.jobs.workers import Worker, is_alive, until

Start = Callable[..., Worker]
Told = Callable[[], list[list[str]]]

pytestmark = pytest.mark.django_db(transaction=True)


def copying(folder: Path, *, count: int = 6, hold: int = 2) -> Job:
    return enqueue.add("test copy", {"folder": str(folder), "count": count, "hold": hold}, by=SYSTEM)


def is_in(job: Job, state: JobState) -> bool:
    return Job.objects.filter(pk=job.pk, state=state).exists()


def holds_after(told: Told, number: int, times: int = 1) -> int:
    """Wait until the job stands there; the process that does it."""
    until(lambda: [line[0] for line in told()].count(str(number)) == times)
    return int(told()[-1][1])


def log_numbers(job: Job) -> list[int]:
    return list(job.log_lines.order_by("number").values_list("number", flat=True))


def items_logged(job: Job) -> list[str]:
    return list(job.log_lines.filter(text__startswith="item").order_by("number").values_list("text", flat=True))


def cut_other_connections() -> None:
    """As a restart of PostgreSQL does; SQLite has none to cut."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")


def test_a_killed_workers_job_is_finished_by_another_where_it_stood(
    start_worker: Start, tmp_path: Path, hold: Path, told: Told
):
    start_worker()
    job = copying(tmp_path)
    process = holds_after(told, 2)
    until(lambda: Job.objects.get(pk=job.pk).done == 3)
    os.kill(process, signal.SIGKILL)
    hold.unlink()
    until(lambda: is_in(job, JobState.SUCCEEDED))
    assert [int(number) for number, _ in told()] == [0, 1, 2, 3, 4, 5]
    assert len({pid for _, pid in told()}) == 2
    job.refresh_from_db()
    assert (job.attempts, job.done, job.total) == (2, 6, 6)
    assert log_numbers(job) == list(range(1, len(log_numbers(job)) + 1))
    assert items_logged(job) == [f"item {number}" for number in range(6)]


def test_a_killed_main_process_leaves_none_behind_and_another_worker_goes_on(
    start_worker: Start, tmp_path: Path, hold: Path, told: Told
):
    first = start_worker()
    job = copying(tmp_path)
    holds_after(told, 2)
    until(lambda: Job.objects.get(pk=job.pk).done == 3)
    below = first.below()
    first.kill()
    until(lambda: not any(map(is_alive, below)), seconds=5)
    hold.unlink()
    start_worker()
    until(lambda: is_in(job, JobState.SUCCEEDED))
    assert [int(number) for number, _ in told()] == [0, 1, 2, 3, 4, 5]


def test_a_frozen_worker_that_wakes_after_its_lease_changes_nothing(
    start_worker: Start, tmp_path: Path, hold: Path, told: Told
):
    worker = start_worker()
    job = copying(tmp_path)
    process = holds_after(told, 2)
    until(lambda: Job.objects.get(pk=job.pk).done == 3)
    os.kill(process, signal.SIGSTOP)
    until(lambda: is_in(job, JobState.SUCCEEDED))
    lines = log_numbers(job)
    os.kill(process, signal.SIGCONT)
    until(lambda: "a job was taken from this worker" in worker.said())
    assert [int(number) for number, _ in told()] == [0, 1, 2, 3, 4, 5]
    assert log_numbers(job) == lines
    assert is_in(job, JobState.SUCCEEDED)


def test_a_worker_that_is_told_to_stop_hands_its_job_over(start_worker: Start, tmp_path: Path, hold: Path, told: Told):
    first = start_worker()
    job = copying(tmp_path)
    holds_after(told, 2)
    assert first.stop() == 0
    job.refresh_from_db()
    assert (job.state, job.attempts, job.progress) == (JobState.PENDING, 0, {"next": 3})
    hold.unlink()
    start_worker()
    until(lambda: is_in(job, JobState.SUCCEEDED))
    assert [int(number) for number, _ in told()] == [0, 1, 2, 3, 4, 5]
    assert Job.objects.get(pk=job.pk).attempts == 1


def test_a_job_that_does_not_listen_is_killed_at_the_end_of_the_grace(
    start_worker: Start, tmp_path: Path, hold: Path, told: Told
):
    first = start_worker(ROADSTEAD_STOP_GRACE_SECONDS="2")
    job = enqueue.add("test deaf", {"folder": str(tmp_path)}, by=SYSTEM)
    until(told)
    below = first.below()
    assert first.stop() == 0
    until(lambda: not any(map(is_alive, below)), seconds=5)
    hold.unlink()
    start_worker()
    until(lambda: is_in(job, JobState.SUCCEEDED))
    assert [attempt for attempt, _ in told()] == ["1", "2"]


def test_a_running_job_ends_at_its_next_step_when_a_stop_is_asked(
    start_worker: Start, tmp_path: Path, hold: Path, told: Told
):
    start_worker()
    job = copying(tmp_path)
    holds_after(told, 2)
    assert enqueue.stop(job, by=SYSTEM)
    until(lambda: is_in(job, JobState.STOPPED))
    assert len(told()) == 3
    assert not enqueue.stop(job, by=SYSTEM)


def test_a_job_that_kills_its_workers_is_parked(start_worker: Start, tmp_path: Path, told: Told):
    start_worker()
    job = enqueue.add("test deadly", {"folder": str(tmp_path)}, by=SYSTEM)
    until(lambda: is_in(job, JobState.FAILED))
    assert [attempt for attempt, _ in told()] == ["1", "2"]
    job.refresh_from_db()
    assert "died or was cut off in attempt 2 of 2: given up" in job.error
    after = enqueue.add("test chatty", {"lines": 1}, by=SYSTEM)
    until(lambda: is_in(after, JobState.SUCCEEDED))


def test_workers_killed_while_idle_are_replaced(start_worker: Start):
    worker = start_worker()
    sentinel, *idle = worker.below()
    for process in idle:
        os.kill(process, signal.SIGKILL)
    jobs = [enqueue.add("test chatty", {"lines": 1}, by=SYSTEM) for _ in range(4)]
    until(lambda: all(is_in(job, JobState.SUCCEEDED) for job in jobs))
    assert worker.below()[0] == sentinel
    assert worker.stop() == 0


def test_a_worker_whose_sentinel_is_killed_ends_so_that_it_can_be_started_again(start_worker: Start):
    worker = start_worker()
    sentinel, *rest = worker.below()
    os.kill(sentinel, signal.SIGKILL)
    assert worker.main.wait(timeout=20) == 1
    assert "ended by themselves" in worker.said()
    until(lambda: not any(map(is_alive, rest)), seconds=20)


def test_a_worker_whose_connections_to_the_database_are_cut_goes_on(
    start_worker: Start, tmp_path: Path, hold: Path, told: Told
):
    start_worker()
    interrupted = copying(tmp_path)
    holds_after(told, 2)
    until(lambda: Job.objects.get(pk=interrupted.pk).done == 3)
    cut_other_connections()
    other = enqueue.add("test chatty", {"lines": 1}, by=SYSTEM)
    hold.unlink()
    until(lambda: is_in(interrupted, JobState.SUCCEEDED) and is_in(other, JobState.SUCCEEDED))
    assert {int(number) for number, _ in told()} == set(range(6))  # a step that could not be saved is done again


def test_no_more_jobs_of_a_kind_run_at_once_than_may(start_worker: Start, tmp_path: Path, told: Told):
    jobs = [enqueue.add("test crowd", {"folder": str(tmp_path)}, by=SYSTEM) for _ in range(12)]
    for _ in range(2):
        start_worker(ROADSTEAD_JOB_WORKERS="2")
    until(lambda: all(is_in(job, JobState.SUCCEEDED) for job in jobs))
    inside = [0]
    for (word,) in told():
        inside.append(inside[-1] + (1 if word == "in" else -1))
    assert max(inside) == 2
    assert len(told()) == 24


def test_schedules_fire_once_however_many_workers_watch_them(start_worker: Start):
    for number in range(20):
        schedule.ensure(f"test {number}", "test chatty", "0 0 0 1 1 *", {"lines": number})
    for _ in range(3):
        start_worker(ROADSTEAD_JOB_WORKERS="2")
    Schedule.objects.exclude(name="test hourly").update(next_at=timezone.now() + timedelta(seconds=1))
    made = Job.objects.filter(kind="test chatty")  # at a full hour there is another one beside them
    until(lambda: made.filter(state=JobState.SUCCEEDED).count() == 20)
    assert sorted(job.arguments["lines"] for job in made) == list(range(20))
    assert Schedule.objects.filter(name="test hourly").exists()


class Canary:
    """Touches a file when somebody believes the pickle that it is in."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return (os.mkdir, (str(self.file),))


def test_a_message_that_the_queue_key_did_not_sign_is_thrown_away_unread(start_worker: Start, tmp_path: Path):
    canary = tmp_path / "canary"
    for key in (settings.SECRET_KEY, settings.DATA_KEY, "guessed"):
        forged = signing.dumps(Canary(canary), key=key, salt=Conf.PREFIX, serializer=PickleSerializer)
        OrmQ.objects.create(key=Conf.CLUSTER_NAME, payload=forged, lock=timezone.now())
    OrmQ.objects.create(key=Conf.CLUSTER_NAME, payload="not even signed", lock=timezone.now())
    start_worker()
    job = enqueue.add("test chatty", {"lines": 1}, by=SYSTEM)
    until(lambda: is_in(job, JobState.SUCCEEDED))
    until(lambda: not OrmQ.objects.exists())
    assert not canary.exists()
