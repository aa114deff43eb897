"""Quotas hold through the wire: refused before the bytes come where that is known, exact however many push at once."""

import json
import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests import server as servers
from tests.registry.serving.pushing import MANIFEST_TYPE, Pusher, describe, digest_of
from tests.registry.serving.wire import Wire
from tests.server import Server

MIB = 1 << 20
HARD = 20 * MIB
PUSHES = 50
ROOM = """
import json
from accounts.models import Project
from accounts.principals import SYSTEM
from registry.content import usage
from accounts import projects
project = Project.objects.filter(name={name!r}).first() or projects.create({name!r}, is_public=False, by=SYSTEM)
usage.set_limit(project, {hard}, by=SYSTEM)
"""
# What the row says, what is charged, and the bytes that storage keeps for what the project shows.
TRUTH = """
import json
from django.db.models import Sum
from registry.models import Artifact, Blob, ProjectBlob, ProjectUsage
used = ProjectUsage.objects.get(project__name={name!r}).used
charged = ProjectBlob.objects.filter(project__name={name!r}).aggregate(all=Sum("blob__size"))["all"] or 0
held = Blob.objects.filter(links__repository__project__name={name!r}).values_list("digest", "size")
own = Artifact.objects.filter(project__name={name!r}, deleted_at=None).values_list("digest", "manifest__size")
print(json.dumps([used, charged, sum(dict([*held, *own]).values())]))
"""


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Server]:
    server = servers.start(tmp_path_factory.mktemp("quotas"), database_url=new_database())
    yield server
    server.stop()


def limit(server: Server, name: str, hard: int) -> None:
    server.manage("shell", "-v", "0", "-c", ROOM.format(name=name, hard=hard))


def truth(server: Server, name: str) -> list[int]:
    return list(json.loads(server.manage("shell", "-v", "0", "-c", TRUTH.format(name=name))))


def stored(server: Server, digest: str) -> bool:
    _, _, hexadecimal = digest.partition(":")
    return (server.data / "registry/docker/registry/v2/blobs/sha256" / hexadecimal[:2] / hexadecimal / "data").exists()


def test_what_is_known_to_be_too_large_costs_no_byte(limited: Server):
    limit(limited, "small", MIB)
    content = os.urandom(2 * MIB)
    with Pusher(limited, "small/app") as pusher, Wire(limited) as wire:
        given = {**pusher.authorization, "expect": "100-continue"}
        wire.send(wire.head("POST", f"/v2/small/app/blobs/uploads/?digest={digest_of(content)}", len(content), **given))
        refused = wire.reply()
        location = pusher.begin()
        patched = pusher.ask("PATCH", location, content=content)
        gone = pusher.ask("GET", location)
    assert (refused.status, patched.status_code, gone.status_code) == (403, 403, 404)
    (error,) = json.loads(refused.body)["errors"]
    assert error["code"] == "DENIED"
    assert error["message"] == (
        "adding 2.0 MiB of storage resource, which when updated to current usage of 0 B"
        " will exceed the configured upper limit of 1.0 MiB."
    )
    assert truth(limited, "small") == [0, 0, 0]


def test_a_body_of_unknown_length_is_cut_where_it_cannot_have_room(limited: Server):
    limit(limited, "cut", MIB)
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(200):
            sent += MIB
            yield bytes(MIB)

    with Pusher(limited, "cut/app") as pusher:
        location = pusher.begin()
        with suppress(httpx.TransportError):  # the refusal may come while we still send
            assert pusher.ask("PATCH", location, content=endless()).status_code == 403
        assert pusher.ask("GET", location).status_code == 404
    assert sent < 200 * MIB
    assert truth(limited, "cut") == [0, 0, 0]


def push(server: Server, name: str, token: str, number: int, layers: list[bytes]) -> list[int]:
    """One image, its blobs in one of the ways there are; the statuses it got, until one refused it."""
    statuses = []
    with Pusher(server, f"{name}/app{number % 3}") as pusher:
        pusher.__dict__["token"] = token
        for layer in layers:
            location = pusher.begin()
            if number % 3 == 0:
                reply = pusher.ask("PUT", location, params={"digest": digest_of(layer)}, content=layer)
            elif number % 3 == 1:
                path = f"/v2/{pusher.repository}/blobs/uploads/"
                reply = pusher.ask("POST", path, params={"digest": digest_of(layer)}, content=layer)
            else:
                patched = pusher.ask("PATCH", location, content=iter([layer]))
                reply = pusher.finish(location, digest_of(layer)) if patched.status_code == 202 else patched
            statuses.append(reply.status_code)
            if reply.status_code != 201:
                return statuses
        config, *rest = (describe(digest_of(layer), layer) for layer in layers)
        document = {"schemaVersion": 2, "mediaType": MANIFEST_TYPE, "config": config, "layers": rest}
        reply = pusher.ask(
            "PUT",
            f"/v2/{pusher.repository}/manifests/{number}",
            content=json.dumps(document).encode(),
            headers={"content-type": MANIFEST_TYPE},
        )
        return [*statuses, reply.status_code]


def token_for_all(server: Server, name: str) -> str:
    scopes = [f"repository:{name}/app{number}:pull,push,delete" for number in range(3)]
    with Pusher(server) as pusher:
        reply = pusher.client.get(
            "/service/token",
            params={"service": "harbor-registry", "scope": scopes},
            auth=("admin", server.admin_password),
        )
        return str(reply.raise_for_status().json()["token"])


def test_fifty_pushes_at_once_use_the_quota_and_not_a_byte_more(limited: Server):
    limit(limited, "crowd", HARD)
    token = token_for_all(limited, "crowd")
    shared = os.urandom(MIB // 2)
    images = [[b"{}", shared, os.urandom(MIB)] for _ in range(PUSHES)]
    with ThreadPoolExecutor(PUSHES) as clients:
        running = [clients.submit(push, limited, "crowd", token, number, image) for number, image in enumerate(images)]
        statuses = [each.result() for each in running]
    assert {status for each in statuses for status in each} == {201, 403}
    used, charged, held = truth(limited, "crowd")
    assert used == charged == held <= HARD
    # What is left would not take another layer.
    assert used > HARD - MIB - MIB // 2
    refused = [image[-1] for image, said in zip(images, statuses, strict=True) if len(said) < 4]
    assert refused
    assert not any(stored(limited, digest_of(layer)) for layer in refused)


def test_deletions_between_pushes_of_the_same_lose_no_byte_of_the_count(limited: Server):
    limit(limited, "churn", -1)
    token = token_for_all(limited, "churn")
    shared = [os.urandom(1000 * size) for size in range(1, 6)]

    def churn(number: int) -> None:
        chance = random.Random(number)
        for _ in range(6):
            layers = [b"{}", *chance.sample(shared, 3)]
            assert push(limited, "churn", token, number, layers)[-1] == 201
            if chance.random() < 0.7:
                with Pusher(limited, f"churn/app{number % 3}") as pusher:
                    pusher.__dict__["token"] = token
                    path = f"/v2/{pusher.repository}/manifests/{number}"
                    digest = pusher.ask("HEAD", path).headers["docker-content-digest"]
                    status = pusher.ask("DELETE", f"/v2/{pusher.repository}/manifests/{digest}").status_code
                    assert status in (202, 404)

    with ThreadPoolExecutor(12) as clients:
        for each in [clients.submit(churn, number) for number in range(12)]:
            each.result()
    limited.manage("shell", "-v", "0", "-c", REQUIRE_COUNTED.format(name="churn"))


# Before any recount: the sum is right, and what stands is charged.
REQUIRE_COUNTED = """
from django.utils import timezone
from accounts.models import Project
from django.db.models import Sum
from registry.content import usage
from registry.models import ProjectBlob, ProjectUsage
project = Project.objects.get(name={name!r})
row = ProjectUsage.objects.get(project=project)
charged = ProjectBlob.objects.filter(project=project)
assert row.used == charged.aggregate(all=Sum("blob__size"))["all"], row.used
missing = usage.needed(project.pk).exclude(charges__project=project)
assert not missing.exists(), list(missing)
"""


def test_a_quota_that_is_lowered_lets_everybody_pull(tmp_path: Path, limited: Server):
    limit(limited, "lowered", HARD)
    with Pusher(limited, "lowered/app") as pusher:
        layer = os.urandom(MIB)
        pusher.manifest("1", layer)
        limit(limited, "lowered", 1)
        assert pusher.ask("GET", "/v2/lowered/app/manifests/1").status_code == 200
        assert pusher.ask("GET", f"/v2/lowered/app/blobs/{digest_of(layer)}").content == layer
        pusher.manifest("1", layer)
        refused = pusher.ask("POST", "/v2/lowered/app/blobs/uploads/", params={"digest": digest_of(b"!")}, content=b"!")
        assert refused.status_code == 403
