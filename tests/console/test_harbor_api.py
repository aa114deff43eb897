"""Our replies are held against Harbor's description of its API; these tests try that judge itself."""

import pytest

from tests import harbor_api

TOLD = {"Content-Type": "application/json; charset=utf-8", "X-Total-Count": "1"}
LABELS = "/api/v2.0/labels"


@pytest.fixture(autouse=True)
def _description() -> None:
    if not harbor_api.is_here():
        pytest.skip("harbor-api-v2.0.yaml is not beside this checkout: no reply was compared with Harbor's description")


def test_all_of_harbors_operations_are_read():
    assert len(harbor_api.operations()) == 203


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v2.0/projects/", "listProjects"),
        ("/api/v2.0//projects/7/members/8?x=/y", "getProjectMember"),
        ("/api/v2.0/projects/a/repositories/b%2Fc/artifacts/x/tags", "listTags"),
        ("/api/v2.0/projects/a/repositories/b/artifacts/artifacts/x", "getArtifact"),
        ("/api/v2.0/users/current", "getCurrentUserInfo"),
        ("/api/v2.0/users/current/tokens", ""),
    ],
)
def test_the_operation_of_a_path_is_found(path, name):
    found = harbor_api.find("GET", path)
    assert (found.name if found else "") == name


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"[]", ""),
        (b'[{"id": 1, "creation_time": "2026-01-31T12:00:00.000Z", "ours": true}]', ""),
        (b'[{"id": "1"}]', "'1' is not of type 'integer'"),
        (b'[{"id": 9223372036854775808}]', "greater than the maximum"),
        (b'[{"creation_time": "2026-01-31T12:00:00Z"}]', "is not a 'date-time'"),
        (b'[{"name": null}]', "None is not of type 'string'"),
        (b"null", "None is not of type 'array'"),
        (b"<html>", "not JSON"),
    ],
)
def test_a_body_of_another_shape_is_found(body, problem):
    found = harbor_api.problems("GET", LABELS, 200, TOLD, body)
    assert len(found) == (1 if problem else 0)
    assert problem in "".join(found)


def test_missing_headers_other_statuses_and_bodies_too_many_are_found():
    assert harbor_api.problems("GET", LABELS, 200, {"Content-Type": harbor_api.JSON}, b"[]") == [
        "X-Total-Count is missing"
    ]
    assert "Content-Type must be" in harbor_api.problems("GET", LABELS, 200, {"X-Total-Count": "0"}, b"[]")[0]
    assert "none of its statuses" in harbor_api.problems("POST", LABELS, 200, {}, b"")[0]
    assert "Location" in harbor_api.problems("POST", LABELS, 201, {}, b"")[0]
    assert "no body" in harbor_api.problems("POST", LABELS, 201, {"Location": f"{LABELS}/1"}, b"{}")[0]
    assert harbor_api.problems("POST", LABELS, 201, {"Location": f"{LABELS}/1"}, b"") == []
    assert "form of a refusal" in harbor_api.problems("GET", LABELS, 404, {}, b'{"detail": "no"}')[0]
    refusal = b'{"errors": [{"code": "A", "message": "a"}]}'
    assert "no status of a refusal" in harbor_api.problems("GET", LABELS, 418, {}, refusal)[0]
    assert harbor_api.problems("GET", LABELS, 404, {}, refusal) == []
