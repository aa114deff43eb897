"""Clients that say too much, or take nothing, cost little and are sent away; nobody hears what is another's."""

import asyncio
import random
import struct
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import Frame, Opcode
from websockets.typing import Origin

from tests.console.live.scene import Scene, Watcher, closing_code, json_of
from tests.registry.serving.wire import Wire
from tests.server import children_of, command_line

MIB = 1 << 20


@pytest.fixture
def job(scene: Scene) -> int:
    return scene.make_job()


@pytest.fixture
def watcher(scene: Scene, job: int) -> Iterator[Watcher]:
    with scene.follow(job) as followed:
        followed.hear()
        yield followed


@pytest.fixture
def send(watcher: Watcher) -> Callable[[bytes], None]:
    """Send bytes as they are, whatever a well-behaved client makes of it."""
    return watcher.socket.socket.sendall


def frame(opcode: Opcode, data: bytes = b"", **given: bool) -> bytes:
    return Frame(opcode, data, **given).serialize(mask=True)


def memory(scene: Scene) -> int:
    """The bytes that the web process holds."""
    (web,) = [pid for pid in children_of(scene.server.process.pid) if "processes.web" in command_line(pid)]
    return int(Path(f"/proc/{web}/statm").read_text().split()[1]) * 4096


def test_a_big_message_ends_it_before_it_is_read(scene: Scene, watcher: Watcher, send: Callable[[bytes], None]):
    before = memory(scene)
    head = struct.pack("!BBQ4s", 0x82, 0x80 | 127, 100 * MIB, b"mask")
    with suppress(OSError):
        send(head)
        for _ in range(100):
            send(b"\0" * MIB)
    assert closing_code(watcher.socket) == 1009
    assert memory(scene) - before < 16 * MIB


def test_a_message_in_pieces_without_end_ends_it(watcher: Watcher, send: Callable[[bytes], None]):
    with suppress(OSError):
        send(frame(Opcode.TEXT, b"", fin=False))
        for _ in range(10_000):
            send(frame(Opcode.CONT, b"", fin=False) * 100)
    assert closing_code(watcher.socket) == 1009


@pytest.mark.parametrize("opcode", [Opcode.TEXT, Opcode.PING, Opcode.PONG])
def test_a_million_tiny_messages_end_it(scene: Scene, watcher: Watcher, send: Callable[[bytes], None], opcode: Opcode):
    before = memory(scene)
    with suppress(OSError):
        for _ in range(1000):
            send(frame(opcode) * 1000)
    assert closing_code(watcher.socket) == 1008
    assert memory(scene) - before < 16 * MIB


@pytest.mark.parametrize(
    "rubbish",
    [b"\xc1\x80mask", b"\x81\x05hello", b"\x8f\x80mask", frame(Opcode.CONT, b"x")],
    ids=["compressed", "unmasked", "of no kind", "a continuation of nothing"],
)
def test_what_is_no_frame_ends_it(watcher: Watcher, send: Callable[[bytes], None], rubbish: bytes):
    send(rubbish)
    assert closing_code(watcher.socket) == 1002


def test_nothing_is_compressed_so_nothing_unfolds(scene: Scene, job: int):
    with Watcher(scene.open(f"/ws/jobs/{job}", scene.sign_in(scene.alice), compression="deflate")) as watcher:
        assert watcher.socket.protocol.extensions == []


def test_a_page_that_is_gone_without_a_word_is_noticed(scene: Scene, job: int):
    """Its machine was switched off: it answers no ping."""
    with opened(scene, job, scene.sign_in(scene.alice)) as wire:
        begun = time.monotonic()
        wire.rest()
    assert 2 < time.monotonic() - begun < 10


def test_a_page_that_listens_to_a_quiet_job_stays(scene: Scene, job: int, watcher: Watcher):
    scene.write(job, "before")
    watcher.hear_line("before")
    time.sleep(6)  # pings are asked for each second here, and two are waited for
    scene.write(job, "after")
    watcher.hear_line("after")


def test_whoever_takes_nothing_is_sent_away_and_costs_little(scene: Scene):
    job = scene.make_job()
    for _ in range(40):
        scene.write(job, *("x" * 8000 for _ in range(100)))
    before = memory(scene)
    cookie = scene.sign_in(scene.alice)
    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(opened(scene, job, cookie))
        time.sleep(3)
        assert memory(scene) - before < 100 * MIB
        until = time.monotonic() + 40
        while len(lines := followed(scene, job)) < 100 and time.monotonic() < until:
            time.sleep(0.5)
    assert len(lines) == 100
    assert max(line["bytes"] for line in lines) < 16 * MIB


def test_a_thousand_pages_of_two_people_hear_what_is_theirs(scene: Scene):
    jobs = {"alice": scene.make_job("alice", "alices"), "bob": scene.make_job("bob", "bobs")}
    cookies = {name: scene.sign_in(getattr(scene, name)) for name in jobs}
    names = ["alice", "bob"] * 500
    random.shuffle(names)

    def opening(name: str) -> connect:
        headers = {"Cookie": cookies[name]}
        address = url(scene, jobs[name])
        return connect(address, origin=Origin(scene.origin), additional_headers=headers, proxy=None, open_timeout=60)

    async def hear(page: ClientConnection) -> list[str]:
        return [text async for message in page for _, _, _, text in json_of(message)["lines"]]

    async def all_at_once() -> list[list[str]]:
        async with AsyncExitStack() as stack:
            pages = [await stack.enter_async_context(opening(name)) for name in names]
            telling = asyncio.create_task(asyncio.to_thread(speak, scene, jobs))
            told = await asyncio.gather(*map(hear, pages))
            await telling
            return told

    told = asyncio.run(all_at_once())
    assert told == [[*(f"of {name} {n}" for n in range(3)), "Done."] for name in names]


def speak(scene: Scene, jobs: dict[str, int]) -> None:
    for n in range(3):
        for name, job in jobs.items():
            scene.write(job, f"of {name} {n}")
    for job in jobs.values():
        scene.end(job)


def url(scene: Scene, job: int) -> str:
    return f"ws://{scene.server.host}:{scene.server.port}/ws/jobs/{job}"


def opened(scene: Scene, job: int, cookie: str) -> Wire:
    """A websocket on a wire from which nothing is read any more."""
    wire = Wire(scene.server, seconds=30, receive_buffer=4096)
    key = {"sec_websocket_key": b64encode(bytes(16)).decode(), "sec_websocket_version": "13"}
    offer = {"connection": "Upgrade", "upgrade": "websocket", "origin": scene.origin, "cookie": cookie}
    wire.send(wire.head("GET", f"/ws/jobs/{job}", **offer, **key))
    assert wire.reply().status == 101
    return wire


def followed(scene: Scene, job: int) -> list[dict[str, Any]]:
    return scene.server.log_lines("access", path=f"/ws/jobs/{job}", seconds=0)
