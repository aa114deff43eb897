"""The job that seals the audit log and sends it on."""

import socket
from contextlib import closing
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import audit, configuration
from accounts.models import AuditRecord
from accounts.principals import SYSTEM
from registry.jobs import enqueue, run, schedule
from registry.models import Job, JobState, Schedule

# A job's lease is renewed by a thread of its own, which must see the rows.
pytestmark = pytest.mark.django_db(transaction=True)


def seal() -> tuple[Job, str]:
    """The job after it has run, and its log."""
    job = enqueue.add("seal_audit", by=SYSTEM)
    run.run(job.pk)
    job.refresh_from_db()
    return job, "\n".join(job.log_lines.order_by("number").values_list("text", flat=True))


def test_the_log_is_sealed_every_minute():
    schedule.ensure_declared()
    assert Schedule.objects.get(name="seal_audit").cron == "0 * * * * *"
    audit.record(SYSTEM, "create", "tag", "app:1")
    job, told = seal()
    assert (job.state, "Sealed: 1." in told) == (JobState.SUCCEEDED, True)
    assert AuditRecord.objects.get().sequence == 1


def test_a_syslog_server_that_is_away_hinders_no_seal():
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        endpoint = f"127.0.0.1:{gone.getsockname()[1]}"
    configuration.set("audit_log_forward_endpoint", endpoint, by=SYSTEM)
    job, told = seal()
    assert job.state == JobState.SUCCEEDED
    assert "Sealed: 1." in told
    assert "records wait" in told


def test_its_own_runs_are_forgotten_after_a_while():
    first, _ = seal()
    other = enqueue.add("sweep_uploads", by=SYSTEM)
    long_ago = timezone.now() - timedelta(hours=2)
    Job.objects.update(state=JobState.FAILED, ended_at=long_ago)
    second, _ = seal()
    assert {*Job.objects.values_list("pk", flat=True)} == {other.pk, second.pk}
    assert first.pk not in {other.pk, second.pk}
