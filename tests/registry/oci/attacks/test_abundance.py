"""Requests that ask for too much. R11, R19 and R22."""

from contextlib import suppress

import pytest

from tests.registry.oci import pieces
from tests.registry.oci.attacks import watch
from tests.registry.oci.attacks.watch import MIB
from tests.registry.oci.backstage import Backstage
from tests.registry.serving.pushing import MANIFEST_TYPE, Pusher, digest_of
from tests.registry.serving.wire import Wire
from tests.server import Server

# R11: pages.


def test_a_page_of_billions_takes_no_memory(server: Server, pusher: Pusher):
    pieces.push(pusher, "1", b"a layer")
    with watch.cost(server) as cost:
        for path in (
            "/v2/_catalog",
            f"/v2/{pusher.repository}/tags/list",
            f"/v2/{pusher.repository}/referrers/{digest_of(b'x')}",
        ):
            for n in (2**31 - 1, 2**63, 10**18):
                assert pusher.ask("GET", f"{path}?n={n}").status_code == 200
            for query in ("n=-1", "n=1e9", "n=0x7fffffff", "n=1&n=-1"):
                assert pusher.ask("GET", f"{path}?{query}").status_code == 400
    assert cost.grown < 16 * MIB


def test_a_name_of_a_mebibyte_is_refused(server: Server, pusher: Pusher):
    pieces.push(pusher, "1", b"a layer")
    for path in ("/v2/_catalog", f"/v2/{pusher.repository}/tags/list"):
        assert pusher.ask("GET", f"{path}?last={'a' * 10_000}").status_code == 400
        with Wire(server) as wire:
            with suppress(OSError):
                wire.send(f"GET {path}?last=".encode() + b"a" * MIB)
            assert wire.reply().status == 414


# R19: ranges.


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=" + ",".join(f"{n}-{n}" for n in range(1000)),
        "bytes=" + ",".join(["0-"] * 1000),
        "bytes=" + ",".join(["-100000"] * 1000),
        "bytes=0-0, 0-0",
        "bytes=0-18446744073709551615",
        "bytes=-18446744073709551616",
        "bytes=" + "0" * 8000 + "-1",
        "bytes=00-1 ",
    ],
    ids=lambda asked: asked[:30],
)
def test_no_range_makes_a_reply_larger_than_the_blob(server: Server, pusher: Pusher, asked: str):
    content = bytes(100_000)
    path = f"/v2/{pusher.repository}/blobs/{pusher.blob(content)}"
    with Wire(server) as wire:
        reply = wire.ask("GET", path, range=asked, **pusher.authorization)
        assert reply.status in (200, 206, 416)
        assert len(reply.body) <= len(content)
        assert wire.ask("HEAD", path, **pusher.authorization).status == 200


def test_a_range_sent_twice_is_no_single_range(server: Server, pusher: Pusher):
    path = f"/v2/{pusher.repository}/blobs/{pusher.blob(b'content')}"
    with Wire(server) as wire:
        head = wire.head("GET", path, range="bytes=0-1", **pusher.authorization)
        wire.send(head.replace(b"\r\n\r\n", b"\r\nRange: bytes=3-4\r\n\r\n"))
        reply = wire.reply()
    assert (reply.status, reply.body) == (200, b"content")


# R22: referrers.

POINT_MANY = """
from django.utils import timezone
from registry.content import digests
from registry.models import Artifact, Blob, Manifest, Repository
repository = Repository.objects.get(name="{repository}")
blob = Blob.objects.first()
kinds = {{"media_type": "{media_type}", "artifact_type": "{artifact_type}", "subject_digest": "{subject}"}}
kinds |= {{"blob": blob, "payload": b"{{}}", "size": 2, "annotations": {{"a": "x" * {length}}}}}
names = (digests.of(b"%d {repository}" % number) for number in range({many}))
made = Manifest.objects.bulk_create(Manifest(digest=each, **kinds) for each in names)
Artifact.objects.bulk_create(
    Artifact(
        project=repository.project,
        repository=repository,
        manifest=each,
        digest=each.digest,
        pushed_at=timezone.now(),
    )
    for each in made)
"""


def point_many(backstage: Backstage, pusher: Pusher, subject: str, *, many: int, length: int = 10) -> None:
    kinds = {"media_type": MANIFEST_TYPE, "artifact_type": "application/x.signature"}
    backstage.run(POINT_MANY.format(repository=pusher.repository, subject=subject, many=many, length=length, **kinds))


def pages(pusher: Pusher, path: str) -> list[list[str]]:
    """The digests on each page."""
    found = []
    while path:
        reply = pusher.ask("GET", path)
        assert reply.status_code == 200
        assert len(reply.content) < 4 * MIB
        found.append([each["digest"] for each in reply.json()["manifests"]])
        path = reply.headers.get("link", "").partition(">")[0].removeprefix("<")
    return found


def test_ten_thousand_referrers_come_in_pages(server: Server, pusher: Pusher, backstage: Backstage):
    subject = digest_of(pieces.push(pusher, "1", b"a layer"))
    point_many(backstage, pusher, subject, many=10_000)
    path = f"/v2/{pusher.repository}/referrers/{subject}"
    with watch.cost(server) as cost:
        found = pages(pusher, path)
        assert [len(page) for page in found] == [1000] * 10
        assert len({digest for page in found for digest in page}) == 10_000
        assert pages(pusher, f"{path}?artifactType=application/x.other") == [[]]
    assert cost.cpu_seconds < 5
    assert cost.grown < 32 * MIB


def test_referrers_with_all_the_annotations_a_manifest_can_hold_take_little_memory(
    server: Server, pusher: Pusher, backstage: Backstage
):
    subject = digest_of(pieces.push(pusher, "1", b"a layer"))
    point_many(backstage, pusher, subject, many=60, length=3 * MIB)
    with watch.cost(server) as cost:
        assert pusher.ask("GET", f"/v2/{pusher.repository}/referrers/{subject}").status_code == 200
        none = pusher.ask("GET", f"/v2/{pusher.repository}/referrers/{subject}?artifactType=application/x.other")
        assert none.json()["manifests"] == []
    assert cost.grown < 120 * MIB


FALL_BACK = """
from django.utils import timezone
from registry.content import digests
from registry.models import Artifact, Blob, Manifest, Repository, Tag
repository, now, body = Repository.objects.get(name="{repository}"), timezone.now(), {body!r}
kinds = {{"media_type": "{media_type}", "payload": body, "size": len(body)}}
made = Manifest.objects.create(blob=Blob.objects.first(), digest=digests.of(body), **kinds)
artifact = Artifact.objects.create(
    project=repository.project, repository=repository, manifest=made, digest=made.digest, pushed_at=now
)
Tag.objects.create(repository=repository, name="{tag}", artifact=artifact, moved_at=now)
"""


def test_a_long_fallback_list_beside_many_referrers_costs_little(server: Server, pusher: Pusher, backstage: Backstage):
    subject = digest_of(pieces.push(pusher, "1", b"a layer"))
    point_many(backstage, pusher, subject, many=1000)
    entries = [pieces.descriptor(b"%d" % number, MANIFEST_TYPE) for number in range(20_000)]
    body, tag = pieces.index(manifests=entries, annotations={"of": pusher.repository}), subject.replace(":", "-")
    backstage.run(FALL_BACK.format(repository=pusher.repository, body=body, tag=tag, media_type=pieces.INDEX_TYPE))
    with watch.cost(server) as cost:
        reply = pusher.ask("GET", f"/v2/{pusher.repository}/referrers/{subject}")
        assert len(reply.json()["manifests"]) == 1000
    assert cost.cpu_seconds < 1.5
