"""/api/v2.0/jobs"""

import pytest
from django.test import Client

from accounts import access_tokens, robots
from accounts.audit_log.searching import Wish
from accounts.models import BuiltIn
from accounts.principals import SYSTEM, Grant, of_access_token
from console import exports
from registry.content import bulk
from registry.jobs import enqueue, run
from registry.models import Artifact, Job, JobState
from tests.factories.accounts import (
    ROBOT_SECRET,
    grant_to,
    make_auditor,
    make_project,
    make_robot,
    make_sysadmin,
    member_of,
    membership_of,
    user_of,
)
from tests.factories.http import basic, client_of, send
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db

JOBS = "/api/v2.0/jobs"


@pytest.fixture
def repository():
    repository = make_repository()
    push_image(repository, "1")
    push_image(repository, "2")
    return repository


def showing(name: str, secret: str) -> Client:
    return Client(headers={"Authorization": basic(name, secret)})


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


def test_an_access_token_that_is_good_for_little_tells_of_no_jobs_but_its_own(repository):
    by = member_of(repository.project, BuiltIn.MAINTAINER)
    made = access_tokens.create("ci", limit=[Grant(frozenset({"artifact:delete"}), covers_all_projects=True)], by=by)
    wanted = Artifact.objects.filter(repository=repository)
    others = [bulk.delete_artifacts(wanted, by=by), exports.start(Wish(), by=by)]
    own = bulk.delete_artifacts(wanted, by=of_access_token(made.token))
    client = showing(by.name, made.secret)
    assert [each["id"] for each in client.get(JOBS).json()] == [own.pk]
    assert {client.get(f"{JOBS}/{job.pk}/log").status_code for job in others} == {404}


def test_the_table_of_an_export_is_for_those_who_may_read_the_log_now():
    project = make_project()
    admin = member_of(project, BuiltIn.PROJECT_ADMIN)
    auditor = make_auditor()
    watcher = make_robot("watcher")
    grant_to(watcher, "system-jobservice-monitor:list")
    of_project, of_some, of_all = (
        exports.start(Wish(), project=project, by=admin),
        exports.start(Wish(), by=admin),
        exports.start(Wish(), by=auditor),
    )

    def taken(client) -> list[int]:
        return [client.get(f"{JOBS}/{job.pk}/result").status_code for job in (of_project, of_some, of_all)]

    for job in (of_project, of_some, of_all):
        run.run(job.pk)
    assert taken(client_of(admin)) == [200, 200, 404]
    assert taken(client_of(auditor)) == [200, 200, 200]
    assert taken(showing(robots.name_of(watcher), ROBOT_SECRET)) == [403, 403, 403]
    membership_of(admin).delete()
    auditor_of_yesterday = user_of(auditor)
    auditor_of_yesterday.is_auditor = False
    auditor_of_yesterday.save()
    assert taken(client_of(admin)) == [404, 403, 404]
    assert taken(client_of(auditor)) == [404, 404, 403]


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
