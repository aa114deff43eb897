"""Manifests of every kind: they come out as they went in, and what they refer to must be there."""

import base64
import hashlib
import json
from typing import Any

import pytest

from tests.registry.oci import pieces
from tests.registry.serving.pushing import MANIFEST_TYPE, Pusher, digest_of

FOREIGN = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
LAYER = b"a layer"
FOUR_MIB = 4 << 20


def assert_stands(pusher: Pusher, reference: str, body: bytes, media_type: str = "") -> None:
    """It comes out byte for byte under its tag and its digest, with the type it was sent under."""
    for each in (reference, digest_of(body)):
        reply = pieces.get(pusher, each)
        assert (reply.status_code, reply.content) == (200, body), reply.text[:200]
        assert reply.headers["content-type"] == (media_type or json.loads(body)["mediaType"])
        assert reply.headers["docker-content-digest"] == digest_of(body)
        assert reply.headers["etag"] == f'"{digest_of(body)}"'


def refused(pusher: Pusher, body: bytes, media_type: str = MANIFEST_TYPE, reference: str = "1") -> tuple[int, str]:
    """Status and code of the refusal; nothing may stand under the tag after it."""
    reply = pieces.put(pusher, reference, body, media_type)
    assert pieces.get(pusher, "1").status_code == 404
    return reply.status_code, pieces.code(reply)


def test_a_manifest_is_made_under_a_tag(pusher: Pusher):
    body = pieces.image(pusher, LAYER)
    reply = pieces.put(pusher, "1", body)
    assert (reply.status_code, reply.content) == (201, b"")
    assert reply.headers["location"] == f"/v2/{pusher.repository}/manifests/{digest_of(body)}"
    assert reply.headers["docker-content-digest"] == digest_of(body)
    assert "oci-subject" not in reply.headers
    assert_stands(pusher, "1", body)


def test_a_manifest_may_come_without_a_length(pusher: Pusher):
    body = pieces.image(pusher, LAYER)
    path = f"/v2/{pusher.repository}/manifests/1"
    reply = pusher.ask("PUT", path, content=iter([body[:50], body[50:]]), headers={"content-type": MANIFEST_TYPE})
    assert reply.status_code == 201
    assert_stands(pusher, "1", body)


def test_a_manifest_put_by_its_digest_has_no_tag_but_those_it_asks_for(pusher: Pusher):
    body = pieces.image(pusher, LAYER)
    assert pieces.put(pusher, digest_of(body), body).status_code == 201
    assert tags_of(pusher) == []
    reply = pieces.put(pusher, digest_of(body), body, tag=["one", "two"])
    assert (reply.status_code, reply.headers["oci-tag"]) == (201, "one, two")
    assert tags_of(pusher) == ["one", "two"]
    assert_stands(pusher, "two", body)


def tags_of(pusher: Pusher) -> list[str]:
    reply = pusher.ask("GET", f"/v2/{pusher.repository}/tags/list")
    return list(reply.json()["tags"])


@pytest.mark.parametrize("tags", [["-x"], ["ok", "no way"], ["x" * 129], [""], [f"t{n}" for n in range(101)]])
def test_a_tag_that_cannot_be_refuses_the_whole(pusher: Pusher, tags: list[str]):
    body = pieces.image(pusher, LAYER)
    reply = pieces.put(pusher, digest_of(body), body, tag=tags)
    assert (reply.status_code, pieces.code(reply)) == (400, "TAG_INVALID")
    assert pieces.get(pusher, digest_of(body)).status_code == 404


def test_another_digest_than_the_bodys_is_refused(pusher: Pusher):
    body = pieces.image(pusher, LAYER)
    assert refused(pusher, body, reference=digest_of(body + b" ")) == (400, "DIGEST_INVALID")
    assert refused(pusher, body, reference=f"sha512:{'0' * 128}") == (400, "DIGEST_INVALID")


def test_a_manifest_may_be_known_by_its_sha512(pusher: Pusher):
    body = pieces.image(pusher, LAYER)
    digest = f"sha512:{hashlib.sha512(body).hexdigest()}"
    reply = pieces.put(pusher, digest, body, tag="1")
    assert (reply.status_code, reply.headers["docker-content-digest"]) == (201, digest)
    for reference in ("1", digest):
        got = pieces.get(pusher, reference)
        assert (got.content, got.headers["docker-content-digest"]) == (body, digest)
    assert pieces.get(pusher, digest_of(body)).status_code == 404


def test_a_tag_moves_and_what_it_left_stays(pusher: Pusher):
    first, second = pieces.push(pusher, "1", b"first"), pieces.push(pusher, "1", b"second")
    assert_stands(pusher, "1", second)
    assert pieces.get(pusher, digest_of(first)).content == first


def test_bytes_are_kept_as_they_were_sent(pusher: Pusher):
    """Order, spaces, unknown fields, escapes and the way numbers are written: all are part of the digest."""
    body = pieces.image(pusher, LAYER, unknown={"b": [1.50, -0.0, 1e3], "a": "\u00fc\U0001f600", "c": None})
    body = json.dumps(json.loads(body), indent="\t", ensure_ascii=False).encode() + b"\r\n \n"
    assert pieces.put(pusher, "1", body).status_code == 201
    assert_stands(pusher, "1", body)


@pytest.mark.parametrize("media_type", [MANIFEST_TYPE, pieces.DOCKER_TYPE])
def test_a_manifest_need_not_say_what_it_is(pusher: Pusher, media_type: str):
    body = pieces.image(pusher, LAYER, mediaType=None)
    assert pieces.put(pusher, "1", body, media_type).status_code == 201
    assert_stands(pusher, "1", body, media_type)


def test_docker_images_and_lists_are_taken(pusher: Pusher):
    body = pieces.image(pusher, LAYER, mediaType=pieces.DOCKER_TYPE)
    assert pieces.put(pusher, "1", body).status_code == 201
    assert_stands(pusher, "1", body)
    many = pieces.index(body, mediaType=pieces.DOCKER_LIST_TYPE)
    assert pieces.put(pusher, "many", many).status_code == 201
    assert_stands(pusher, "many", many)


def test_an_index_may_hold_indexes_and_nothing_at_all(pusher: Pusher):
    children = [pieces.push(pusher, f"c{each}", f"layer {each}".encode()) for each in range(2)]
    body = pieces.index(*children)
    for tag, document in (("inner", body), ("outer", pieces.index(body, children[0])), ("empty", pieces.index())):
        assert pieces.put(pusher, tag, document).status_code == 201
        assert_stands(pusher, tag, document)


def test_an_artifact_of_any_type_is_taken(pusher: Pusher):
    empty = {"mediaType": "application/vnd.oci.empty.v1+json", "digest": pusher.blob(b"{}"), "size": 2, "data": "e30="}
    body = pieces.image(pusher, config=empty, layers=[empty], artifactType="application/x.thing+json")
    assert pieces.put(pusher, "1", body).status_code == 201
    assert_stands(pusher, "1", body)
    many = pieces.index(body, artifactType="application/x.things", annotations={"a": "b"})
    assert pieces.put(pusher, "many", many).status_code == 201
    assert_stands(pusher, "many", many)


def test_a_layer_that_is_elsewhere_need_not_be_here(pusher: Pusher):
    away = pieces.descriptor(b"never sent", FOREIGN, urls=["https://example.com/layer"])
    body = pieces.image(pusher, layers=[away])
    assert pieces.put(pusher, "1", body).status_code == 201
    assert_stands(pusher, "1", body)
    body = pieces.image(pusher, layers=[pieces.descriptor(b"never sent", urls=["https://example.com/layer"])])
    assert pieces.put(pusher, "2", body).status_code == 400


def test_embedded_data_must_be_what_its_digest_says(pusher: Pusher):
    pusher.blob(LAYER)
    good, bad = (base64.b64encode(content).decode() for content in (LAYER, b"another"))
    body = pieces.image(pusher, layers=[pieces.descriptor(LAYER, data=good)])
    for data in (bad, "%%%", 7):
        lie = pieces.image(pusher, layers=[pieces.descriptor(LAYER, data=data)])
        assert refused(pusher, lie) == (400, "MANIFEST_INVALID")
    assert pieces.put(pusher, "1", body).status_code == 201


def test_what_is_missing_is_refused_and_named(pusher: Pusher):
    child = pieces.image(pusher, LAYER)
    absent = pieces.descriptor(b"absent")
    bodies = {
        MANIFEST_TYPE: pieces.image(pusher, layers=[pieces.descriptor(LAYER), absent]),
        pieces.INDEX_TYPE: pieces.index(child),
    }
    for media_type, missing in ((MANIFEST_TYPE, absent["digest"]), (pieces.INDEX_TYPE, digest_of(child))):
        reply = pieces.put(pusher, "1", bodies[media_type])
        assert (reply.status_code, pieces.code(reply)) == (400, "MANIFEST_BLOB_UNKNOWN")
        assert reply.json()["errors"][0]["detail"]["digests"] == [missing]
    assert pieces.get(pusher, "1").status_code == 404


def test_a_manifest_of_four_mebibytes_is_taken_and_one_byte_more_is_not(pusher: Pusher):
    body = pieces.image(pusher, LAYER, annotations={"filler": ""})
    body = body.replace(b'"filler": ""', b'"filler": "%b"' % (b"x" * (FOUR_MIB - len(body))))
    assert len(body) == FOUR_MIB
    assert refused(pusher, body + b" ") == (413, "SIZE_INVALID")
    assert pieces.put(pusher, "1", body).status_code == 201
    assert_stands(pusher, "1", body)


def test_only_manifests_are_manifests(pusher: Pusher):
    body = pieces.image(pusher, LAYER, mediaType=None)
    for media_type in ("", "application/json", "text/plain", "application/vnd.oci.image.config.v1+json"):
        path = f"/v2/{pusher.repository}/manifests/1"
        reply = pusher.ask("PUT", path, content=body, headers={"content-type": media_type})
        assert (reply.status_code, pieces.code(reply)) == (400, "MANIFEST_INVALID")


def test_the_parameters_of_a_type_are_no_part_of_it(pusher: Pusher):
    body = pieces.image(pusher, LAYER)
    assert pieces.put(pusher, "1", body, f"{MANIFEST_TYPE}; charset=utf-8").status_code == 201
    assert_stands(pusher, "1", body, MANIFEST_TYPE)


def test_accept_changes_nothing(pusher: Pusher):
    body = pieces.push(pusher, "1", LAYER)
    path = f"/v2/{pusher.repository}/manifests/1"
    for accept in ("text/html", pieces.DOCKER_TYPE, "*/*", "nonsense", f"{MANIFEST_TYPE};q=0"):
        reply = pusher.ask("GET", path, headers={"accept": accept})
        assert (reply.status_code, reply.content) == (200, body)
        assert reply.headers["content-type"] == MANIFEST_TYPE


@pytest.mark.parametrize("by", ["tag", "digest"])
def test_a_client_that_has_the_manifest_is_not_sent_it(pusher: Pusher, by: str):
    digest = digest_of(pieces.push(pusher, "1", LAYER))
    path = f"/v2/{pusher.repository}/manifests/{'1' if by == 'tag' else digest}"
    for method in ("GET", "HEAD"):
        for form in (f'"{digest}"', digest, f'W/"{digest}"', f'"x", "{digest}"', "*"):
            reply = pusher.ask(method, path, headers={"if-none-match": form})
            assert (reply.status_code, reply.content) == (304, b"")
            assert reply.headers["etag"] == f'"{digest}"'
        assert pusher.ask(method, path, headers={"if-none-match": '"x"'}).status_code == 200


def test_a_tag_is_deleted_alone_and_a_digest_with_all_its_tags(pusher: Pusher):
    body = pieces.push(pusher, "1", LAYER)
    for tag in ("2", "3"):
        pieces.put(pusher, tag, body)
    assert pieces.get(pusher, "1", "DELETE").status_code == 202
    assert tags_of(pusher) == ["2", "3"]
    assert_stands(pusher, "2", body)
    assert pieces.get(pusher, digest_of(body), "DELETE").status_code == 202
    assert tags_of(pusher) == []
    for reference in ("2", digest_of(body)):
        for method in ("GET", "HEAD", "DELETE"):
            assert pieces.get(pusher, reference, method).status_code == 404
    assert pieces.put(pusher, "2", body).status_code == 201
    assert_stands(pusher, "2", body)


def test_a_child_stays_as_long_as_its_index(pusher: Pusher):
    child = pieces.push(pusher, "child", LAYER)
    body = pieces.index(child)
    assert pieces.put(pusher, "1", body).status_code == 201
    reply = pieces.get(pusher, digest_of(child), "DELETE")
    assert (reply.status_code, pieces.code(reply)) == (409, "DENIED")
    assert pieces.get(pusher, digest_of(body), "DELETE").status_code == 202
    assert pieces.get(pusher, digest_of(child), "DELETE").status_code == 202


@pytest.mark.parametrize("tag", ["a" * 128, "_", "A.b-c_D", "0", "latest"])
def test_every_valid_tag_works(pusher: Pusher, tag: str):
    assert_stands(pusher, tag, pieces.push(pusher, tag, LAYER))


@pytest.mark.parametrize("tag", ["a" * 129, ".a", "-a", "a%20b", "a+b", "ä", "a%00", "~"])
def test_no_other_does(pusher: Pusher, tag: str):
    body = pieces.image(pusher, LAYER)
    for reply in (pieces.put(pusher, tag, body), pieces.get(pusher, tag), pieces.get(pusher, tag, "DELETE")):
        assert (reply.status_code, pieces.code(reply)) == (400, "TAG_INVALID")


SUBJECT: dict[str, Any] = pieces.descriptor(b"not here yet", MANIFEST_TYPE)


def test_a_manifest_that_points_at_another_says_so_whether_that_is_there_or_not(pusher: Pusher):
    reply = pieces.put(pusher, "1", pieces.image(pusher, LAYER, subject=SUBJECT))
    assert (reply.status_code, reply.headers["oci-subject"]) == (201, SUBJECT["digest"])
    reply = pieces.put(pusher, "2", pieces.index(subject=SUBJECT))
    assert (reply.status_code, reply.headers["oci-subject"]) == (201, SUBJECT["digest"])
