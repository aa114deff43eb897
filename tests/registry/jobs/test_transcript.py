"""The log of a job as a text."""

import pytest

from accounts.principals import SYSTEM
from registry.jobs import enqueue, log, transcript

pytestmark = pytest.mark.django_db


def test_each_line_stands_once_in_order_however_many_there_are(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transcript, "LINES", 3)
    job = enqueue.add("test chatty", by=SYSTEM)
    log.append(job.pk, [log.line("warning" if number == 4 else "info", f"line {number}") for number in range(10)])
    text = "".join(transcript.pieces(job))
    assert [line.partition("] ")[2] for line in text.splitlines()] == [f"line {number}" for number in range(10)]
    assert text.splitlines()[4].endswith("Z [WARNING] line 4")
    assert "".join(transcript.pieces(job, after=8)).splitlines() == text.splitlines()[8:]


def test_a_job_without_a_log_has_an_empty_one():
    assert list(transcript.pieces(enqueue.add("test chatty", by=SYSTEM))) == []
