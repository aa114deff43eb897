"""What becomes of a job when its message comes, in one process."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from accounts.principals import SYSTEM
from registry.jobs import drain, enqueue, lease, run
from registry.models import Job, JobState

pytestmark = pytest.mark.django_db


def texts(job: Job) -> list[str]:
    return [line.text for line in job.log_lines.order_by("number")]


def ready(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(not_before=None)


def test_a_job_is_done_once_however_many_messages_come(tmp_path: Path):
    job = enqueue.add("test copy", {"folder": str(tmp_path), "count": 3}, by=SYSTEM)
    run.run(job.pk)
    run.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.done, job.total) == (JobState.SUCCEEDED, 1, 3, 3)
    assert job.started_at
    assert job.ended_at
    assert len(tmp_path.joinpath("told").read_text().splitlines()) == 3
    assert texts(job)[1:] == ["item 0", "item 1", "item 2", "Done."]


def test_a_job_that_fails_is_tried_again_later():
    job = enqueue.add("test failing", {"times": 2}, by=SYSTEM)
    for attempt in (1, 2):
        run.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.attempts) == (JobState.PENDING, attempt)
        assert job.not_before
        assert job.not_before > timezone.now()
        run.run(job.pk)
        ready(job)
    run.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (JobState.SUCCEEDED, 3, "")


def test_a_job_without_an_attempt_left_has_failed_and_says_why():
    job = enqueue.add("test failing", {"times": 9}, by=SYSTEM)
    for _ in range(4):
        run.run(job.pk)
        ready(job)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert job.error == r"ValueError: the disk is full\x00"
    assert texts(job)[-2:] == [r"ValueError: the disk is full\x00", "No attempt is left."]


def test_what_is_not_allowed_is_not_tried_again_and_what_is_away_is():
    for_good = enqueue.add("test refused", {"for_good": True}, by=SYSTEM)
    run.run(for_good.pk)
    for_good.refresh_from_db()
    assert (for_good.state, for_good.attempts, for_good.error) == (JobState.FAILED, 1, "not you")
    for_now = enqueue.add("test refused", by=SYSTEM)
    run.run(for_now.pk)
    for_now.refresh_from_db()
    assert (for_now.state, for_now.error) == (JobState.PENDING, "DirectoryUnreachable: nobody answers")


def test_a_failure_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture):
    job = enqueue.add("test failing", {"times": 1}, by=SYSTEM)
    with caplog.at_level(logging.ERROR):
        run.run(job.pk)
    assert "the disk is full" in caplog.text
    assert "Traceback" in caplog.text


def test_work_that_exits_ends_the_attempt_and_not_the_worker():
    job = enqueue.add("test failing", {"exits": True}, by=SYSTEM)
    run.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.PENDING, "SystemExit: bye")


def test_a_worker_that_is_going_away_begins_nothing_and_passes_the_message_on():
    job = enqueue.add("test chatty", {"lines": 1}, by=SYSTEM)
    drain.ask()
    run.run(job.pk)
    message = job.message_id
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.PENDING, 0)
    assert job.message_id != message
    assert OrmQ.objects.filter(pk=job.message_id).exists()


def test_a_job_of_a_kind_that_only_newer_workers_know_is_left_to_them():
    job = enqueue.add("test chatty", by=SYSTEM)
    Job.objects.filter(pk=job.pk).update(kind="test of tomorrow")
    run.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.PENDING, 0)


def test_a_job_that_found_its_kind_busy_is_called_when_a_place_is_free():
    first, second, third = (enqueue.add("test failing", by=SYSTEM) for _ in range(3))
    held = lease.claim(first.pk)
    assert held
    for waiting in (second, third):
        run.run(waiting.pk)
    OrmQ.objects.all().delete()
    lease.give_back(held, not_before=timezone.now() + timedelta(hours=1))
    run.run(second.pk)
    assert Job.objects.get(pk=second.pk).state == JobState.SUCCEEDED
    assert OrmQ.objects.get().pk == Job.objects.get(pk=third.pk).message_id


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_beside_work_that_writes_nothing(settings: Settings):
    settings.JOB_LEASE_SECONDS = 0.8
    job = enqueue.add("test patient", by=SYSTEM)
    run.run(job.pk)
    assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED
