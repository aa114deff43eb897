"""Jobs that are made again and again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.exceptions import Invalid
from accounts.principals import SYSTEM
from registry.jobs import enqueue, schedule
from registry.models import Job, JobState, Schedule

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
YEARLY = "0 0 0 1 1 *"


def make_due(name: str, **arguments: object) -> Schedule:
    made = schedule.ensure(name, "test chatty", YEARLY, arguments)
    Schedule.objects.filter(pk=made.pk).update(next_at=timezone.now() - timedelta(days=1000))
    made.refresh_from_db()
    return made


@pytest.mark.parametrize(
    ("cron", "time"),
    [
        ("0 0 2 * * *", datetime(2026, 11, 25, 2, tzinfo=UTC)),
        ("0 0 2 * * ?", datetime(2026, 11, 25, 2, tzinfo=UTC)),
        ("30 */5 * * * *", datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)),
        ("0 0 0 * * 0", datetime(2026, 11, 29, tzinfo=UTC)),
        ("0 0 0 29 2 *", datetime(2028, 2, 29, tzinfo=UTC)),
        ("0 0 12 * * *", datetime(2026, 11, 25, 12, tzinfo=UTC)),
    ],
)
def test_seconds_come_first(cron: str, time: datetime):
    assert schedule.following(cron, NOON) == time


@pytest.mark.parametrize(
    "cron",
    ["", "0 2 * * *", "@hourly", "0 0 0 30 2 *", "0 0 25 * * *", "* * * * * * 2030", "a b c d e f", "0 0 2 * * \0"],
)
def test_a_cron_that_makes_no_sense_or_never_comes_true_is_refused(cron: str):
    with pytest.raises(Invalid, match="is not a schedule"):
        schedule.ensure("test", "test chatty", cron)
    assert not Schedule.objects.exists()


def test_a_schedule_that_was_missed_many_times_is_made_up_for_once():
    made = make_due("test", lines=1)
    schedule.tick()
    schedule.tick()
    job = Job.objects.get()
    assert (job.kind, job.arguments, job.principal) == ("test chatty", {"lines": 1}, "system")
    made.refresh_from_db()
    assert made.next_at == schedule.following(YEARLY, timezone.now())


def test_a_schedule_whose_last_job_still_waits_makes_no_other():
    for _ in range(2):
        make_due("test", lines=1)
        schedule.tick()
    assert Job.objects.count() == 1
    Job.objects.update(state=JobState.SUCCEEDED)
    make_due("test", lines=1)
    schedule.tick()
    assert Job.objects.count() == 2


def test_a_job_that_somebody_else_asked_for_does_not_take_the_schedules_place():
    enqueue.add("test chatty", {"lines": 1}, by=SYSTEM)
    Job.objects.update(principal="user:1")
    make_due("test", lines=1)
    schedule.tick()
    assert Job.objects.count() == 2


def test_a_disabled_schedule_makes_nothing():
    make_due("test")
    Schedule.objects.update(is_enabled=False)
    schedule.tick()
    assert not Job.objects.exists()


def test_a_schedule_of_a_kind_that_only_newer_workers_know_is_left_to_them():
    made = make_due("test")
    Schedule.objects.update(kind="test of tomorrow")
    schedule.tick()
    assert not Job.objects.exists()
    assert Schedule.objects.get().next_at == made.next_at


def test_a_row_that_is_no_schedule_is_disabled_and_stops_no_other():
    make_due("test broken")
    Schedule.objects.update(cron="0 0 0 31 2 *")
    make_due("test")
    schedule.tick()
    assert Job.objects.count() == 1
    assert not Schedule.objects.get(name="test broken").is_enabled


def test_ensuring_what_is_so_already_keeps_the_next_time():
    made = make_due("test", lines=1)
    assert schedule.ensure("test", "test chatty", YEARLY, {"lines": 1}).next_at == made.next_at
    changed = schedule.ensure("test", "test chatty", "0 0 0 2 1 *", {"lines": 1})
    assert changed.pk == made.pk
    assert changed.next_at == schedule.following("0 0 0 2 1 *", timezone.now())


def test_schedules_that_kinds_declare_are_made_once_and_may_then_be_changed():
    schedule.ensure_declared()
    Schedule.objects.filter(name="test hourly").update(cron=YEARLY)
    schedule.ensure_declared()
    assert Schedule.objects.get(name="test hourly").cron == YEARLY
