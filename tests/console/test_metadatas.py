"""/api/v2.0/projects/<project>/metadatas, as Terraform's provider asks for it."""

import pytest

from accounts.models import BuiltIn, Project
from tests.factories.accounts import make_project, member_of
from tests.factories.http import client_of, send

pytestmark = pytest.mark.django_db

METADATAS = "/api/v2.0/projects/app/metadatas"


@pytest.fixture
def project() -> Project:
    return make_project("app")


@pytest.fixture
def admin(project):
    return client_of(member_of(project, BuiltIn.PROJECT_ADMIN))


def test_metadata_are_set_read_changed_and_removed(admin):
    answer = send(admin, "POST", f"{METADATAS}/", {"auto_scan": "true"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert admin.get(f"{METADATAS}/").json() == {"public": "false", "auto_scan": "true"}
    assert send(admin, "PUT", f"{METADATAS}/auto_scan", {"auto_scan": "false"}).status_code == 200
    assert admin.get(f"{METADATAS}/auto_scan").json() == {"auto_scan": "false"}
    assert admin.delete(f"{METADATAS}/auto_scan").status_code == 200
    assert admin.get(f"{METADATAS}/auto_scan").status_code == 404
    assert admin.get(METADATAS).json() == {"public": "false"}


def test_public_opens_the_project(admin, project):
    assert send(admin, "PUT", f"{METADATAS}/public", {"public": "true"}).status_code == 200
    assert client_of().get("/api/v2.0/projects/app").status_code == 200
    assert send(admin, "POST", f"{METADATAS}/", {"public": "false"}).status_code == 409
    assert admin.delete(f"{METADATAS}/public").status_code == 200
    assert client_of().get("/api/v2.0/projects/app").status_code == 401


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        [],
        "auto_scan",
        {"auto_scan": True},
        {"auto_scan": None},
        {"auto_scan": "perhaps"},
        {"unheard_of": "true"},
        {"retention_id": "7"},
        {"auto_scan": "true", "owner": "me"},
    ],
)
def test_what_cannot_be_metadata_is_refused(admin, project, wanted):
    assert send(admin, "POST", f"{METADATAS}/", wanted).status_code == 400
    assert Project.objects.get().metadata == {}


def test_a_body_speaks_of_what_the_path_names(admin):
    assert send(admin, "PUT", f"{METADATAS}/auto_scan", {"prevent_vul": "true"}).status_code == 400
    assert send(admin, "PUT", f"{METADATAS}/unheard_of", {"unheard_of": "true"}).status_code == 400


# A12: a project that is closed again is closed at once.


def test_what_was_public_for_a_while_is_hidden_at_once(admin):
    nobody = client_of()
    for value, status in (("true", 200), ("false", 401), ("true", 200), ("false", 401)):
        send(admin, "PUT", f"{METADATAS}/public", {"public": value})
        assert nobody.get("/api/v2.0/projects/app/repositories").status_code == status
        assert ("app" in nobody.get("/api/v2.0/projects").content.decode()) is (status == 200)


def test_a_limited_guest_sees_neither_members_nor_labels_nor_logs(project):
    limited = client_of(member_of(project, BuiltIn.LIMITED_GUEST))
    asked = ("members", "grants", "logs", "metadatas", "auditlog-exts")
    assert {limited.get(f"/api/v2.0/projects/app/{each}").status_code for each in asked} == {403}
    assert limited.get(f"/api/v2.0/labels?scope=p&project_id={project.pk}").status_code == 403
    assert limited.get("/api/v2.0/projects/app/repositories").status_code == 200
