"""What a manifest may look like, and what is refused."""

import base64
import hashlib
import json
import tracemalloc

import pytest

from registry.content import documents, media_types
from registry.exceptions import BodyTooLarge, ManifestInvalid, MediaTypeUnsupported

DIGEST = f"sha256:{'a' * 64}"


def descriptor(**fields: object) -> dict[str, object]:
    return {"mediaType": "application/octet-stream", "digest": DIGEST, "size": 3} | fields


def image(**fields: object) -> bytes:
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": media_types.OCI_MANIFEST,
            "config": descriptor(mediaType="application/vnd.oci.image.config.v1+json"),
            "layers": [descriptor()],
        }
        | fields
    ).encode()


def index(**fields: object) -> bytes:
    given = {"schemaVersion": 2, "mediaType": media_types.OCI_INDEX, "manifests": [descriptor()]}
    return json.dumps(given | fields).encode()


def parse(body: bytes, content_type: str = "") -> documents.Document:
    return documents.parse(body, content_type)


def test_an_image_names_its_config_and_layers():
    document = parse(image(), media_types.OCI_MANIFEST)
    assert document.digest == f"sha256:{hashlib.sha256(image()).hexdigest()}"
    assert [each.digest for each in document.blobs] == [DIGEST, DIGEST]
    assert document.artifact_type == "application/vnd.oci.image.config.v1+json"


def test_an_index_names_its_children():
    platform = {"architecture": "arm64", "os": "linux", "os.features": ["x"]}
    document = parse(index(manifests=[descriptor(platform=platform)], artifactType="application/x"))
    assert document.children[0].platform == {"architecture": "arm64", "os": "linux"}
    assert (document.blobs, document.artifact_type) == ((), "application/x")


def test_without_a_media_type_of_its_own_the_content_type_decides():
    body = json.dumps({"schemaVersion": 2, "config": descriptor(), "layers": []}).encode()
    assert parse(body, f"{media_types.OCI_MANIFEST}; charset=utf-8").media_type == media_types.OCI_MANIFEST
    with pytest.raises(MediaTypeUnsupported):
        parse(body)


def test_an_artifact_has_a_type_and_a_subject():
    document = parse(image(artifactType="application/x.sbom", subject=descriptor(), annotations={"a": "b"}))
    assert document.artifact_type == "application/x.sbom"
    assert document.subject
    assert document.subject.digest == DIGEST
    assert document.annotations == {"a": "b"}


def test_unknown_fields_are_let_be():
    assert parse(image(**{"org.example": {"deep": [1.5, None]}})).body == image(
        **{"org.example": {"deep": [1.5, None]}}
    )


def test_a_foreign_layer_lies_elsewhere_only_where_it_says_so():
    foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
    document = parse(
        image(layers=[descriptor(mediaType=foreign, urls=["http://169.254.169.254/"]), descriptor(mediaType=foreign)])
    )
    assert [each.is_elsewhere for each in document.layers] == [True, False]
    assert not parse(image(layers=[descriptor(urls=["http://example.org"])])).layers[0].is_elsewhere


def test_embedded_content_must_be_what_the_digest_tells():
    content = b"abc"
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    good = descriptor(digest=digest, data=base64.b64encode(content).decode())
    assert parse(image(config=good)).config
    for bad in (good | {"size": 4}, good | {"data": "YWJk"}, good | {"data": "?"}, good | {"data": 1}):
        with pytest.raises(ManifestInvalid, match="data"):
            parse(image(config=bad))


@pytest.mark.parametrize(
    "body",
    [
        image(manifests=[]),
        index(layers=[]),
        index(config=descriptor()),
        image(mediaType=media_types.OCI_INDEX),
        image(schemaVersion=3),
        image(config=None),
        image(layers={}),
        image(layers=[0]),
        image(layers=[descriptor(size=-1)]),
        image(layers=[descriptor(size=1.0)]),
        image(layers=[descriptor(size=True)]),
        image(layers=[descriptor(size=1 << 63)]),
        image(layers=[descriptor(size="3")]),
        image(layers=[descriptor(digest="sha256:../../x")]),
        image(layers=[descriptor(digest=f"sha256:{'A' * 64}")]),
        image(layers=[descriptor(digest=f"sha512:{'a' * 64}")]),
        image(layers=[descriptor(urls="http://x")]),
        image(layers=[descriptor(mediaType="a" * 256)]),
        image(subject=[]),
        image(annotations={"a": 1}),
        image(annotations={"a": "\0"}),
        image(annotations={"a": "\ud800"}),
        image(annotations=[]),
        image().replace(b'"size": 3', b'"size": 1e400000'),
        image().replace(b'"size": 3', b'"size": ' + b"9" * 5000),
        image().replace(b'"size": 3', b'"size": NaN'),
        image().replace(b'"layers"', b'"schemaVersion": 2, "layers"'),
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"schemaVersion": 2, "deep": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        image(deep=json.loads("[" * 70 + "]" * 70)),
    ],
    ids=lambda body: f"{body[-60:]!r}",
)
def test_what_is_not_a_manifest_is_refused(body):
    with pytest.raises(ManifestInvalid):
        parse(body)


def test_a_type_that_differs_from_the_content_type_is_refused():
    with pytest.raises(ManifestInvalid, match="was sent as"):
        parse(image(), media_types.DOCKER_MANIFEST)


@pytest.mark.parametrize("media_type", [*sorted(media_types.DOCKER_SCHEMA_1), "application/json", "text/html"])
def test_other_types_are_not_taken(media_type):
    with pytest.raises(MediaTypeUnsupported):
        parse(image(mediaType=media_type), media_type)


def test_four_mebibytes_are_the_most():
    room = documents.LARGEST - len(image(annotations={"a": ""}))
    assert parse(image(annotations={"a": "x" * room}))
    with pytest.raises(BodyTooLarge):
        parse(image(annotations={"a": "x" * (room + 1)}))


def test_a_million_layers_of_nothing_are_refused_without_much_memory():
    body = image().replace(b'"layers": [', b'"layers": [' + b"0," * 1_000_000)
    tracemalloc.start()
    with pytest.raises(ManifestInvalid):
        parse(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 << 20
