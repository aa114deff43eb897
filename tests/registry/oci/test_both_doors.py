"""The fast lane on and off: whatever is asked, the same is answered, byte for byte."""

import base64
from collections.abc import Iterator

import pytest

from tests.engines import registries
from tests.engines.registries import Registry
from tests.registry.doors import Doors, ask_both, said
from tests.registry.oci import pieces
from tests.registry.oci.people import token
from tests.registry.serving.pushing import MANIFEST_TYPE, Pusher, digest_of

LAYER = bytes(range(256)) * 1000
ABSENT = f"sha256:{'0' * 64}"

# {name} is a repository, {manifest} its image, {blob} a layer of it.
ASKED: dict[str, tuple[str, str, dict[str, str]]] = {
    "the base": ("GET", "/v2/", {}),
    "a manifest by tag": ("GET", "/v2/{name}/manifests/1", {}),
    "its head": ("HEAD", "/v2/{name}/manifests/1", {}),
    "a manifest by digest": ("GET", "/v2/{name}/manifests/{manifest}", {}),
    "an index": ("GET", "/v2/{name}/manifests/many", {}),
    "docker's image": ("GET", "/v2/{name}/manifests/docker", {}),
    "a manifest that is accepted otherwise": ("GET", "/v2/{name}/manifests/1", {"accept": "text/html"}),
    "a part of a manifest": ("GET", "/v2/{name}/manifests/1", {"range": "bytes=0-1"}),
    "a manifest that is known": ("GET", "/v2/{name}/manifests/1", {"if_none_match": '"{manifest}"'}),
    "the head of one that is known": ("HEAD", "/v2/{name}/manifests/{manifest}", {"if_none_match": '"{manifest}"'}),
    "a manifest other than is known": ("GET", "/v2/{name}/manifests/1", {"if_none_match": '"x"'}),
    "a manifest that is to match": ("GET", "/v2/{name}/manifests/1", {"if_match": '"x"'}),
    "a manifest that has changed since": ("GET", "/v2/{name}/manifests/1", {"if_modified_since": "x"}),
    "an absent tag": ("GET", "/v2/{name}/manifests/absent", {}),
    "an absent tag's head": ("HEAD", "/v2/{name}/manifests/absent", {}),
    "an absent manifest": ("GET", f"/v2/{{name}}/manifests/{ABSENT}", {}),
    "a deleted tag": ("GET", "/v2/{name}/manifests/deleted", {}),
    "a tag that cannot be": ("GET", "/v2/{name}/manifests/.x", {}),
    "a blob as a manifest": ("GET", "/v2/{name}/manifests/{blob}", {}),
    "a manifest as a blob": ("GET", "/v2/{name}/blobs/{manifest}", {}),
    "a blob": ("GET", "/v2/{name}/blobs/{blob}", {}),
    "a blob's head": ("HEAD", "/v2/{name}/blobs/{blob}", {}),
    "an empty blob": ("GET", "/v2/{name}/blobs/{empty}", {}),
    "a part of an empty blob": ("GET", "/v2/{name}/blobs/{empty}", {"range": "bytes=0-"}),
    "a part": ("GET", "/v2/{name}/blobs/{blob}", {"range": "bytes=1-70000"}),
    "the end": ("GET", "/v2/{name}/blobs/{blob}", {"range": "bytes=-1"}),
    "the head of a part": ("HEAD", "/v2/{name}/blobs/{blob}", {"range": "bytes=1-70000"}),
    "a part beyond": ("GET", "/v2/{name}/blobs/{blob}", {"range": "bytes=99999999-"}),
    "a part backwards": ("GET", "/v2/{name}/blobs/{blob}", {"range": "bytes=9-1"}),
    "two parts": ("GET", "/v2/{name}/blobs/{blob}", {"range": "bytes=0-1,4-5"}),
    "a part in other units": ("GET", "/v2/{name}/blobs/{blob}", {"range": "rows=0-1"}),
    "a part of the same": ("GET", "/v2/{name}/blobs/{blob}", {"range": "bytes=0-1", "if_range": '"{blob}"'}),
    "a part of another": ("GET", "/v2/{name}/blobs/{blob}", {"range": "bytes=0-1", "if_range": '"x"'}),
    "a blob that is known": ("GET", "/v2/{name}/blobs/{blob}", {"if_none_match": "{blob}"}),
    "an absent blob": ("GET", f"/v2/{{name}}/blobs/{ABSENT}", {}),
    "a digest that cannot be": ("GET", "/v2/{name}/blobs/sha256:abc", {}),
    "a digest with a zero byte": ("GET", "/v2/{name}/blobs/{blob}%00", {}),
    "a packed body with a get": ("GET", "/v2/{name}/blobs/{blob}", {"content_encoding": "gzip"}),
    "tags": ("GET", "/v2/{name}/tags/list", {}),
    "a page of tags": ("GET", "/v2/{name}/tags/list?n=1", {}),
    "no page of tags": ("GET", "/v2/{name}/tags/list?n=-1", {}),
    "referrers": ("GET", "/v2/{name}/referrers/{manifest}", {}),
    "a query that means nothing": ("GET", "/v2/{name}/manifests/1?digest={blob}&n=1", {}),
    "a slash too many": ("GET", "/v2/{name}/manifests/1/", {}),
    "a name encoded twice": ("HEAD", "/v2/library%252Fdoors/manifests/1", {}),
    "a name in capitals": ("GET", "/v2/LIBRARY/doors/manifests/1", {}),
    "another repository's": ("GET", "/v2/library/other/manifests/1", {}),
    "a hidden project's": ("GET", "/v2/hidden/app/manifests/1", {}),
    "an absent project's": ("GET", "/v2/nobodys/app/manifests/1", {}),
    "another method": ("POST", "/v2/{name}/manifests/1", {}),
    "no address": ("GET", "/v2/{name}/other", {}),
}


@pytest.fixture(scope="module")
def names(doors: Doors) -> Iterator[dict[str, str]]:
    """A repository with something of each kind, and a project that is hidden from most."""
    registries.of(doors[0]).make_project("hidden")
    with Pusher(doors[0], "library/doors", "pull,push,delete") as pusher:
        body = pieces.push(pusher, "1", LAYER)
        pieces.put(pusher, "many", pieces.index(body))
        pieces.push(pusher, "docker", LAYER, mediaType=pieces.DOCKER_TYPE)
        pieces.push(pusher, "deleted", b"deleted", subject=pieces.descriptor(body, MANIFEST_TYPE))
        pieces.get(pusher, "deleted", "DELETE")
        found = {"name": pusher.repository, "manifest": digest_of(body), "blob": digest_of(LAYER)}
        yield found | {"empty": pusher.blob(b"")}


@pytest.fixture(scope="module")
def stranger(doors: Doors) -> Registry:
    return registries.of(doors[0]).make_user("stranger")


@pytest.fixture(scope="module")
def credentials(doors: Doors, names: dict[str, str], stranger: Registry) -> dict[str, str]:
    """What different people send: the same for both doors."""
    admin = registries.of(doors[0])
    scopes = [f"repository:{each}:pull" for each in (names["name"], "library/other", "hidden/app", "nobodys/app")]
    tokens = {
        "the admin": token(doors[0], admin, *scopes),
        "a stranger": token(doors[0], stranger, *scopes),
        "nobody by a token": token(doors[0], None, *scopes),
        "one with a token for something else": token(doors[0], admin, "repository:library/other:pull"),
        "one with a token to push": token(doors[0], admin, f"repository:{names['name']}:push"),
    }
    password = base64.b64encode(f"admin:{admin.password}".encode()).decode()
    said = {who: f"Bearer {each}" for who, each in tokens.items()}
    return said | {
        "nobody": "",
        "the admin by password": f"Basic {password}",
        "a forger": f"{said['the admin'][:-4]}AAAA",
    }


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED.keys())
def test_both_doors_say_the_same_to_everybody(
    doors: Doors, names: dict[str, str], credentials: dict[str, str], asked: tuple[str, str, dict[str, str]]
):
    method, path, headers = asked
    for who, credential in credentials.items():
        given = {header: value.format(**names) for header, value in headers.items()}
        given |= {"authorization": credential} if credential else {}
        fast, views = ask_both(doors, method, path.format(**names), **given)
        assert said(fast, doors[0]) == said(views, doors[1]), who
        assert fast.status < 500
