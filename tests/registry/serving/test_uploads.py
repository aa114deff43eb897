"""Bodies of uploads: refused before they come, taken in any form, and never half of one for a whole."""

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator

import pytest

from tests.registry.serving.pushing import Pusher, digest_of
from tests.registry.serving.wire import Wire
from tests.server import Server

MIB = 1 << 20


@pytest.fixture
def pusher(site: Server) -> Iterator[Pusher]:
    with Pusher(site) as pusher:
        yield pusher


def refused_at_once(site: Server, head: bytes) -> int:
    """The status of a refusal that comes before 100 Continue, and ends the connection."""
    with Wire(site) as wire:
        wire.send(head)
        reply = wire.reply()
        assert reply.headers["connection"] == "close"
        assert json.loads(reply.body)["errors"]
        assert wire.is_closed()
        return reply.status


def test_an_upload_without_a_token_is_refused_before_a_byte_of_it_comes(site: Server, pusher: Pusher, wire: Wire):
    location = pusher.begin()
    for method, target in (("PATCH", location), ("PUT", f"{location}?digest=sha256:{'0' * 64}")):
        assert refused_at_once(site, wire.head(method, target, 10 * MIB, expect="100-continue")) == 401


def test_an_upload_by_one_who_may_not_push_is_refused_before_a_byte_of_it_comes(site: Server, wire: Wire):
    with Pusher(site, actions="pull") as reader:
        given = {"expect": "100-continue", **reader.authorization}
    head = wire.head("POST", f"/v2/library/app/blobs/uploads/?digest=sha256:{'0' * 64}", 10 * MIB, **given)
    assert refused_at_once(site, head) == 401


def test_an_upload_that_nobody_began_is_refused_before_a_byte_of_it_comes(site: Server, pusher: Pusher, wire: Wire):
    target = "/v2/library/app/blobs/uploads/00000000-0000-4000-8000-000000000000"
    head = wire.head("PATCH", target, 10 * MIB, expect="100-continue", **pusher.authorization)
    assert refused_at_once(site, head) == 404


def test_a_chunk_out_of_order_is_refused_before_a_byte_of_it_comes(site: Server, pusher: Pusher, wire: Wire):
    given = {"content_range": f"5-{MIB + 4}", "expect": "100-continue", **pusher.authorization}
    assert refused_at_once(site, wire.head("PATCH", pusher.begin(), MIB, **given)) == 416


def test_a_refused_client_that_sends_all_the_same_reads_why(wire: Wire, pusher: Pusher):
    wire.send(wire.head("PATCH", pusher.begin(), 200 * MIB))
    try:
        for _ in range(200):
            wire.send(b"x" * MIB)
    except OSError:
        pass
    assert wire.reply().status == 401


def test_100_continue_is_said_to_an_upload_that_may_come(wire: Wire, pusher: Pusher):
    wire.send(wire.head("PATCH", pusher.begin(), 3, expect="100-continue", **pusher.authorization))
    assert wire.reply().status == 100
    wire.send(b"abc")
    reply = wire.reply()
    assert (reply.status, reply.headers["range"]) == (202, "0-2")


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 20 * MIB + 17])
@pytest.mark.parametrize("form", ["chunked patch", "patch", "put", "post"])
def test_a_blob_of_any_size_comes_in_by_every_way(pusher: Pusher, size: int, form: str):
    content = os.urandom(size)
    digest = digest_of(content)
    if form == "post":
        path = "/v2/library/app/blobs/uploads/"
        assert pusher.ask("POST", path, params={"digest": digest}, content=content).status_code == 201
    else:
        location = pusher.begin()
        if form != "put":
            body = iter([content[: size // 3], content[size // 3 :]]) if form == "chunked patch" else content
            location = pusher.ask("PATCH", location, content=body).headers["location"]
        reply = pusher.ask("PUT", location, params={"digest": digest}, content=content if form == "put" else b"")
        assert reply.status_code == 201, reply.text
    assert pusher.ask("GET", f"/v2/library/app/blobs/{digest}").content == content


def test_a_cut_chunk_keeps_what_came_and_the_client_goes_on_from_there(site: Server, pusher: Pusher):
    content = os.urandom(8 * MIB)
    location = pusher.begin()
    with Wire(site) as wire:
        wire.send(wire.head("PATCH", location, len(content), **pusher.authorization) + content[: 5 * MIB])
        time.sleep(0.5)
    stands = standing(pusher, location)
    assert 4 * MIB <= stands <= 5 * MIB
    reply = pusher.ask(
        "PATCH", location, content=content[stands:], headers={"content-range": f"{stands}-{len(content) - 1}"}
    )
    assert reply.status_code == 202, reply.text
    assert pusher.finish(reply.headers["location"], digest_of(content)).status_code == 201


def test_a_cut_body_of_known_length_is_never_a_blob(site: Server, pusher: Pusher):
    content = os.urandom(MIB)
    digest = digest_of(content)
    with Wire(site) as wire:
        target = f"{pusher.begin()}?digest={digest}"
        wire.send(wire.head("PUT", target, len(content) + 1, **pusher.authorization) + content)
        time.sleep(0.2)
    time.sleep(0.3)
    assert pusher.ask("HEAD", f"/v2/library/app/blobs/{digest}").status_code == 404


def test_a_chunked_body_that_breaks_off_is_never_a_blob(site: Server, pusher: Pusher):
    content = os.urandom(MIB)
    digest = digest_of(content)
    for ending in (b"", b"nonsense\r\n"):
        with Wire(site) as wire:
            target = f"{pusher.begin()}?digest={digest}"
            head = wire.head("PUT", target, transfer_encoding="chunked", **pusher.authorization)
            wire.send(head + b"%x\r\n%b\r\n" % (len(content), content) + ending)
            time.sleep(0.2)
    time.sleep(0.3)
    assert pusher.ask("HEAD", f"/v2/library/app/blobs/{digest}").status_code == 404


def test_the_upload_is_free_again_after_its_client_has_vanished(site: Server, pusher: Pusher):
    location = pusher.begin()
    with Wire(site) as wire:
        wire.send(wire.head("PATCH", location, MIB, **pusher.authorization) + b"x" * 1000)
        time.sleep(0.2)
        assert pusher.ask("PATCH", location, content=b"y").status_code in (409, 416)
    stands = standing(pusher, location)
    assert pusher.ask("DELETE", location).status_code == 204
    assert stands in (0, 1000)


def test_the_connection_goes_on_after_an_upload(wire: Wire, pusher: Pusher):
    for number in range(20):
        content = b"%d" % number * 1000
        location = pusher.begin()
        reply = wire.ask("PATCH", location, content, **pusher.authorization)
        assert reply.status == 202
        target = f"{reply.headers['location']}?digest={digest_of(content)}"
        assert wire.ask("PUT", target, b"", **pusher.authorization).status == 201


def test_many_uploads_at_once_keep_apart(site: Server, pusher: Pusher):
    contents = [os.urandom(6 * MIB) for _ in range(12)]
    failed: list[object] = []

    def push(content: bytes) -> None:
        with Pusher(site) as mine:
            reply = mine.ask("PATCH", mine.begin(), content=iter([content[:MIB], content[MIB:]]))
            if mine.finish(reply.headers["location"], digest_of(content)).status_code != 201:
                failed.append(content)

    threads = [threading.Thread(target=push, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    for content in contents:
        got = pusher.ask("GET", f"/v2/library/app/blobs/{digest_of(content)}").content
        assert hashlib.sha256(got).digest() == hashlib.sha256(content).digest()


def standing(pusher: Pusher, location: str) -> int:
    """How many bytes the upload has; it is asked until its last writer has let go of it."""
    until = time.monotonic() + 5
    while True:
        reply = pusher.ask("GET", location)
        assert reply.status_code == 204, reply.text
        last = int(reply.headers["range"].removeprefix("0-"))
        if last or time.monotonic() > until:
            return last + 1 if last else 0
        time.sleep(0.1)
