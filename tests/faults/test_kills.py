"""A process dies at each step of a push. Nothing that was acknowledged is lost, no tag dangles, and the
same push then succeeds."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import server as servers
from tests.registry.serving.pushing import MANIFEST_TYPE, Pusher, describe, digest_of
from tests.server import ROOT, Server

CONFIG = b'{"architecture": "amd64", "os": "linux"}'
LAYER = os.urandom(3 << 20)

# fmt: off
STEPS = {
    "the upload's row is written, POST not answered": "registry.content.uploads:start:after",
    "the right to send is given":                     "registry.content.uploads:begin:after",
    "the first bytes are written":                    "registry.content.reception:Reception.store:after",
    "the bytes are synced, their row is not written": "registry.content.reception:Reception.complete:after",
    "the row is written, PATCH not answered":         "registry.content.uploads:append:after",
    "the body is in, before it is made a blob":       "registry.content.uploads:finish:before",
    "the name is about to be given":                  "registry.storage.filesystem:FilesystemDriver.place:before",
    "the name is given, nothing committed":           "registry.storage.filesystem:FilesystemDriver.place:after",
    "the link is written, nothing committed":         "registry.content.blobs:link:after",
    "the project is about to be charged":             "registry.content.usage:Account.settle:before",
    "the project is charged, nothing committed":      "registry.content.usage:Account.settle:after",
    "the blob is committed, PUT not answered":        "registry.content.links:write_layer:before",
    "the upload's name is about to be dropped":       "registry.content.links:remove_upload:before",
    "PUT is about to be answered":                    "registry.content.uploads:finish:after",
    "the manifest is read":                           "registry.content.documents:parse:after",
    "the manifest's bytes are staged":                "registry.content.uploads:stage:after",
    "what it refers to is held":                      "registry.content.locks:hold_blobs:after",
    "the tag is about to move":                       "registry.content.tags:move:before",
    "the tag has moved, nothing committed":           "registry.content.tags:move:after",
    "the manifest is committed, PUT not answered":    "registry.content.links:write_revision:before",
    "the tag's link is written":                      "registry.content.links:write_tag:after",
    "PUT of the manifest is about to be answered":    "registry.content.manifests:put:after",
}
# fmt: on


@pytest.fixture
def start(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Callable[[str], Server]]:
    """Starts a server with a fault in it; the last one is stopped at the end."""
    started: list[Server] = []
    database_url = new_database()

    def begin(fault: str) -> Server:
        environ: dict[str, Any] = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings", "PYTHONPATH": str(ROOT)}
        server = servers.start(
            tmp_path, database_url=database_url, TESTS_FAULT=fault, ROADSTEAD_WEB_WORKERS="1", **environ
        )
        started.append(server)
        return server

    yield begin
    for server in started:
        server.stop()


class Push:
    """An image pushed by hand, which remembers what was acknowledged."""

    def __init__(self, server: Server, layer: bytes = LAYER) -> None:
        self.pusher = Pusher(server)
        self.layer = layer
        self.blobs: list[bytes] = []
        self.manifest = b""

    def close(self) -> None:
        self.pusher.client.close()

    def attempt(self) -> bool:
        """Whether all of it was acknowledged."""
        try:
            self.run()
        except httpx.TransportError:
            return False
        return True

    def run(self) -> None:
        for content in (CONFIG, self.layer):
            location = self.pusher.begin()
            half = len(content) // 2
            for piece in (content[:half], content[half:]):
                patched = self.pusher.ask("PATCH", location, content=piece)
                assert patched.status_code == 202, patched.text
            put = self.pusher.finish(location, digest_of(content))
            assert put.status_code == 201, put.text
            self.blobs.append(content)
        wanted = self.document()
        path = f"/v2/{self.pusher.repository}/manifests/latest"
        put = self.pusher.ask("PUT", path, content=wanted, headers={"content-type": MANIFEST_TYPE})
        assert put.status_code == 201, put.text
        self.manifest = wanted

    def document(self) -> bytes:
        config, layer = (describe(digest_of(content), content) for content in (CONFIG, self.layer))
        fields: dict[str, Any] = {"schemaVersion": 2, "mediaType": MANIFEST_TYPE, "config": config, "layers": [layer]}
        return json.dumps(fields).encode()

    def tag(self) -> bytes | None:
        """What `latest` names, with all that belongs to it there; None where there is no such tag."""
        reply = self.pusher.ask("GET", f"/v2/{self.pusher.repository}/manifests/latest")
        if reply.status_code == 404:
            return None
        assert reply.status_code == 200, reply.text
        for each in (reply.json()["config"], *reply.json()["layers"]):
            assert digest_of(self.blob(each["digest"])) == each["digest"]
        return reply.content

    def blob(self, digest: str) -> bytes:
        reply = self.pusher.ask("GET", f"/v2/{self.pusher.repository}/blobs/{digest}")
        assert reply.status_code == 200, reply.text
        return reply.content


def wait_until_it_answers(server: Server) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if httpx.get(f"{server.url}/v2/").status_code == 401:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server does not come back")


def require_sound(server: Server) -> None:
    """What manage.py fsck says of rows and bytes."""
    environ = {"ROADSTEAD_DATA": str(server.data), "DATABASE_URL": server_database(server), "PATH": os.environ["PATH"]}
    checked = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "fsck", "--hash"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def server_database(server: Server) -> str:
    environ = Path(f"/proc/{server.process.pid}/environ").read_bytes().split(b"\0")
    return next(each for each in environ if each.startswith(b"DATABASE_URL=")).decode().partition("=")[2]


@pytest.fixture
def push() -> Iterator[Callable[..., Push]]:
    """Makes pushes, and closes their connections at the end."""
    made: list[Push] = []

    def make(server: Server, layer: bytes = LAYER) -> Push:
        made.append(Push(server, layer))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.parametrize("step", STEPS)
def test_a_push_survives_the_death_of_its_process_when(step, start, push):
    server = start(STEPS[step])
    earlier = push(server, b"an earlier image")
    earlier.run()
    (server.data / "fault-armed").touch()

    cut = push(server)
    assert not cut.attempt()
    assert not (server.data / "fault-armed").exists()
    wait_until_it_answers(server)

    for content in cut.blobs:
        assert cut.blob(digest_of(content)) == content
    assert cut.tag() in (earlier.manifest, cut.document())

    again = push(server)
    again.run()
    assert again.tag() == again.manifest
    require_sound(server)


def test_a_push_survives_the_death_of_everything(start, push):
    server = start(STEPS["PUT is about to be answered"])
    pusher = push(server).pusher
    location = pusher.begin()
    assert pusher.ask("PATCH", location, content=LAYER[:1000]).status_code == 202
    tagged = push(server, b"small")
    tagged.run()
    server.kill()

    server = start(STEPS["PUT is about to be answered"])
    pusher = push(server).pusher
    assert push(server).tag() == tagged.manifest
    standing = pusher.ask("GET", location)
    assert (standing.status_code, standing.headers["range"]) == (204, "0-999")
    rest = {"content-range": f"1000-{len(LAYER) - 1}"}
    assert pusher.ask("PATCH", location, content=LAYER[1000:], headers=rest).status_code == 202
    assert pusher.finish(location, digest_of(LAYER)).status_code == 201
    require_sound(server)


def test_a_chunk_cut_by_the_death_of_its_process_is_gone_on_with(start, push):
    server = start(STEPS["the first bytes are written"])
    cut = push(server)
    location = cut.pusher.begin()
    assert cut.pusher.ask("PATCH", location, content=LAYER[:1000]).status_code == 202
    (server.data / "fault-armed").touch()
    with pytest.raises(httpx.TransportError):
        cut.pusher.ask("PATCH", location, content=LAYER[1000:])
    wait_until_it_answers(server)
    assert cut.pusher.ask("GET", location).headers["range"] == "0-999"
    assert cut.pusher.ask("PATCH", location, content=LAYER[1000:]).status_code == 202
    assert cut.pusher.finish(location, digest_of(LAYER)).status_code == 201
    assert cut.blob(digest_of(LAYER)) == LAYER


def test_a_stop_lets_a_push_that_runs_finish(start, push):
    server = start(STEPS["PUT is about to be answered"])
    pusher = push(server).pusher
    location = pusher.begin()

    def slowly() -> Iterator[bytes]:
        yield LAYER[:1000]
        server.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        yield LAYER[1000:]

    assert pusher.ask("PATCH", location, content=slowly()).status_code == 202
    assert server.process.wait(timeout=30) == 0
