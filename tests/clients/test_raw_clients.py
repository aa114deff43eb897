"""What Terraform's provider, harbor-cli and another Harbor send, request by request, with their headers."""

import base64
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests import harbor_api
from tests import server as servers
from tests.server import Server

BASE = "/api/v2.0"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Server]:
    started = servers.start(tmp_path_factory.mktemp("raw"), database_url=new_database())
    yield started
    started.stop()


Sign = Callable[..., httpx.Client]


@pytest.fixture
def sign_in(registry: Server) -> Iterator[Sign]:
    """Makes a client that sends its name and password, and these headers, with each request."""
    with ExitStack() as clients:

        def make(password: str = "", **headers: str) -> httpx.Client:
            basic = base64.b64encode(f"admin:{password or registry.admin_password}".encode()).decode()
            headers["Authorization"] = f"Basic {basic}"
            client = clients.enter_context(httpx.Client(base_url=registry.url, headers=headers))
            client.event_hooks["response"].append(_as_harbor_answers)
            return client

        yield make


def _as_harbor_answers(reply: httpx.Response) -> None:
    headers = {name.title(): value for name, value in reply.headers.items()}
    assert headers["X-Request-Id"]
    assert "Set-Cookie" not in headers
    if harbor_api.is_here():
        path = reply.request.url.raw_path.decode()
        harbor_api.check(reply.request.method, path, reply.status_code, headers, reply.read())


class Terraform:
    """Its provider: every request with Basic, a status that is compared, the Location as the name of the thing."""

    def __init__(self, sign_in: Sign) -> None:
        self.client = sign_in(**{"Content-Type": "application/json", "User-Agent": "Go-http-client/1.1"})

    def send(self, method: str, path: str, body: Any = None, *, status: int) -> httpx.Response:
        reply = self.client.request(method, f"{BASE}{path}", json=body)
        assert reply.status_code == status, (method, path, reply.text)
        return reply

    def make(self, path: str, body: Any) -> str:
        """The id that the provider keeps: the Location without /api/v2.0."""
        return self.send("POST", path, body, status=201).headers["Location"].replace(BASE, "")

    def read(self, path: str) -> Any:
        return self.send("GET", path, status=200).json()


@pytest.fixture
def terraform(sign_in: Sign) -> Terraform:
    return Terraform(sign_in)


def test_terraform_keeps_a_project(terraform):
    metadata = {
        "public": "false",
        "auto_scan": "false",
        "prevent_vul": "false",
        "reuse_sys_cve_allowlist": "true",
    }
    wanted = {"project_name": "main", "registry_id": None, "storage_limit": 5 << 30, "metadata": metadata}
    place = terraform.make("/projects", wanted)
    project = terraform.read(place)
    assert (project["name"], project["metadata"]["public"]) == ("main", "false")
    terraform.send("PUT", place, {**wanted, "metadata": {**metadata, "public": "true"}}, status=200)
    assert terraform.read(f"{place}/metadatas/")["public"] == "true"
    quotas = terraform.read(f"/quotas/?page=1&page_size=100&reference=project&reference_id={project['project_id']}")
    assert [quota["hard"]["storage"] for quota in quotas] == [5 << 30]
    terraform.send("PUT", f"/quotas/{quotas[0]['id']}", {"hard": {"storage": -1}}, status=200)
    terraform.send("DELETE", place, status=200)
    terraform.send("GET", place, status=404)


def test_terraform_keeps_members_and_people(terraform):
    project = terraform.make("/projects", {"project_name": "people", "metadata": {"public": "false"}})
    person = {
        "username": "tess",
        "email": "tess@example.org",
        "realname": "Tess",
        "password": "Terra-forms-1",
        "comment": "",
    }
    user = terraform.make("/users", {**person, "sysadmin_flag": False})
    assert terraform.read(user)["sysadmin_flag"] is False
    terraform.send("PUT", f"{user}/sysadmin", {"sysadmin_flag": False}, status=200)
    place = terraform.make(f"{project}/members", {"role_id": 2, "member_user": {"username": "tess"}})
    assert terraform.read(place)["role_id"] == 2
    terraform.send("PUT", place, {"role_id": 3}, status=200)
    assert terraform.read(place)["role_name"] == "guest"
    for each in (place, user):
        terraform.send("DELETE", each, status=200)


def test_terraform_keeps_robots_and_their_secrets(terraform):
    project = terraform.make("/projects", {"project_name": "robots", "metadata": {"public": "false"}})
    assert terraform.read(project)["name"] == "robots"
    access = [{"resource": "repository", "action": action, "effect": "allow"} for action in ("pull", "push")]
    wanted = {
        "name": "builder",
        "description": "",
        "level": "project",
        "disable": False,
        "duration": -1,
        "permissions": [{"kind": "project", "namespace": "robots", "access": access}],
    }
    made = terraform.send("POST", "/robots", wanted, status=201)
    place = made.headers["Location"].replace(BASE, "")
    robot = terraform.read(place)
    assert (robot["name"], robot["level"], robot["duration"]) == ("robot$robots+builder", "project", -1)
    terraform.send("PATCH", place, {"secret": "Terra-forms-2"}, status=200)
    terraform.send("PUT", place, {**wanted, "name": robot["name"], "description": "builds"}, status=200)
    assert terraform.read(place)["description"] == "builds"
    terraform.send("DELETE", place, status=200)


def test_terraform_keeps_labels_settings_and_schedules(terraform):
    label = terraform.make(
        "/labels", {"name": "tf", "description": "", "color": "#61717D", "scope": "g", "project_id": 0}
    )
    assert terraform.read(label)["scope"] == "g"
    terraform.send("PUT", label, {"name": "tf2", "color": "#61717D", "scope": "g"}, status=200)
    terraform.send("DELETE", label, status=200)
    terraform.send(
        "PUT", "/configurations", {"project_creation_restriction": "adminonly", "read_only": False}, status=200
    )
    assert terraform.read("/configurations")["project_creation_restriction"]["value"] == "adminonly"
    schedule = {
        "schedule": {"type": "Daily", "cron": "0 0 0 * * *"},
        "parameters": {"audit_retention_hour": 24, "include_event_types": "create_project,delete_project"},
    }
    terraform.send("POST", "/system/purgeaudit/schedule", schedule, status=201)
    assert terraform.read("/system/purgeaudit/schedule")["schedule"]["cron"] == "0 0 0 * * *"
    assert terraform.read("/systeminfo")["harbor_version"].startswith("v2.16.0-")


@pytest.mark.parametrize(
    "path", ["/registries", "/replication/policies", "/system/gc/schedule", "/scanners", "/retentions/1"]
)
def test_terraform_reads_why_the_rest_is_not_there(terraform, path):
    told = terraform.send("GET", path, status=501).json()["errors"][0]
    assert "is not part of this registry yet" in told["message"]


def test_harbor_cli_finds_out_who_it_is(sign_in):
    cli = sign_in(Accept="application/json")
    assert cli.get(f"{BASE}/users/current").json()["username"] == "admin"
    assert sign_in("wrong").get(f"{BASE}/users/current").status_code == 401
    assert cli.get(f"{BASE}/ping").text == "Pong"
    for path in ("projects?page=1&page_size=1", "robots?page=1&page_size=10&q=", "labels?scope=g&page=1&page_size=10"):
        assert isinstance(cli.get(f"{BASE}/{path}").json(), list)
    assert isinstance(cli.get(f"{BASE}/auditlog-exts?page=1&page_size=10&sort=-op_time&q=").json(), list)


def test_another_harbor_looks_around_before_it_replicates(sign_in):
    harbor = sign_in(**{"User-Agent": "harbor-registry-client"})
    assert harbor.get("/api/version").json() == {"version": "v2.0"}
    assert isinstance(harbor.get(f"{BASE}/labels?scope=g").json(), list)
    made = harbor.post(f"{BASE}/projects", json={"project_name": "mirror", "metadata": {"public": "true"}})
    assert made.status_code == 201
    again = harbor.post(f"{BASE}/projects", json={"project_name": "mirror"})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "CONFLICT")
    assert [each["name"] for each in harbor.get(f"{BASE}/projects?name=mirror&with_detail=false").json()] == ["mirror"]
    assert harbor.get(f"{BASE}/projects/mirror/repositories?page=1&page_size=100").json() == []
    digest = "sha256:" + "0" * 64
    assert harbor.get(f"{BASE}/repositories?q=blob_digest={digest}&page_size=1").json() == []
