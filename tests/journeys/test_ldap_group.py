"""A person of the company's directory pushes with docker by the role of a group that a group of theirs is in."""

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import ldap
import pytest

from tests import server as servers
from tests.engines import images, registries, slapd
from tests.engines.docker import Docker
from tests.engines.programs import Failed
from tests.engines.registries import Registry, RoleId
from tests.engines.slapd import Directory
from tests.server import Server

REFUSED = r"(?i)denied|may not push|unauthorized"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    """alice is in devs, which is in staff."""
    with slapd.running(tmp_path_factory.mktemp("slapd")) as started:
        devs = started.add_group("devs", started.add_person("alice", name="Alice Example"))
        started.add_group("staff", devs)
        yield started


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Server]:
    started = servers.start(tmp_path_factory.mktemp("server"), database_url=new_database())
    yield started
    started.stop()


@pytest.fixture(scope="module")
def project(server: Server, directory: Directory) -> Registry:
    """The project `company`, of a registry that is told of the directory as admins tell it."""
    admin = registries.of(server)
    with admin.client() as client:
        answer = client.put("/api/v2.0/configurations", json=directory.settings())
        assert answer.status_code == 200, answer.text
    return admin.make_project("company")


def join(project: Registry, group: str) -> str:
    """Let a group of the directory be a developer of the project; answers where the membership is."""
    wanted = {"role_id": int(RoleId.DEVELOPER), "member_group": {"ldap_group_dn": f"cn={group},{slapd.GROUPS}"}}
    with project.client() as client:
        answer = client.post(f"/api/v2.0/projects/{project.project}/members", json=wanted)
    assert answer.status_code == 201, answer.text
    return httpx.URL(answer.headers["Location"]).path


def traced(project: Registry) -> dict[str, str]:
    """What each step of alice's sign-in says, and all that it lists."""
    with project.client() as client:
        asked = {"username": "alice", "password": slapd.PASSWORD}
        answer = client.post("/api/v2.0/ldap/trace", json=asked).json()
    assert answer["ok"], answer
    return {step["name"]: "\n".join([step["says"], *step["details"]]) for step in answer["steps"]}


def test_a_group_of_a_group_lets_somebody_push_for_as_long_as_it_is_there(
    docker: Docker, directory: Directory, server: Server, project: Registry
):
    alice = Registry(project.host, "alice", slapd.PASSWORD, project.storage, project.project)
    assert traced(project)["roles"] == "no role in any project"
    membership = join(project, "staff")
    steps = traced(project)
    assert f"cn=staff,{slapd.GROUPS} (through cn=devs,{slapd.GROUPS})" in steps["groups"]
    assert "developer in project company by group staff" in steps["roles"]
    assert steps["password"] == "the directory accepts the password"

    docker.login(alice)
    docker.make(alice.reference("app", "1"), images.rootfs({"greeting": b"hello"}), "/bin/cat", "/greeting")
    docker.push(alice.reference("app", "1"))

    with project.client() as client:
        assert client.delete(membership).status_code == 200
    docker.tag(alice.reference("app", "1"), alice.reference("app", "2"))
    with pytest.raises(Failed, match=REFUSED):
        docker.push(alice.reference("app", "2"))
    assert traced(project)["roles"] == "no role in any project"

    join(project, "staff")
    docker.push(alice.reference("app", "2"))
    directory.change(f"cn=devs,{slapd.GROUPS}", ldap.MOD_REPLACE, "member", f"cn=nobody,{slapd.BASE}")
    assert "alice: is in other groups now" in server.manage("refresh_people")
    docker.tag(alice.reference("app", "2"), alice.reference("app", "3"))
    with pytest.raises(Failed, match=REFUSED):
        docker.push(alice.reference("app", "3"))
    steps = traced(project)
    assert (steps["groups"], steps["roles"]) == ("in 0 groups", "no role in any project")


def test_the_admin_gets_in_while_the_directory_hangs(server: Server, directory: Directory, project: Registry):
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(8) as people, project.client() as admin:
        url = f"ldap://127.0.0.1:{silent.getsockname()[1]}"
        changed = directory.settings(ldap_url=url, ldap_timeout=5)
        assert admin.put("/api/v2.0/configurations", json=changed).status_code == 200
        asked = [people.submit(signs_in, server, f"person-{number}", "Wrong-Horse-1") for number in range(8)]
        time.sleep(0.5)
        began = time.monotonic()
        assert signs_in(server, "admin", server.admin_password) == 200
        assert time.monotonic() - began < 5
        assert {each.result() for each in asked} == {401}
        assert admin.put("/api/v2.0/configurations", json=directory.settings()).status_code == 200


def signs_in(server: Server, username: str, password: str) -> int:
    form = {"principal": username, "password": password}
    return httpx.post(f"{server.url}/c/login", data=form, timeout=60).status_code
