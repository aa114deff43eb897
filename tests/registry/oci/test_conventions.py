"""What holds for every address of /v2: the headers of each reply, HEAD beside GET, other methods, names."""

import json
from typing import Any

import httpx
import pytest

from tests.registry.oci import people, pieces
from tests.registry.serving.pushing import Pusher, digest_of
from tests.registry.serving.wire import Wire
from tests.server import Server

ABSENT = f"sha256:{'0' * 64}"

READING = {
    "base": "/v2/",
    "base without its slash": "/v2",
    "catalog": "/v2/_catalog?n=1",
    "manifest by tag": "/v2/{name}/manifests/1",
    "manifest by digest": "/v2/{name}/manifests/{manifest}",
    "absent tag": "/v2/{name}/manifests/absent",
    "absent manifest": f"/v2/{{name}}/manifests/{ABSENT}",
    "a tag that cannot be": "/v2/{name}/manifests/-1",
    "blob": "/v2/{name}/blobs/{blob}",
    "absent blob": f"/v2/{{name}}/blobs/{ABSENT}",
    "a digest that cannot be": "/v2/{name}/blobs/sha256:abc",
    "upload": "{upload}",
    "absent upload": "/v2/{name}/blobs/uploads/00000000-0000-4000-8000-000000000000",
    "tags": "/v2/{name}/tags/list?n=10",
    "all tags": "/v2/{name}/tags/list",
    "tags of an absent repository": "/v2/library/absent/tags/list",
    "referrers": "/v2/{name}/referrers/{manifest}",
    "a page that cannot be": "/v2/{name}/tags/list?n=x",
    "a repository that cannot be": "/v2/library/App/manifests/1",
    "no address of ours": "/v2/{name}/nothing",
}
OTHER_METHODS = {
    "/v2/": "POST PUT PATCH DELETE OPTIONS",
    "/v2/_catalog": "POST PUT PATCH DELETE OPTIONS",
    "/v2/{name}/manifests/1": "POST PATCH OPTIONS",
    "/v2/{name}/blobs/{blob}": "POST PUT PATCH OPTIONS",
    "/v2/{name}/blobs/uploads/": "GET HEAD PUT PATCH DELETE OPTIONS",
    "{upload}": "POST OPTIONS",
    "/v2/{name}/tags/list": "POST PUT PATCH DELETE OPTIONS",
    "/v2/{name}/referrers/{manifest}": "POST PUT PATCH DELETE OPTIONS",
}


@pytest.fixture
def places(pusher: Pusher) -> dict[str, str]:
    """A repository with one of everything in it."""
    body = pieces.push(pusher, "1", b"a layer")
    found = {"manifest": digest_of(body), "blob": digest_of(b"a layer"), "upload": pusher.begin()}
    return found | {"name": pusher.repository}


def assert_common(reply: httpx.Response) -> None:
    assert reply.headers["docker-distribution-api-version"] == "registry/2.0"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "private, no-store"
    assert reply.headers["x-request-id"]
    is_streamed = reply.headers.get("transfer-encoding") == "chunked"
    has_length = "content-length" in reply.headers
    assert is_streamed + has_length == (0 if reply.status_code in (204, 304) else 1)
    if has_length and reply.request.method != "HEAD":
        assert int(reply.headers["content-length"]) == len(reply.content)


@pytest.mark.parametrize("path", READING.values(), ids=READING.keys())
def test_every_reply_says_which_api_this_is_how_long_it_is_and_which_request_it_was(
    pusher: Pusher, places: dict[str, str], path: str
):
    reply = pusher.ask("GET", path.format(**places))
    assert_common(reply)
    if reply.status_code >= 400:
        assert reply.headers["content-type"].startswith("application/json")
        assert pieces.code(reply)


@pytest.mark.parametrize("path", READING.values(), ids=READING.keys())
def test_head_says_what_get_says_without_a_body(server: Server, pusher: Pusher, places: dict[str, str], path: str):
    target = path.format(**places)
    with Wire(server) as wire:
        got = wire.ask("GET", target, x_request_id="1", **pusher.authorization)
        head = wire.ask("HEAD", target, x_request_id="1", **pusher.authorization)
        after = wire.ask("GET", "/v2/", **pusher.authorization)
    assert (head.status, without(head.headers)) == (got.status, without(got.headers))
    assert after.status == 200  # no body stood between them


def without(headers: dict[str, str]) -> dict[str, str]:
    """What depends on the hour or on there being a body."""
    return {name: value for name, value in headers.items() if name not in ("date", "transfer-encoding")}


@pytest.mark.parametrize("path", OTHER_METHODS, ids=OTHER_METHODS)
def test_other_methods_are_refused_with_those_that_are_taken(pusher: Pusher, places: dict[str, str], path: str):
    for method in OTHER_METHODS[path].split():
        reply = pusher.ask(method, path.format(**places))
        assert reply.status_code == 405, method
        assert method not in reply.headers["allow"].split(", ")
        if method != "HEAD":
            assert pieces.code(reply) == "UNSUPPORTED"
        assert_common(reply)


def test_nobody_is_sent_to_the_token_service_by_every_address(server: Server, places: dict[str, str]):
    for path in READING.values():
        reply = people.ask("GET", server.url + path.format(**places))
        assert reply.status_code in (400, 401, 404)
        assert reply.headers["docker-distribution-api-version"] == "registry/2.0"
        if reply.status_code == 401 and "_catalog" not in path:
            challenge = reply.headers["www-authenticate"]
            assert challenge.startswith(f'Bearer realm="{server.url}/service/token",service="harbor-registry"')
            assert pieces.code(reply) == "UNAUTHORIZED"


def test_the_base_names_no_scope_and_takes_both_kinds_of_credentials(server: Server, pusher: Pusher):
    url = f"{server.url}/v2/"
    assert "scope=" not in people.ask("GET", url).headers["www-authenticate"]
    assert people.ask("GET", url, auth=("admin", server.admin_password)).json() == {}
    assert pusher.ask("GET", "/v2/").json() == {}
    refused = people.ask("GET", url, auth=("admin", "wrong"))
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Basic realm="harbor"')


CHALLENGES = {
    ("GET", "manifests/1"): "pull",
    ("HEAD", "blobs/{blob}"): "pull",
    ("GET", "tags/list"): "pull",
    ("GET", "referrers/{manifest}"): "pull",
    ("PUT", "manifests/1"): "pull,push",
    ("POST", "blobs/uploads/"): "pull,push",
    ("DELETE", "manifests/1"): "delete",
    ("DELETE", "blobs/{blob}"): "delete",
}


@pytest.mark.parametrize("asked", CHALLENGES, ids=" ".join)
def test_a_challenge_names_the_scope_that_is_needed(server: Server, places: dict[str, str], asked: tuple[str, str]):
    method, path = asked
    reply = people.ask(method, f"{server.url}/v2/{places['name']}/{path.format(**places)}")
    assert reply.status_code == 401
    assert f'scope="repository:{places["name"]}:{CHALLENGES[asked]}"' in reply.headers["www-authenticate"]


def test_a_token_that_lacks_a_scope_its_bearer_could_have_is_told_which(server: Server, pusher: Pusher):
    with Pusher(server, pusher.repository, "pull") as reader:
        reply = reader.ask("POST", f"/v2/{pusher.repository}/blobs/uploads/")
    assert reply.status_code == 401
    assert 'error="insufficient_scope"' in reply.headers["www-authenticate"]
    assert f'scope="repository:{pusher.repository}:pull,push"' in reply.headers["www-authenticate"]


@pytest.mark.parametrize("slash", ["%2F", "%2f", "%252F", "%252f"])
def test_a_name_may_come_encoded_once_or_twice(pusher: Pusher, slash: str):
    with Pusher(pusher.server, f"{pusher.repository}/deep/down", "pull,push,delete") as deep:
        body = pieces.push(deep, "1", b"a layer")
        name = deep.repository.replace("/", slash)
        assert deep.ask("GET", f"/v2/{name}/manifests/1").content == body
        assert deep.ask("GET", f"/v2/{name}/blobs/{digest_of(b'a layer')}").content == b"a layer"
        assert deep.ask("GET", f"/v2/{name}/tags/list").json() == {"name": deep.repository, "tags": ["1"]}
        begun = deep.ask("POST", f"/v2/{name}/blobs/uploads/")
        assert begun.headers["location"].startswith(f"/v2/{deep.repository}/blobs/uploads/")
        assert deep.ask("PUT", f"/v2/{name}/manifests/2", content=body, headers=image_type(body)).status_code == 201
        assert deep.ask("DELETE", f"/v2/{name}/manifests/2").status_code == 202


def image_type(body: bytes) -> dict[str, str]:
    return {"content-type": json.loads(body)["mediaType"]}


@pytest.mark.parametrize(
    "name",
    [
        "library/" + "a" * 247,
        "library" + "/a" * 124,
        "library/x/manifests/y",
        "library/blobs/uploads",
        "library/a__b--c.d",
    ],
    ids=["one long part", "many parts", "a keyword", "two keywords", "every joint"],
)
def test_any_valid_name_of_up_to_255_characters_works(server: Server, name: str):
    with Pusher(server, name) as pusher:
        body = pieces.push(pusher, "1", b"a layer")
        assert pieces.get(pusher, "1").content == body
        assert pusher.ask("GET", f"/v2/{name}/tags/list").json()["name"] == name


@pytest.mark.parametrize(
    "name", ["library/" + "a" * 248, "library/App", "library/a..b", "library/-a", "library//a", "library/a%20b"]
)
def test_other_names_are_refused_by_every_address(pusher: Pusher, name: str):
    for method, rest in (
        ("GET", "manifests/1"),
        ("PUT", "manifests/1"),
        ("GET", f"blobs/{ABSENT}"),
        ("POST", "blobs/uploads/"),
        ("GET", "tags/list"),
        ("GET", f"referrers/{ABSENT}"),
    ):
        reply = pusher.ask(method, f"/v2/{name}/{rest}")
        assert (reply.status_code, pieces.code(reply)) == (400, "NAME_INVALID")


def test_a_request_id_that_is_given_is_told_in_the_reply_and_in_the_refusal(pusher: Pusher):
    given: dict[str, Any] = {"headers": {"x-request-id": "mine-1"}}
    reply = pusher.ask("GET", f"/v2/{pusher.repository}/manifests/absent", **given)
    assert reply.headers["x-request-id"] == "mine-1"
    assert reply.json()["errors"][0]["detail"]["request_id"] == "mine-1"
