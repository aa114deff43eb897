"""Putting a job in the queue, and asking for its end."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ

from accounts.principals import SYSTEM
from registry.jobs import enqueue, lease, reaper
from registry.models import Job, JobState

pytestmark = pytest.mark.django_db


def test_a_job_and_its_message_are_made_together():
    job = enqueue.add("test chatty", {"lines": 1}, by=SYSTEM, project_id=7)
    job.refresh_from_db()
    assert (job.state, job.principal, job.project_id, job.attempts) == (JobState.PENDING, "system", 7, 0)
    assert OrmQ.objects.get().pk == job.message_id


def test_a_cause_that_is_rolled_back_leaves_neither_job_nor_message():
    with transaction.atomic():
        enqueue.add("test chatty", {"lines": 1}, by=SYSTEM)
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not OrmQ.objects.exists()


def test_a_job_for_later_gets_its_message_when_it_is_due():
    job = enqueue.add("test chatty", {"lines": 1}, by=SYSTEM, not_before=timezone.now() + timedelta(hours=1))
    reaper.reap()
    assert not OrmQ.objects.exists()
    Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
    reaper.reap()
    assert OrmQ.objects.count() == 1


def test_a_kind_that_nobody_declared_is_refused():
    with pytest.raises(KeyError):
        enqueue.add("test unheard of", by=SYSTEM)


def test_arguments_that_are_not_json_are_refused():
    with pytest.raises(TypeError, match="not JSON serializable"):
        enqueue.add("test chatty", {"lines": object()}, by=SYSTEM)


def test_a_waiting_job_that_is_stopped_never_begins():
    job = enqueue.add("test chatty", {"lines": 1}, by=SYSTEM)
    assert enqueue.stop(job, by=SYSTEM)
    job.refresh_from_db()
    assert job.state == JobState.STOPPED
    assert job.ended_at
    assert lease.claim(job.pk) is None
    assert not enqueue.stop(job, by=SYSTEM)
    assert [line.text for line in job.log_lines.all()] == ["system asks this job to stop."]
