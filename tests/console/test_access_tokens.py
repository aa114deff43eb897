"""Personal access tokens on the API: made, listed and revoked by their people, and by system admins."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessToken, BuiltIn, Project
from tests.factories.accounts import add_member, grant_to, make_project, make_robot, make_sysadmin, make_user, member_of
from tests.factories.http import basic, client_of, send

pytestmark = pytest.mark.django_db
PATH = "/api/v2.0/users/current/tokens"


def made(client: Client, **wanted: Any) -> dict[str, Any]:
    answer = send(client, "POST", PATH, {"name": "laptop"} | wanted)
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def by_token(username: str, secret: str) -> Client:
    return client_of(None, Authorization=basic(username, secret))


def by_bearer(secret: str) -> Client:
    return client_of(None, Authorization=f"Bearer {secret}")


@pytest.fixture
def project() -> Project:
    return make_project("library")


@pytest.fixture
def alice(project: Project) -> Client:
    return client_of(member_of(project, BuiltIn.PROJECT_ADMIN, username="alice"))


def test_a_new_token_tells_its_secret_once(alice: Client):
    token = made(alice, duration=7)
    assert token["secret"].startswith(token["key"])
    assert token["scopes"] is None
    listed = alice.get(PATH)
    assert listed["X-Total-Count"] == "1"
    assert [{**each, "secret": token["secret"]} for each in listed.json()] == [token]
    assert token["secret"] not in listed.content.decode()
    assert token["secret"] not in str(AccessToken.objects.values())


def test_a_token_signs_in_instead_of_the_password_and_as_a_bearer(alice: Client, project: Project):
    secret = made(alice)["secret"]
    for client in (by_token("alice", secret), by_bearer(secret)):
        assert client.get(f"/api/v2.0/projects/{project.name}").status_code == 200
    assert by_token("bob", secret).get("/api/v2.0/projects").status_code == 401
    (token,) = alice.get(PATH).json()
    assert token["last_used_at"]
    assert token["last_used_from"] == "127.0.0.1"


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-1], lambda s: s[:-1] + "!", lambda s: s[:20] + s[21:] + "a", str.lower]
)
def test_a_mistyped_token_is_told_at_once(alice: Client, spoil: Any):
    secret = spoil(made(alice)["secret"])
    for client in (by_token("alice", secret), by_bearer(secret)):
        refused = client.get("/api/v2.0/projects")
        assert refused.status_code == 401
        assert "this access token is mistyped or cut off" in refused.json()["errors"][0]["message"]


def test_a_scope_narrows_to_a_project_and_an_access(alice: Client, project: Project):
    other = make_project("other")
    add_member(other, member(), BuiltIn.PROJECT_ADMIN)
    token = made(alice, scopes=[{"project": "library", "access": "read"}])
    assert [(each["project"], each["access"]) for each in token["scopes"]] == [("library", "read")]
    reader = by_bearer(token["secret"])
    labels = "/api/v2.0/labels?scope=p&project_id={}"
    assert reader.get(labels.format(project.pk)).status_code == 200
    refused = reader.get(labels.format(other.pk))
    assert refused.status_code == 403
    assert "is not what this access token is good for" in refused.json()["errors"][0]["message"]
    wanted = {"name": "urgent", "scope": "p", "project_id": project.pk}
    refused = send(reader, "POST", "/api/v2.0/labels", wanted)
    assert refused.status_code == 403
    assert "with this access token, which is good for less" in refused.json()["errors"][0]["message"]
    assert send(alice, "POST", "/api/v2.0/labels", wanted).status_code == 201


def test_a_token_that_is_narrowed_manages_no_tokens_but_may_end_itself(alice: Client):
    token = made(alice, scopes=[{"access": "read"}])
    other = made(alice, name="other")
    reader = by_bearer(token["secret"])
    assert reader.get(PATH).status_code == 403
    assert send(reader, "POST", PATH, {"name": "more"}).status_code == 403
    assert reader.delete(f"{PATH}/{other['id']}").status_code == 403
    assert reader.delete(f"{PATH}/{token['id']}").status_code == 200
    assert reader.get("/api/v2.0/projects").status_code == 401


def test_a_revoked_token_is_worthless_at_once(alice: Client):
    token = made(alice)
    client = by_token("alice", token["secret"])
    assert client.get("/api/v2.0/projects").status_code == 200
    assert alice.delete(f"{PATH}/{token['id']}").status_code == 200
    assert client.get("/api/v2.0/projects").status_code == 401
    assert alice.delete(f"{PATH}/{token['id']}").status_code == 404


def test_one_sees_and_revokes_ones_own_only(alice: Client):
    token = made(alice)
    number = member().pk
    bob = client_of(make_user("bob"))
    for user_id in ("current", str(number), "999999"):
        refused = bob.delete(f"/api/v2.0/users/{user_id}/tokens/{token['id']}")
        assert refused.status_code == (404 if user_id == "current" else 403)
    assert bob.get(f"/api/v2.0/users/{number}/tokens").status_code == 403
    assert bob.get(PATH).json() == []
    assert send(bob, "POST", f"/api/v2.0/users/{number}/tokens", {"name": "x"}).status_code == 403
    assert alice.get(f"/api/v2.0/users/{number}/tokens").json()[0]["id"] == token["id"]


def test_a_system_admin_lists_and_revokes_those_of_others_and_makes_none_for_them(alice: Client):
    token = made(alice)
    root = client_of(make_sysadmin("root"))
    path = f"/api/v2.0/users/{member().pk}/tokens"
    assert [each["id"] for each in root.get(path).json()] == [token["id"]]
    assert send(root, "POST", path, {"name": "x"}).status_code == 403
    assert root.delete(f"{path}/{token['id']}").status_code == 200
    assert by_bearer(token["secret"]).get("/api/v2.0/projects").status_code == 401
    assert root.get("/api/v2.0/users/999999/tokens").status_code == 404


def test_nobody_and_robots_have_none():
    robot = make_robot("ops")
    grant_to(robot, "system-user:read", "system-user:update")
    ops = client_of(None, Authorization=basic("robot$ops", "Robots-say-42"))
    for client, status in ((client_of(None), 401), (ops, 403)):
        assert client.get(PATH).status_code == status
        assert send(client, "POST", PATH, {"name": "x"}).status_code == status
        assert client.delete(f"{PATH}/1").status_code == status


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": ""}, 400),
        ({"name": " "}, 400),
        ({"name": "a\nb"}, 400),
        ({"name": "x" * 256}, 400),
        ({"duration": 0}, 400),
        ({"duration": -2}, 400),
        ({"duration": "soon"}, 400),
        ({"scopes": []}, 400),
        ({"scopes": "all"}, 400),
        ({"scopes": [{"access": "pull"}] * 101}, 422),
        ({"scopes": [{}]}, 400),
        ({"scopes": [{"access": "everything"}]}, 400),
        ({"scopes": [{"access": "pull", "actions": ["repository:pull"]}]}, 400),
        ({"scopes": [{"actions": ["repository:fly"]}]}, 400),
        ({"scopes": [{"project": "library", "actions": ["system-user:list"]}]}, 400),
        ({"scopes": [{"project": "hidden", "access": "pull"}]}, 403),
        ({"scopes": [{"project": "absent", "access": "pull"}]}, 403),
    ],
    ids=str,
)
def test_odd_wishes_are_refused(alice: Client, change: dict[str, Any], status: int):
    make_project("hidden")
    answer = send(alice, "POST", PATH, {"name": "x"} | change)
    assert answer.status_code == status, answer.content
    assert AccessToken.objects.count() == 0


def test_a_name_is_taken_once_for_each_user(alice: Client):
    made(alice)
    assert send(alice, "POST", PATH, {"name": "laptop"}).status_code == 409
    made(client_of(make_user("bob")))


def test_a_list_takes_as_many_queries_for_many_tokens_as_for_one(alice: Client):
    counts = []
    for number in range(3):
        made(alice, name=f"t{number}", scopes=[{"project": "library", "access": "pull"}])
        with CaptureQueriesContext(connection) as queries:
            assert len(alice.get(PATH).json()) == number + 1
        counts.append(len(queries))
    assert counts[1] == counts[2]


def member() -> Any:
    """Who the client of alice signs in as."""
    return Project.objects.get(name="library").members.get().user
