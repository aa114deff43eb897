"""What the kernel is asked, in which order: bytes, then their name, then the row, then the reply."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import server as servers
from tests.registry.serving.pushing import Pusher, digest_of
from tests.server import Server, children_of, command_line

pytestmark = pytest.mark.skipif(
    not shutil.which("strace") or os.geteuid() != 0, reason="needs strace and root: apt-get install strace"
)
TRACED = "fsync,fdatasync,link,linkat,rename,renameat,renameat2,write,writev,sendto,sendmsg"


@pytest.fixture
def server(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Server]:
    started = servers.start(tmp_path, database_url=new_database(), ROADSTEAD_WEB_WORKERS="1")
    yield started
    started.stop()


def traced(server: Server, log: Path, work: Callable[[], object]) -> list[str]:
    """The calls of the web process while `work` is done."""
    web = next(pid for pid in children_of(server.process.pid) if "processes.web" in command_line(pid))
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-y", "-s", "80", "-e", f"trace={TRACED}", "-o", log, "-p", str(web)],
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 10
        while f"TracerPid:\t{tracer.pid}" not in Path(f"/proc/{web}/status").read_text():
            assert time.monotonic() < until, "strace does not come to it"
            time.sleep(0.02)
        work()
        time.sleep(0.2)
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait()
    return log.read_text().splitlines()


def first(calls: list[str], pattern: str, after: int = -1) -> int:
    """The place of the first call like this behind another."""
    for place, call in enumerate(calls):
        if place > after and re.search(pattern, call):
            return place
    raise AssertionError(f"no {pattern} behind call {after} in:\n" + "\n".join(calls))


def commit(server: Server, asked: str = "COMMIT") -> str:
    """How the commit of a row shows: SQLite syncs its log, PostgreSQL is asked to, or it is asked for a
    change that is a transaction of its own."""
    return r"fdatasync\(.*sqlite3-wal" if (server.data / "roadstead.sqlite3").exists() else asked


@pytest.fixture
def pusher(server: Server) -> Iterator[Pusher]:
    with Pusher(server) as connected:
        yield connected


def test_a_blob_is_safe_before_its_row_and_its_row_before_the_reply(server, pusher, tmp_path):
    content = b"bytes of a layer" * 1000
    digest = digest_of(content)
    location = pusher.begin()

    calls = traced(server, tmp_path / "patch", lambda: pusher.ask("PATCH", location, content=content))
    synced = first(calls, r"fdatasync\(.*_uploads/.*/data")
    committed = first(calls, commit(server, r"UPDATE .*registry_upload.* SET .*offset"), synced)
    first(calls, "HTTP/1.1 202", committed)

    calls = traced(server, tmp_path / "put", lambda: pusher.finish(location, digest))
    synced = first(calls, r"fsync\(.*_uploads/.*/data")
    named = first(calls, rf"link(at)?\(.*{digest[7:]}/data", synced)
    folder = first(calls, rf"fsync\(.*blobs/sha256/{digest[7:9]}/{digest[7:]}>", named)
    above = first(calls, rf"fsync\(.*blobs/sha256/{digest[7:9]}>", named)
    committed = first(calls, commit(server), max(folder, above))
    first(calls, "HTTP/1.1 201", committed)


def test_a_manifest_is_safe_before_its_row_and_its_row_before_the_reply(server, pusher, tmp_path):
    layer = b"layer"
    pusher.manifest("warm", b"something else")
    pusher.blob(b"{}")
    pusher.blob(layer)

    calls = traced(server, tmp_path / "manifest", lambda: pusher.manifest("latest", layer))
    staged = first(calls, r"fsync\(.*_uploads/.*data")
    named = first(calls, r"link(at)?\(.*blobs/sha256/[^_]*/data", staged)
    folder = first(calls, r"fsync\(.*blobs/sha256/../[0-9a-f]{64}>", named)
    committed = first(calls, commit(server), folder)
    first(calls, "HTTP/1.1 201", committed)
