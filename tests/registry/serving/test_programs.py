"""What robots and access tokens read through either door ends at the next request once they do; and their secrets
are in nothing that is written."""

import base64
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.registry.doors import Doors, ask_both, said
from tests.registry.serving.pushing import MANIFEST_TYPE, Pusher, digest_of
from tests.server import Server

CONTENT = b"for programs"
LIBRARY = {"kind": "project", "namespace": "library", "access": [{"resource": "repository", "action": "pull"}]}


def ask(server: Server, method: str, path: str, **wanted: Any) -> dict[str, Any]:
    auth = ("admin", server.admin_password)
    reply = httpx.request(method, f"{server.url}/api/v2.0{path}", json=wanted, auth=auth)
    assert reply.is_success, reply.text
    return dict(reply.json()) if reply.content else {}


def new_robot(server: Server, name: str, **more: Any) -> dict[str, Any]:
    """A robot of the system, since it must not be anonymous that reads the public library."""
    wanted = {"name": name, "level": "system", "duration": 5, "permissions": [LIBRARY]}
    return ask(server, "POST", "/robots", **wanted | more)


def new_token(server: Server, name: str) -> dict[str, Any]:
    scopes = [{"project": "library", "access": "pull"}]
    return ask(server, "POST", "/users/current/tokens", name=name, scopes=scopes)


def changed(robot: dict[str, Any], **change: Any) -> dict[str, Any]:
    wanted = {"name": robot["name"], "level": "system", "duration": 5, "permissions": [LIBRARY]}
    return wanted | change


LABELS = [LIBRARY | {"access": [{"resource": "label", "action": "list"}]}]
ENDS = {
    "refreshed": ("PATCH", lambda _: {"secret": ""}),
    "disabled": ("PUT", lambda robot: changed(robot, disable=True)),
    "given less": ("PUT", lambda robot: changed(robot, permissions=LABELS)),
    "deleted": ("DELETE", lambda _: {}),
}


def reads(doors: Doors, reader: Pusher) -> list[int]:
    """The statuses at both doors, for a manifest and a blob; both doors say the same."""
    statuses = []
    for path in ("/v2/library/app/manifests/1", f"/v2/library/app/blobs/{digest_of(CONTENT)}"):
        fast, views = ask_both(doors, "GET", path, **reader.authorization)
        assert said(fast, doors[0]) == said(views, doors[1])
        statuses.append(fast.status)
    return statuses


@pytest.fixture
def _image(doors: Doors) -> None:
    with Pusher(doors[0]) as admin:
        admin.manifest("1", CONTENT)


@pytest.mark.usefixtures("_image")
@pytest.mark.parametrize("end", ENDS)
def test_the_token_of_a_robot_is_worthless_at_both_doors_once_it_is(doors: Doors, end: str):
    robot = new_robot(doors[0], end.replace(" ", "-"))
    with Pusher(doors[0], "library/app", "pull", robot["name"], robot["secret"]) as reader:
        assert reads(doors, reader) == [200, 200]
        method, wanted = ENDS[end]
        ask(doors[1], method, f"/robots/{robot['id']}", **wanted(robot))
        assert reads(doors, reader) == [401, 401]


@pytest.mark.usefixtures("_image")
def test_a_rotation_that_keeps_the_old_secret_stops_no_reader(doors: Doors):
    robot = new_robot(doors[0], "rotating")
    with Pusher(doors[0], "library/app", "pull", robot["name"], robot["secret"]) as reader:
        assert reads(doors, reader) == [200, 200]
        ask(doors[1], "PATCH", f"/robots/{robot['id']}", secret="", keep_old_for_hours=1)
        assert reads(doors, reader) == [200, 200]


@pytest.mark.usefixtures("_image")
def test_what_an_access_token_got_is_worthless_at_both_doors_once_it_is_revoked(doors: Doors):
    token = new_token(doors[0], "revoked")
    with Pusher(doors[0], "library/app", "pull,push", "admin", token["secret"]) as reader:
        assert reads(doors, reader) == [200, 200]
        refused = reader.ask("POST", "/v2/library/app/blobs/uploads/")
        assert refused.status_code == 403
        ask(doors[1], "DELETE", f"/users/current/tokens/{token['id']}")
        assert reads(doors, reader) == [401, 401]


@pytest.mark.usefixtures("_image")
def test_a_robot_that_makes_releases_makes_nothing_else(doors: Doors):
    push = {"access": [{"resource": "repository", "action": "push"}], "tags": "release-*"}
    robot = new_robot(doors[0], "releases", permissions=[LIBRARY, LIBRARY | push])
    with Pusher(doors[0], "library/app", "pull,push", robot["name"], robot["secret"]) as ci:
        pushed = ci.manifest("release-1", CONTENT)
        assert reads(doors, ci) == [200, 200]
        for tag, status in (("release-2", 201), ("1", 403), ("main", 403)):
            path, headers = f"/v2/library/app/manifests/{tag}", {"content-type": MANIFEST_TYPE}
            reply = ci.ask("PUT", path, content=pushed, headers=headers)
            assert reply.status_code == status, reply.text
        assert "allowed for tags release-* only" in reply.text


LISTS = (
    "/robots",
    "/users/current/tokens",
    "/users/1/tokens",
    "/projects",
    "/permissions",
    "/systeminfo",
    "/audit-logs",
)


def test_no_secret_is_in_a_list_a_log_or_a_file(doors: Doors):
    """A09: canaries are looked for as they are, and as Basic credentials."""
    server = doors[0]
    canary = "Canary-of-robots-1"
    robot = new_robot(server, "canary", secret=canary)
    token = new_token(server, "canary")["secret"]
    refreshed = ask(server, "PATCH", f"/robots/{robot['id']}", secret="")["secret"]
    ask(server, "PATCH", f"/robots/{robot['id']}", secret=canary)
    credentials = [(robot["name"], canary), ("admin", token), (robot["name"], refreshed), ("admin", token[:-1])]
    said = ""
    for credential in credentials:
        for path in ("/service/token?service=harbor-registry", "/v2/", "/api/v2.0/projects", "/api/v2.0/robots"):
            said += httpx.get(server.url + path, auth=credential).text
    httpx.get(f"{server.url}/api/v2.0/projects", headers={"Authorization": f"Bearer {token}"})
    for path in LISTS:
        reply = httpx.get(f"{server.url}/api/v2.0{path}", auth=("admin", server.admin_password))
        said += reply.text + str(reply.headers)
    server.log_lines("access", path="/api/v2.0/projects")
    files = [*server.data.rglob("*"), server.log, server.output]
    written = said.encode() + b"".join(file.read_bytes() for file in files if is_text_of_ours(file))
    for name, secret in credentials:
        assert secret.encode() not in written
        assert base64.b64encode(f"{name}:{secret}".encode()) not in written


def is_text_of_ours(file: Path) -> bool:
    return file.is_file() and "docker" not in file.parts
