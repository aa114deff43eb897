"""What one may not see: not by mounting, not by a manifest, not by an upload, not by a list, and not by the way a
refusal is worded. R01 to R05, R12 and R15 of the catalogue of attacks; T05 for the source of a mount."""

import json
import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.engines.registries import Registry
from tests.registry.oci import people, pieces
from tests.registry.oci.backstage import Backstage
from tests.registry.oci.people import Cast, bearer, token
from tests.registry.serving.pushing import MANIFEST_TYPE, Pusher, digest_of


class Secret:
    """An image of Alice's: words that must be in no reply to anybody else."""

    def __init__(self, pusher: Pusher) -> None:
        word = os.urandom(12).hex()
        self.layer = f"layer {word}".encode()
        self.tag = f"tag-{word}"
        self.repository = pusher.repository
        self.body = pieces.push(pusher, self.tag, self.layer, annotations={"word": word})
        self.digest, self.layer_digest = digest_of(self.body), digest_of(self.layer)
        self.words = (word, self.digest, self.layer_digest)

    def is_in(self, reply: httpx.Response) -> bool:
        told = json.dumps([*reply.headers.multi_items(), reply.text])
        asked = str(reply.request.url)
        return any(word in told and word not in asked for word in self.words)


@pytest.fixture
def secret(cast: Cast, name: str) -> Iterator[Secret]:
    with cast.pusher(cast.alice, f"alices/{name}") as alice:
        yield Secret(alice)


@pytest.fixture
def bob(cast: Cast, name: str) -> Iterator[Pusher]:
    with cast.pusher(cast.bob, f"bobs/{name}") as bob:
        yield bob


def basic(user: Registry) -> httpx.BasicAuth:
    return httpx.BasicAuth(user.username, user.password)


def uploads(repository: str) -> str:
    return f"/v2/{repository}/blobs/uploads/"


# R01, R02: mounts.


@pytest.mark.parametrize(
    "source",
    ["{repository}", None, "", "alices/absent", "../{repository}", "{repository}/..", "ALICES/app", "{repository}%00"],
)
@pytest.mark.parametrize("by", ["password", "token", "token that asks for the source"])
def test_what_one_may_not_read_is_not_mounted(cast: Cast, secret: Secret, bob: Pusher, source: str | None, by: str):
    params = {"mount": secret.layer_digest}
    if source is not None:
        params["from"] = source.format(repository=secret.repository)
    scopes = [f"repository:{bob.repository}:pull,push"]
    scopes += [f"repository:{secret.repository}:pull"] if "source" in by else []
    given: dict[str, Any] = {"auth": basic(cast.bob)} if by == "password" else {}
    if not given:
        given["headers"] = bearer(token(cast.server, cast.bob, *scopes))
    reply = bob.client.post(uploads(bob.repository), params=params, **given)
    assert reply.status_code == 202
    assert reply.headers["location"].startswith(uploads(bob.repository))
    for method in ("GET", "HEAD"):
        assert bob.ask(method, f"/v2/{bob.repository}/blobs/{secret.layer_digest}").status_code == 404


def test_a_source_one_may_read_that_lacks_the_blob_gives_nothing(cast: Cast, secret: Secret, bob: Pusher):
    bob.blob(b"something")
    for source in (bob.repository, "open/none"):
        params = {"mount": secret.layer_digest, "from": source}
        assert bob.ask("POST", uploads(bob.repository), params=params).status_code == 202


def test_a_token_mounts_from_what_it_carries_only(cast: Cast, secret: Secret, name: str):
    """Alice may read the source, but this token of hers was not given out for it."""
    target = f"alices/{name}/target"
    narrow = bearer(token(cast.server, cast.alice, f"repository:{target}:pull,push"))
    wide = bearer(
        token(cast.server, cast.alice, f"repository:{target}:pull,push", f"repository:{secret.repository}:pull")
    )
    pushes = bearer(
        token(cast.server, cast.alice, f"repository:{target}:pull,push", f"repository:{secret.repository}:push")
    )
    for source in ({"from": secret.repository}, {}):
        for headers, status in ((narrow, 202), (pushes, 202), (wide, 201)):
            params = {"mount": secret.layer_digest} | source
            reply = people.ask("POST", f"{cast.server.url}{uploads(target)}", params=params, headers=headers)
            assert reply.status_code == status
            people.ask("DELETE", f"{cast.server.url}/v2/{target}/blobs/{secret.layer_digest}", auth=basic(cast.alice))


def test_a_token_from_before_the_source_was_made_anew_mounts_nothing(cast: Cast, backstage: Backstage, name: str):
    source, target, content = f"{name}/app", f"alices/{name}", os.urandom(20)
    params = {"mount": digest_of(content), "from": source}
    cast.alice.make_project(name)
    scopes = (f"repository:{target}:pull,push", f"repository:{source}:pull")
    old = bearer(token(cast.server, cast.alice, *scopes))
    backstage.run(f"from accounts.models import Project; Project.objects.get(name={name!r}).delete()")
    cast.bob.make_project(name)
    with cast.pusher(cast.bob, source) as bob:
        bob.blob(content)
    assert people.ask("POST", f"{cast.server.url}{uploads(target)}", params=params, headers=old).status_code == 202
    for path in (f"/v2/{source}/blobs/{digest_of(content)}", f"/v2/{source}/tags/list"):
        assert people.ask("GET", cast.server.url + path, headers=old).status_code == 403
    assert people.ask("POST", cast.server.url + uploads(source), headers=old).status_code == 403


# R03, R04: other ways to a blob.


def test_a_blob_is_read_through_the_repositories_that_have_it_only(cast: Cast, secret: Secret, bob: Pusher):
    bob.blob(b"something")
    with cast.pusher(cast.admin, "open/any") as anyone:
        anyone.blob(b"something")
    nobodys = bearer(token(cast.server, None, "repository:open/any:pull"))
    for digest in (secret.layer_digest, secret.digest):
        for headers in (nobodys, bob.authorization):
            repository = "open/any" if headers is nobodys else bob.repository
            for more in ({}, {"range": "bytes=0-3"}):
                for kind in ("blobs", "manifests"):
                    path = f"{cast.server.url}/v2/{repository}/{kind}/{digest}"
                    reply = people.ask("GET", path, headers={**headers, **more})
                    assert (reply.status_code, secret.is_in(reply)) == (404, False)
                    assert people.ask("HEAD", path, headers={**headers, **more}).status_code == 404


def test_a_manifest_opens_nothing_that_its_repository_lacks(secret: Secret, bob: Pusher):
    absent = os.urandom(20)
    pairs = (
        (
            pieces.image(bob, layers=[pieces.descriptor(secret.layer)]),
            pieces.image(bob, layers=[pieces.descriptor(absent)]),
        ),
        (
            pieces.image(bob, config=pieces.descriptor(secret.layer)),
            pieces.image(bob, config=pieces.descriptor(absent)),
        ),
        (pieces.index(secret.body), pieces.index(pieces.image(bob, annotations={"a": absent.hex()}))),
    )
    for theirs, nobodys in pairs:
        replies = [pieces.put(bob, "1", body) for body in (theirs, nobodys)]
        assert [pieces.code(reply) for reply in replies] == ["MANIFEST_BLOB_UNKNOWN"] * 2
        assert len({without_digests(reply) for reply in replies}) == 1
    assert pieces.get(bob, "1").status_code == 404


def without_digests(reply: httpx.Response) -> str:
    """What is said about a missing digest, less the digest and the number of the request."""
    (error,) = reply.json()["errors"]
    (digest,) = error["detail"].pop("digests")
    error["detail"].pop("request_id")
    return f"{reply.status_code} {json.dumps(error).replace(digest, '')}"


def test_a_subject_tells_nothing_of_where_it_is(secret: Secret, bob: Pusher):
    for digest in (secret.digest, digest_of(os.urandom(9))):
        subject = {"mediaType": MANIFEST_TYPE, "digest": digest, "size": 9}
        assert pieces.put(bob, "1", pieces.image(bob, subject=subject)).status_code == 201
        assert pieces.get(bob, digest).status_code == 404


def test_a_size_that_is_wrong_tells_nothing_of_what_others_have(secret: Secret, bob: Pusher):
    wrong = {**pieces.descriptor(secret.layer), "size": 5}
    assert pieces.code(pieces.put(bob, "1", pieces.image(bob, layers=[wrong]))) == "MANIFEST_BLOB_UNKNOWN"


# R05: uploads.


def test_an_upload_is_its_beginners_and_its_repositorys_alone(cast: Cast, secret: Secret, bob: Pusher):
    content = os.urandom(1000)
    with (
        cast.pusher(cast.alice, secret.repository) as alice,
        cast.pusher(cast.alice, f"{secret.repository}/b") as elsewhere,
    ):
        location = alice.begin()
        upload_id = location.rpartition("/")[2]
        alice.ask("PATCH", location, content=content[:500])
        elsewhere.begin()
        with cast.pusher(cast.dave, secret.repository) as dave:
            for person in (elsewhere, bob, dave):
                place = f"{uploads(person.repository)}{upload_id}"
                for method, params in (
                    ("GET", {}),
                    ("PATCH", {}),
                    ("PUT", {"digest": digest_of(b"x")}),
                    ("DELETE", {}),
                ):
                    reply = person.ask(
                        method, place, params=params, content=b"x" if method in ("PATCH", "PUT") else b""
                    )
                    assert (reply.status_code, pieces.code(reply)) == (404, "BLOB_UPLOAD_UNKNOWN")
        for method in ("GET", "PATCH", "DELETE"):  # under a path that is hidden from Bob, all looks hidden
            assert people.ask(method, cast.server.url + location, headers=bob.authorization).status_code == 403
        alice.ask("PATCH", location, content=content[500:])
        assert alice.finish(location, digest_of(content)).status_code == 201


# R12 and the canaries: lists and refusals.

ASKS = {
    "a manifest by tag": ("GET", "/v2/{repository}/manifests/{tag}"),
    "a manifest's head": ("HEAD", "/v2/{repository}/manifests/{tag}"),
    "a manifest by digest": ("GET", "/v2/{repository}/manifests/{digest}"),
    "a manifest to put": ("PUT", "/v2/{repository}/manifests/{tag}"),
    "a manifest to delete": ("DELETE", "/v2/{repository}/manifests/{digest}"),
    "a tag to delete": ("DELETE", "/v2/{repository}/manifests/{tag}"),
    "a blob": ("GET", "/v2/{repository}/blobs/{layer}"),
    "a blob's head": ("HEAD", "/v2/{repository}/blobs/{layer}"),
    "a blob to delete": ("DELETE", "/v2/{repository}/blobs/{layer}"),
    "an upload to begin": ("POST", "/v2/{repository}/blobs/uploads/"),
    "an upload in one": ("POST", "/v2/{repository}/blobs/uploads/?digest={layer}"),
    "a mount into it": ("POST", "/v2/{repository}/blobs/uploads/?mount={layer}&from=open/any"),
    "an upload": ("GET", "/v2/{repository}/blobs/uploads/00000000-0000-4000-8000-000000000000"),
    "tags": ("GET", "/v2/{repository}/tags/list"),
    "a page of tags": ("GET", "/v2/{repository}/tags/list?n=1"),
    "referrers": ("GET", "/v2/{repository}/referrers/{digest}"),
}


@pytest.fixture
def askers(cast: Cast, secret: Secret) -> dict[str, dict[str, Any]]:
    """Those from whom it is hidden, and what each of them sends."""
    scopes = [f"repository:{each}:pull,push,delete" for each in (secret.repository, "nobodys/app")]
    return {
        "nobody": {},
        "nobody with a token": {"headers": bearer(token(cast.server, None, *scopes))},
        "bob": {"auth": basic(cast.bob)},
        "bob with a token": {"headers": bearer(token(cast.server, cast.bob, *scopes))},
        "alice with another's token": {"headers": bearer(token(cast.server, cast.bob, "repository:bobs/x:pull"))},
    }


@pytest.mark.parametrize("asked", ASKS.values(), ids=ASKS.keys())
def test_what_is_hidden_is_refused_like_what_is_not_there(
    cast: Cast, secret: Secret, askers: dict[str, dict[str, Any]], asked: tuple[str, str]
):
    method, path = asked
    for who, given in askers.items():
        replies = []
        for repository in (secret.repository, "nobodys/app"):
            target = path.format(repository=repository, tag=secret.tag, digest=secret.digest, layer=secret.layer_digest)
            reply = people.ask(method, cast.server.url + target, **given)
            assert not secret.is_in(reply)
            replies.append(told(reply, repository))
        assert replies[0] == replies[1], who
        assert replies[0][0] == (401 if "nobody" in who else 403), who


def told(reply: httpx.Response, repository: str) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and body, less what the asker has said and the number of the request."""
    number, project = reply.headers["x-request-id"], repository.partition("/")[0]
    left_out = ("date", "x-request-id", "content-length")
    texts = [reply.text, *(f"{name}: {value}" for name, value in reply.headers.items() if name not in left_out)]
    body, *headers = (text.replace(number, "#").replace(repository, "R").replace(project, "P") for text in texts)
    return reply.status_code, [(header, "") for header in headers], body


def test_no_list_shows_or_counts_what_is_hidden(cast: Cast, secret: Secret, askers: dict[str, dict[str, Any]]):
    addresses = [
        "/v2/_catalog",
        "/v2/_catalog?n=1000",
        "/api/v2.0/projects?page_size=100",
        "/api/v2.0/projects?name=alices",
    ]
    addresses += [f"/v2/_catalog?n=1&last={each}" for each in ("alice", "alices", secret.repository[:-1])]
    for who, given in askers.items():
        for address in addresses:
            reply = people.ask("GET", cast.server.url + address, **given)
            assert not secret.is_in(reply)
            asked, said = str(reply.request.url), reply.text + str(reply.headers)
            assert "alices" not in said.replace(asked, ""), (who, address)
        counted = people.ask("GET", f"{cast.server.url}/api/v2.0/projects?name=alices", **given)
        if counted.status_code == 200:
            assert counted.headers["x-total-count"] == "0"
        head = people.ask("HEAD", f"{cast.server.url}/api/v2.0/projects?project_name=alices", **given)
        absent = people.ask("HEAD", f"{cast.server.url}/api/v2.0/projects?project_name=nobodys", **given)
        if "bob" not in who:  # a signed-in user may learn that a name is taken, as at the making of a project
            assert head.status_code == absent.status_code


def test_a_token_for_a_repository_lists_no_other_project(cast: Cast, secret: Secret, bob: Pusher):
    pieces.push(bob, "1", b"a layer")
    narrow = bearer(token(cast.server, cast.alice, "repository:open/x:pull"))
    listed = people.ask("GET", f"{cast.server.url}/v2/_catalog?n=1000", headers=narrow).json()["repositories"]
    assert not [each for each in listed if not each.startswith(("open/", "library/"))]


# R15.


def test_a_blob_deleted_here_is_not_brought_back_by_another_repository(cast: Cast, secret: Secret, name: str):
    with cast.pusher(cast.alice, f"alices/{name}/a") as here, cast.pusher(cast.alice, f"alices/{name}/b") as there:
        content = os.urandom(30)
        digest = here.blob(content)
        there.blob(content)
        assert here.ask("DELETE", f"/v2/{here.repository}/blobs/{digest}").status_code == 202
        for _ in range(5):
            assert there.ask("GET", f"/v2/{there.repository}/blobs/{digest}").content == content
            assert here.ask("GET", f"/v2/{here.repository}/blobs/{digest}").status_code == 404
            assert here.ask("HEAD", f"/v2/{here.repository}/blobs/{digest}").status_code == 404
