"""Jobs that are over are kept for a while, and so many of a kind; what waits or runs always is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.principals import SYSTEM
from registry.jobs import enqueue, lease, log, purging, run
from registry.models import Job, JobLogLine, JobState

pytestmark = pytest.mark.django_db


def over(kind: str = "test chatty", *, days: int = 0) -> Job:
    job = enqueue.add(kind, by=SYSTEM)
    ended_at = timezone.now() - timedelta(days=days)
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, ended_at=ended_at)
    log.append(job.pk, [log.line("info", "one"), log.line("info", "two")])
    return job


def purge() -> Job:
    job = enqueue.add("purge_jobs", by=SYSTEM)
    run.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED
    return job


def left() -> set[int]:
    return {*Job.objects.exclude(kind="purge_jobs").values_list("pk", flat=True)}


def test_jobs_that_were_over_long_ago_are_forgotten_with_their_logs():
    old, young = over(days=91), over(days=89)
    job = purge()
    assert left() == {young.pk}
    assert not JobLogLine.objects.filter(job_id=old.pk).exists()
    assert job.done == 1


def test_of_each_kind_the_newest_are_kept(settings: Settings):
    settings.ENV = replace(settings.ENV, jobs_kept=3)
    jobs = [over() for _ in range(5)]
    other = over("test copy")
    purge()
    assert left() == {*(job.pk for job in jobs[2:]), other.pk}


def test_a_long_log_goes_bit_by_bit(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(purging, "LINES", 3)
    job = over(days=91)
    log.append(job.pk, [log.line("info", str(number)) for number in range(8)])
    purge()
    assert not left()


def test_what_waits_or_runs_is_never_forgotten(settings: Settings):
    settings.ENV = replace(settings.ENV, jobs_kept=1)
    waiting, running = (enqueue.add("test copy", by=SYSTEM) for _ in range(2))
    assert lease.claim(running.pk)
    Job.objects.update(created_at=timezone.now() - timedelta(days=999))
    purge()
    assert left() == {waiting.pk, running.pk}
