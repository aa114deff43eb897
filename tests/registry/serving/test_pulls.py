"""Pulls by the fast lane are counted, and none of them waits for that."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import server as servers
from tests.registry.serving.pushing import Pusher
from tests.registry.serving.wire import Wire
from tests.server import Server

PULLS = 1000
ASK = """
import json
from accounts.models import AuditRecord
from registry.models import Artifact, Repository, Tag
pulls = AuditRecord.objects.filter(operation="pull")
print(json.dumps([
    Repository.objects.get(name="library/app").pull_count,
    pulls.count(),
    Tag.objects.get(repository__name="library/app", name="1").pulled_at is not None,
    pulls.filter(user_agent="docker/27", client_address="127.0.0.1", principal="admin").count(),
]))
"""


def noted(server: Server) -> list[object]:
    """The count, the records, whether the tag is dated, and how many records tell who it was."""
    return list(json.loads(server.manage("shell", "-v", "0", "-c", ASK)))


def pull(server: Server, token: str, times: int) -> None:
    with Wire(server) as wire:
        for _ in range(times):
            given = {"authorization": f"Bearer {token}", "user_agent": "docker/27"}
            assert wire.ask("GET", "/v2/library/app/manifests/1", **given).status == 200
            assert wire.ask("HEAD", "/v2/library/app/manifests/1", **given).status == 200


def test_all_pulls_are_counted_in_a_while(tmp_path: Path, new_database: Callable[[], str]):
    server = servers.start(tmp_path, database_url=new_database())
    try:
        with Pusher(server) as pusher, ThreadPoolExecutor(4) as clients:
            pusher.manifest("1", b"layer")
            for each in [clients.submit(pull, server, pusher.token, PULLS // 4) for _ in range(4)]:
                each.result()
        until = time.monotonic() + 30
        while noted(server) != [PULLS, PULLS, True, PULLS]:
            assert time.monotonic() < until, noted(server)
        fast = server.log_lines("access", method="GET", path="/v2/library/app/manifests/1", is_fast=True)
        assert len(fast) > PULLS * 0.9
    finally:
        server.stop()


def test_a_stop_writes_down_what_was_only_noted(tmp_path: Path, new_database: Callable[[], str]):
    server = servers.start(tmp_path, database_url=new_database())
    with Pusher(server) as pusher:
        pusher.manifest("1", b"layer")
        pull(server, pusher.token, 10)
    assert server.stop() == 0
    assert noted(server) == [10, 10, True, 10]
