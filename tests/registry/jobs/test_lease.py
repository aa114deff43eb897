"""Who owns a job: one worker at a time, and nobody that was given up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import pytest
from django.db import connection
from django.utils import timezone

from accounts.principals import SYSTEM
from registry.jobs import enqueue, lease, reaper
from registry.jobs.exceptions import LeaseLost
from registry.jobs.lease import Lease
from registry.jobs.step import Step
from registry.models import Job, JobState

T = TypeVar("T")


def claimed(job: Job) -> Lease:
    held = lease.claim(job.pk)
    assert held
    return held


def let_lease_run_out(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    reaper.reap()
    Job.objects.filter(pk=job.pk).update(not_before=None)


def at_once(asked: Callable[[int], T], values: list[int]) -> list[T]:
    """Ask for all values, each in a thread with a connection of its own."""

    def ask(value: int) -> T:
        try:
            return asked(value)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(values)) as pool:
        return list(pool.map(ask, values))


@pytest.mark.django_db(transaction=True)
def test_one_of_many_who_ask_at_once_gets_a_job():
    job = enqueue.add("test copy", by=SYSTEM)
    answers = at_once(lease.claim, [job.pk] * 8)
    assert len([held for held in answers if held]) == 1
    assert Job.objects.get(pk=job.pk).attempts == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_jobs_claimed_at_once_as_many_begin_as_the_kind_allows():
    jobs = [enqueue.add("test crowd", by=SYSTEM) for _ in range(8)]
    answers = at_once(lease.claim, [job.pk for job in jobs])
    assert len([held for held in answers if held]) == 2
    assert Job.objects.filter(state=JobState.RUNNING).count() == 2


@pytest.mark.django_db
def test_a_job_is_not_given_out_before_it_is_due_nor_when_it_is_over():
    early = enqueue.add("test copy", by=SYSTEM, not_before=timezone.now() + timedelta(hours=1))
    over = enqueue.add("test copy", by=SYSTEM)
    lease.end(claimed(over), JobState.SUCCEEDED)
    assert lease.claim(early.pk) is None
    assert lease.claim(over.pk) is None


@pytest.mark.django_db
def test_a_job_whose_lease_ran_out_still_holds_its_place_until_it_is_reaped():
    first, second, third = (enqueue.add("test crowd", by=SYSTEM) for _ in range(3))
    claimed(first)
    claimed(second)
    Job.objects.filter(pk=first.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert lease.claim(third.pk) is None
    reaper.reap()
    assert lease.claim(third.pk)


@pytest.mark.django_db
def test_whoever_lost_the_lease_can_write_nothing():
    job = enqueue.add("test copy", by=SYSTEM)
    old = claimed(job)
    step = Step(old)
    let_lease_run_out(job)
    new = claimed(job)
    step.log.info("I am still here")
    with pytest.raises(LeaseLost):
        step.save(progress={"next": 99})
    with pytest.raises(LeaseLost):
        step.check()
    with pytest.raises(LeaseLost):
        lease.end(old, JobState.FAILED, "mine")
    with pytest.raises(LeaseLost):
        lease.give_back(old)
    with pytest.raises(LeaseLost):
        lease.renew(old)
    job.refresh_from_db()
    assert (job.state, job.progress, job.worker) == (JobState.RUNNING, {}, new.job.worker)
    assert "I am still here" not in job.log_lines.values_list("text", flat=True)


@pytest.mark.django_db
def test_an_attempt_that_is_given_back_does_not_count_and_its_lease_is_over():
    job = enqueue.add("test copy", by=SYSTEM)
    old = claimed(job)
    lease.give_back(old, counts=False)
    assert Job.objects.get(pk=job.pk).attempts == 0
    new = claimed(job)
    assert new.job.attempts == old.job.attempts == 1
    with pytest.raises(LeaseLost):
        lease.renew(old)


@pytest.mark.django_db
def test_a_worker_that_was_cut_off_for_a_lease_asks_the_row_before_it_goes_on():
    job = enqueue.add("test copy", by=SYSTEM)
    held = claimed(job)
    held.renewed_at -= 1000
    Step(held).check()
    assert held.age_seconds < 10
    let_lease_run_out(job)
    held.renewed_at -= 1000
    with pytest.raises(LeaseLost):
        Step(held).check()


@pytest.mark.parametrize(("attempts", "least", "most"), [(1, 7.5, 12.5), (2, 15, 25), (4, 60, 100), (99, 2700, 4500)])
def test_each_failure_makes_the_next_attempt_wait_longer(attempts: int, least: float, most: float):
    waits = {(lease.next_attempt_at(attempts) - timezone.now()).total_seconds() for _ in range(20)}
    assert least - 0.1 < min(waits) < max(waits) < most
