"""/api/v2.0/jobs"""

import pytest

from accounts.models import BuiltIn
from accounts.principals import SYSTEM
from registry.content import bulk
from registry.jobs import enqueue, run
from registry.models import Artifact, Job, JobState
from tests.factories.accounts import make_project, make_sysadmin, member_of
from tests.factories.http import client_of, send
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db

JOBS = "/api/v2.0/jobs"


@pytest.fixture
def repository():
    repository = make_repository()
    push_image(repository, "1")
    push_image(repository, "2")
    return repository


def test_whoever_asked_for_a_job_follows_it_to_its_end(repository):
    by = member_of(repository.project, BuiltIn.MAINTAINER)
    job = bulk.delete_artifacts(Artifact.objects.filter(repository=repository), by=by)
    enqueue.add("recount", by=SYSTEM, project_id=make_project().pk)
    client = client_of(by)
    listed = client.get(JOBS)
    assert [each["id"] for each in listed.json()] == [job.pk]
    assert listed["X-Total-Count"] == "1"
    assert client.get(f"{JOBS}/{job.pk}").json()["state"] == "pending"
    run.run(job.pk)
    told = client.get(f"{JOBS}/{job.pk}").json()
    assert (told["kind"], told["state"], told["done"], told["total"]) == ("delete_artifacts", "succeeded", 2, 2)
    lines = client.get(f"{JOBS}/{job.pk}/log").getvalue().decode().splitlines()
    assert lines[-1].endswith("[INFO] Done.")
    assert client.get(f"{JOBS}/{job.pk}/log?after=2").getvalue().decode().splitlines() == lines[2:]


def test_whoever_asked_for_a_job_stops_it(repository):
    by = member_of(repository.project, BuiltIn.MAINTAINER)
    job = bulk.delete_artifacts(Artifact.objects.filter(repository=repository), by=by)
    client = client_of(by)
    assert send(client, "PUT", f"{JOBS}/{job.pk}", {"action": "start"}).status_code == 422
    assert send(client, "PUT", f"{JOBS}/{job.pk}", {"action": "stop"}).status_code == 200
    assert Job.objects.get(pk=job.pk).state == JobState.STOPPED


def test_jobs_are_found_by_kind_and_state(repository):
    by = member_of(repository.project, BuiltIn.MAINTAINER)
    job = bulk.delete_artifacts(Artifact.objects.filter(repository=repository), by=by)
    client = client_of(by)
    assert [each["id"] for each in client.get(f"{JOBS}?q=kind=delete_artifacts,state=pending").json()] == [job.pk]
    assert client.get(f"{JOBS}?q=state=failed").json() == []


def test_a_system_admin_has_upkeep_done():
    admin = client_of(make_sysadmin())
    made = send(admin, "POST", JOBS, {"kind": "fsck", "arguments": {"usage": True}})
    assert made.status_code == 201
    assert admin.get(made["Location"]).json()["kind"] == "fsck"
    assert send(admin, "POST", JOBS, {"kind": "make_coffee"}).status_code == 422
    assert send(admin, "POST", JOBS, {"kind": "fsck", "arguments": {"force": True}}).status_code == 400
    assert send(admin, "POST", JOBS, {}).status_code == 422
