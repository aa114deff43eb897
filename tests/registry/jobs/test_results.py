"""What a job has made: kept in pieces until it is taken away, or some days have passed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.principals import SYSTEM
from registry.exceptions import ResultUnknown
from registry.jobs import enqueue, purging, results
from registry.models import Job, JobPiece, JobState

pytestmark = pytest.mark.django_db


def made(*pieces: bytes, ended: timedelta = timedelta(0)) -> Job:
    job = enqueue.add("test chatty", by=SYSTEM)
    for number, piece in enumerate(pieces, start=1):
        results.add(job.pk, number, piece)
    Job.objects.filter(pk=job.pk).update(state=JobState.SUCCEEDED, ended_at=timezone.now() - ended)
    job.refresh_from_db()
    return job


def test_its_pieces_are_one_again_however_many_they_are(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(results, "PIECES", 2)
    job = made(b"one ", b"two ", b"three ", b"four ", b"five")
    assert b"".join(results.pieces(job)) == b"one two three four five"


def test_a_job_that_made_nothing_or_is_not_done_has_nothing_to_take_away():
    unfinished = made(b"half")
    unfinished.state = JobState.RUNNING
    for job in (made(), unfinished):
        with pytest.raises(ResultUnknown):
            results.pieces(job)


def test_after_a_week_it_is_gone_and_the_job_is_still_told_of():
    old, young = made(b"old", ended=timedelta(days=8)), made(b"young", ended=timedelta(days=6))
    purging.forget_some()
    assert list(JobPiece.objects.values_list("job", flat=True)) == [young.pk]
    assert Job.objects.filter(pk=old.pk).exists()
