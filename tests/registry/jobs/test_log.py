"""The lines of a job: numbered without a gap, fit to be shown, never lost while the job is ours."""

import logging

import pytest
from django.db import DatabaseError

from accounts.principals import SYSTEM
from registry.jobs import enqueue, lease, log, run
from registry.jobs.echo import Echo
from registry.jobs.step import Step
from registry.models import Job

pytestmark = pytest.mark.django_db


def texts(job: Job) -> list[str]:
    return [line.text for line in job.log_lines.order_by("number")]


def test_lines_are_numbered_from_one_without_a_gap_however_many_come():
    job = enqueue.add("test chatty", {"lines": log.FULL * 2 + 50}, by=SYSTEM)
    run.run(job.pk)
    numbers = list(job.log_lines.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, log.FULL * 2 + 53))
    assert texts(job)[1:-1] == [f"line {number}" for number in range(log.FULL * 2 + 50)]


def test_lines_that_could_not_be_written_are_written_with_the_next():
    job = enqueue.add("test chatty", by=SYSTEM)
    held = lease.claim(job.pk)
    assert held
    step = Step(held)

    def fail() -> None:
        raise DatabaseError("the server is gone")

    step.log.info("one")
    with pytest.raises(DatabaseError):
        step.log.write(fail)
    step.log.warning("two")
    step.save()
    assert [(line.number, line.level, line.text) for line in job.log_lines.order_by("number")] == [
        (1, "info", "one"),
        (2, "warning", "two"),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\ntwo\tthree", "one\ntwo\tthree"),
        ("nul \x00", r"nul \x00"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("back\rforth", r"back\rforth"),
        ("line\u2028separator", r"line\u2028separator"),
        ("half \ud800", r"half \ud800"),
        ("größer als 三", "größer als 三"),
    ],
)
def test_characters_that_would_steer_a_terminal_or_choke_a_database_are_spelt_out(text: str, shown: str):
    assert log.plain(text) == shown


def test_a_line_of_a_megabyte_is_cut():
    assert len(log.plain("x" * 1_000_000)) < 9_000


def test_what_libraries_log_within_a_job_stands_in_its_log_too():
    job = enqueue.add("test library", by=SYSTEM)
    run.run(job.pk)
    assert [(line.level, line.text) for line in job.log_lines.order_by("number")][1:] == [
        ("info", "some.library: connected host=10.0.0.1"),
        ("error", "some.library: printing failed (ValueError: out of paper)"),
        ("info", "it works"),
        ("info", "Done."),
    ]


def test_what_is_logged_outside_of_a_job_stands_in_none():
    job = enqueue.add("test library", by=SYSTEM)
    run.run(job.pk)
    before = job.log_lines.count()
    logging.getLogger("some.library").warning("after the job")
    assert not [each for each in logging.getLogger().handlers if isinstance(each, Echo)]
    assert job.log_lines.count() == before
