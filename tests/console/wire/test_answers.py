"""The form of every answer: its type, its status, its body, as typed clients compare them."""

import json
import re

import pytest
from django.test import Client

from accounts.models import BuiltIn
from console.api.errors import API_ERRORS
from tests.factories.accounts import add_member, make_project, make_sysadmin, make_user
from tests.factories.http import basic, client_of, send
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db

BASE = "/api/v2.0"
JSON = "application/json; charset=utf-8"
# Which status goes with each of Harbor's codes: clients make a type of error of each pair.
STATUSES = {
    "BAD_REQUEST": 400,
    "UNSUPPORTED": 400,
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "DENIED": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "CONFLICT": 409,
    "PRECONDITION": 412,
    "PROJECTPOLICYVIOLATION": 412,
    "REQUEST_ENTITY_TOO_LARGE": 413,
    "UNPROCESSABLE_ENTITY": 422,
    "TOO_MANY_REQUEST": 429,
}
# Where Harbor has no code of its own.
OURS = {"UNSUPPORTED_MEDIA_TYPE": 415, "NOT_IMPLEMENTED": 501, "UNAVAILABLE": 503}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_each_code_has_the_status_that_harbor_gives_it():
    for code, status in API_ERRORS.values():
        assert (STATUSES | OURS)[code] == status


@pytest.mark.parametrize(
    "path",
    ["/api/v2.0/projects/absent", "/api/v2.0/users", "/api/none", "/v2/none/of/these", "/service/token?service=other"],
)
@pytest.mark.parametrize("accept", ["application/json", "text/html", "*/*"])
def test_every_refusal_has_the_one_form(path, accept):
    answer = Client(headers={"Accept": accept}).get(path)
    assert answer.status_code >= 400
    assert answer["Content-Type"] == JSON
    (error,) = json.loads(answer.content)["errors"]
    assert error["code"].isupper()
    assert error["message"]


def test_success_has_the_status_that_clients_compare_with_and_says_nothing():
    client = client_of(make_sysadmin())
    made = send(client, "POST", f"{BASE}/projects", {"project_name": "app"})
    label = send(client, "POST", f"{BASE}/labels", {"name": "old", "scope": "g"})
    path = label["Location"]
    changed = send(client, "PUT", path, {"name": "older", "scope": "g"})
    deleted = send(client, "DELETE", path)
    assert [each.status_code for each in (made, label, changed, deleted)] == [201, 201, 200, 200]
    for answer in (made, label, changed, deleted):
        assert answer.content == b""
        assert "Content-Type" not in answer  # else harborapi reads it, and finds no JSON


@pytest.mark.parametrize(
    "path",
    [
        "projects?name=none",
        "labels?scope=g",
        "robots",
        "repositories",
        "projects/app/repositories",
        "projects/app/artifacts",
        "users?q=username=none",
        "auditlog-exts?q=operation=none",
        "projects/app/members?entityname=none",
    ],
)
def test_an_empty_list_is_one(path):
    make_project("app")
    answer = client_of(make_sysadmin()).get(f"{BASE}/{path}")
    assert (answer.status_code, answer.content) == (200, b"[]")
    assert answer["X-Total-Count"] == "0"


def test_times_are_in_utc_and_to_the_millisecond():
    project = make_project("app")
    ann = make_user("ann")
    add_member(project, ann, BuiltIn.PROJECT_ADMIN)
    push_image(make_repository("app/web", project))
    client = client_of(ann)
    for path in ("projects/app", "projects/app/repositories/web", "projects/app/repositories/web/artifacts/latest"):
        times = re.findall('"(?:[a-z_]*time|created)": "([^"]*)"', client.get(f"{BASE}/{path}").content.decode())
        assert times
        assert all(TIME.fullmatch(each) for each in times), path


def test_nobody_is_told_to_sign_in_and_the_signed_in_that_they_may_not():
    """401 without credentials; 403 with them, whether there is such a project or not; 404 for those who see all."""
    make_project("hidden")
    for path in ("projects/hidden", "projects/absent", "projects/hidden/repositories", "projects/absent/members"):
        assert Client().get(f"{BASE}/{path}").status_code == 401
        assert client_of(make_user()).get(f"{BASE}/{path}").status_code == 403
    sysadmin = client_of(make_sysadmin())
    assert sysadmin.get(f"{BASE}/projects/hidden").status_code == 200
    for path in ("projects/absent", "projects/absent/repositories", "projects/absent/members"):
        assert sysadmin.get(f"{BASE}/{path}").status_code == 404


def test_what_is_hidden_and_what_is_absent_are_told_alike():
    make_project("hidden1")
    client = client_of(make_user("ann"))
    told = []
    for name in ("hidden1", "absent1"):
        content = json.loads(client.get(f"{BASE}/projects/{name}").content)
        told.append(re.sub(r"\b[0-9a-z]{8,}\b", "", json.dumps(content).replace(name, "")))
    assert told[0] == told[1]


def test_a_challenge_is_for_basic():
    answer = Client(headers={"Authorization": basic("ann", "wrong")}).get(f"{BASE}/projects")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Basic realm="harbor"')
