"""/api/v2.0/projects, in Harbor's shapes."""

import re

import pytest
from django.test import Client

from accounts import configuration
from accounts.models import AuditRecord, BuiltIn, Member, Project, User
from accounts.principals import SYSTEM
from registry import storage
from registry.content import manifests
from registry.models import ProjectUsage, Repository
from tests.factories.accounts import (
    add_member,
    make_auditor,
    make_group,
    make_project,
    make_sysadmin,
    make_user,
    member_of,
)
from tests.factories.http import client_of, send
from tests.factories.registry import make_repository, push_blob, push_image

pytestmark = pytest.mark.django_db

PROJECTS = "/api/v2.0/projects"


@pytest.fixture
def ann() -> User:
    return make_user("ann")


def codes(answer):
    return [each["code"] for each in answer.json()["errors"]]


def names(answer):
    return [each["name"] for each in answer.json()]


def test_a_project_is_made_and_found_where_location_says(ann):
    client = client_of(ann)
    answer = send(client, "POST", PROJECTS, {"project_name": "app", "metadata": {"public": "true"}})
    project = Project.objects.get(name="app")
    assert (answer.status_code, answer["Location"], answer.content) == (201, f"{PROJECTS}/{project.pk}", b"")
    assert client.get(answer["Location"]).json()["name"] == "app"
    assert project.is_public
    assert Member.objects.get(project=project).role_id == BuiltIn.PROJECT_ADMIN


def test_location_has_the_name_where_that_is_asked_for(ann):
    client = client_of(ann, **{"X-Resource-Name-In-Location": "true"})
    assert send(client, "POST", PROJECTS, {"project_name": "app"})["Location"] == f"{PROJECTS}/app"


@pytest.mark.parametrize(
    ("wanted", "is_public"),
    [
        ({}, False),
        ({"public": True}, True),
        ({"public": None, "metadata": None, "storage_limit": None, "registry_id": None}, False),
        ({"metadata": {"public": "true"}}, True),
        ({"public": True, "metadata": {"public": "false"}}, False),
        ({"metadata": {"public": None}}, False),
        ({"metadata": {"public": "false", "auto_scan": "true"}, "storage_limit": -1}, False),
    ],
)
def test_it_is_public_where_that_is_said(ann, wanted, is_public):
    assert send(client_of(ann), "POST", PROJECTS, {"project_name": "app"} | wanted).status_code == 201
    assert Project.objects.get().is_public is is_public


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({}, 400, "BAD_REQUEST"),
        ({"project_name": ""}, 400, "BAD_REQUEST"),
        ({"project_name": "Upper"}, 400, "BAD_REQUEST"),
        ({"project_name": "a//b"}, 400, "BAD_REQUEST"),
        ({"project_name": " a"}, 400, "BAD_REQUEST"),
        ({"project_name": 5}, 400, "BAD_REQUEST"),
        ({"project_name": ["a"]}, 400, "BAD_REQUEST"),
        ({"project_name": "a\0"}, 400, "BAD_REQUEST"),
        ({"project_name": "\ud800"}, 400, "BAD_REQUEST"),
        ({"project_name": "a" * 256}, 422, "UNPROCESSABLE_ENTITY"),
        ({"project_name": "app", "metadata": {"public": "yes"}}, 400, "BAD_REQUEST"),
        ({"project_name": "app", "metadata": "public"}, 400, "BAD_REQUEST"),
        ({"project_name": "app", "registry_id": 3}, 400, "BAD_REQUEST"),
        ({"project_name": "app", "metadata": {"severity": "awful"}}, 400, "BAD_REQUEST"),
        ({"project_name": "app", "metadata": {"auto_scan": True}}, 400, "BAD_REQUEST"),
        ({"project_name": "app", "cve_allowlist": {"items": [{"cve_id": "CVE-2026-1"}]}}, 400, "BAD_REQUEST"),
    ],
)
def test_what_cannot_be_a_project_is_refused(ann, wanted, status, code):
    answer = send(client_of(ann), "POST", PROJECTS, wanted)
    assert (answer.status_code, codes(answer)) == (status, [code])
    assert not Project.objects.exists()


def test_a_name_is_taken_once(ann):
    make_project("app")
    answer = send(client_of(ann), "POST", PROJECTS, {"project_name": "app"})
    assert (answer.status_code, codes(answer)) == (409, ["CONFLICT"])


def test_only_admins_make_projects_where_that_is_set(ann):
    configuration.set("project_creation_restriction", "adminonly", by=SYSTEM)
    assert send(client_of(ann), "POST", PROJECTS, {"project_name": "app"}).status_code == 403
    assert send(client_of(make_sysadmin()), "POST", PROJECTS, {"project_name": "app"}).status_code == 201


def test_a_project_is_described_as_harbor_does(ann):
    project = make_project("app", is_public=True)
    add_member(project, ann, BuiltIn.MAINTAINER)
    Project.objects.update(owner=ann)
    push_image(make_repository("app/one", project))
    make_repository("app/without-a-manifest", project)
    shown = client_of(ann).get(f"{PROJECTS}/app").json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", shown.pop("creation_time"))
    assert shown.pop("update_time").endswith("Z")
    assert shown == {
        "project_id": project.pk,
        "name": "app",
        "owner_id": ann.pk,
        "owner_name": "ann",
        "deleted": False,
        "togglable": False,
        "current_user_role_id": 4,
        "current_user_role_ids": [4],
        "repo_count": 1,
        "metadata": {"public": "true"},
        "cve_allowlist": {"project_id": project.pk, "items": []},
    }


@pytest.mark.parametrize("role", BuiltIn)
def test_only_a_project_admin_may_toggle_it(role):
    project = make_project("app")
    shown = client_of(member_of(project, role)).get(f"{PROJECTS}/app").json()
    assert shown["togglable"] is (role == BuiltIn.PROJECT_ADMIN)


def test_a_number_is_an_id_unless_a_header_says_that_it_is_a_name():
    other = make_project("other", is_public=True)
    named = make_project(str(other.pk), is_public=True)
    assert Client().get(f"{PROJECTS}/{other.pk}").json()["name"] == "other"
    by_name = Client(headers={"X-Is-Resource-Name": "true"})
    assert by_name.get(f"{PROJECTS}/{other.pk}").json()["project_id"] == named.pk


@pytest.mark.parametrize("segment", ["0", "999999", "9" * 19, "9" * 30, "-1", "²", "no", "NO", "a%2Fb", "%00", "%FF"])
def test_no_project_has_this_name(segment):
    assert client_of(make_sysadmin()).get(f"{PROJECTS}/{segment}").status_code == 404


def test_absent_and_hidden_projects_are_refused_alike():
    make_project("hidden")
    for client, status in ((client_of(make_user()), 403), (Client(), 401)):
        answers = [client.get(f"{PROJECTS}/{name}") for name in ("hidden", "absent")]
        assert [answer.status_code for answer in answers] == [status, status]
        told = [answer.content.decode().replace("hidden", "absent") for answer in answers]
        assert told[0] == told[1]


def test_whether_a_name_exists_is_asked_by_head(ann):
    make_project("app", is_public=True)
    make_project("hidden")
    asked = f"{PROJECTS}?project_name="
    assert Client().head(f"{asked}app").status_code == 200
    assert Client().head(f"{asked}hidden").status_code == 401
    assert [client_of(ann).head(f"{asked}{name}").status_code for name in ("hidden", "absent")] == [404, 404]
    admin = client_of(make_sysadmin())
    assert [admin.head(f"{asked}{name}").status_code for name in ("hidden", "absent")] == [200, 404]
    assert admin.head(PROJECTS).status_code == 422


def test_head_of_a_project_says_what_get_would():
    make_project("app", is_public=True)
    answer = Client().head(f"{PROJECTS}/app")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Type"] == "application/json; charset=utf-8"


def test_an_empty_project_is_deleted():
    project = make_project("app")
    answer = client_of(member_of(project, BuiltIn.PROJECT_ADMIN)).delete(f"{PROJECTS}/{project.pk}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert not Project.objects.exists()


def test_a_project_with_repositories_is_not():
    push_image(make_repository("app/one"))
    client = client_of(make_sysadmin())
    message = "project app still has 1 repository; delete them first"
    assert client.get(f"{PROJECTS}/app/_deletable").json() == {"deletable": False, "message": message}
    answer = client.delete(f"{PROJECTS}/app")
    assert (answer.status_code, codes(answer)) == (412, ["PRECONDITION"])
    assert answer.json()["errors"][0]["message"] == message
    assert Project.objects.exists()


def test_names_of_repositories_without_anything_keep_no_project():
    emptied, refused = make_repository("app/emptied"), make_repository("app/refused", Project.objects.get())
    push_image(emptied)
    manifests.delete_all(emptied, by=SYSTEM)
    push_blob(refused)
    client = client_of(make_sysadmin())
    assert client.get(f"{PROJECTS}/app/_deletable").json() == {"deletable": True}
    assert client.delete(f"{PROJECTS}/app").status_code == 200
    assert not Project.objects.exists()
    assert not Repository.objects.exists()


def test_the_links_of_a_deleted_project_are_gone(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        push_blob(make_repository("app/refused"))
    assert [*storage.driver().walk("docker/registry/v2/repositories/app")]
    with django_capture_on_commit_callbacks(execute=True):
        client_of(make_sysadmin()).delete(f"{PROJECTS}/app")
    assert not [*storage.driver().walk("docker/registry/v2/repositories/app")]


def test_a_project_is_changed_but_not_its_name():
    project = make_project("app")
    client = client_of(member_of(project, BuiltIn.PROJECT_ADMIN))
    wanted = {"project_name": "app", "metadata": {"public": "true", "auto_scan": "true", "retention_id": "7"}}
    answer = send(client, "PUT", f"{PROJECTS}/app", wanted | {"storage_limit": 5})
    assert (answer.status_code, answer.content) == (200, b"")
    project.refresh_from_db()
    assert (project.is_public, project.metadata) == (True, {"auto_scan": "true"})
    assert send(client, "PUT", f"{PROJECTS}/app", {"metadata": {"auto_scan": "false"}}).status_code == 200
    assert client.get(f"{PROJECTS}/app").json()["metadata"] == {"public": "true", "auto_scan": "false"}
    assert send(client, "PUT", f"{PROJECTS}/app", {"project_name": "other"}).status_code == 400
    assert send(client, "PUT", f"{PROJECTS}/app", {"metadata": {"prevent_vul": "perhaps"}}).status_code == 400


def test_the_storage_limit_is_for_those_who_set_quotas(ann):
    configuration.set("storage_per_project", 7000, by=SYSTEM)
    admin = client_of(make_sysadmin())
    for name, client, limit in (("a", admin, 1000), ("b", admin, None), ("c", client_of(ann), 1000), ("d", admin, -1)):
        answer = send(client, "POST", PROJECTS, {"project_name": name, "storage_limit": limit})
        assert answer.status_code == 201
    limits = {usage.project.name: usage.hard for usage in ProjectUsage.objects.select_related("project")}
    assert limits == {"a": 1000, "b": 7000, "c": 7000, "d": -1}
    assert send(admin, "POST", PROJECTS, {"project_name": "e", "storage_limit": 0}).status_code == 400
    assert not Project.objects.filter(name="e").exists()


def test_a_summary_counts_for_each_what_they_may_know():
    project = make_project("app")
    maintainer = client_of(member_of(project, BuiltIn.MAINTAINER))
    limited = client_of(member_of(project, BuiltIn.LIMITED_GUEST))
    add_member(project, make_group(), BuiltIn.GUEST)
    add_member(project, make_user(), BuiltIn.GUEST, tags="v*")
    push_image(make_repository("app/one", project))
    shown = maintainer.get(f"{PROJECTS}/app/summary").json()
    used = shown["quota"].pop("used")["storage"]
    assert used > 0
    assert shown == {
        "repo_count": 1,
        "project_admin_count": 0,
        "maintainer_count": 1,
        "developer_count": 0,
        "guest_count": 1,
        "limited_guest_count": 1,
        "quota": {"hard": {"storage": -1}},
    }
    assert limited.get(f"{PROJECTS}/app/summary").json().keys() == {"repo_count", "quota"}


def test_a_narrowed_member_counts_and_sees_only_the_repositories_that_it_may(ann):
    project = make_project("app")
    for name in ("team-a/one", "team-a/two", "team-b/three"):
        push_image(make_repository(f"app/{name}", project))
    add_member(project, ann, BuiltIn.DEVELOPER, repositories="team-a/**")
    client = client_of(ann)
    (shown,) = client.get(PROJECTS).json()
    assert (shown["name"], shown["repo_count"], shown["current_user_role_ids"]) == ("app", 2, [])
    assert client.get(f"{PROJECTS}/app/summary").json() == {"repo_count": 2}
    assert names(client.get(f"{PROJECTS}/app/repositories")) == ["app/team-a/one", "app/team-a/two"]


def test_without_detail_nothing_is_counted(ann):
    push_image(make_repository("app/one"))
    (shown,) = client_of(make_sysadmin()).get(f"{PROJECTS}?with_detail=false").json()
    assert shown["repo_count"] == 0
    assert "cve_allowlist" not in shown


def test_a_list_has_what_the_caller_may_see(ann):
    make_project("open", is_public=True)
    make_project("closed")
    add_member(make_project("mine"), ann, BuiltIn.LIMITED_GUEST)
    assert names(Client().get(PROJECTS)) == ["open"]
    assert names(client_of(ann).get(PROJECTS)) == ["mine", "open"]
    assert names(client_of(make_sysadmin()).get(PROJECTS)) == ["closed", "mine", "open"]
    assert names(client_of(ann).get(f"{PROJECTS}?public=false")) == ["mine"]
    assert Client().get(f"{PROJECTS}?public=0").json() == []


def test_a_list_has_what_a_group_a_grant_or_an_auditor_may_see(ann):
    for name in ("by-group", "by-grant", "closed"):
        make_project(name)
    add_member(Project.objects.get(name="by-group"), make_group(members=[ann]), BuiltIn.GUEST)
    add_member(Project.objects.get(name="by-grant"), ann, BuiltIn.GUEST, tags="v*")
    assert names(client_of(ann).get(PROJECTS)) == ["by-grant", "by-group"]
    assert client_of(ann).get(PROJECTS)["X-Total-Count"] == "2"
    assert names(client_of(make_auditor()).get(PROJECTS)) == ["by-grant", "by-group", "closed"]


def test_a_list_is_narrowed_by_name_owner_and_visibility(ann):
    for name in ("one", "two", "twofold"):
        make_project(name, is_public=name != "two")
    Project.objects.filter(name="one").update(owner=ann)
    client = client_of(make_sysadmin())
    assert names(client.get(f"{PROJECTS}?name=WO")) == ["two", "twofold"]
    assert names(client.get(f"{PROJECTS}?owner=ann")) == ["one"]
    assert names(client.get(f"{PROJECTS}?public=true&name=two")) == ["twofold"]
    assert client.get(f"{PROJECTS}?public=perhaps").status_code == 422


def test_a_list_asks_the_database_no_more_for_more_projects(ann, django_assert_max_num_queries):
    client = client_of(ann)
    for _ in range(30):
        add_member(make_project(is_public=True), ann, BuiltIn.DEVELOPER)
    client.get(PROJECTS)  # signs in
    with django_assert_max_num_queries(7):
        assert len(client.get(f"{PROJECTS}?page_size=100").json()) == 30


def test_what_is_changed_is_recorded_with_its_circumstances(ann):
    client = client_of(ann, **{"X-Request-Id": "abc-1"})
    client.post(PROJECTS, {"project_name": "app"}, content_type="application/json", REMOTE_ADDR="192.0.2.7")
    record = AuditRecord.objects.get(operation="create")
    assert (record.principal, record.client_address, record.request_id) == ("ann", "192.0.2.7", "abc-1")
