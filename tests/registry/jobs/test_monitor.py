"""Who may steer the job service, and what that does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.exceptions import NotAllowed
from accounts.models import AuditRecord, BuiltIn, User
from accounts.principals import SYSTEM, Grant, of_user
from registry.exceptions import QueueUnknown
from registry.jobs import enqueue, monitor, schedule
from registry.models import Job, JobState, Schedule
from tests.factories.accounts import make_principal, make_project, make_sysadmin, make_user, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_sysadmin()


def auditor():
    user = make_user()
    User.objects.filter(pk=user.pk).update(is_auditor=True)
    return of_user(User.objects.get(pk=user.pk))


def daily() -> Schedule:
    return schedule.ensure("test", "test chatty", "0 0 0 * * *", {"lines": 1})


def stopped(job: Job) -> bool:
    return Job.objects.filter(pk=job.pk, state=JobState.STOPPED).exists()


def test_an_auditor_looks_and_steers_nothing():
    by, job = auditor(), enqueue.add("test chatty", by=SYSTEM)
    assert {queue.kind for queue in monitor.queues(by=by)} >= {"test chatty", "copy_artifacts"}
    assert not monitor.are_schedules_paused(by=by)
    assert not [*monitor.running(by=by), *monitor.pools_alive(by=by), *monitor.schedules(by=by)]
    for steer in (
        lambda: monitor.pause("test chatty", by=by),
        lambda: monitor.resume("test chatty", by=by),
        lambda: monitor.clear("test chatty", by=by),
        lambda: monitor.pause_schedules(by=by),
        lambda: monitor.pause_schedule(daily(), by=by),
        lambda: monitor.resume_schedule(daily(), by=by),
        lambda: monitor.stop(job, by=by),
        lambda: monitor.stop_all(by=by),
    ):
        with pytest.raises(NotAllowed):
            steer()


def test_whoever_asked_for_a_job_may_stop_it_and_nobody_else_of_the_project_may():
    project = make_project()
    by, other = member_of(project, BuiltIn.DEVELOPER), member_of(project, BuiltIn.PROJECT_ADMIN)
    job = enqueue.add("test chatty", by=by, project_id=project.pk)
    assert monitor.may_stop(job, by=by)
    assert not monitor.may_stop(job, by=other)
    with pytest.raises(NotAllowed):
        monitor.stop(job, by=other)
    monitor.stop(job, by=by)
    assert stopped(job)


def test_an_access_token_that_is_good_for_less_stops_no_job_of_its_user():
    by = make_principal()
    job = enqueue.add("test chatty", by=by)
    narrow = replace(by, limit=(Grant(frozenset({"repository:pull"}), covers_all_projects=True),))
    with pytest.raises(NotAllowed):
        monitor.stop(job, by=narrow)


def test_a_paused_schedule_fires_no_more_and_makes_up_for_nothing_when_resumed(admin):
    made = daily()
    monitor.pause_schedule(made, by=admin)
    Schedule.objects.update(next_at=timezone.now() - timedelta(days=3))
    schedule.tick()
    monitor.resume_schedule(made, by=admin)
    schedule.tick()
    assert not Job.objects.exists()
    made.refresh_from_db()
    assert made.is_enabled
    assert made.next_at > timezone.now()


def test_what_was_steered_is_recorded_once(admin):
    monitor.pause("test chatty", by=admin)
    monitor.pause("test chatty", by=admin)
    monitor.pause_schedules(by=admin)
    monitor.resume_schedules(by=admin)
    monitor.clear("test chatty", by=admin)
    enqueue.add("test chatty", by=SYSTEM)
    assert monitor.clear("test chatty", by=admin) == 1
    assert [(each.resource, each.description) for each in AuditRecord.objects.order_by("pk")] == [
        ("test chatty", "pause"),
        ("scheduler", "pause"),
        ("scheduler", "resume"),
        ("test chatty", "clear: 1 jobs"),
    ]


def test_a_kind_that_is_none_has_no_queue(admin):
    with pytest.raises(QueueUnknown):
        monitor.pause("make coffee", by=admin)
