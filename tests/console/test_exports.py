"""The audit log as a file that a job makes."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import audit
from accounts.audit_log.searching import Wish
from accounts.exceptions import NotAllowed, NotAuthenticated
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import ANONYMOUS, SYSTEM
from console import exports, log_table
from registry.jobs import drain, results, run
from registry.models import Job, JobState
from tests.factories.accounts import make_project, make_sysadmin, member_of, membership_of

pytestmark = pytest.mark.django_db


def write(count: int, project=None) -> None:
    for number in range(count):
        audit.record(SYSTEM, "create", "artifact", f"=app/{number}", project)


def done(job: Job) -> Job:
    run.run(job.pk)
    job.refresh_from_db()
    return job


def rows(job: Job) -> list[list[str]]:
    text = b"".join(results.pieces(job)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def resources(job: Job) -> list[str]:
    return [row[log_table.HEADS.index("resource")] for row in rows(job)[1:]]


@pytest.fixture
def chunks_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "CHUNK", 2)


def test_all_records_that_were_there_stand_in_it_once_and_none_as_a_formula(chunks_of_two: None):
    write(5)
    job = exports.start(Wish(), by=make_sysadmin())
    write(1)
    done(job)
    assert (job.state, job.done, job.total) == (JobState.SUCCEEDED, 5, 5)
    assert rows(job)[0] == [*log_table.HEADS]
    assert resources(job) == [f"'=app/{number}" for number in range(5)]


def test_only_what_was_wished_for_stands_in_it():
    write(2)
    audit.record(SYSTEM, "delete", "artifact", "gone")
    AuditRecord.objects.filter(resource="=app/0").update(at=timezone.now() - timedelta(days=2))
    since = timezone.now() - timedelta(days=1)
    job = done(exports.start(Wish(operation="create", since=since), by=SYSTEM))
    assert resources(job) == ["'=app/1"]


def test_a_log_without_such_records_is_a_table_of_heads_alone():
    assert rows(done(exports.start(Wish(operation="nothing"), by=SYSTEM))) == [[*log_table.HEADS]]


def test_a_project_admin_gets_the_log_of_the_project_and_a_guest_does_not():
    project = make_project()
    write(1, project)
    write(1, make_project())
    job = done(exports.start(Wish(), project=project, by=member_of(project, BuiltIn.PROJECT_ADMIN)))
    assert (resources(job), job.project_id) == (["'=app/0"], project.pk)
    with pytest.raises(NotAllowed):
        exports.start(Wish(), project=project, by=member_of(project, BuiltIn.GUEST))
    with pytest.raises(NotAuthenticated):
        exports.start(Wish(), by=ANONYMOUS)


def test_a_role_that_is_taken_away_meanwhile_ends_it():
    project = make_project()
    write(3, project)
    by = member_of(project, BuiltIn.PROJECT_ADMIN)
    job = exports.start(Wish(), project=project, by=by)
    membership_of(by).delete()
    assert done(job).state == JobState.FAILED
    assert not job.pieces.exists()


def test_a_worker_that_goes_away_leaves_the_rest_to_another(chunks_of_two: None, monkeypatch: pytest.MonkeyPatch):
    write(5)
    job = exports.start(Wish(), by=SYSTEM)
    add = results.add

    def add_and_leave(job_id: int, number: int, content: bytes) -> None:
        add(job_id, number, content)
        drain.ask()

    with monkeypatch.context() as patched:
        patched.setattr(results, "add", add_and_leave)
        done(job)
    assert (job.state, job.done) == (JobState.PENDING, 2)
    drain.forget()
    assert resources(done(job)) == [f"'=app/{number}" for number in range(5)]
