"""/devcenter-api-2.0: the API's description, and a page that shows it without the internet."""

import re
from pathlib import Path

import pytest
from django.test import Client

from console.api.urls import VIEWS
from tests.matrix.test_matrix import served

PAGE = "/devcenter-api-2.0"
DESCRIPTION = f"{PAGE}/openapi.json"


@pytest.fixture(scope="module")
def described():
    return Client().get(DESCRIPTION).json()


def content_of(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/"])
def test_the_page_needs_nobody_else(path):
    answer = Client().get(path)
    html = answer.content.decode()
    linked = re.findall(r'(?:src|href|data-description)="([^"]+)"', html)
    assert len(linked) == 6
    assert all(each.startswith("/") and not each.startswith("//") for each in linked)
    assert not re.findall(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", html)
    assert "script-src 'self';" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_all_that_the_page_links_to_is_served_here():
    html = Client().get(PAGE).content.decode()
    for path in set(re.findall(r'(?:src|href|data-description)="([^"]+)"', html)):
        answer = Client().get(path)
        assert answer.status_code == 200, path
        assert content_of(answer)
        assert "Access-Control-Allow-Origin" not in answer


def test_no_file_outside_of_the_static_ones_is_served():
    for path in ("/static/../manage.py", "/static/%2e%2e/manage.py", "/static//etc/passwd", "/static/js/", "/static/"):
        assert Client().get("/", PATH_INFO=path).status_code == 404


def test_every_method_of_every_address_is_described(described):
    found = {
        (method.upper(), re.sub("{[^}]+}", "<>", path.removeprefix("/").removeprefix("api/v2.0")))
        for path, methods in described["paths"].items()
        for method in methods
    }
    expected = {(method, route) for method, route in served() if "/" in route and method != "HEAD"}
    assert {each for each in found if each[0] != "HEAD"} == expected
    assert len(VIEWS) == len(described["paths"])


def test_operations_have_harbors_names(described):
    listed = described["paths"]["/api/v2.0/projects"]["get"]
    assert (listed["operationId"], listed["tags"]) == ("listProjects", ["project"])
    assert {"q", "sort", "page", "page_size", "owner"} <= {each["name"] for each in listed["parameters"]}
    names = [each["operationId"] for methods in described["paths"].values() for each in methods.values()]
    assert len(names) == len(set(names))


def test_our_own_addresses_stand_beside_those_of_harbor(described):
    found = {path: next(iter(methods.values()))["tags"] for path, methods in described["paths"].items()}
    assert found["/api/v2.0/users/{user_id}/tokens"] == ["user"]
    assert found["/api/v2.0/projects/{name_or_id}/grants/{grant_id}"] == ["project"]
    assert found["/api/v2.0/roles/{role_id}"] == ["roles"]
    assert found["/c/login"] == ["session"]


def test_each_body_is_described_by_the_serializer_that_reads_it(described):
    made = described["paths"]["/api/v2.0/labels"]["post"]
    named = made["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert {"name", "color", "scope", "project_id"} <= set(described["components"]["schemas"][named]["properties"])
    assert set(made["responses"]) == {"201", "default"}


def test_every_part_that_is_referred_to_is_there(described):
    for reference in set(re.findall(r"'#/components/(\w+)/(\w+)'", str(described))):
        assert reference[1] in described["components"][reference[0]]


def test_the_page_about_the_api_names_every_address():
    told = Path("docs/api.md").read_text()
    for template in VIEWS:
        last = re.sub("<[^>]+>", "", template).strip("/").rpartition("/")[2]
        assert f"{last}`" in told or f"{last}/" in told or f"{last}<" in told, template
