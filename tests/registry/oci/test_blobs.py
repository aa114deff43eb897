"""Blobs on their way out: whole, in parts, not at all where the client has them; and unlinked."""

import hashlib

import pytest

from tests.registry.oci import pieces
from tests.registry.serving.pushing import Pusher, digest_of

CONTENT = bytes(range(256)) * 40
SIZE = len(CONTENT)


def path_of(pusher: Pusher, digest: str) -> str:
    return f"/v2/{pusher.repository}/blobs/{digest}"


@pytest.fixture
def path(pusher: Pusher) -> str:
    """Where a blob of CONTENT is."""
    return path_of(pusher, pusher.blob(CONTENT))


def test_a_blob_comes_with_its_digest_twice_its_length_and_no_guess_of_its_type(pusher: Pusher, path: str):
    reply = pusher.ask("GET", path)
    assert (reply.status_code, reply.content) == (200, CONTENT)
    assert reply.headers["docker-content-digest"] == digest_of(CONTENT)
    assert reply.headers["etag"] == f'"{digest_of(CONTENT)}"'
    assert reply.headers["content-length"] == str(SIZE)
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, SIZE - 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        ("bytes=-1", SIZE - 1, SIZE - 1),
        ("bytes=-300", SIZE - 300, SIZE - 1),
        ("bytes=-999999999", 0, SIZE - 1),
        ("bytes=0-999999999", 0, SIZE - 1),
        ("bytes = 5 - 6", 5, 6),
    ],
)
def test_one_range_is_answered_with_that_part(pusher: Pusher, path: str, asked: str, first: int, last: int):
    reply = pusher.ask("GET", path, headers={"range": asked})
    assert (reply.status_code, reply.content) == (206, CONTENT[first : last + 1])
    assert reply.headers["content-range"] == f"bytes {first}-{last}/{SIZE}"
    assert reply.headers["content-length"] == str(last - first + 1)
    assert reply.headers["docker-content-digest"] == digest_of(CONTENT)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0", "bytes=6-5"])
def test_a_range_outside_is_refused_with_the_size(pusher: Pusher, path: str, asked: str):
    reply = pusher.ask("GET", path, headers={"range": asked})
    assert (reply.status_code, pieces.code(reply)) == (416, "RANGE_INVALID")
    assert reply.headers["content-range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=-", "bytes=1", "bytes=1-99999999999999999999", ""]
)
def test_what_is_no_single_range_gets_the_whole(pusher: Pusher, path: str, asked: str):
    reply = pusher.ask("GET", path, headers={"range": asked})
    assert (reply.status_code, reply.content) == (200, CONTENT)
    assert "content-range" not in reply.headers


def test_a_range_counts_only_where_the_client_has_the_same_blob_as_before(pusher: Pusher, path: str):
    """RFC 9110, 13.1.5: a part of something else would be joined to what it is no part of."""
    for known in (f'"{digest_of(b"another")}"', "Tue, 24 Nov 2026 06:00:00 GMT", f'W/"{digest_of(CONTENT)}"'):
        reply = pusher.ask("GET", path, headers={"range": "bytes=5-9", "if-range": known})
        assert (reply.status_code, reply.content) == (200, CONTENT), known
    reply = pusher.ask("GET", path, headers={"range": "bytes=5-9", "if-range": f'"{digest_of(CONTENT)}"'})
    assert (reply.status_code, reply.content) == (206, CONTENT[5:10])


@pytest.mark.parametrize("form", ['"{}"', "{}", 'W/"{}"', '"x", "{}"', "*"])
def test_a_client_that_has_the_blob_is_not_sent_it(pusher: Pusher, path: str, form: str):
    digest = digest_of(CONTENT)
    for method in ("GET", "HEAD"):
        reply = pusher.ask(method, path, headers={"if-none-match": form.format(digest), "range": "bytes=0-1"})
        assert (reply.status_code, reply.content) == (304, b"")
        assert reply.headers["etag"] == f'"{digest}"'
        assert "content-length" not in reply.headers


def test_a_client_that_has_another_blob_is_sent_this_one(pusher: Pusher, path: str):
    assert pusher.ask("GET", path, headers={"if-none-match": f'"{digest_of(b"")}"'}).content == CONTENT


def test_an_empty_blob_is_a_blob(pusher: Pusher):
    path = path_of(pusher, pusher.blob(b""))
    reply = pusher.ask("GET", path)
    assert (reply.status_code, reply.content, reply.headers["content-length"]) == (200, b"", "0")
    assert pusher.ask("HEAD", path).headers["content-length"] == "0"
    assert pusher.ask("GET", path, headers={"range": "bytes=0-0"}).headers["content-range"] == "bytes */0"


def test_a_blob_has_a_name_by_sha512_where_it_was_sent_by_that(pusher: Pusher):
    digest = f"sha512:{hashlib.sha512(CONTENT).hexdigest()}"
    sent = pusher.ask("POST", f"/v2/{pusher.repository}/blobs/uploads/", params={"digest": digest}, content=CONTENT)
    assert (sent.status_code, sent.headers["docker-content-digest"]) == (201, digest)
    reply = pusher.ask("GET", path_of(pusher, digest))
    assert (reply.content, reply.headers["docker-content-digest"]) == (CONTENT, digest)
    assert pusher.ask("GET", path_of(pusher, digest_of(CONTENT))).status_code == 404


def test_an_absent_blob_is_unknown(pusher: Pusher, path: str):
    reply = pusher.ask("GET", path_of(pusher, digest_of(b"absent")))
    assert (reply.status_code, pieces.code(reply)) == (404, "BLOB_UNKNOWN")


@pytest.mark.parametrize(
    "digest", ["sha256:abc", "sha1:" + "a" * 40, "sha256:" + "A" * 64, "latest", "sha512:" + "a" * 64]
)
def test_what_is_no_digest_is_refused(pusher: Pusher, digest: str):
    reply = pusher.ask("GET", path_of(pusher, digest))
    assert (reply.status_code, pieces.code(reply)) == (400, "DIGEST_INVALID")


def test_a_blob_is_deleted_here_and_stays_where_else_it_is(pusher: Pusher, path: str):
    with Pusher(pusher.server, f"{pusher.repository}/other") as other:
        other.blob(CONTENT)
        assert pusher.ask("DELETE", path).status_code == 202
        for method in ("GET", "HEAD", "DELETE"):
            assert pusher.ask(method, path).status_code == 404
        assert other.ask("GET", path_of(other, digest_of(CONTENT))).content == CONTENT
    assert pusher.ask("GET", path_of(pusher, pusher.blob(CONTENT))).content == CONTENT


def test_a_blob_of_an_image_stays_as_long_as_that(pusher: Pusher):
    body = pieces.push(pusher, "1", CONTENT)
    path = path_of(pusher, digest_of(CONTENT))
    refused = pusher.ask("DELETE", path)
    assert (refused.status_code, pieces.code(refused)) == (409, "DENIED")
    assert pieces.get(pusher, digest_of(body), "DELETE").status_code == 202
    assert pusher.ask("DELETE", path).status_code == 202
