"""Blobs on their way in, by every way there is, and what is said of an upload on each step."""

import hashlib
import os
import re
import uuid

import httpx
import pytest

from tests.registry.oci import pieces
from tests.registry.serving.pushing import Pusher, digest_of
from tests.registry.serving.wire import Wire
from tests.server import Server

CONTENT = os.urandom(10_000)
DIGEST = digest_of(CONTENT)
HALF = len(CONTENT) // 2


def uploads_of(pusher: Pusher) -> str:
    return f"/v2/{pusher.repository}/blobs/uploads/"


def stored(pusher: Pusher, digest: str = DIGEST) -> bytes | None:
    reply = pusher.ask("GET", f"/v2/{pusher.repository}/blobs/{digest}")
    return reply.content if reply.status_code == 200 else None


def assert_made(pusher: Pusher, reply: httpx.Response, content: bytes = CONTENT, digest: str = DIGEST) -> None:
    assert reply.status_code == 201, reply.text
    assert reply.headers["location"] == f"/v2/{pusher.repository}/blobs/{digest}"
    assert reply.headers["docker-content-digest"] == digest
    assert reply.headers["content-length"] == "0"
    assert stored(pusher, digest) == content


def assert_stands(pusher: Pusher, reply: httpx.Response, status: int, *, at: int) -> str:
    """What is said of an upload that goes on; answers where it is."""
    assert reply.status_code == status, reply.text
    assert reply.headers["range"] == f"0-{max(at - 1, 0)}"
    location = reply.headers["location"]
    assert re.fullmatch(rf"{uploads_of(pusher)}[0-9a-f-]{{36}}", location)
    assert location.endswith(reply.headers["docker-upload-uuid"])
    return str(location)


def send(pusher: Pusher, location: str, content: bytes, at: int | None = None) -> httpx.Response:
    given = {} if at is None else {"content-range": f"{at}-{at + len(content) - 1}"}
    return pusher.ask("PATCH", location, content=content, headers=given)


def test_a_blob_comes_with_the_post(pusher: Pusher):
    assert_made(pusher, pusher.ask("POST", uploads_of(pusher), params={"digest": DIGEST}, content=CONTENT))


def test_a_blob_comes_with_the_put(pusher: Pusher):
    location = assert_stands(pusher, pusher.ask("POST", uploads_of(pusher)), 202, at=0)
    assert_made(pusher, pusher.ask("PUT", location, params={"digest": DIGEST}, content=CONTENT))


def test_a_blob_comes_in_one_patch_without_a_length(pusher: Pusher):
    reply = pusher.ask("PATCH", pusher.begin(), content=iter([CONTENT[:HALF], CONTENT[HALF:]]))
    location = assert_stands(pusher, reply, 202, at=len(CONTENT))
    assert_made(pusher, pusher.finish(location, DIGEST))


def test_a_blob_comes_in_chunks_and_its_upload_tells_where_it_stands(pusher: Pusher):
    location = pusher.begin()
    for at in range(0, len(CONTENT), 3000):
        chunk = CONTENT[at : at + 3000]
        location = assert_stands(pusher, send(pusher, location, chunk, at), 202, at=at + len(chunk))
        assert_stands(pusher, pusher.ask("GET", location), 204, at=at + len(chunk))
    assert_made(pusher, pusher.finish(location, DIGEST))


def test_chunks_need_not_say_where_they_go(pusher: Pusher):
    location = pusher.begin()
    for chunk in (CONTENT[:HALF], CONTENT[HALF:]):
        location = send(pusher, location, chunk).headers["location"]
    assert_made(pusher, pusher.finish(location, DIGEST))


@pytest.mark.parametrize("says_where", [True, False])
def test_the_last_chunk_may_come_with_the_put(pusher: Pusher, says_where: bool):
    location = send(pusher, pusher.begin(), CONTENT[:HALF], 0).headers["location"]
    given = {"content-range": f"{HALF}-{len(CONTENT) - 1}"} if says_where else {}
    reply = pusher.ask("PUT", location, params={"digest": DIGEST}, content=CONTENT[HALF:], headers=given)
    assert_made(pusher, reply)


def test_the_last_chunk_with_the_put_may_come_without_a_length(pusher: Pusher):
    location = send(pusher, pusher.begin(), CONTENT[:HALF]).headers["location"]
    assert_made(pusher, pusher.ask("PUT", location, params={"digest": DIGEST}, content=iter([CONTENT[HALF:]])))


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize("at", [0, HALF - 1, HALF + 1, len(CONTENT)])
def test_a_chunk_out_of_order_is_refused_and_the_upload_goes_on(pusher: Pusher, method: str, at: int):
    location = send(pusher, pusher.begin(), CONTENT[:HALF], 0).headers["location"]
    chunk = CONTENT[HALF:]
    given = {"content-range": f"{at}-{at + len(chunk) - 1}"}
    params = {"digest": DIGEST} if method == "PUT" else {}
    reply = pusher.ask(method, location, content=chunk, headers=given, params=params)
    assert (reply.status_code, pieces.code(reply)) == (416, "BLOB_UPLOAD_INVALID")
    assert (reply.headers["range"], reply.headers["location"]) == (f"0-{HALF - 1}", location)
    location = assert_stands(pusher, send(pusher, location, chunk, HALF), 202, at=len(CONTENT))
    assert_made(pusher, pusher.finish(location, DIGEST))


@pytest.mark.parametrize(
    "given", ["5000-4999", "-5-10", "a-b", "0-", "0-5", "bytes 0-4999,5-6", "9" * 30 + "-" + "9" * 31]
)
def test_a_range_that_does_not_fit_its_chunk_is_refused_and_the_upload_goes_on(pusher: Pusher, given: str):
    location = pusher.begin()
    reply = pusher.ask("PATCH", location, content=CONTENT[:HALF], headers={"content-range": given})
    assert (reply.status_code, pieces.code(reply)) == (400, "SIZE_INVALID")
    assert_stands(pusher, pusher.ask("GET", location), 204, at=0)
    assert_made(pusher, pusher.ask("PUT", location, params={"digest": DIGEST}, content=CONTENT))


@pytest.mark.parametrize("form", ["bytes {}-{}/{}", "bytes={}-{}", "bytes {}-{}/*"])
def test_a_range_may_be_written_as_http_has_it(pusher: Pusher, form: str):
    given = {"content-range": form.format(0, HALF - 1, len(CONTENT))}
    reply = pusher.ask("PATCH", pusher.begin(), content=CONTENT[:HALF], headers=given)
    assert_stands(pusher, reply, 202, at=HALF)


def test_a_chunk_without_a_length_must_be_as_long_as_its_range_says(pusher: Pusher):
    location = pusher.begin()
    for said in (HALF - 1, HALF + 1):
        given = {"content-range": f"0-{said - 1}"}
        reply = pusher.ask("PATCH", location, content=iter([CONTENT[:HALF]]), headers=given)
        assert (reply.status_code, pieces.code(reply)) == (400, "SIZE_INVALID")


def test_a_cut_chunk_is_gone_on_with_where_the_upload_says(server: Server, pusher: Pusher):
    content = os.urandom(6 << 20)
    location = pusher.begin()
    with Wire(server) as wire:
        wire.send(wire.head("PATCH", location, len(content), **pusher.authorization) + content[: 4 << 20])
    at = wait_for_progress(pusher, location)
    reply = assert_stands(pusher, send(pusher, location, content[at:], at), 202, at=len(content))
    assert_made(pusher, pusher.finish(reply, digest_of(content)), content, digest_of(content))


def wait_for_progress(pusher: Pusher, location: str) -> int:
    """Where the upload stands once its cut chunk is kept: a client that asks too soon is told to begin where it was."""
    for _ in range(200):
        at = int(pusher.ask("GET", location).headers["range"].removeprefix("0-")) + 1
        if at > 1:
            return at
    raise AssertionError("nothing of the chunk was kept")


def test_content_of_another_digest_is_refused_and_dropped(pusher: Pusher):
    other = digest_of(b"something else")
    location = send(pusher, pusher.begin(), CONTENT).headers["location"]
    reply = pusher.finish(location, other)
    assert (reply.status_code, pieces.code(reply)) == (400, "DIGEST_INVALID")
    assert stored(pusher, other) is None
    assert stored(pusher) is None
    assert pusher.ask("GET", location).status_code == 404


@pytest.mark.parametrize("digest", ["", "sha256:abc", "md5:" + "a" * 32, "sha256+b64:abc", "sha512:" + "a" * 64, None])
def test_a_put_without_a_good_digest_is_refused_and_the_upload_goes_on(pusher: Pusher, digest: str | None):
    location = send(pusher, pusher.begin(), CONTENT).headers["location"]
    reply = pusher.ask("PUT", location, params={} if digest is None else {"digest": digest})
    assert (reply.status_code, pieces.code(reply)) == (400, "DIGEST_INVALID")
    assert_made(pusher, pusher.finish(location, DIGEST))


@pytest.mark.parametrize("chunks", [1, 3])
def test_an_upload_may_end_with_a_sha512(pusher: Pusher, chunks: int):
    digest = f"sha512:{hashlib.sha512(CONTENT).hexdigest()}"
    location, step = pusher.begin(), len(CONTENT) // chunks + 1
    for at in range(0, len(CONTENT), step):
        location = send(pusher, location, CONTENT[at : at + step]).headers["location"]
    assert_made(pusher, pusher.finish(location, digest), CONTENT, digest)


def test_an_upload_of_nothing_is_an_empty_blob(pusher: Pusher):
    assert_made(pusher, pusher.finish(pusher.begin(), digest_of(b"")), b"", digest_of(b""))


def test_an_upload_is_cancelled(pusher: Pusher):
    location = send(pusher, pusher.begin(), CONTENT).headers["location"]
    assert pusher.ask("DELETE", location).status_code == 204
    for method in ("GET", "PATCH", "DELETE"):
        reply = pusher.ask(method, location)
        assert (reply.status_code, pieces.code(reply)) == (404, "BLOB_UPLOAD_UNKNOWN")
    assert pusher.finish(location, DIGEST).status_code == 404


def test_an_upload_is_over_once_it_is_a_blob(pusher: Pusher):
    location = pusher.begin()
    assert_made(pusher, pusher.ask("PUT", location, params={"digest": DIGEST}, content=CONTENT))
    for method in ("GET", "PATCH", "PUT", "DELETE"):
        assert pusher.ask(method, location, params={"digest": DIGEST}).status_code == 404


@pytest.mark.parametrize("upload_id", ["x", "..", "0" * 32, "{" + str(uuid.uuid4()) + "}", str(uuid.uuid4()).upper()])
def test_what_is_no_id_of_an_upload_is_unknown(pusher: Pusher, upload_id: str):
    for method in ("GET", "PATCH", "DELETE"):
        assert pusher.ask(method, f"{uploads_of(pusher)}{upload_id.replace('.', '%2e')}").status_code == 404


def test_a_body_that_is_packed_is_refused(pusher: Pusher):
    location = pusher.begin()
    for method, path in (
        ("PATCH", location),
        ("PUT", f"{location}?digest={DIGEST}"),
        ("POST", f"{uploads_of(pusher)}?digest={DIGEST}"),
    ):
        reply = pusher.ask(method, path, content=CONTENT, headers={"content-encoding": "gzip"})
        assert (reply.status_code, pieces.code(reply)) == (415, "UNSUPPORTED")


def test_a_blob_that_is_here_already_may_come_again(pusher: Pusher):
    for _ in range(2):
        assert_made(pusher, pusher.ask("POST", uploads_of(pusher), params={"digest": DIGEST}, content=CONTENT))


def test_a_blob_of_another_repository_is_mounted(server: Server, pusher: Pusher):
    with Pusher(server, f"{pusher.repository}/source") as source:
        source.blob(CONTENT)
        for query in ({"from": source.repository}, {}):
            with Pusher(server, f"{pusher.repository}/target{len(query)}") as target:
                reply = target.ask("POST", uploads_of(target), params={"mount": DIGEST} | query)
                assert_made(target, reply)


def test_a_mount_of_what_is_not_there_becomes_an_upload(pusher: Pusher):
    for query in ({"from": "library/absent"}, {"from": "No name"}, {"from": ""}, {"from": pusher.repository}, {}):
        reply = pusher.ask("POST", uploads_of(pusher), params={"mount": digest_of(os.urandom(9))} | query)
        assert_stands(pusher, reply, 202, at=0)


def test_a_mount_of_what_is_no_digest_is_refused(pusher: Pusher):
    reply = pusher.ask("POST", uploads_of(pusher), params={"mount": "sha256:abc", "from": pusher.repository})
    assert (reply.status_code, pieces.code(reply)) == (400, "DIGEST_INVALID")
