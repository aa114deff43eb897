"""Who asks, as clients show it: with every request, without cookies, and in which order what counts."""

import pytest
from django.test import Client

from accounts.models import Project
from tests.factories.accounts import (
    ROBOT_SECRET,
    grant_to,
    make_project,
    make_robot,
    make_sysadmin,
    make_user,
    token_for,
)
from tests.factories.http import basic, client_of, send

pytestmark = pytest.mark.django_db

BASE = "/api/v2.0"


@pytest.fixture
def project() -> Project:
    return make_project("app")


def robot_of(project: Project, name: str = "ci") -> str:
    robot = make_robot(name, project)
    grant_to(robot, "project:read", "repository:list", "repository:read", project=project)
    return f"robot${project.name}+{name}"


def test_a_robot_signs_in_as_people_do(project):
    client = Client(headers={"Authorization": basic(robot_of(project), ROBOT_SECRET)})
    assert client.get(f"{BASE}/projects/app").status_code == 200
    assert client.get(f"{BASE}/projects/app/repositories").status_code == 200


def test_harbor_cli_learns_that_a_robot_is_no_person(project):
    """It asks who it is, and goes on by listing projects where that fails with 412 or another refusal."""
    client = Client(headers={"Authorization": basic(robot_of(project), ROBOT_SECRET)})
    assert client.get(f"{BASE}/users/current").status_code == 412
    assert client.get(f"{BASE}/projects?page=1&page_size=1").status_code == 200
    assert client.get(f"{BASE}/ping").content == b"Pong"
    assert Client(headers={"Authorization": basic("ann", "wrong")}).get(f"{BASE}/users/current").status_code == 401


def test_no_request_with_basic_gets_or_needs_a_cookie(project):
    client = client_of(make_sysadmin())
    for answer in (client.get(f"{BASE}/projects"), send(client, "POST", f"{BASE}/projects", {"project_name": "b"})):
        assert answer.status_code in (200, 201)
        assert not answer.cookies


def test_credentials_count_though_a_foreign_cookie_comes_along(project):
    client = client_of(make_sysadmin())
    client.cookies["sid"] = "of-another-time"
    assert client.get(f"{BASE}/projects/app").status_code == 200


def test_the_last_of_two_credentials_is_not_waited_for(project):
    """What is shown and wrong is refused, even where nothing at all would do."""
    make_project("open", is_public=True)
    token = token_for(make_sysadmin(), "repository:app/web:pull")
    for header in (basic("nobody", "x"), f"Bearer {token}", "Bearer x"):
        assert Client(headers={"Authorization": header}).get(f"{BASE}/projects/open").status_code == 401


def test_a_name_is_not_guessed_from_another_case_of_it(project):
    make_user("ann")
    assert Client(headers={"Authorization": basic("ann")}).get(f"{BASE}/projects").status_code == 200
    assert (
        Client(headers={"Authorization": "basic " + basic("ann").split()[1]}).get(f"{BASE}/projects").status_code == 200
    )


def test_a_robots_secret_is_shown_once(project):
    client = client_of(make_sysadmin())
    access = [{"resource": "repository", "action": "pull"}]
    wanted = {
        "name": "ci",
        "level": "project",
        "duration": -1,
        "permissions": [{"kind": "project", "namespace": "app", "access": access}],
    }
    made = send(client, "POST", f"{BASE}/robots", wanted)
    content = made.json()
    assert {"id", "name", "secret", "creation_time", "expires_at"} <= set(content)
    assert content["secret"] not in client.get(made["Location"]).content.decode()
    renewed = send(client, "PATCH", made["Location"], {"secret": ""}).json()
    assert renewed["secret"] not in ("", content["secret"])
    assert not send(client, "PATCH", made["Location"], {"secret": "Chosen-words-1"}).json().get("secret")
    for weak in ("short1A", "no-capitals-1", "NO-SMALLS-1", "No-digits-here", "Aa1" + "x" * 126):
        assert send(client, "PATCH", made["Location"], {"secret": weak}).status_code == 400
