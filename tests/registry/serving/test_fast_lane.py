"""The fast lane answers as the views do, to the byte, and believes no token longer than they would."""

import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.registry.doors import Doors, ask_both, said
from tests.registry.serving.pushing import Pusher, digest_of
from tests.registry.serving.wire import Wire

CONTENT = os.urandom(200_000)


@pytest.fixture
def pusher(doors: Doors) -> Iterator[Pusher]:
    with Pusher(doors[0]) as pusher:
        pusher.manifest("1", CONTENT)
        yield pusher


PLAIN = {
    "a manifest by tag": ("GET", "/v2/library/app/manifests/1", {}),
    "a manifest's head": ("HEAD", "/v2/library/app/manifests/1", {}),
    "a manifest by digest": ("GET", "/v2/library/app/manifests/{manifest}", {}),
    "a blob": ("GET", "/v2/library/app/blobs/{blob}", {}),
    "a blob's head": ("HEAD", "/v2/library/app/blobs/{blob}", {}),
    "a part of a blob": ("GET", "/v2/library/app/blobs/{blob}", {"range": "bytes=5-100000"}),
    "the end of a blob": ("GET", "/v2/library/app/blobs/{blob}", {"range": "bytes=-7"}),
    "the head of a part": ("HEAD", "/v2/library/app/blobs/{blob}", {"range": "bytes=5-100000"}),
    "a name encoded once": ("GET", "/v2/library%2Fapp/manifests/1", {}),
    "a name encoded twice": ("GET", "/v2/library%252Fapp/manifests/1", {}),
}
OTHER = {
    "a part beyond the end": ("GET", "/v2/library/app/blobs/{blob}", {"range": "bytes=900000-"}),
    "several parts": ("GET", "/v2/library/app/blobs/{blob}", {"range": "bytes=0-1,5-6"}),
    "a manifest that is known": ("GET", "/v2/library/app/manifests/1", {"if_none_match": '"{manifest}"'}),
    "an absent tag": ("GET", "/v2/library/app/manifests/2", {}),
    "an absent blob": ("GET", "/v2/library/app/blobs/sha256:" + "0" * 64, {}),
    "a tag that is none": ("GET", "/v2/library/app/manifests/a%20b", {}),
    "a digest in capitals": ("GET", "/v2/library/app/blobs/SHA256:" + "A" * 64, {}),
    "a name in capitals": ("GET", "/v2/library/App/manifests/1", {}),
    "another repository": ("GET", "/v2/library/other/manifests/1", {}),
    "a zero byte": ("GET", "/v2/library/app/manifests/1%00", {}),
}


@pytest.mark.parametrize("asked", [*PLAIN.values(), *OTHER.values()], ids=[*PLAIN, *OTHER])
def test_both_doors_say_the_same(doors: Doors, pusher: Pusher, asked: tuple[str, str, dict[str, str]]):
    method, path, headers = asked
    manifest = digest_of(pusher.ask("GET", "/v2/library/app/manifests/1").content)
    names = {"manifest": manifest, "blob": digest_of(CONTENT)}
    given = {name: value.format(**names) for name, value in headers.items()} | pusher.authorization
    fast, views = ask_both(doors, method, path.format(**names), **given)
    assert said(fast, doors[0]) == said(views, doors[1])


@pytest.mark.parametrize("asked", PLAIN.values(), ids=PLAIN)
def test_a_plain_read_takes_the_fast_lane(doors: Doors, pusher: Pusher, asked: tuple[str, str, Any]):
    method, path, headers = asked
    names = {"manifest": digest_of(pusher.manifest("1", CONTENT)), "blob": digest_of(CONTENT)}
    with Wire(doors[0]) as wire:
        given = {"x_request_id": f"plain-{id(asked)}", **headers, **pusher.authorization}
        assert wire.ask(method, path.format(**names), **given).status in (200, 206)
    (line,) = doors[0].log_lines("access", request_id=f"plain-{id(asked)}")
    assert (line["is_fast"], line["principal"], line["repository"]) == (True, "admin", "library/app")


@pytest.mark.parametrize(
    "credential", ["", "Bearer", "Bearer x.y.z", "Basic YTpi", "bearer {token}", "BEARER  {token} ", "{token}", "é"]
)
def test_both_doors_treat_every_credential_alike(doors: Doors, pusher: Pusher, credential: str):
    given = {"authorization": credential.format(token=pusher.token)} if credential else {}
    fast, views = ask_both(doors, "GET", "/v2/library/app/manifests/1", **given)
    assert said(fast, doors[0]) == said(views, doors[1])


def test_a_token_for_another_repository_opens_nothing(doors: Doors, pusher: Pusher):
    with Pusher(doors[0], repository="library/else") as other:
        fast, views = ask_both(doors, "GET", "/v2/library/app/manifests/1", **other.authorization)
    assert (fast.status, views.status) == (401, 401)


def test_a_token_without_the_right_to_pull_opens_nothing(doors: Doors, pusher: Pusher):
    with Pusher(doors[0], actions="push") as other:
        fast, views = ask_both(doors, "GET", "/v2/library/app/manifests/1", **other.authorization)
    assert (fast.status, views.status) == (401, 401)


def test_what_was_pushed_is_read_at_once(doors: Doors, pusher: Pusher):
    for number in range(20):
        pushed = pusher.manifest("moving", b"%d" % number)
        fast, views = ask_both(doors, "GET", "/v2/library/app/manifests/moving", **pusher.authorization)
        assert fast.body == views.body == pushed


def test_what_was_deleted_is_gone_at_once(doors: Doors):
    with Pusher(doors[0], actions="pull,push,delete") as pusher:
        pusher.manifest("going", b"soon gone")
        assert ask_both(doors, "GET", "/v2/library/app/manifests/going", **pusher.authorization)[0].status == 200
        assert pusher.ask("DELETE", "/v2/library/app/manifests/going").status_code == 202
        fast, views = ask_both(doors, "GET", "/v2/library/app/manifests/going", **pusher.authorization)
    assert (fast.status, views.status) == (404, 404)


MEMBERS = """
from accounts import members, projects, users
from accounts.models import Member, Project, BuiltIn, User
from accounts.principals import SYSTEM
name = {name!r}
project = Project.objects.filter(name=name).first() or projects.create(name, is_public=False, by=SYSTEM)
user = User.objects.filter(username=name).first()
user = user or users.create(name, name + "@example.org", "Passw0rd-" + name, by=SYSTEM)
member = Member.objects.filter(project=project, user=user).first()
member = member or members.add(project, user, BuiltIn.GUEST, by=SYSTEM)
"""
CHANGES = {
    "a member is removed": "members.remove(member, by=SYSTEM)",
    "a user is disabled": "users.disable(user, by=SYSTEM)",
    "a user gets another password": "users.set_password(user, 'Another-Passw0rd1', by=SYSTEM)",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_token_is_worth_nothing_once_its_grounds_are_gone(doors: Doors, change: str):
    name = f"p{abs(hash(change)) % 10**6}"
    program = MEMBERS.format(name=name)
    doors[0].manage("shell", "-c", program)
    with Pusher(doors[0], f"{name}/app") as admin:
        admin.manifest("1", CONTENT)
    with Pusher(doors[0], f"{name}/app", "pull", name, f"Passw0rd-{name}") as reader:
        for path in (f"/v2/{name}/app/manifests/1", f"/v2/{name}/app/blobs/{digest_of(CONTENT)}"):
            assert [reply.status for reply in ask_both(doors, "GET", path, **reader.authorization)] == [200, 200]
        doors[0].manage("shell", "-c", program + change)
        for path in (f"/v2/{name}/app/manifests/1", f"/v2/{name}/app/blobs/{digest_of(CONTENT)}"):
            fast, views = ask_both(doors, "GET", path, **reader.authorization)
            assert fast.status in (401, 403)
            assert said(fast, doors[0]) == said(views, doors[1])


def test_a_public_project_that_is_hidden_is_hidden_from_anonymous_tokens_at_once(doors: Doors):
    program = MEMBERS.format(name="open")
    doors[0].manage("shell", "-c", f"{program}projects.set_public(project, True, by=SYSTEM)")
    with Pusher(doors[0], "open/app") as admin:
        admin.manifest("1", CONTENT)
    query = {"service": "harbor-registry", "scope": "repository:open/app:pull"}
    token = httpx.get(f"{doors[0].url}/service/token", params=query).json()["token"]
    given = {"authorization": f"Bearer {token}"}
    assert [reply.status for reply in ask_both(doors, "GET", "/v2/open/app/manifests/1", **given)] == [200, 200]
    doors[0].manage("shell", "-c", f"{program}projects.set_public(project, False, by=SYSTEM)")
    assert [reply.status for reply in ask_both(doors, "GET", "/v2/open/app/manifests/1", **given)] == [401, 401]
