"""A web process goes away while pages follow jobs: they learn it at once, come back, and miss no line."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import server as servers
from tests.console.live.conftest import SITE
from tests.console.live.scene import Scene
from tests.registry.oci.backstage import Backstage
from tests.registry.serving.wire import Closed, Wire
from tests.server import Server, children_of, command_line


@pytest.fixture
def start(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Callable[[], Server]]:
    """Starts the same installation again and again, on one port."""
    started: list[Server] = []
    database_url = new_database()

    def begin() -> Server:
        port = started[-1].port if started else None
        server = servers.start(tmp_path, database_url=database_url, port=port, ROADSTEAD_WEB_WORKERS="1", **SITE)
        started.append(server)
        return server

    yield begin
    for server in started:
        server.stop()


@pytest.fixture
def scene(start: Callable[[], Server]) -> Iterator[Scene]:
    backstage = Backstage(server := start())
    yield Scene(server, backstage)
    backstage.stop()


def test_a_stop_waits_for_no_page_and_a_start_goes_on_where_it_was(scene: Scene, start: Callable[[], Server]):
    job = scene.make_job()
    scene.write(job, "one")
    with scene.follow(job) as watcher:
        watcher.hear_line("one")
        begun = time.monotonic()
        scene.server.stop()
        assert time.monotonic() - begun < 10
        assert watcher.hear_all() == 1012
    scene.write(job, "two, while nothing ran")
    start()
    with scene.follow(job, after=watcher.lines[-1][0]) as again:
        scene.end(job)
        assert again.hear_all() == 1000
    assert watcher.lines + again.lines == [(1, "one"), (2, "two, while nothing ran"), (3, "Done.")]


def test_a_web_process_that_is_killed_is_noticed_and_another_goes_on(scene: Scene):
    job = scene.make_job()
    scene.write(job, "one")
    with scene.follow(job) as watcher:
        watcher.hear_line("one")
        (web,) = [pid for pid in children_of(scene.server.process.pid) if "processes.web" in command_line(pid)]
        os.kill(web, signal.SIGKILL)
        assert watcher.hear_all() == 1006
    until_answered(scene.server)
    with scene.follow(job, after=1) as again:
        scene.write(job, "two")
        again.hear_line("two")


def test_what_is_not_accepted_yet_holds_up_no_stop(scene: Scene):
    with Wire(scene.server) as wire:
        wire.send(wire.head("GET", "/ws/jobs/1", connection="Upgrade", upgrade="websocket"))
        scene.server.stop(10)
        wire.rest()


def until_answered(server: Server) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with Wire(server) as wire:
                if wire.ask("GET", "/v2/").status == 401:
                    return
        except (OSError, Closed):
            pass
        assert time.monotonic() < deadline
        time.sleep(0.1)
