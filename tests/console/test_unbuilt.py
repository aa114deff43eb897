"""What Harbor has and this registry has not yet: 501 with a sentence, in Harbor's form of a refusal."""

import json

import pytest
from django.test import Client

from accounts.models import User
from console.api import operations
from console.api.urls import VIEWS
from tests import harbor_api
from tests.factories.accounts import make_user
from tests.factories.http import basic, client_of

pytestmark = pytest.mark.django_db

BUILT = {operations.bare(template): view for template, view in VIEWS.items()}
UNBUILT = [
    operation
    for operation in operations.OPERATIONS.values()
    if not hasattr(BUILT.get(operation.address), operation.method.lower())
]


def path_of(operation: operations.Operation) -> str:
    return f"/{operation.address.replace('<>', '7')}"


def refused(answer):
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    (error,) = json.loads(answer.content)["errors"]
    return answer.status_code, error["code"], error["message"]


@pytest.fixture
def someone() -> User:
    return make_user()


@pytest.mark.parametrize("operation", UNBUILT, ids=lambda operation: operation.name)
def test_what_is_not_built_says_so_to_whoever_is_signed_in(operation, someone):
    status, code, sentence = refused(client_of(someone).generic(operation.method, path_of(operation), b"{}"))
    assert (status, code) == (501, "NOT_IMPLEMENTED")
    assert "is not part of this registry yet" in sentence
    assert operation.name in sentence


def test_nobody_is_asked_to_sign_in_first():
    for operation in UNBUILT:
        answer = Client().generic(operation.method, path_of(operation))
        assert refused(answer)[:2] == (401, "UNAUTHORIZED")
        assert answer["WWW-Authenticate"] == 'Basic realm="harbor"'


def test_wrong_credentials_are_refused_there_too(someone):
    answer = Client(headers={"Authorization": basic(someone.username, "wrong")}).get("/api/v2.0/scanners")
    assert refused(answer)[0] == 401


def test_our_list_of_operations_is_harbors():
    if not harbor_api.is_here():
        pytest.skip("harbor-api-v2.0.yaml is not beside this checkout: our list of operations was not compared with it")
    harbors = {
        (each.method, f"{operations.BASE}{operations.bare(each.path).rstrip('/')}", each.name, each.tag)
        for each in harbor_api.operations()
    }
    ours = {(each.method, each.address, each.name, each.group) for each in operations.OPERATIONS.values()}
    assert ours == harbors


@pytest.mark.parametrize("path", ["/v1/", "/v1/_ping", "/nothing", "/static/nothing.js", "/metrics", "/admin/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_that_is_none_gets_no_page(path, method):
    assert refused(Client().generic(method, path))[:2] == (404, "NOT_FOUND")
