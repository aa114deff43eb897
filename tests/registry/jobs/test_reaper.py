"""Jobs whose worker, message or kind was lost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from accounts.principals import SYSTEM
from registry.jobs import enqueue, lease, reaper
from registry.models import Job, JobState

pytestmark = pytest.mark.django_db


def lost(kind: str, attempts: int) -> Job:
    """A job whose lease has run out in this attempt."""
    job = enqueue.add(kind, by=SYSTEM)
    assert lease.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1), attempts=attempts)
    job.refresh_from_db()
    return job


def test_a_job_whose_lease_ran_out_waits_for_another_attempt():
    job = lost("test deaf", attempts=1)
    worker = job.worker
    reaper.reap()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.worker) == (JobState.PENDING, 1, "")
    assert job.not_before
    assert job.not_before > timezone.now()
    assert [line.text for line in job.log_lines.all()] == [f"The worker {worker} died or was cut off in attempt 1."]


def test_a_job_whose_lease_runs_is_left_alone():
    job = enqueue.add("test deaf", by=SYSTEM)
    assert lease.claim(job.pk)
    reaper.reap()
    assert Job.objects.get(pk=job.pk).state == JobState.RUNNING


def test_a_job_lost_in_its_last_attempt_has_failed():
    job = lost("test deaf", attempts=3)
    reaper.reap()
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "in attempt 3 of 3: given up" in job.error


def test_a_lost_job_that_was_asked_to_stop_is_stopped():
    job = lost("test deaf", attempts=1)
    assert enqueue.stop(job, by=SYSTEM)
    reaper.reap()
    job.refresh_from_db()
    assert (job.state, job.lease_until) == (JobState.STOPPED, None)


def test_a_job_whose_message_was_lost_gets_one_other():
    job = enqueue.add("test copy", by=SYSTEM)
    OrmQ.objects.all().delete()
    reaper.reap()
    reaper.reap()
    job.refresh_from_db()
    assert OrmQ.objects.get().pk == job.message_id


def test_no_more_messages_are_written_for_a_kind_than_may_begin():
    for _ in range(5):
        enqueue.add("test crowd", by=SYSTEM)
    OrmQ.objects.all().delete()
    reaper.reap()
    first = Job.objects.order_by("pk")[:2]
    assert set(OrmQ.objects.values_list("pk", flat=True)) == {job.message_id for job in first}


def test_a_kind_that_no_worker_knows_fails_after_a_day():
    for age in (timedelta(hours=1), timedelta(hours=25)):
        job = enqueue.add("test copy", by=SYSTEM)
        Job.objects.filter(pk=job.pk).update(kind="test of tomorrow", created_at=timezone.now() - age)
    reaper.reap()
    young, old = Job.objects.order_by("pk")
    assert young.state == JobState.PENDING
    assert (old.state, old.error) == (JobState.FAILED, "No worker knows the kind test of tomorrow.")
