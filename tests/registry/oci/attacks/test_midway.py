"""Rights that go while a push or a pull is under way: the next request is refused, whatever the token says.
R14, R16, and tokens that grow old."""

import os
import time
from collections.abc import Iterator

import pytest

from tests.engines.registries import Registry, RoleId
from tests.registry.oci import people, pieces
from tests.registry.oci.backstage import Backstage
from tests.registry.oci.people import Cast, bearer, token
from tests.registry.serving.pushing import Pusher, digest_of
from tests.registry.serving.wire import Wire
from tests.server import Server

CONTENT = os.urandom(200_000)
HALF = len(CONTENT) // 2
FIND = """
from accounts import members, projects, users
from accounts.models import Member, Project, BuiltIn, User
project = Project.objects.get(name="{project}")
user = User.objects.filter(username="{user}").first()
member = Member.objects.filter(project=project, user=user).first()
"""
SIGN = """
import time
from tests.accounts import forging
entry = {{"type": "repository", "name": "{repository}", "actions": ["pull", "push"]}}
entry |= {{"pid": project.pk, "pv": project.authorization_version}}
claims = {{"sub": user.username, "kind": "user", "id": user.pk, "ver": user.authorization_version, "access": [entry]}}
answer = forging.signed(forging.payload(exp=int(time.time()) + {seconds}, **claims))
"""


@pytest.fixture
def frank(cast: Cast, name: str) -> Registry:
    """A developer of Alice's whom nobody knows from another test."""
    return cast.alice.within("alices").join(cast.admin.make_user(name), RoleId.DEVELOPER)


@pytest.fixture
def pushing(cast: Cast, frank: Registry, name: str) -> Iterator[Pusher]:
    with cast.pusher(frank, f"alices/{name}", "pull,push") as pushing:
        yield pushing


def change(backstage: Backstage, user: Registry, program: str) -> None:
    backstage.run(FIND.format(project="alices", user=user.username) + program)


def statuses(pushing: Pusher, location: str) -> set[int]:
    """What each step of a push and a pull is answered now."""
    place = f"/v2/{pushing.repository}"
    asked = (
        ("GET", f"{place}/manifests/1"),
        ("HEAD", f"{place}/blobs/{digest_of(CONTENT)}"),
        ("GET", f"{place}/tags/list"),
        ("POST", f"{place}/blobs/uploads/"),
        ("GET", location),
        ("PATCH", location),
        ("PUT", f"{location}?digest={digest_of(CONTENT)}"),
        ("DELETE", location),
        ("PUT", f"{place}/manifests/1"),
    )
    return {pushing.ask(method, path).status_code for method, path in asked}


# R14: which right a method needs.


def test_a_token_to_push_deletes_nothing(pusher: Pusher):
    body = pieces.push(pusher, "1", b"a layer")
    place = f"/v2/{pusher.repository}"
    with Pusher(pusher.server, pusher.repository, "pull,push") as pushing:
        for path in (
            f"{place}/manifests/1",
            f"{place}/manifests/{digest_of(body)}",
            f"{place}/blobs/{digest_of(b'a layer')}",
        ):
            reply = pushing.ask("DELETE", path)
            assert (reply.status_code, pieces.code(reply)) == (401, "UNAUTHORIZED")
            assert (
                f'scope="repository:{pusher.repository}:delete",error="insufficient_scope"'
                in reply.headers["www-authenticate"]
            )
    assert pieces.get(pusher, "1").content == body


def test_a_developer_deletes_nothing_though_the_token_asked_for_it(cast: Cast, frank: Registry, name: str):
    with cast.pusher(frank, f"alices/{name}", "pull,push,delete") as developer:
        body = pieces.push(developer, "1", b"a layer")
        for reference in ("1", digest_of(body)):
            reply = pieces.get(developer, reference, "DELETE")
            assert (reply.status_code, pieces.code(reply)) == (403, "DENIED")


def test_a_token_to_delete_neither_reads_nor_writes(pusher: Pusher):
    pieces.push(pusher, "1", b"a layer")
    with Pusher(pusher.server, pusher.repository, "delete") as deleting:
        place = f"/v2/{pusher.repository}"
        for method, path in (
            ("GET", f"{place}/manifests/1"),
            ("POST", f"{place}/blobs/uploads/"),
            ("GET", f"{place}/tags/list"),
        ):
            assert deleting.ask(method, path).status_code == 401


# R16: what changes acts at the next request.

CHANGES = {
    "a member is removed": ("members.remove(member, by=SYSTEM)", {403}),
    "a user is disabled": ("users.disable(user, by=SYSTEM)", {401}),
    "a user is deleted": ("member.delete(); user.delete()", {401}),
    "a password is changed": ("users.set_password(user, 'Another-Word-2', by=SYSTEM)", {401}),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES.keys())
def test_a_push_and_a_pull_end_at_the_next_request(
    backstage: Backstage, frank: Registry, pushing: Pusher, changed: tuple[str, set[int]]
):
    pieces.push(pushing, "1", CONTENT)
    location = pushing.ask("PATCH", pushing.begin(), content=CONTENT[:HALF]).headers["location"]
    for _ in range(3):  # so that every process knows the token
        assert pieces.get(pushing, "1").status_code == 200
    change(backstage, frank, changed[0])
    assert statuses(pushing, location) == changed[1]


def test_a_role_that_is_lowered_ends_the_push_and_not_the_pull(backstage: Backstage, frank: Registry, pushing: Pusher):
    body = pieces.push(pushing, "1", CONTENT)
    location = pushing.begin()
    change(backstage, frank, "members.change(member, BuiltIn.GUEST, by=SYSTEM)")
    assert pieces.get(pushing, "1").content == body
    for method, path in (
        ("PATCH", location),
        ("DELETE", location),
        ("POST", f"/v2/{pushing.repository}/blobs/uploads/"),
    ):
        reply = pushing.ask(method, path)
        assert (reply.status_code, pieces.code(reply)) == (403, "DENIED")
    assert pieces.put(pushing, "2", body).status_code == 403


def test_a_chunk_that_was_let_in_is_not_kept_once_the_right_is_gone(
    backstage: Backstage, frank: Registry, pushing: Pusher
):
    location, digest = pushing.begin(), digest_of(CONTENT)
    with Wire(pushing.server) as wire:
        wire.send(
            wire.head("PUT", f"{location}?digest={digest}", len(CONTENT), **pushing.authorization) + CONTENT[:HALF]
        )
        time.sleep(0.2)
        change(backstage, frank, "members.remove(member, by=SYSTEM)")
        wire.send(CONTENT[HALF:])
        assert wire.reply().status == 403
    change(backstage, frank, "members.add(project, user, BuiltIn.GUEST, by=SYSTEM)")
    assert pushing.ask("HEAD", f"/v2/{pushing.repository}/blobs/{digest}").status_code == 404


def test_a_project_made_private_in_the_middle_of_a_pull_is_closed_to_who_is_no_member(
    cast: Cast, backstage: Backstage, name: str
):
    project = cast.alice.make_project(name, is_public=True).project
    with cast.pusher(cast.alice, f"{project}/app") as alice:
        body = pieces.push(alice, "1", CONTENT)
        paths = (
            f"/v2/{project}/app/manifests/1",
            f"/v2/{project}/app/blobs/{digest_of(CONTENT)}",
            f"/v2/{project}/app/tags/list",
        )
        scope = f"repository:{project}/app:pull"
        strangers = [bearer(token(cast.server, who, scope)) for who in (None, cast.bob)]
        for headers in strangers * 2:
            assert [people.ask("GET", cast.server.url + path, headers=headers).status_code for path in paths] == [
                200
            ] * 3
        backstage.run(FIND.format(project=project, user="alice") + "projects.set_public(project, False, by=SYSTEM)")
        for headers, status in zip(strangers, (401, 403), strict=True):
            assert [people.ask("GET", cast.server.url + path, headers=headers).status_code for path in paths] == [
                status
            ] * 3
        assert pieces.get(alice, "1").content == body


def read(cast: Cast, path: str, headers: dict[str, str]) -> int:
    return people.ask("GET", cast.server.url + path, headers=headers).status_code


def test_a_download_that_runs_may_end(cast: Cast, backstage: Backstage, frank: Registry, pushing: Pusher):
    content = os.urandom(12 << 20)
    path = f"/v2/{pushing.repository}/blobs/{pushing.blob(content)}"
    with Wire(pushing.server, receive_buffer=65536) as wire:
        wire.send(wire.head("GET", path, **pushing.authorization))
        time.sleep(0.2)
        change(backstage, frank, "members.remove(member, by=SYSTEM)")
        assert wire.reply().body == content
        wire.send(wire.head("GET", path, **pushing.authorization))
        assert wire.reply().status == 403


# Tokens grow old.


def brief(backstage: Backstage, user: Registry, repository: str, seconds: int) -> dict[str, str]:
    program = FIND.format(project="alices", user=user.username) + SIGN.format(repository=repository, seconds=seconds)
    return bearer(str(backstage.run(program)))


def test_a_token_that_expires_in_a_push_ends_cleanly_and_the_retry_goes_on(
    server: Server, backstage: Backstage, frank: Registry, pushing: Pusher
):
    """Every process has verified the token, and none remembers it for longer than it is good."""
    pieces.push(pushing, "1", CONTENT)
    location, manifest = pushing.begin(), f"{server.url}/v2/{pushing.repository}/manifests/1"
    old = brief(backstage, frank, pushing.repository, 4)
    with Wire(server) as wire:
        wire.send(wire.head("PATCH", location, len(CONTENT), **old) + CONTENT[:HALF])
        assert {people.ask("GET", manifest, headers=old).status_code for _ in range(6)} == {200}
        time.sleep(4)
        wire.send(CONTENT[HALF:])
        reply = wire.reply()  # it began in time, so it may finish
        assert (reply.status, reply.headers["range"]) == (202, f"0-{len(CONTENT) - 1}")
        put = f"{reply.headers['location']}?digest={digest_of(CONTENT)}"
        refused = wire.ask("PUT", put, b"", **old)
        scope = f'scope="repository:{pushing.repository}:pull,push",error="invalid_token"'
        assert (refused.status, scope in refused.headers["www-authenticate"]) == (401, True)
        assert {people.ask("GET", manifest, headers=old).status_code for _ in range(6)} == {401}
        assert wire.ask("PUT", put, b"", **pushing.authorization).status == 201


def test_an_expired_token_opens_nothing(server: Server, backstage: Backstage, frank: Registry, pushing: Pusher):
    pieces.push(pushing, "1", CONTENT)
    old = brief(backstage, frank, pushing.repository, 0)
    for method, rest in (
        ("GET", "manifests/1"),
        ("GET", f"blobs/{digest_of(CONTENT)}"),
        ("POST", "blobs/uploads/"),
        ("GET", "tags/list"),
    ):
        reply = people.ask(method, f"{server.url}/v2/{pushing.repository}/{rest}", headers=old)
        assert (reply.status_code, pieces.code(reply)) == (401, "UNAUTHORIZED")
        assert 'error="invalid_token"' in reply.headers["www-authenticate"]
