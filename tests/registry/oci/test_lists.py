"""The lists: tags, all of them or page by page, and the catalog of what the caller may see."""

from collections.abc import Iterator
from itertools import chain
from urllib.parse import quote

import httpx
import pytest

from tests.registry.oci import people, pieces
from tests.registry.oci.backstage import Backstage
from tests.registry.oci.people import Cast
from tests.registry.serving.pushing import Pusher, digest_of
from tests.registry.serving.wire import Wire

MANY = 2000
TAG_MANY = """
from django.utils import timezone
from registry.models import Artifact, Tag
artifact = Artifact.objects.get(repository__name={name!r}, deleted_at=None)
Tag.objects.bulk_create(
    Tag(repository=artifact.repository, name=f"t{{n}}", artifact=artifact, moved_at=timezone.now())
    for n in range(1, {many})
)
"""


def tags_path(pusher: Pusher) -> str:
    return f"/v2/{pusher.repository}/tags/list"


def next_of(reply: httpx.Response) -> str:
    """Where the next page is, or "" after the last."""
    link = reply.headers.get("link", "")
    if not link:
        return ""
    address, relation = link.split("; ")
    assert relation == 'rel="next"'
    return str(address.removeprefix("<").removesuffix(">"))


def pages(pusher: Pusher, path: str) -> Iterator[httpx.Response]:
    while path:
        reply = pusher.ask("GET", path)
        assert reply.status_code == 200, reply.text
        yield reply
        path = next_of(reply)


@pytest.fixture
def tagged(pusher: Pusher) -> list[str]:
    """The tags of the repository, in the order of their bytes."""
    tags = ["A", "B", "a", "a.b", "a_b", "b", "latest", "v10", "v2"]
    body = pieces.image(pusher, b"a layer")
    assert pieces.put(pusher, digest_of(body), body, tag=list(reversed(tags))).status_code == 201
    return sorted(tags)


def test_all_tags_come_in_order(pusher: Pusher, tagged: list[str]):
    reply = pusher.ask("GET", tags_path(pusher))
    assert reply.json() == {"name": pusher.repository, "tags": tagged}
    assert reply.headers["content-type"] == "application/json"
    assert "link" not in reply.headers


@pytest.mark.parametrize("n", [1, 2, 4, 9, 10, 1000])
def test_pages_give_every_tag_once_and_in_order(pusher: Pusher, tagged: list[str], n: int):
    found = [reply.json()["tags"] for reply in pages(pusher, f"{tags_path(pusher)}?n={n}")]
    assert all(len(page) == n for page in found[:-1])
    assert list(chain(*found)) == tagged


def test_a_page_begins_behind_last_also_where_there_is_no_such_tag(pusher: Pusher, tagged: list[str]):
    for last in ("a", "a.", "z", ""):
        expected = [tag for tag in tagged if tag > last]
        for n in ("", "&n=100"):
            assert pusher.ask("GET", f"{tags_path(pusher)}?last={last}{n}").json()["tags"] == expected


def test_a_page_of_none_is_empty_and_has_no_next(pusher: Pusher, tagged: list[str]):
    reply = pusher.ask("GET", f"{tags_path(pusher)}?n=0")
    assert (reply.status_code, reply.json()["tags"]) == (200, [])
    assert "link" not in reply.headers


def test_a_repository_without_a_tag_has_an_empty_list_and_an_absent_one_none(pusher: Pusher):
    body = pieces.image(pusher, b"a layer")
    pieces.put(pusher, digest_of(body), body)
    assert pusher.ask("GET", tags_path(pusher)).json() == {"name": pusher.repository, "tags": []}
    with Pusher(pusher.server, f"{pusher.repository}/absent") as absent:
        reply = absent.ask("GET", tags_path(absent))
    assert (reply.status_code, pieces.code(reply)) == (404, "NAME_UNKNOWN")


def test_two_thousand_tags_come_at_once_and_no_page_has_more_than_a_thousand(pusher: Pusher, backstage: Backstage):
    pieces.push(pusher, "t0", b"a layer")
    backstage.run(TAG_MANY.format(name=pusher.repository, many=MANY))
    expected = sorted(f"t{n}" for n in range(MANY))
    with Wire(pusher.server) as wire:
        reply = wire.ask("GET", tags_path(pusher), **pusher.authorization)
    assert reply.headers["transfer-encoding"] == "chunked"
    assert httpx.Response(200, content=reply.body).json()["tags"] == expected
    for n in (1500, 10**9, 2**31 - 1):
        found = [page.json()["tags"] for page in pages(pusher, f"{tags_path(pusher)}?n={n}")]
        assert [len(page) for page in found] == [1000, 1000]
        assert list(chain(*found)) == expected


@pytest.mark.parametrize(
    "query", ["n=-1", "n=x", "n=", "n=1.5", "n=%B2", "n=" + "9" * 20, "last=%00", "last=" + "a" * 256]
)
def test_a_page_that_cannot_be_is_refused(pusher: Pusher, tagged: list[str], query: str):
    digest = digest_of(b"anything")
    for path in (tags_path(pusher), "/v2/_catalog", f"/v2/{pusher.repository}/referrers/{digest}"):
        reply = pusher.ask("GET", f"{path}?{query}")
        assert (reply.status_code, pieces.code(reply)) == (400, "PAGINATION_NUMBER_INVALID")


# The catalog.


@pytest.fixture
def shelved(cast: Cast, name: str) -> list[str]:
    """Three repositories with something in them: one that all may see, one of Alice's and one of Bob's."""
    owners = {"open": cast.admin, "alices": cast.alice, "bobs": cast.bob}
    for project, owner in owners.items():
        with cast.pusher(owner, f"{project}/{name}") as pusher:
            pieces.push(pusher, "1", b"a layer")
    return sorted(f"{project}/{name}" for project in owners)


def catalog(pusher: Pusher, n: int = 3) -> list[str]:
    found: list[str] = []
    path = f"/v2/_catalog?n={n}"
    while path:
        reply = pusher.client.get(path, auth=(pusher.username, pusher.password or pusher.server.admin_password))
        assert reply.status_code == 200
        found += reply.json()["repositories"]
        path = next_of(reply)
    return found


def test_the_catalog_has_what_the_caller_may_see_page_by_page_in_order(cast: Cast, shelved: list[str]):
    sees = {
        "admin": {"alices", "bobs", "open"},
        "alice": {"alices", "open"},
        "erin": {"alices", "open"},
        "bob": {"bobs", "open"},
    }
    for person, projects in sees.items():
        with cast.pusher(getattr(cast, person), "open/x") as pusher:
            listed = catalog(pusher)
        assert listed == sorted(listed)
        assert len(set(listed)) == len(listed)
        assert [each for each in listed if each in shelved] == [
            each for each in shelved if each.split("/")[0] in projects
        ]
        assert not any(each.startswith(("alices/", "bobs/")) and each.split("/")[0] not in projects for each in listed)


def test_a_repository_that_holds_nothing_is_not_in_the_catalog(cast: Cast, name: str):
    with cast.pusher(cast.alice, f"alices/{name}") as pusher:
        body = pieces.push(pusher, "1", b"a layer")
        assert pusher.repository in catalog(pusher, 1000)
        pieces.get(pusher, digest_of(body), "DELETE")
        assert pusher.repository not in catalog(pusher, 1000)


def test_the_catalog_sends_nobody_to_sign_in_by_password(cast: Cast):
    reply = people.ask("GET", f"{cast.server.url}/v2/_catalog")
    assert (reply.status_code, reply.headers["www-authenticate"]) == (401, 'Basic realm="harbor"')


def test_last_of_a_catalog_may_be_any_name(cast: Cast, shelved: list[str]):
    with cast.pusher(cast.admin, "open/x") as pusher:
        whole = catalog(pusher, 1000)
        for last in (shelved[0], "b", quote("open/"), "zzz"):
            reply = pusher.client.get(f"/v2/_catalog?last={last}", auth=("admin", pusher.server.admin_password))
            assert reply.json()["repositories"] == [each for each in whole if each > last.replace("%2F", "/")]
