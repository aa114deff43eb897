"""Who points at a manifest: the referrers list, its filter, its pages, and what older clients wrote as a tag."""

import json
from typing import Any

import httpx
import pytest

from tests.registry.oci import pieces
from tests.registry.serving.pushing import MANIFEST_TYPE, Pusher, digest_of

SIGNATURE, SBOM = "application/x.signature", "application/x.sbom"


@pytest.fixture
def subject(pusher: Pusher) -> dict[str, Any]:
    """What is pointed at."""
    return pieces.descriptor(pieces.push(pusher, "1", b"a layer"), MANIFEST_TYPE)


def point(pusher: Pusher, subject: dict[str, Any], text: str = "", **fields: Any) -> bytes:
    """An artifact that points at the subject."""
    body = pieces.image(pusher, subject=subject, annotations={"text": text}, **fields)
    reply = pieces.put(pusher, digest_of(body), body)
    assert (reply.status_code, reply.headers["oci-subject"]) == (201, subject["digest"])
    return body


def ask(pusher: Pusher, digest: str, **params: Any) -> httpx.Response:
    reply = pusher.ask("GET", f"/v2/{pusher.repository}/referrers/{digest}", params=params)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == pieces.INDEX_TYPE
    return reply


def listed(reply: httpx.Response) -> list[dict[str, Any]]:
    document = reply.json()
    assert (document["schemaVersion"], document["mediaType"]) == (2, pieces.INDEX_TYPE)
    return list(document["manifests"])


def test_a_referrer_is_described_with_its_type_and_annotations(pusher: Pusher, subject: dict[str, Any]):
    body = point(pusher, subject, "signed", artifactType=SIGNATURE)
    assert listed(ask(pusher, subject["digest"])) == [
        pieces.descriptor(body, MANIFEST_TYPE, artifactType=SIGNATURE, annotations={"text": "signed"})
    ]


def test_a_referrer_without_a_type_has_that_of_its_config(pusher: Pusher, subject: dict[str, Any]):
    point(pusher, subject)
    index = pieces.index(subject=subject)
    assert pieces.put(pusher, "i", index).status_code == 201
    found = {each["mediaType"]: each.get("artifactType") for each in listed(ask(pusher, subject["digest"]))}
    assert found == {MANIFEST_TYPE: pieces.CONFIG_TYPE, pieces.INDEX_TYPE: None}


def test_a_filter_is_applied_and_told(pusher: Pusher, subject: dict[str, Any]):
    signature, _ = point(pusher, subject, artifactType=SIGNATURE), point(pusher, subject, artifactType=SBOM)
    reply = ask(pusher, subject["digest"], artifactType=SIGNATURE)
    assert [each["digest"] for each in listed(reply)] == [digest_of(signature)]
    assert reply.headers["oci-filters-applied"] == "artifactType"
    assert "oci-filters-applied" not in ask(pusher, subject["digest"]).headers
    assert listed(ask(pusher, subject["digest"], artifactType="application/x.other")) == []


def test_nothing_points_at_what_nobody_has_heard_of(pusher: Pusher):
    assert listed(ask(pusher, digest_of(b"nothing"))) == []


def test_a_subject_may_come_after_its_referrers_and_go_before_them(pusher: Pusher):
    later = pieces.image(pusher, b"later")
    body = point(pusher, pieces.descriptor(later, MANIFEST_TYPE))
    for step in ("before", "while", "after"):
        assert [each["digest"] for each in listed(ask(pusher, digest_of(later)))] == [digest_of(body)], step
        if step == "before":
            pieces.put(pusher, "later", later)
        elif step == "while":
            assert pieces.get(pusher, digest_of(later), "DELETE").status_code == 202


def test_a_referrer_that_is_deleted_is_not_listed(pusher: Pusher, subject: dict[str, Any]):
    body = point(pusher, subject)
    assert pieces.get(pusher, digest_of(body), "DELETE").status_code == 202
    assert listed(ask(pusher, subject["digest"])) == []


def test_referrers_of_another_repository_are_its_own(pusher: Pusher, subject: dict[str, Any]):
    with Pusher(pusher.server, f"{pusher.repository}/other") as other:
        point(other, subject)
        assert len(listed(ask(other, subject["digest"]))) == 1
    assert listed(ask(pusher, subject["digest"])) == []


def test_what_is_no_digest_has_no_referrers(pusher: Pusher):
    for digest in ("sha256:abc", "latest", "sha256-" + "a" * 64):
        reply = pusher.ask("GET", f"/v2/{pusher.repository}/referrers/{digest}")
        assert (reply.status_code, pieces.code(reply)) == (400, "DIGEST_INVALID")


def test_what_an_older_client_listed_under_a_tag_is_listed_too_and_once(pusher: Pusher, subject: dict[str, Any]):
    new, old = point(pusher, subject, "new"), pieces.push(pusher, "old", b"old", artifactType=SBOM)
    entry = pieces.descriptor(old, MANIFEST_TYPE, artifactType=SBOM, annotations={"by": "hand"})
    fallback = json.loads(pieces.index(new)) | {"manifests": [entry, pieces.descriptor(new, MANIFEST_TYPE)]}
    assert pieces.put(pusher, subject["digest"].replace(":", "-"), pieces.as_json(fallback)).status_code == 201
    found = {each["digest"]: each for each in listed(ask(pusher, subject["digest"]))}
    assert found.keys() == {digest_of(old), digest_of(new)}
    assert found[digest_of(old)] == entry
    assert found[digest_of(new)]["annotations"] == {"text": "new"}
    assert [each["digest"] for each in listed(ask(pusher, subject["digest"], artifactType=SBOM))] == [digest_of(old)]


def test_an_image_under_the_fallback_tag_is_none_of_a_list(pusher: Pusher, subject: dict[str, Any]):
    pieces.push(pusher, subject["digest"].replace(":", "-"), b"some image")
    assert listed(ask(pusher, subject["digest"])) == []


def test_a_list_that_would_be_larger_than_a_manifest_comes_in_pages(pusher: Pusher, subject: dict[str, Any]):
    bodies = [point(pusher, subject, f"{number}" + "x" * (1 << 20), artifactType=SBOM) for number in range(5)]
    path = f"/v2/{pusher.repository}/referrers/{subject['digest']}?artifactType={SBOM}"
    found: list[str] = []
    sizes: list[int] = []
    while path:
        reply = pusher.ask("GET", path)
        assert reply.headers["oci-filters-applied"] == "artifactType"
        found += [each["digest"] for each in listed(reply)]
        sizes.append(len(reply.content))
        path = reply.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert found == sorted(digest_of(body) for body in bodies)
    assert len(sizes) > 1
    assert max(sizes) < 4 << 20
