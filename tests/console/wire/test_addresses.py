"""How things are addressed: names and numbers, names with slashes, slashes too many, and where what was made is."""

import pytest

from tests.factories.accounts import make_project, make_sysadmin
from tests.factories.http import client_of, send
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db

BASE = "/api/v2.0"


@pytest.fixture
def admin():
    return client_of(make_sysadmin())


def ask(client, path):
    """As a server hands a path on: decoded once."""
    from urllib.parse import unquote

    return client.get("/", PATH_INFO=unquote(path))


def test_what_was_made_lies_at_a_path_not_at_a_url(admin):
    """Terraform takes it, without /api/v2.0, as the name of the thing."""
    made = send(admin, "POST", f"{BASE}/projects", {"project_name": "app"})
    found = admin.get(made["Location"])
    assert made["Location"] == f"{BASE}/projects/{found.json()['project_id']}"
    label = send(admin, "POST", f"{BASE}/labels", {"name": "old", "scope": "g"})
    assert admin.get(label["Location"]).json()["name"] == "old"


def test_go_client_may_have_the_name_there(admin):
    headers = {"X-Resource-Name-In-Location": "true"}
    body = {"project_name": "app"}
    made = admin.post(f"{BASE}/projects", body, content_type="application/json", headers=headers)
    assert made["Location"] == f"{BASE}/projects/app"


@pytest.mark.parametrize("written", ["team/web", "team%2Fweb", "team%252Fweb"])
def test_a_slash_in_a_repositorys_name_is_plain_or_encoded_once_or_twice(admin, written):
    push_image(make_repository("app/team/web"))
    path = f"{BASE}/projects/app/repositories/{written}"
    assert ask(admin, path).json()["name"] == "app/team/web"
    assert len(ask(admin, f"{path}/artifacts").json()) == 1
    assert ask(admin, f"{path}/artifacts/latest").json()["type"] == "IMAGE"
    assert [tag["name"] for tag in ask(admin, f"{path}/artifacts/latest/tags").json()] == ["latest"]
    assert ask(admin, f"{path}/artifacts/latest/additions/build_history").status_code == 200


def test_a_repository_may_be_called_as_an_address_is(admin):
    project = make_project("app")
    for name in ("artifacts/tags", "repositories/artifacts"):
        push_image(make_repository(f"app/{name}", project))
        encoded = name.replace("/", "%252F")
        assert ask(admin, f"{BASE}/projects/app/repositories/{encoded}").json()["name"] == f"app/{name}"
        assert ask(admin, f"{BASE}/projects/app/repositories/{encoded}/artifacts/latest").status_code == 200


def test_a_number_is_an_id_unless_it_is_said_to_be_a_name(admin):
    named, numbered = make_project("other"), make_project("1000007")
    assert admin.get(f"{BASE}/projects/{named.pk}").json()["name"] == "other"
    assert admin.get(f"{BASE}/projects/1000007").status_code == 404
    found = admin.get(f"{BASE}/projects/1000007", headers={"X-Is-Resource-Name": "true"})
    assert found.json()["project_id"] == numbered.pk


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2.0/quotas/?page=1&page_size=10",
        "/api/v2.0/projects/app/metadatas/",
        "/api/v2.0/projects/",
        "//api/v2.0/projects//app//members/",
        "/api/v2.0/labels/?scope=g",
    ],
)
def test_slashes_too_many_are_served_not_redirected(admin, path):
    """As Terraform sends them."""
    make_project("app")
    path, _, query = path.partition("?")
    assert admin.get(f"/?{query}", PATH_INFO=path).status_code == 200
