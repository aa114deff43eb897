"""Content that is not what it is said to be, documents that could be read as two things, and such as are made to
cost much. R08 to R10 and R21."""

import gzip
import json
import os
import socket
from collections.abc import Callable

import pytest

from tests.registry.oci import pieces
from tests.registry.oci.attacks import watch
from tests.registry.oci.attacks.watch import MIB
from tests.registry.serving.pushing import MANIFEST_TYPE, Pusher, digest_of
from tests.registry.serving.wire import Wire
from tests.server import Server

LARGEST = 4 * MIB


def manifest_path(pusher: Pusher) -> str:
    return f"/v2/{pusher.repository}/manifests/evil"


@pytest.fixture
def image(pusher: Pusher) -> bytes:
    """A good one, for tests to spoil."""
    return pieces.image(pusher, b"a layer")


def refusal(pusher: Pusher, body: bytes, media_type: str = MANIFEST_TYPE) -> tuple[int, str]:
    reply = pusher.ask("PUT", manifest_path(pusher), content=body, headers={"content-type": media_type})
    assert pieces.get(pusher, "evil").status_code == 404
    return reply.status_code, pieces.code(reply)


# R08: content and digest.


def test_bytes_that_a_digest_does_not_tell_of_are_gone(server: Server, pusher: Pusher):
    before = watch.stored_bytes(server)
    content, uploads = os.urandom(MIB), f"/v2/{pusher.repository}/blobs/uploads/"
    spoilt = bytes([content[0] ^ 1]) + content[1:]
    for send in (
        lambda: pusher.ask("POST", uploads, params={"digest": digest_of(content)}, content=spoilt),
        lambda: pusher.ask("PUT", pusher.begin(), params={"digest": digest_of(content)}, content=spoilt),
        lambda: pusher.finish(
            pusher.ask("PATCH", pusher.begin(), content=spoilt).headers["location"], digest_of(content)
        ),
    ):
        reply = send()
        assert (reply.status_code, pieces.code(reply)) == (400, "DIGEST_INVALID")
        for digest in (digest_of(content), digest_of(spoilt)):
            assert pusher.ask("HEAD", f"/v2/{pusher.repository}/blobs/{digest}").status_code == 404
    assert watch.stored_bytes(server) - before < MIB


# R09: one reading.

IMAGE, INDEX, DOCKER = MANIFEST_TYPE, pieces.INDEX_TYPE, pieces.DOCKER_TYPE
# How a good image is spoilt, and the type it is then sent under.
SPOILT_IMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "an image with manifests": (lambda body: _with(body, manifests=[]), IMAGE),
    "an image sent as an index": (lambda body: body, INDEX),
    "an image sent as docker's": (lambda body: body, DOCKER),
    "an image without a type, sent as an index": (lambda body: _with(body, mediaType=None), INDEX),
    "a type that is no text": (lambda body: _with(body, mediaType=[IMAGE]), IMAGE),
    "a key twice": (lambda body: body.replace(b'"layers"', b'"layers": [], "layers"'), IMAGE),
    "a key twice within": (lambda body: body.replace(b'"size"', b'"size": 1, "size"', 1), IMAGE),
    "a key in another case too": (lambda body: body.replace(b'"layers"', b'"Layers": [], "layers"'), IMAGE),
    "a key in another case only": (lambda body: _with(body, Subject={}), IMAGE),
    "a key with a long s": (lambda body: body.replace(b'"layers"', '"layer\u017f": [], "layers"'.encode()), IMAGE),
    "a key in another case within": (lambda body: body.replace(b'"size"', b'"Size": 1, "size"', 1), IMAGE),
    "schema 1": (lambda body: _with(body, schemaVersion=1), IMAGE),
    "schema 2 in words": (lambda body: _with(body, schemaVersion="2"), IMAGE),
    "a list": (lambda body: b"[%b]" % body, IMAGE),
    "two documents": (lambda body: body + body, IMAGE),
    "UTF-16": (lambda body: body.decode().encode("utf-16"), IMAGE),
    "a mark before it": (lambda body: b"\xef\xbb\xbf" + body, IMAGE),
    "half a character": (lambda body: body.replace(b"sha256", b"\xc3", 1), IMAGE),
}
SPOILT_INDEXES: dict[str, tuple[bytes, str]] = {
    "an index with layers": (pieces.index(layers=[]), INDEX),
    "an index with a config": (pieces.index(config={}), INDEX),
    "an index without a type, sent as an image": (pieces.index(mediaType=None), IMAGE),
    "an index without manifests": (pieces.index(manifests=None), INDEX),
    "nothing": (b"", IMAGE),
}


def _with(body: bytes, **fields: object) -> bytes:
    return pieces.as_json(json.loads(body) | fields)


@pytest.mark.parametrize("spoilt", SPOILT_IMAGES.values(), ids=SPOILT_IMAGES.keys())
def test_an_image_that_could_be_read_as_something_else_is_refused(
    pusher: Pusher, image: bytes, spoilt: tuple[Callable[[bytes], bytes], str]
):
    spoil, media_type = spoilt
    assert refusal(pusher, spoil(image), media_type) == (400, "MANIFEST_INVALID")


def test_an_index_that_could_be_read_as_something_else_is_refused(pusher: Pusher):
    pusher.blob(b"the repository is there")
    for body, media_type in SPOILT_INDEXES.values():
        assert refusal(pusher, body, media_type) == (400, "MANIFEST_INVALID")


def test_annotations_may_differ_in_case_alone(pusher: Pusher):
    body = pieces.image(pusher, annotations={"Size": "a", "size": "b", "LAYERS": "c"})
    assert pieces.put(pusher, "1", body).status_code == 201


# R10: what costs much.

SIZES = [
    "1e400000",
    "-1",
    "1.0",
    "1.5",
    "9223372036854775808",
    "9" * 5000,
    '"1"',
    "null",
    "true",
    "NaN",
    "Infinity",
    "[]",
]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size[:20])
def test_a_size_that_is_none_is_refused(pusher: Pusher, image: bytes, size: str):
    layers = f'"layers": [{{"mediaType": "{pieces.LAYER_TYPE}", "digest": "{digest_of(b"a layer")}", "size": {size}}}]'
    body = json.dumps({**json.loads(image), "layers": "here"}).replace('"layers": "here"', layers).encode()
    assert refusal(pusher, body) == (400, "MANIFEST_INVALID")


def _deep(opening: bytes, closing: bytes, levels: int) -> bytes:
    return b'{"schemaVersion": 2, "a": ' + opening * levels + b"1" + closing * levels + b"}"


def _many(one: bytes) -> bytes:
    count = (LARGEST - 200) // (len(one) + 1)
    return b'{"schemaVersion": 2, "config": {}, "layers": [' + b",".join([one] * count) + b"]}"


COSTLY = {
    "100,000 lists deep": _deep(b"[", b"]", 100_000),
    "100,000 objects deep": _deep(b'{"a":', b"}", 100_000),
    "65 deep": _deep(b"[", b"]", 65),
    "lists without an end": b"[" * LARGEST,
    "a million layers": _many(b"{}"),
    "a million numbers": _many(b"1"),
    "a thousand long numbers": _many(b"9" * 4000),
    "many keys": b"{" + b",".join(b'"%d":1' % number for number in range(300_000)) + b"}",
    "many escapes": b'{"a": "' + b"\\u0000" * 600_000 + b'"}',
}


@pytest.mark.parametrize("body", COSTLY.values(), ids=COSTLY.keys())
def test_a_document_made_to_cost_much_costs_little(server: Server, pusher: Pusher, body: bytes):
    _ = pusher.token
    with watch.cost(server) as cost:
        assert refusal(pusher, body) == (400, "MANIFEST_INVALID")
    assert cost.cpu_seconds < 1.5
    assert cost.grown < 160 * MIB


def test_a_manifest_of_many_layers_that_are_all_there_costs_little(server: Server, pusher: Pusher):
    layer = pieces.descriptor(b"a layer")
    body = pieces.image(pusher, b"a layer", layers=[layer] * 20_000)
    with watch.cost(server) as cost:
        pieces.put(pusher, "1", body)
    assert cost.cpu_seconds < 4


@pytest.mark.parametrize(
    "form", ["with a length", "with a length, and 100 Continue", "in chunks", "in chunks without an end"]
)
def test_a_manifest_too_large_is_refused_before_it_is_in_memory(server: Server, pusher: Pusher, form: str):
    given = {"content_type": MANIFEST_TYPE, **pusher.authorization}
    with watch.cost(server) as cost, Wire(server) as wire:
        if "with a length" in form:
            given |= {"expect": "100-continue"} if "100" in form else {}
            wire.send(wire.head("PUT", manifest_path(pusher), 1 << 30, **given))
        else:
            wire.send(wire.head("PUT", manifest_path(pusher), transfer_encoding="chunked", **given))
            piece = b"%x\r\n%b\r\n" % (MIB, b" " * MIB)
            for _ in range(4):
                wire.send(piece)
            wire.send(b"1\r\n \r\n0\r\n\r\n" if form == "in chunks" else piece)
        reply = wire.reply()
    assert (reply.status, json.loads(reply.body)["errors"][0]["code"]) == (413, "SIZE_INVALID")
    assert cost.grown < 16 * MIB


def test_a_body_longer_than_it_said_is_two_requests_and_no_larger_manifest(
    server: Server, pusher: Pusher, image: bytes
):
    given = {"content_type": MANIFEST_TYPE, **pusher.authorization}
    with Wire(server) as wire:
        wire.send(wire.head("PUT", manifest_path(pusher), len(image), **given) + image + b" " * 1000 + b"\r\n\r\n")
        assert wire.reply().status == 201
        wire.rest()
    assert pieces.get(pusher, "evil").content == image


def test_a_packed_manifest_is_not_unpacked(pusher: Pusher, image: bytes):
    bomb = gzip.compress(b" " * (64 * MIB))
    for encoding in ("gzip", "deflate", "br", "zstd", "identity, gzip"):
        given = {"content-type": MANIFEST_TYPE, "content-encoding": encoding}
        reply = pusher.ask("PUT", manifest_path(pusher), content=bomb, headers=given)
        assert (reply.status_code, pieces.code(reply)) == (415, "UNSUPPORTED")
    assert refusal(pusher, bomb) == (400, "MANIFEST_INVALID")


# R21: addresses in manifests.


def test_the_server_visits_no_address_that_a_manifest_names(pusher: Pusher):
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.setblocking(False)
        url = f"http://127.0.0.1:{trap.getsockname()[1]}/layer"
        foreign = "application/vnd.oci.image.layer.nondistributable.v1.tar"
        away = pieces.descriptor(b"elsewhere", foreign, urls=[url, "http://169.254.169.254/latest/meta-data"])
        body = pieces.image(pusher, layers=[away], subject=pieces.descriptor(b"s", urls=[url]))
        assert pieces.put(pusher, "1", body).status_code == 201
        assert pieces.get(pusher, "1").content == body
        assert pusher.ask("GET", f"/v2/{pusher.repository}/blobs/{away['digest']}").status_code == 404
        with pytest.raises(BlockingIOError):
            trap.accept()
