"""/api/v2.0/auditlog-exts and its kin"""

from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts import audit, configuration
from accounts.audit import Note
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import SYSTEM
from tests.factories.accounts import (
    grant_to,
    make_principal,
    make_project,
    make_robot,
    make_sysadmin,
    make_user,
    member_of,
)
from tests.factories.http import basic, client_of, send

pytestmark = pytest.mark.django_db

LOGS = "/api/v2.0/auditlog-exts"


def resources(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [record["resource"] for record in answer.json() if record["operation"] != "login"]


def record_in(project, *names: str) -> None:
    for name in names:
        audit.record(SYSTEM, "create", "tag", name, project)


def test_a_record_has_harbors_shape_and_tells_whence_it_came():
    project = make_project("app")
    admin = client_of(make_sysadmin("root"), User_Agent="terraform/1.0", X_Request_Id="r-1")
    user = {"username": "bob", "email": "b@example.org", "password": "Correct-Horse-1", "realname": "Bob"}
    assert send(admin, "POST", "/api/v2.0/users", user).status_code == 201
    (told,) = [each for each in admin.get(LOGS).json() if each["operation"] == "create"]
    assert (
        told.items()
        >= {
            "username": "root",
            "resource": "bob",
            "resource_type": "user",
            "operation": "create",
            "operation_result": True,
            "client_address": "127.0.0.1",
            "user_agent": "terraform/1.0",
            "request_id": "r-1",
        }.items()
    )
    assert datetime.fromisoformat(told["op_time"]).tzinfo == UTC
    record_in(project, "app/web:1")
    (before,) = client_of(make_sysadmin()).get("/api/v2.0/projects/app/logs").json()
    assert set(before) == {"id", "username", "resource", "resource_type", "operation", "op_time"}


def test_everybody_reads_the_log_of_the_projects_that_are_theirs():
    mine, theirs, public = make_project("mine"), make_project("theirs"), make_project("public", is_public=True)
    for project in (mine, theirs, public):
        record_in(project, project.name)
    record_in(None, "the system")
    admin = member_of(mine, BuiltIn.PROJECT_ADMIN)
    assert resources(client_of(admin).get(LOGS)) == ["mine"]
    assert resources(client_of(admin).get("/api/v2.0/audit-logs")) == ["mine"]
    assert resources(client_of(member_of(mine, BuiltIn.MAINTAINER)).get(LOGS)) == []
    assert resources(client_of(make_principal()).get(LOGS)) == []
    auditor = make_user("auditor")
    auditor.is_auditor = True
    auditor.save()
    everything = ["the system", "public", "theirs", "mine"]
    assert resources(client_of(auditor).get(LOGS)) == everything
    assert resources(client_of(make_sysadmin()).get(LOGS)) == everything
    assert Client().get(LOGS).status_code == 401


def test_robots_read_what_they_are_given():
    mine, other = make_project("mine"), make_project("other")
    record_in(mine, "mine")
    record_in(other, "other")
    for name, told in (("one", ["mine"]), ("all", ["other", "mine"]), ("none", [])):
        robot = make_robot(name)
        if name != "none":
            grant_to(robot, "log:list", project=mine if name == "one" else None, everywhere=name == "all")
        client = Client(headers={"Authorization": basic(f"robot${name}", "Robots-say-42")})
        assert resources(client.get(LOGS)) == told


def test_a_project_shows_its_own_log_alone():
    mine, other = make_project("mine"), make_project("other")
    record_in(mine, "one", "two")
    record_in(other, "three")
    admin = client_of(member_of(mine, BuiltIn.PROJECT_ADMIN))
    assert resources(admin.get("/api/v2.0/projects/mine/auditlog-exts")) == ["two", "one"]
    assert admin.get("/api/v2.0/projects/other/auditlog-exts").status_code == 403
    assert admin.get("/api/v2.0/projects/nowhere/auditlog-exts").status_code == 403


def test_records_are_searched_and_put_in_order():
    at = datetime(2026, 1, 31, 12, tzinfo=UTC)
    project = make_project("app")
    notes = [
        Note(make_principal("alice"), "pull", "artifact", "app/web@sha256:1", project.pk, at=at),
        Note(make_principal("bob"), "delete", "artifact", "app/web@sha256:2", project.pk, at=at.replace(hour=13)),
        Note(make_principal("carol"), "login", "user", "carol", succeeded=False, at=at.replace(hour=14)),
    ]
    audit.record_many(notes)
    client = client_of(make_sysadmin())
    client.get(LOGS)
    for asked, found in (
        ("operation=pull", ["alice"]),
        ("resource_type=artifact", ["bob", "alice"]),
        ("resource=~sha256:2", ["bob"]),
        ("username=carol", ["carol"]),
        ("operation=login,operation_result=false", ["carol"]),
        ("op_time=[2026-01-31T12:30:00~2026-01-31T13:30:00]", ["bob"]),
        ("operation={pull delete}", ["bob", "alice"]),
        ("op_time=[~2026-01-31T12:30:00],password=x", ["alice"]),
    ):
        answer = client.get(LOGS, {"q": f"{asked},op_time=[~2026-02-01T00:00:00]"})
        assert [record["username"] for record in answer.json()] == found, asked
    answer = client.get(LOGS, {"sort": "op_time", "page_size": "2", "q": "op_time=[~2026-02-01T00:00:00]"})
    assert [record["username"] for record in answer.json()] == ["alice", "bob"]
    assert answer["X-Total-Count"] == "3"
    assert 'rel="next"' in answer["Link"]
    assert client.get(LOGS, {"q": "op_time=[yesterday~]"}).status_code == 400


def test_a_page_costs_as_much_whatever_there_is(django_assert_max_num_queries):
    projects = [make_project() for _ in range(10)]
    alice = member_of(projects[0], BuiltIn.PROJECT_ADMIN)
    for project in projects[1:]:
        project.members.create(user_id=alice.id, role_id=BuiltIn.PROJECT_ADMIN)
    audit.record_many([Note(SYSTEM, "create", "tag", "x", project.pk) for project in projects for _ in range(20)])
    client = client_of(alice)
    client.get(LOGS)
    with django_assert_max_num_queries(10):
        assert len(client.get(f"{LOGS}?page=2&page_size=50").json()) == 50


def test_sign_ins_that_failed_are_told():
    make_user("alice")
    assert Client(headers={"Authorization": basic("alice", "Wrong-Horse-1")}).get(LOGS).status_code == 401
    (told,) = client_of(make_sysadmin("root")).get(LOGS, {"q": "username=alice"}).json()
    assert (told["operation"], told["resource_type"], told["operation_result"]) == ("login", "user", False)


def test_the_events_are_those_that_can_be_turned_off():
    told = [each["event_type"] for each in client_of(make_principal()).get(f"{LOGS}/events").json()]
    assert {"create_artifact", "pull_artifact", "login_user", "update_configuration", "delete_member"} <= {*told}
    configuration.set("disabled_audit_log_event_types", ",".join(told), by=SYSTEM)
    audit.record(SYSTEM, "create", "tag", "x")
    assert not AuditRecord.objects.filter(resource="x").exists()


def test_sign_ins_of_robots_are_told():
    robot = make_robot("ci")
    grant_to(robot, "log:list", everywhere=True)
    for secret in ("Robots-say-42", "Wrong-Horse-1"):
        Client(headers={"Authorization": basic("robot$ci", secret)}).get(LOGS)
    told = client_of(make_sysadmin()).get(LOGS, {"q": "username=robot$ci,operation=login"}).json()
    assert [(each["resource_type"], each["operation_result"]) for each in told] == [("user", False), ("robot", True)]
