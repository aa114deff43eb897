"""What holds for every address of /api: Harbor's conventions, which its clients rely on."""

import json
import logging
import re

import pytest
from django.db import OperationalError, connection
from django.test import Client

from accounts.principals import of_user
from console.api import operations
from console.api.urls import VIEWS
from tests.factories.accounts import PASSWORD, make_project, make_user, token_for
from tests.factories.http import basic, client_of

pytestmark = pytest.mark.django_db

PROJECTS = "/api/v2.0/projects"
JSON = "application/json; charset=utf-8"
METHODS = ("patch", "post", "delete", "put")


def errors(answer):
    """The one form of a refusal."""
    assert answer["Content-Type"] == JSON
    (error,) = json.loads(answer.content)["errors"]
    assert set(error) == {"code", "message"}
    assert error["message"]
    return answer.status_code, error["code"]


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/projects", "/api/v2.0", "/api/v2.0/nothing", "/api/%FF%00"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_an_unknown_address_is_not_found(path, method):
    assert errors(Client().generic(method, path)) == (404, "NOT_FOUND")


@pytest.mark.parametrize("template", VIEWS)
def test_a_method_that_is_not_for_an_address_is_refused(template):
    methods = [each for each in METHODS if not operations.find(each.upper(), template)]
    (method, *_) = [each for each in methods if not hasattr(VIEWS[template], each)]
    answer = getattr(Client(), method)(f"/{re.sub('<[^>]+>', '7', template)}")
    assert errors(answer) == (405, "METHOD_NOT_ALLOWED")
    assert method.upper() not in answer["Allow"]


@pytest.mark.parametrize(
    ("body", "media_type", "refused"),
    [
        ("{", "application/json", (400, "BAD_REQUEST")),
        ("\ud800".encode("utf-8", "surrogatepass"), "application/json", (400, "BAD_REQUEST")),
        ('{"project_name": "app"}'.encode("utf-16"), "application/json; charset=utf-16", (400, "BAD_REQUEST")),
        (b"e30=", "application/json; charset=base64", (400, "BAD_REQUEST")),
        ("[" * 100_000, "application/json", (400, "BAD_REQUEST")),
        ('{"storage_limit": NaN}', "application/json", (400, "BAD_REQUEST")),
        ('{"storage_limit": ' + "9" * 5000 + "}", "application/json", (400, "BAD_REQUEST")),
        ('"app"', "application/json", (400, "BAD_REQUEST")),
        ("null", "application/json", (400, "BAD_REQUEST")),
        ('["app"]', "application/json", (400, "BAD_REQUEST")),
        ("", "application/json", (400, "BAD_REQUEST")),
        ("project_name=app", "application/x-www-form-urlencoded", (415, "UNSUPPORTED_MEDIA_TYPE")),
        ('{"project_name": "app"}', "text/plain", (415, "UNSUPPORTED_MEDIA_TYPE")),
        ('{"project_name": "app"}', "", (415, "UNSUPPORTED_MEDIA_TYPE")),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(body, media_type, refused):
    content = body.encode() if isinstance(body, str) else body
    assert errors(client_of(make_user()).generic("POST", PROJECTS, content, media_type)) == refused


def test_accept_is_no_ground_to_answer_otherwise():
    make_project("app", is_public=True)
    for accept in ("text/html", "*/*", "application/xml"):
        answer = Client(headers={"Accept": accept}).get(f"{PROJECTS}/app?format=api")
        assert (answer.status_code, answer["Content-Type"]) == (200, JSON)


@pytest.mark.parametrize("path", [f"{PROJECTS}/", "//api/v2.0/projects", "/api//v2.0///projects//"])
def test_a_slash_too_many_does_no_harm(path):
    assert Client().get("/", PATH_INFO=path).json() == []


def test_credentials_that_are_wrong_are_refused_where_none_are_needed():
    make_user("ann")
    for header in (basic("ann", "wrong"), basic("nobody"), "Basic", "Basic !", "Digest x", "x", "Basic YW5u"):
        answer = Client(headers={"Authorization": header}).get(PROJECTS)
        assert errors(answer) == (401, "UNAUTHORIZED")
        assert answer["WWW-Authenticate"] == 'Basic realm="harbor"'


def test_a_disabled_user_is_refused():
    ann = make_user("ann")
    assert client_of(ann).get(PROJECTS).status_code == 200
    type(ann).objects.update(is_active=False)
    assert client_of(ann).get(PROJECTS).status_code == 401


def test_a_token_of_the_registry_is_no_credential_here():
    token = token_for(of_user(make_user("ann")), "repository:library/app:pull")
    assert errors(Client(headers={"Authorization": f"Bearer {token}"}).get(PROJECTS)) == (401, "UNAUTHORIZED")


def test_who_guesses_too_often_is_told_when_to_try_again():
    make_user("ann")
    guesser = Client(headers={"Authorization": basic("ann", "wrong")})
    answers = [guesser.get(PROJECTS) for _ in range(20)]
    assert errors(answers[-1]) == (429, "TOO_MANY_REQUEST")
    assert int(answers[-1]["Retry-After"]) > 0


def test_nobody_gets_a_cookie():
    answer = client_of(make_user()).get(PROJECTS)
    assert not answer.cookies
    assert answer["Cache-Control"] == "private, no-store"


def test_a_fault_of_ours_tells_nothing_of_itself(caplog):
    def fail(*_):
        raise RuntimeError("a secret of the house")

    with connection.execute_wrapper(fail):
        answer = Client(headers={"X-Request-Id": "abc-1"}).get(PROJECTS)
    assert errors(answer) == (500, "UNKNOWN")
    assert json.loads(answer.content)["errors"][0]["message"] == "internal server error"
    (record,) = [each for each in caplog.records if each.name == "console.api.errors"]
    assert (record.request_id, str(record.exc_info[1])) == ("abc-1", "a secret of the house")


def test_a_database_that_does_not_answer_is_not_our_fault_nor_theirs():
    def fail(*_):
        raise OperationalError("connection to 192.0.2.1 refused")

    with connection.execute_wrapper(fail):
        answer = Client().get(PROJECTS)
    assert errors(answer) == (503, "UNAVAILABLE")
    assert b"192.0.2.1" not in answer.content


@pytest.mark.parametrize("query", ["name=%00", "owner=%00", "q=name%3D%2500", "project_name=%00", "%00=1", "a=1&a=%00"])
def test_a_character_that_no_database_takes_is_refused(query):
    assert errors(Client().get(f"{PROJECTS}?{query}")) == (400, "BAD_REQUEST")


def test_more_parameters_than_anybody_needs_are_refused():
    assert errors(Client().get(f"{PROJECTS}?{'a=1&' * 5000}")) == (400, "BAD_REQUEST")


def test_passwords_are_in_no_log(caplog):
    caplog.set_level(logging.DEBUG)
    client_of(make_user("ann")).get(PROJECTS)
    Client(headers={"Authorization": basic("ann", "Wrong-words-1")}).get(PROJECTS)
    told = " ".join(record.getMessage() for record in caplog.records)
    assert PASSWORD not in told
    assert "Wrong-words-1" not in told
