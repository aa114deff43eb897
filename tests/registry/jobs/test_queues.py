"""Whose turn it is: no kind of jobs keeps another waiting, and a queue that is paused stands still."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from accounts.principals import SYSTEM
from registry.jobs import enqueue, health, lease, queues, reaper, run, schedule
from registry.jobs.lease import Lease
from registry.models import Job, JobQueue, JobState, Schedule
from tests.registry.jobs.workers import Worker, until

pytestmark = pytest.mark.django_db

AGO = timedelta(minutes=1)


def slow(count: int = 1, **arguments: float) -> Job:
    return enqueue.add("test slow", {"count": count, **arguments}, by=SYSTEM)


def chatty() -> Job:
    return enqueue.add("test failing", by=SYSTEM)


def small(count: int) -> list[Job]:
    return [enqueue.add("test copy", {"count": 0}, by=SYSTEM) for _ in range(count)]


def take() -> Lease:
    held = queues.take(0)
    assert held
    return held


def let_wait(*jobs: Job) -> None:
    Job.objects.filter(pk__in=[job.pk for job in jobs]).update(waiting_since=timezone.now() - AGO)


def let_come_first(kind: str) -> None:
    queues.ensure(kind)
    JobQueue.objects.filter(kind=kind).update(turn_at=timezone.now() - AGO)


def state(job: Job) -> JobState:
    return JobState(Job.objects.get(pk=job.pk).state)


def test_of_one_kind_the_job_that_has_waited_longest_is_first():
    first, second = small(2)
    let_wait(second)
    assert [take().job, take().job] == [second, first]


def test_a_free_worker_takes_a_job_of_the_kind_of_which_fewest_run():
    small(50)
    assert take().kind.name == "test copy"
    long = slow()
    assert take().job == long
    assert take().kind.name == "test copy"


def test_kinds_share_one_worker_by_time_however_long_their_jobs_are():
    small(60)
    for _ in range(10):
        slow()
    spent = {"test copy": 0.0, "test slow": 0.0}
    for _ in range(40):
        held = take()
        seconds = 1.0 if held.kind.name == "test slow" else 0.1
        held.begun_at -= seconds
        JobQueue.objects.update(turn_at=F("turn_at") - timedelta(seconds=seconds))  # as if that time had passed
        lease.end(held, JobState.SUCCEEDED)
        queues.end_turn(held)
        spent[held.kind.name] += seconds
    assert min(spent.values()) >= 3


def test_a_kind_that_is_full_keeps_no_other_waiting():
    for _ in range(3):
        enqueue.add("test crowd", by=SYSTEM)
    assert [take().kind.name, take().kind.name] == ["test crowd", "test crowd"]
    assert queues.take(0) is None
    other = slow()
    assert take().job == other


def test_the_job_that_was_called_gets_the_message_of_the_one_that_is_taken():
    called, taken = slow(), chatty()
    let_come_first("test failing")
    assert take_for(called) == taken
    OrmQ.objects.filter(pk=called.message_id).delete()  # it has come, and is used up
    called.refresh_from_db()
    assert called.message_id == taken.message_id
    reaper.reap()
    assert OrmQ.objects.get().pk == called.message_id


def take_for(called: Job) -> Job:
    held = queues.take(called.pk)
    assert held
    return held.job


def test_a_long_job_makes_room_for_one_that_found_no_worker_and_goes_on_where_it_stood(settings: Settings):
    settings.JOB_TURN_SECONDS = 0
    long = slow(3)
    let_come_first("test slow")
    waiting = chatty()
    let_wait(waiting)
    run.run(long.pk)
    long.refresh_from_db()
    assert (long.state, long.attempts, long.progress) == (JobState.PENDING, 0, {"next": 1})
    assert OrmQ.objects.filter(pk=long.message_id).exists()
    run.run(long.pk)
    assert state(waiting) == JobState.SUCCEEDED
    run.run(long.pk)
    assert state(long) == JobState.SUCCEEDED
    texts = long.log_lines.order_by("number").values_list("text", flat=True)
    assert [text for text in texts if text.startswith("item")] == ["item 0", "item 1", "item 2"]
    assert "Others wait; this goes on from here in its next turn." in texts


def test_a_long_job_keeps_its_worker_where_nobody_waits_or_only_for_a_moment(settings: Settings):
    settings.JOB_TURN_SECONDS = 0
    long = slow(3)
    let_come_first("test slow")
    chatty()
    run.run(long.pk)
    assert state(long) == JobState.SUCCEEDED


def test_two_long_jobs_of_a_kind_take_turns(settings: Settings):
    settings.JOB_TURN_SECONDS = 0
    first, second = slow(2), slow(2)
    let_wait(first, second)
    for _ in range(2):
        run.run(first.pk)
    assert [Job.objects.get(pk=job.pk).done for job in (first, second)] == [1, 2]


def test_of_a_kind_that_runs_one_at_a_time_the_next_waits_until_the_first_is_done():
    first, second = (enqueue.add("test failing", by=SYSTEM) for _ in range(2))
    held = queues.take(first.pk)
    assert held
    let_wait(second)
    assert not queues.should_make_room(held)
    let_wait(slow())
    assert queues.should_make_room(held)


def test_no_job_of_a_paused_kind_begins_until_it_is_resumed():
    paused, other = slow(), chatty()
    assert queues.pause("test slow")
    assert not queues.pause("test slow")
    run.run(paused.pk)
    assert (state(paused), state(other)) == (JobState.PENDING, JobState.SUCCEEDED)
    OrmQ.objects.all().delete()
    reaper.reap()
    assert not OrmQ.objects.exists()
    assert queues.resume("test slow")
    paused.refresh_from_db()
    assert OrmQ.objects.get().pk == paused.message_id
    run.run(paused.pk)
    assert state(paused) == JobState.SUCCEEDED


def test_a_job_of_a_kind_that_is_paused_as_it_runs_goes_on_to_its_end(settings: Settings):
    settings.JOB_TURN_SECONDS = 0
    long = slow(3)
    held = queues.take(long.pk)
    assert held
    let_wait(chatty())
    assert queues.should_make_room(held)
    queues.pause("test slow")
    assert not queues.should_make_room(held)


def test_a_cleared_queue_has_stopped_what_waited_and_not_what_runs():
    running, waiting = slow(), slow()
    assert take().job == running
    assert queues.clear("test slow", reason="ann cleared the queue.") == 1
    assert (state(running), state(waiting)) == (JobState.RUNNING, JobState.STOPPED)
    assert Job.objects.get(pk=waiting.pk).error == "ann cleared the queue."


def test_no_schedule_fires_while_all_are_paused_and_what_was_missed_is_made_up_once():
    schedule.ensure("test", "test slow", "0 * * * * *", {"count": 0})
    Schedule.objects.update(next_at=timezone.now() - timedelta(hours=1))
    queues.pause(queues.SCHEDULER)
    schedule.tick()
    assert not Job.objects.exists()
    assert not health.is_stalled()
    queues.resume(queues.SCHEDULER)
    schedule.tick()
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_thousand_small_jobs_and_a_long_one_get_along_on_one_worker(start_worker: Callable[..., Worker]):
    for _ in range(1000):
        enqueue.add("test chatty", {"lines": 1}, by=SYSTEM)
    long = slow(12, seconds=0.2)
    start_worker(ROADSTEAD_JOB_WORKERS="1")
    done = Job.objects.filter(kind="test chatty", state=JobState.SUCCEEDED)
    until(lambda: Job.objects.get(pk=long.pk).started_at)
    assert done.count() < 900
    before = done.count()
    until(lambda: state(long) == JobState.SUCCEEDED)
    assert before + 5 < done.count() < 1000
