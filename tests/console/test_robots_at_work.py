"""Each right that a robot can be given opens its door on the API, and no other right does."""

from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from accounts import policy, robot_grants, robots
from accounts.models import BuiltIn, Project, Robot, Role, UserGroup
from accounts.principals import SYSTEM
from registry.models import Label
from tests.factories.accounts import ROBOT_SECRET, grant_to, make_group, make_project, make_robot, make_user
from tests.factories.http import basic, client_of, send
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db

PROJECT = "/api/v2.0/projects/library"
REPOSITORY = f"{PROJECT}/repositories/app"
ARTIFACT = f"{REPOSITORY}/artifacts/latest"
PULL = {"kind": "project", "namespace": "library", "access": [{"resource": "repository", "action": "pull"}]}

IN_PROJECT: dict[str, tuple[str, str, Any]] = {
    "accessory:list": ("GET", f"{ARTIFACT}/accessories", None),
    "artifact:list": ("GET", f"{REPOSITORY}/artifacts", None),
    "artifact:read": ("GET", ARTIFACT, None),
    "artifact:delete": ("DELETE", ARTIFACT, None),
    "artifact-addition:read": ("GET", f"{ARTIFACT}/additions/build_history", None),
    "artifact-label:create": ("POST", f"{ARTIFACT}/labels", {"id": 1}),
    "label:list": ("GET", "/api/v2.0/labels?scope=p&project_id=1", None),
    "label:read": ("GET", "/api/v2.0/labels/1", None),
    "label:create": ("POST", "/api/v2.0/labels", {"name": "new", "scope": "p", "project_id": 1}),
    "log:list": ("GET", f"{PROJECT}/logs", None),
    "member:list": ("GET", f"{PROJECT}/members", None),
    "member:create": ("POST", f"{PROJECT}/members", {"role_id": 3, "member_user": {"username": "gus"}}),
    "metadata:update": ("PUT", f"{PROJECT}/metadatas/auto_scan", {"auto_scan": "true"}),
    "project:read": ("GET", PROJECT, None),
    "project:update": ("PUT", PROJECT, {"metadata": {"public": "false"}}),
    "repository:list": ("GET", f"{PROJECT}/repositories", None),
    "repository:read": ("GET", REPOSITORY, None),
    "repository:update": ("PUT", REPOSITORY, {"description": "new"}),
    "repository:delete": ("DELETE", REPOSITORY, None),
    "robot:list": ("GET", "/api/v2.0/robots?q=Level=project,ProjectID=1", None),
    "robot:delete": ("DELETE", "/api/v2.0/robots/1", None),
    "tag:list": ("GET", f"{ARTIFACT}/tags", None),
    "tag:create": ("POST", f"{ARTIFACT}/tags", {"name": "newer"}),
    "tag:delete": ("DELETE", f"{ARTIFACT}/tags/latest", None),
}
# Whoever makes a member gives the role's rights, and so must have them.
BESIDES = {"member:create": policy.actions_of(Role(pk=BuiltIn.GUEST))}
IN_SYSTEM: dict[str, tuple[str, str, Any]] = {
    "system-label:create": ("POST", "/api/v2.0/labels", {"name": "new", "scope": "g"}),
    "system-project:create": ("POST", "/api/v2.0/projects", {"project_name": "made"}),
    "system-quota:list": ("GET", "/api/v2.0/quotas", None),
    "system-quota:read": ("GET", "/api/v2.0/quotas/1", None),
    "system-quota:update": ("PUT", "/api/v2.0/quotas/1", {"hard": {"storage": 1 << 30}}),
    "system-robot:list": ("GET", "/api/v2.0/robots", None),
    "system-system-volumes:read": ("GET", "/api/v2.0/systeminfo/volumes", None),
    "system-user-group:list": ("GET", "/api/v2.0/usergroups", None),
    "system-user-group:read": ("GET", "/api/v2.0/usergroups/1", None),
    "system-user-group:delete": ("DELETE", "/api/v2.0/usergroups/1", None),
    "system-user:list": ("GET", "/api/v2.0/users", None),
    "system-user:create": (
        "POST",
        "/api/v2.0/users",
        {"username": "eve", "email": "eve@example.org", "realname": "Eve", "password": "Plain-words-1"},
    ),
}


@pytest.fixture
def library() -> Project:
    project = make_project("library")
    push_image(make_repository("library/app", project))
    make_robot("first", project)
    Label.objects.create(name="urgent", project=project)
    make_user("gus")
    make_group("ops")
    return project


def client(robot: Robot) -> Client:
    return client_of(None, Authorization=basic(robots.name_of(robot), ROBOT_SECRET))


def ask(robot: Robot, library: Project, asked: tuple[str, str, Any]) -> int:
    method, path, content = asked
    if content and "project_id" in content:
        content = content | {"project_id": library.pk}
    numbers = {"project_id=1": f"project_id={library.pk}", "ProjectID=1": f"ProjectID={library.pk}"}
    rows: dict[str, QuerySet[Any]] = {
        "/robots/1": Robot.objects.filter(name="first"),
        "/labels/1": Label.objects.all(),
        "/usergroups/1": UserGroup.objects.all(),
        "/quotas/1": Project.objects.filter(pk=library.pk),
    }
    for old, new in numbers.items():
        path = path.replace(old, new)
    for old, found in rows.items():
        if path.endswith(old):
            path = path.replace(old, f"{old[:-1]}{found.get().pk}")
    if path.endswith(f"{ARTIFACT}/labels") and content:
        content = {"id": Label.objects.get().pk}
    status: int = send(client(robot), method, path, content).status_code
    return status


@pytest.mark.parametrize("action", IN_PROJECT)
def test_a_right_in_a_project_opens_its_door_and_no_other_does(library: Project, action: str):
    without, with_it = make_robot("without", library), make_robot("with", library)
    grant_to(without, *robot_grants.IN_PROJECTS - {action}, project=library)
    grant_to(with_it, action, *BESIDES.get(action, ()), project=library)
    assert ask(without, library, IN_PROJECT[action]) == 403
    assert ask(with_it, library, IN_PROJECT[action]) in (200, 201)


@pytest.mark.parametrize("action", IN_PROJECT)
def test_a_robot_of_the_system_has_it_in_all_projects(library: Project, action: str):
    elsewhere, everywhere = make_robot("elsewhere"), make_robot("everywhere")
    grant_to(elsewhere, *robot_grants.IN_PROJECTS, project=make_project())
    grant_to(elsewhere, *robot_grants.IN_SYSTEM)
    grant_to(everywhere, action, *BESIDES.get(action, ()), everywhere=True)
    assert ask(elsewhere, library, IN_PROJECT[action]) == 403
    assert ask(everywhere, library, IN_PROJECT[action]) in (200, 201)


@pytest.mark.parametrize("action", IN_SYSTEM)
def test_a_right_in_the_system_opens_its_door_and_no_other_does(library: Project, action: str):
    without, with_it = make_robot("without"), make_robot("with")
    grant_to(without, *robot_grants.IN_SYSTEM - {action})
    grant_to(without, *robot_grants.IN_PROJECTS - {"log:list"}, everywhere=True)
    grant_to(with_it, action)
    assert ask(without, library, IN_SYSTEM[action]) == 403
    assert ask(with_it, library, IN_SYSTEM[action]) in (200, 201)


def test_a_robot_of_the_system_reads_the_audit_log_of_all(library: Project):
    robots.delete(Robot.objects.get(name="first"), by=SYSTEM)
    without, with_it = make_robot("without"), make_robot("with")
    grant_to(without, *robot_grants.IN_SYSTEM - {"system-audit-log:list"})
    grant_to(with_it, "system-audit-log:list")
    found = [client(robot).get("/api/v2.0/auditlog-exts").json() for robot in (without, with_it)]
    assert found[0] == []
    assert ("delete", "robot$library+first") in {(each["operation"], each["resource"]) for each in found[1]}
