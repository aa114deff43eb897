"""Robots on the API: as Terraform, harbor-cli and harborapi make and use them."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import configuration
from accounts.models import BuiltIn, Project, Robot
from accounts.principals import SYSTEM
from tests.factories.accounts import add_member, make_project, make_robot, make_sysadmin, make_user, member_of
from tests.factories.http import basic, client_of, send

pytestmark = pytest.mark.django_db
PATH = "/api/v2.0/robots"
PULL = [{"resource": "repository", "action": "pull"}]


def permission(namespace: str, *actions: str, kind: str = "project", **more: str) -> dict[str, Any]:
    split = (action.split(":") for action in actions or ("repository:pull",))
    access = [{"resource": resource, "action": verb} for resource, verb in split]
    return {"kind": kind, "namespace": namespace, "access": access} | more


def wanted(name: str = "ci", level: str = "project", *permissions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "level": level, "duration": -1, "permissions": list(permissions)} | more


def project_robot(project: Project, *actions: str, **more: Any) -> dict[str, Any]:
    return wanted("ci", "project", permission(project.name, *actions), **more)


def robot_client(name: str, secret: str) -> Client:
    return client_of(None, Authorization=basic(name, secret))


@pytest.fixture
def project() -> Project:
    return make_project("library")


@pytest.fixture
def admin(project: Project) -> Client:
    return client_of(member_of(project, BuiltIn.PROJECT_ADMIN, username="alice"))


@pytest.fixture
def sysadmin() -> Client:
    return client_of(make_sysadmin("root"))


def test_a_new_robot_is_told_its_name_and_its_secret_once(admin: Client, project: Project):
    made = send(admin, "POST", PATH, project_robot(project))
    assert made.status_code == 201, made.content
    body = made.json()
    assert made["Location"] == f"{PATH}/{body['id']}"
    assert (body["name"], body["alias"], body["expires_at"]) == ("robot$library+ci", "robot~library~ci", -1)
    assert len(body["secret"]) == 32
    assert body["creation_time"].endswith("Z")
    for path in (made["Location"], f"{PATH}?q=Level=project,ProjectID={project.pk}"):
        assert body["secret"] not in admin.get(path).content.decode()
    assert body["secret"] not in Robot.objects.get().secret


def test_a_robot_is_shown_as_harbor_shows_it(admin: Client, project: Project):
    send(admin, "POST", PATH, project_robot(project, "repository:pull", "tag:list", description="builds"))
    robot = Robot.objects.get()
    shown = admin.get(f"{PATH}/{robot.pk}").json()
    assert shown.pop("creation_time").endswith("Z")
    assert shown.pop("update_time").endswith("Z")
    assert shown == {
        "id": robot.pk,
        "name": "robot$library+ci",
        "alias": "robot~library~ci",
        "description": "builds",
        "level": "project",
        "duration": -1,
        "editable": True,
        "disable": False,
        "expires_at": -1,
        "permissions": [
            {
                "kind": "project",
                "namespace": "library",
                "access": [
                    {"resource": "repository", "action": "pull", "effect": "allow"},
                    {"resource": "tag", "action": "list", "effect": "allow"},
                ],
            }
        ],
        "creator_type": "local",
        "creator_ref": robot.creator_id,
    }


def test_a_robot_signs_in_by_its_name_and_by_its_alias(admin: Client, project: Project):
    secret = send(admin, "POST", PATH, project_robot(project, "label:list")).json()["secret"]
    labels = f"/api/v2.0/labels?scope=p&project_id={project.pk}"
    for name in ("robot$library+ci", "robot~library~ci"):
        assert robot_client(name, secret).get(labels).status_code == 200
        assert robot_client(name, secret + "x").get(labels).status_code == 401


def test_lists_are_of_the_system_level_unless_a_project_is_asked_for(sysadmin: Client, admin: Client, project: Project):
    make_robot("of-library", project)
    make_robot("of-system")

    def names(client: Client, q: str = "") -> list[str]:
        return [each["name"] for each in client.get(PATH, {"q": q} if q else {}).json()]

    assert names(sysadmin) == names(sysadmin, "Level=system") == ["robot$of-system"]
    for q in (f"Level=project,ProjectID={project.pk}", f"project_id={project.pk},level=project"):
        assert names(admin, q) == ["robot$library+of-library"]
    assert names(admin, f"Level=project,ProjectID={project.pk},name=~nothing") == []
    assert admin.get(PATH).status_code == 403
    assert admin.get(PATH, {"q": "Level=project"}).status_code == 400
    assert admin.get(PATH, {"q": "Level=all"}).status_code == 400


def test_a_list_takes_as_many_queries_for_many_robots_as_for_one(sysadmin: Client, project: Project):
    counts = []
    for number in range(3):
        body = project_robot(project) | {"name": f"ci{number}"}
        assert send(sysadmin, "POST", PATH, body).status_code == 201
        with CaptureQueriesContext(connection) as queries:
            page = sysadmin.get(PATH, {"q": f"Level=project,ProjectID={project.pk}"})
        assert page["X-Total-Count"] == str(number + 1)
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_a_robot_of_many_projects_is_shown_by_as_many_queries_as_one_of_few(sysadmin: Client):
    counts = []
    for number in (1, 2, 5):
        places = [permission(make_project().name) for _ in range(number)]
        path = send(sysadmin, "POST", PATH, wanted(f"ci{number}", "system", *places))["Location"]
        with CaptureQueriesContext(connection) as queries:
            assert len(sysadmin.get(path).json()["permissions"]) == number
        counts.append(len(queries))
    assert len({*counts}) == 1


def test_a_robot_of_the_system_works_where_it_may(sysadmin: Client):
    body = wanted(
        "ops",
        "system",
        permission("/", "project:create", "robot:list", "label:create", kind="system"),
        permission("*", "project:read", "label:list"),
    )
    secret = send(sysadmin, "POST", PATH, body).json()["secret"]
    ops = robot_client("robot$ops", secret)
    assert send(ops, "POST", "/api/v2.0/projects", {"project_name": "made-by-robot"}).status_code == 201
    made = Project.objects.get(name="made-by-robot")
    assert ops.get(f"/api/v2.0/labels?scope=p&project_id={made.pk}").status_code == 200
    assert send(ops, "POST", "/api/v2.0/labels", {"name": "urgent", "scope": "g"}).status_code == 201
    assert [each["name"] for each in ops.get(PATH).json()] == ["robot$ops"]
    assert send(ops, "POST", PATH, body | {"name": "more"}).status_code == 403
    assert ops.delete("/api/v2.0/projects/made-by-robot").status_code == 403


def test_what_changes_of_a_robot_is_its_description_duration_state_and_permissions(admin: Client, project: Project):
    send(admin, "POST", PATH, project_robot(project))
    robot = Robot.objects.get()
    path = f"{PATH}/{robot.pk}"
    change = project_robot(project, "repository:push", duration=7, description="d") | {"name": "robot$library+ci"}
    assert send(admin, "PUT", path, change | {"disable": True}).status_code == 200
    shown = admin.get(path).json()
    assert (shown["duration"], shown["description"], shown["disable"]) == (7, "d", True)
    assert shown["expires_at"] == int(robot.created_at.timestamp()) + 7 * 24 * 3600
    assert [each["action"] for each in shown["permissions"][0]["access"]] == ["push"]
    del change["duration"]
    assert send(admin, "PUT", path, change).status_code == 200
    assert (admin.get(path).json()["duration"], admin.get(path).json()["disable"]) == (7, False)
    assert send(admin, "PUT", path, change | {"name": "other"}).status_code == 400
    assert send(admin, "PUT", path, change | {"level": "system"}).status_code == 400


def test_a_refresh_tells_a_secret_that_it_made_and_keeps_quiet_about_ours(admin: Client, project: Project):
    send(admin, "POST", PATH, project_robot(project, "label:list"))
    path = f"{PATH}/{Robot.objects.get().pk}"
    labels = f"/api/v2.0/labels?scope=p&project_id={project.pk}"
    made = send(admin, "PATCH", path, {"secret": ""}).json()["secret"]
    assert robot_client("robot$library+ci", made).get(labels).status_code == 200
    answer = send(admin, "PATCH", path, {"secret": "My-own-secret-1"})
    assert (answer.status_code, answer.json()) == (200, {})
    assert robot_client("robot$library+ci", "My-own-secret-1").get(labels).status_code == 200
    assert robot_client("robot$library+ci", made).get(labels).status_code == 401
    assert send(admin, "PATCH", path, {"secret": "tooweak"}).status_code == 400


def test_an_old_secret_may_be_kept_for_some_hours(admin: Client, project: Project):
    first = send(admin, "POST", PATH, project_robot(project, "label:list")).json()["secret"]
    path = f"{PATH}/{Robot.objects.get().pk}"
    labels = f"/api/v2.0/labels?scope=p&project_id={project.pk}"
    second = send(admin, "PATCH", path, {"secret": "", "keep_old_for_hours": 2}).json()["secret"]
    assert [robot_client("robot$library+ci", each).get(labels).status_code for each in (first, second)] == [200, 200]
    third = send(admin, "PATCH", path, {}).json()["secret"]
    got = [robot_client("robot$library+ci", each).get(labels).status_code for each in (first, second, third)]
    assert got == [401, 401, 200]


def test_a_change_of_the_prefix_renames_what_signs_in(admin: Client, project: Project):
    secret = send(admin, "POST", PATH, project_robot(project, "label:list")).json()["secret"]
    labels = f"/api/v2.0/labels?scope=p&project_id={project.pk}"
    configuration.set("robot_name_prefix", "bot-", by=SYSTEM)
    got = [
        robot_client(name, secret).get(labels).status_code
        for name in ("bot-library+ci", "robot~library~ci", "robot$library+ci")
    ]
    assert got == [200, 200, 401]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": "CI"}, 400),
        ({"name": ""}, 400),
        ({"name": "ci_%"}, 400),
        ({"name": "ci$x"}, 400),
        ({"name": "other+ci"}, 400),
        ({"name": "c" * 256}, 400),
        ({"level": ""}, 400),
        ({"level": "world"}, 400),
        ({"duration": -2}, 400),
        ({"duration": 1_000_000_000}, 400),
        ({"duration": "soon"}, 400),
        ({"secret": "short"}, 400),
        ({"permissions": []}, 400),
        ({"permissions": [permission("library") | {"access": []}]}, 400),
        ({"permissions": [permission("library")] * 1001}, 400),
        ({"permissions": [permission("library", "repository:*")]}, 400),
        ({"permissions": [permission("library", "robot:update")]}, 400),
        ({"permissions": [permission("library", "configuration:update")]}, 400),
        ({"permissions": [permission("library") | {"access": [PULL[0] | {"effect": "deny"}]}]}, 400),
        ({"permissions": [permission("library", tags="{a")]}, 400),
        ({"permissions": [permission("/", "user:list", kind="system")]}, 400),
        ({"permissions": [permission("*")]}, 400),
        ({"permissions": [permission("absent")]}, 403),
        ({"permissions": [permission("other")]}, 403),
        ({"permissions": [permission("library"), permission("other")]}, 403),
        ({"level": "system", "permissions": [permission("library")]}, 403),
    ],
    ids=lambda value: str(value)[:80],
)
def test_what_no_project_admin_may_make_is_refused(
    admin: Client, project: Project, change: dict[str, Any], status: int
):
    make_project("other")
    answer = send(admin, "POST", PATH, project_robot(project) | change)
    assert answer.status_code == status, answer.content
    assert Robot.objects.count() == 0


def test_a_name_is_taken_once(admin: Client, project: Project):
    assert send(admin, "POST", PATH, project_robot(project)).status_code == 201
    assert send(admin, "POST", PATH, project_robot(project)).status_code == 409
    configuration.set("robot_name_prefix", "bot-", by=SYSTEM)
    make_user("bot-library+dora")
    assert send(admin, "POST", PATH, project_robot(project) | {"name": "dora"}).status_code == 409


def test_a_hidden_robot_and_an_absent_one_are_refused_alike(project: Project):
    robot = make_robot("ci", make_project("hidden"))
    bob = client_of(member_of(project, BuiltIn.PROJECT_ADMIN, username="bob"))
    nobody = client_of(None)
    for method, body in [("GET", None), ("PUT", project_robot(project)), ("PATCH", {"secret": ""}), ("DELETE", None)]:
        for client, status in ((bob, 403), (nobody, 401)):
            hidden, absent = (send(client, method, f"{PATH}/{number}", body) for number in (robot.pk, 999_999))
            assert hidden.status_code == absent.status_code == status
            assert hidden.content.decode().replace(f"robot {robot.pk}", "") == absent.content.decode().replace(
                "robot 999999", ""
            )


def test_a_system_admin_is_told_that_a_robot_is_absent(sysadmin: Client):
    for method, body in [("GET", None), ("PUT", {}), ("PATCH", {"secret": ""}), ("DELETE", None)]:
        assert send(sysadmin, method, f"{PATH}/999999", body).status_code == 404


def test_who_reads_robots_may_not_change_them(project: Project):
    robot = make_robot("ci", project)
    gus = client_of(member_of(project, BuiltIn.GUEST, username="gus"))
    assert gus.get(f"{PATH}/{robot.pk}").status_code == 200
    refused = gus.delete(f"{PATH}/{robot.pk}")
    assert refused.status_code == 403
    assert (
        "gus may not delete robot in project library: guest in project library"
        in refused.json()["errors"][0]["message"]
    )


def test_what_robots_may_be_given_is_listed_for_who_makes_some(sysadmin: Client, admin: Client, project: Project):
    listed = sysadmin.get("/api/v2.0/permissions").json()
    assert (len(listed["system"]), len(listed["project"])) == (70, 70)
    assert {"resource": "repository", "action": "pull"} in listed["project"]
    assert {"resource": "user", "action": "create"} in listed["system"]
    listed = admin.get("/api/v2.0/permissions").json()
    assert (len(listed["system"]), len(listed["project"])) == (0, 70)
    assert client_of(member_of(project, BuiltIn.MAINTAINER)).get("/api/v2.0/permissions").status_code == 403
    assert client_of(None).get("/api/v2.0/permissions").status_code == 401


def test_a_robot_may_not_use_what_it_was_not_given(project: Project):
    user = make_user("alice")
    add_member(project, user, BuiltIn.PROJECT_ADMIN)
    secret = send(client_of(user), "POST", PATH, project_robot(project)).json()["secret"]
    refused = robot_client("robot$library+ci", secret).get(f"/api/v2.0/labels?scope=p&project_id={project.pk}")
    assert refused.status_code == 403
    assert "robot$library+ci may not list label in project library" in refused.json()["errors"][0]["message"]
