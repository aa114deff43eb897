"""A list that is longer than one batch: it is made in several threads, between other requests."""

import threading
from collections.abc import Iterator

import pytest

from tests.registry.serving.pushing import Pusher
from tests.registry.serving.wire import Wire
from tests.server import Server

MANY = 12_000
MAKE = f"""
from django.utils import timezone
from registry.models import Artifact, Repository, Tag
repository = Repository.objects.get(name="library/many")
artifact = Artifact.objects.get(repository=repository)
common = {{"repository": repository, "artifact": artifact, "moved_at": timezone.now()}}
tags = [Tag(name=str(number).zfill(100), **common) for number in range({MANY})]
Tag.objects.bulk_create(tags, batch_size=100)
"""


@pytest.fixture(scope="module")
def pusher(site: Server) -> Iterator[Pusher]:
    with Pusher(site, repository="library/many") as pusher:
        pusher.manifest("the-first", b"layer")
        site.manage("shell", "-c", MAKE)
        yield pusher


def test_a_long_list_of_tags_comes_whole_while_others_ask(pusher: Pusher):
    lists: list[list[str]] = []

    def read() -> None:
        with Pusher(pusher.server, repository="library/many") as reader:
            for _ in range(3):
                lists.append(reader.ask("GET", "/v2/library/many/tags/list").json()["tags"])
                reader.blob(b"written between two lists")

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lists == [[*(str(number).zfill(100) for number in range(MANY)), "the-first"]] * 12


def test_a_reader_that_leaves_in_the_middle_of_a_list_leaves_nothing_open(site: Server, pusher: Pusher):
    for _ in range(10):
        with Wire(site, receive_buffer=4096) as wire:
            wire.send(wire.head("GET", "/v2/library/many/tags/list", **pusher.authorization))
            wire.exactly(5000)
    assert len(pusher.ask("GET", "/v2/library/many/tags/list").json()["tags"]) == MANY + 1
