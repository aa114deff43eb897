"""What somebody writes to the channel layer who can reach Redis: it is believed in nothing, and loses nothing."""

import os
import pickle
import socket
from collections.abc import Callable
from pathlib import Path

import msgpack  # type: ignore[import-untyped]
import pytest

from registry.jobs.log import WATCHERS
from tests.console.live.scene import Scene
from tests.engines.redis import Redis

CHANNEL = f"roadstead__group__{WATCHERS}"


class Canary:
    """Makes a folder when somebody believes the pickle that it is in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return (os.mkdir, (str(self.folder),))


def publish(redis: Redis, payload: bytes) -> int:
    """How many web processes it reached."""
    words = (b"PUBLISH", CHANNEL.encode(), payload)
    command = b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)
    with socket.create_connection(("127.0.0.1", redis.port)) as connected:
        connected.sendall(command)
        return int(connected.recv(100).strip(b":\r\n"))


@pytest.mark.parametrize("what", ["a pickle", "no message", "another message", "a list", "a word for a number"])
def test_what_others_write_there_runs_nothing_and_hides_nothing(
    scene_with_redis: Scene, redis: Redis, tmp_path: Path, what: str
):
    scene, canary = scene_with_redis, tmp_path / "canary"
    payload = {
        "a pickle": pickle.dumps(Canary(canary)),
        "no message": b"\xc1 nonsense",
        "another message": msgpack.packb({"type": "websocket.close"}),
        "a list": msgpack.packb([1, 2]),
        "a word for a number": msgpack.packb({"job": "1; DROP TABLE"}),
    }[what]
    job = scene.make_job()
    with scene.follow(job) as watcher:
        watcher.hear()
        assert publish(redis, payload) == 1
        scene.write(job, "still told")
        watcher.hear_line("still told")
    assert not canary.exists()
    assert scene.server.log_lines("console.live.bell", level="error")


def test_news_of_a_job_that_is_hidden_tells_nothing(scene_with_redis: Scene, redis: Redis):
    scene = scene_with_redis
    hidden, own = scene.make_job("alice", "alices"), scene.make_job("bob", "bobs")
    scene.write(hidden, "not for Bob")
    with scene.follow(own, scene.bob) as watcher:
        watcher.hear()
        assert publish(redis, msgpack.packb({"job": hidden})) == 1
        assert publish(redis, msgpack.packb({"job": own})) == 1
        scene.end(own)
        assert watcher.hear_all() == 1000
    assert [text for _, text in watcher.lines] == ["Done."]
