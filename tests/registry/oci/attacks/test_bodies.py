"""Bodies that nobody asked for, and chunks that get in each other's way. R17 and R18."""

import base64
import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.registry.oci import pieces
from tests.registry.oci.attacks import watch
from tests.registry.oci.attacks.watch import MIB
from tests.registry.oci.backstage import Backstage
from tests.registry.oci.people import Cast
from tests.registry.serving.pushing import MANIFEST_TYPE, Pusher, digest_of
from tests.registry.serving.wire import Reply, Wire
from tests.server import Server

GIB = 1 << 30
DIGEST = digest_of(b"never sent")
CONTENT = os.urandom(2 * MIB)
HALF = len(CONTENT) // 2


@pytest.fixture
def carol(cast: Cast) -> Iterator[Pusher]:
    """A guest: she may read, and her token says so."""
    with cast.pusher(cast.carol, "alices/app", "pull,push") as carol:
        yield carol


# R17: refused before the body.


def flood(server: Server, method: str, path: str, **headers: str) -> tuple[Reply, int]:
    """Announce 1 GiB and send it until it is refused; answers the refusal and how much of it the server took in."""
    number = os.urandom(8).hex()
    with Wire(server, seconds=30) as wire:
        wire.send(wire.head(method, path, GIB, x_request_id=number, **headers))
        if "expect" not in headers:
            with suppress(OSError):
                for _ in range(64):
                    wire.send(bytes(MIB))
        reply = wire.reply()
        wire.rest()  # it closes
    (line,) = server.log_lines("access", request_id=number)
    return reply, line["received"]


UPLOADS = "/v2/alices/app/blobs/uploads/"
UPLOAD = f"{UPLOADS}00000000-0000-4000-8000-000000000000"
TARGETS = {
    "an upload in one": ("POST", f"{UPLOADS}?digest={DIGEST}"),
    "a chunk": ("PATCH", UPLOAD),
    "a last chunk": ("PUT", f"{UPLOAD}?digest={DIGEST}"),
    "a manifest": ("PUT", "/v2/alices/app/manifests/1"),
}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_a_body_that_will_be_refused_does_not_come_where_the_client_asks_first(
    cast: Cast, carol: Pusher, target: tuple[str, str]
):
    for who, given in (("nobody", {}), ("password", {"authorization": basic(carol)}), ("token", carol.authorization)):
        reply, taken = flood(cast.server, *target, expect="100-continue", **given)
        expected = 413 if "manifests" in target[1] else 401 if who == "nobody" else 403
        assert (reply.status, reply.headers["connection"], taken) == (expected, "close", 0), who


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_a_body_that_comes_all_the_same_is_hardly_read_and_not_kept(cast: Cast, carol: Pusher, target: tuple[str, str]):
    before = watch.stored_bytes(cast.server)
    reply, taken = flood(cast.server, *target, **(carol.authorization if target[0] == "PATCH" else {}))
    assert (reply.status, reply.headers["connection"]) == (
        413 if "manifests" in target[1] else 403 if target[0] == "PATCH" else 401,
        "close",
    )
    assert taken <= MIB
    assert watch.stored_bytes(cast.server) == before


def basic(pusher: Pusher) -> str:
    return "Basic " + base64.b64encode(f"{pusher.username}:{pusher.password}".encode()).decode()


OPEN_MANY = """
from accounts.models import User
from registry.content.uploads import MOST_OPEN
from registry.models import Repository, Upload
key = f"user:{{User.objects.get(username='{user}').pk}}"
repository = Repository.objects.get(name="{repository}")
Upload.objects.bulk_create(Upload(repository=repository, principal_key=key) for _ in range(MOST_OPEN))
answer = MOST_OPEN
"""


def test_nobody_opens_uploads_without_end(cast: Cast, backstage: Backstage, name: str):
    user = cast.admin.make_user(name)
    project = user.make_project(name).project
    with cast.pusher(user, f"{project}/app") as pusher:
        location = pusher.begin()
        backstage.run(OPEN_MANY.format(user=name, repository=pusher.repository))
        for params in ({}, {"digest": digest_of(b"x")}):
            reply = pusher.ask(
                "POST", f"/v2/{pusher.repository}/blobs/uploads/", params=params, content=b"x" if params else b""
            )
            assert (reply.status_code, pieces.code(reply)) == (429, "TOOMANYREQUESTS")
        assert pusher.ask("PUT", location, params={"digest": digest_of(b"x")}, content=b"x").status_code == 201


def test_what_a_vanished_client_sent_is_gone_with_its_upload(server: Server, pusher: Pusher):
    before = watch.stored_bytes(server)
    location = pusher.begin()
    with Wire(server) as wire:
        wire.send(wire.head("PATCH", location, len(CONTENT), **pusher.authorization) + CONTENT[:HALF])
        time.sleep(0.3)
    for _ in range(100):
        if (status := pusher.ask("DELETE", location).status_code) == 204:
            break
    assert status == 204
    for _ in range(100):
        if watch.stored_bytes(server) == before:
            return
        time.sleep(0.05)
    raise AssertionError("bytes of a cancelled upload stayed")


def test_a_post_that_is_cut_leaves_no_upload_behind(server: Server, pusher: Pusher):
    pusher.blob(b"the repository is there")
    before = watch.everything(server)
    target = f"/v2/{pusher.repository}/blobs/uploads/?digest={digest_of(CONTENT)}"
    with Wire(server) as wire:
        wire.send(wire.head("POST", target, len(CONTENT), **pusher.authorization) + CONTENT[:HALF])
        time.sleep(0.3)
    for _ in range(100):
        left = {path for path in watch.everything(server) - before if not path.endswith("/_uploads")}
        if not left:
            return
        time.sleep(0.05)
    raise AssertionError(f"left behind: {left}")


# R18: one writer at a time.


@pytest.mark.parametrize("second", ["PATCH", "PUT"])
def test_while_one_writes_another_may_not(server: Server, pusher: Pusher, second: str):
    location = pusher.begin()
    query = f"?digest={digest_of(CONTENT)}" if second == "PUT" else ""
    with Wire(server) as wire:
        wire.send(wire.head("PATCH", location, len(CONTENT), **pusher.authorization) + CONTENT[:HALF])
        time.sleep(0.5)
        for _ in range(4):
            reply = pusher.ask(second, location + query, content=CONTENT)
            assert (reply.status_code, pieces.code(reply)) == (409, "BLOB_UPLOAD_INVALID")
        wire.send(CONTENT[HALF:])
        assert wire.reply().status == 202
    assert pusher.finish(location, digest_of(CONTENT)).status_code == 201
    assert pusher.ask("GET", f"/v2/{pusher.repository}/blobs/{digest_of(CONTENT)}").content == CONTENT


def test_an_upload_that_is_cancelled_under_its_writer_stays_cancelled(server: Server, pusher: Pusher):
    location = pusher.begin()
    with Wire(server) as wire:
        target = f"{location}?digest={digest_of(CONTENT)}"
        wire.send(wire.head("PUT", target, len(CONTENT), **pusher.authorization) + CONTENT[:HALF])
        time.sleep(0.5)
        assert pusher.ask("DELETE", location).status_code == 204
        wire.send(CONTENT[HALF:])
        assert wire.reply().status in (404, 409)
    assert pusher.ask("GET", location).status_code == 404
    assert pusher.ask("HEAD", f"/v2/{pusher.repository}/blobs/{digest_of(CONTENT)}").status_code == 404


def at_once(*asks: "threading.Thread") -> None:
    for each in asks:
        each.start()
    for each in asks:
        each.join()


def test_of_many_that_send_the_same_chunk_one_wins_and_nothing_is_torn(server: Server, pusher: Pusher):
    location, got = pusher.begin(), list[int]()

    def send() -> None:
        with Pusher(server, pusher.repository) as mine:
            mine.token = pusher.token
            given = {"content-range": f"0-{len(CONTENT) - 1}"}
            got.append(mine.ask("PATCH", location, content=CONTENT, headers=given).status_code)

    at_once(*(threading.Thread(target=send) for _ in range(6)))
    assert sorted(got)[0] == 202
    assert set(got[1:]) <= {202, 409, 416}
    assert got.count(202) == 1
    assert pusher.finish(location, digest_of(CONTENT)).status_code == 201


def test_of_many_that_finish_one_wins(server: Server, pusher: Pusher):
    location = pusher.ask("PATCH", pusher.begin(), content=CONTENT).headers["location"]
    got = list[int]()

    def finish() -> None:
        with Pusher(server, pusher.repository) as mine:
            mine.token = pusher.token
            got.append(mine.finish(location, digest_of(CONTENT)).status_code)

    at_once(*(threading.Thread(target=finish) for _ in range(6)))
    assert got.count(201) == 1
    assert set(got) <= {201, 404, 409}
    assert pusher.ask("GET", f"/v2/{pusher.repository}/blobs/{digest_of(CONTENT)}").content == CONTENT


def test_of_many_manifests_put_under_one_tag_all_stand_and_one_has_the_tag(server: Server, pusher: Pusher):
    bodies = [pieces.image(pusher, b"a layer", annotations={"n": str(number)}) for number in range(8)]
    got = list[int]()

    def put(body: bytes) -> None:
        with Pusher(server, pusher.repository) as mine:
            mine.token = pusher.token
            got.append(pieces.put(mine, "1", body, MANIFEST_TYPE).status_code)

    at_once(*(threading.Thread(target=put, args=(body,)) for body in bodies))
    assert got == [201] * 8
    assert pieces.get(pusher, "1").content in bodies
    assert all(pieces.get(pusher, digest_of(body)).content == body for body in bodies)


def test_a_body_shorter_than_announced_changes_nothing(server: Server, pusher: Pusher):
    body = pieces.image(pusher, b"a layer")
    with Wire(server) as wire:
        given = {"content_type": MANIFEST_TYPE, **pusher.authorization}
        wire.send(wire.head("PUT", f"/v2/{pusher.repository}/manifests/1", len(body) + 1, **given) + body)
        time.sleep(0.2)
    time.sleep(0.2)
    assert pieces.get(pusher, "1").status_code == 404
