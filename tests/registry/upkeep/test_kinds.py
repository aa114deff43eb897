"""The jobs of upkeep do the same works, tell of them in their log, and go on where they stood."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from accounts.models import RefusalRecord
from accounts.principals import SYSTEM
from registry import storage
from registry.jobs import enqueue, run, schedule
from registry.models import Artifact, Job, JobState, Schedule
from registry.storage import paths
from tests.factories.registry import make_repository, push_blob, push_image
from tests.registry.upkeep.test_adopt import forget
from tests.registry.upkeep.test_stale_uploads import LONG_AGO, started, touch

# A job's lease is renewed by a thread of its own, which must see the rows.
pytestmark = pytest.mark.django_db(transaction=True)


def done(job: Job) -> tuple[Job, str]:
    """The job after it has run, and its log."""
    run.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, job.error
    return job, "\n".join(job.log_lines.order_by("number").values_list("text", flat=True))


def test_stale_uploads_are_swept_every_hour():
    schedule.ensure_declared()
    assert Schedule.objects.get(name="sweep_uploads").cron == "0 17 * * * *"
    touch(started(), LONG_AGO)
    _, told = done(enqueue.add("sweep_uploads", by=SYSTEM))
    assert "Dropped: uploads 1, 10 B." in told


def test_sessions_that_have_ended_are_dropped_every_hour():
    schedule.ensure_declared()
    assert Schedule.objects.get(name="purge_sessions").cron == "0 43 * * * *"
    for key, minutes in (("over", -1), ("open", 1)):
        Session.objects.create(session_key=key, expire_date=timezone.now() + timedelta(minutes=minutes))
    _, told = done(enqueue.add("purge_sessions", by=SYSTEM))
    assert "Dropped: 1 sessions." in told
    assert [*Session.objects.values_list("session_key", flat=True)] == ["open"]


def test_refusals_are_forgotten_after_a_month():
    schedule.ensure_declared()
    assert Schedule.objects.get(name="purge_refusals").cron == "0 41 3 * * *"
    for number, days in (("old", 31), ("young", 29)):
        RefusalRecord.objects.create(pk=number, message="no")
        RefusalRecord.objects.filter(pk=number).update(at=timezone.now() - timedelta(days=days))
    _, told = done(enqueue.add("purge_refusals", by=SYSTEM))
    assert "Forgotten: 1 refusals." in told
    assert RefusalRecord.objects.get().pk == "young"


def test_links_are_rewritten_by_a_job_that_goes_on_where_it_stood():
    for name in ("a/app", "b/app"):
        push_image(make_repository(name))
        storage.driver().remove(paths.repository(name))
    job = enqueue.add("rewrite_links", by=SYSTEM)
    Job.objects.filter(pk=job.pk).update(progress={"place": "rows/a/app", "counts": {"repositories": 1}})
    job, told = done(job)
    assert "b/app: 5 written, 0 removed" in told
    assert "a/app: " not in told
    assert (job.done, job.total) == (2, 2)
    assert storage.driver().children(paths.repository("a/app")) == []


def test_adopting_by_job_reports_what_was_left(admin):
    push_image(make_repository("library/app"))
    push_image(make_repository("bad__name/app"))
    forget()
    output = StringIO()
    call_command("adopt", "--by-job", "--default-project", "library", stdout=output)
    job = Job.objects.get()
    assert output.getvalue() == f"Job {job.pk} takes it in.\n"
    job, told = done(job)
    assert "bad__name/app: a project name has" in told
    assert "new manifests 1, new tags 1" in told
    assert (job.done, job.total) == (2, 2)
    assert Artifact.objects.count() == 1


def test_damage_is_told_in_the_log_of_the_job_that_found_it():
    layer = push_blob(make_repository("library/app"), b"whole")
    storage.driver().put(paths.blob(layer.digest), b"whale")
    job, told = done(enqueue.add("fsck", {"hash": True, "links": True}, by=SYSTEM))
    assert f"blob-digest: {layer.digest}" in told
    assert "damages 1" in told
    assert (job.done, job.total) == (1, 1)
