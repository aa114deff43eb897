"""Blobs on their way out: by the kernel, by reading under TLS, in parts, to many at once."""

import hashlib
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import server as servers
from tests.registry.serving.pushing import Pusher
from tests.registry.serving.wire import Wire
from tests.server import Server

MIB = 1 << 20


def make_certificate(folder: Path) -> tuple[Path, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", "-x509", *kind, *subject, *files], check=True, capture_output=True)
    return certificate, key


@pytest.fixture(scope="module", params=["http", "https"])
def front(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]
) -> Iterator[Server]:
    """The same, with and without TLS."""
    folder = tmp_path_factory.mktemp(request.param)
    tls: dict[str, Any] = {}
    if request.param == "https":
        certificate, key = make_certificate(folder / "tls")
        tls = {"ROADSTEAD_TLS_CERT": str(certificate), "ROADSTEAD_TLS_KEY": str(key)}
    started = servers.start(folder, database_url=new_database(), ROADSTEAD_WEB_WORKERS="1", **tls)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def pusher(front: Server) -> Iterator[Pusher]:
    with Pusher(front) as pusher:
        yield pusher


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 3 * MIB + 11])
def test_a_blob_comes_out_as_it_went_in(pusher: Pusher, size: int):
    content = os.urandom(size)
    reply = pusher.ask("GET", f"/v2/library/app/blobs/{pusher.blob(content)}")
    assert reply.content == content
    assert reply.headers["content-length"] == str(size)


@pytest.mark.parametrize(("first", "last"), [(0, 0), (5, 70_000), (2 * MIB - 1, 2 * MIB), (3 * MIB - 1, 3 * MIB - 1)])
def test_a_part_of_a_blob_comes_out(pusher: Pusher, first: int, last: int):
    content = os.urandom(3 * MIB)
    path = f"/v2/library/app/blobs/{pusher.blob(content)}"
    reply = pusher.ask("GET", path, headers={"range": f"bytes={first}-{last}"})
    assert reply.status_code == 206
    assert reply.headers["content-range"] == f"bytes {first}-{last}/{len(content)}"
    assert reply.content == content[first : last + 1]


def test_replies_follow_each_other_on_one_connection(front: Server, pusher: Pusher):
    contents = [os.urandom(size) for size in (10, 2 * MIB, 0, 300_000, 5 * MIB)]
    digests = [pusher.blob(content) for content in contents]
    with Wire(front) as wire:
        for _ in range(3):
            for content, digest in zip(contents, digests, strict=True):
                path = f"/v2/library/app/blobs/{digest}"
                assert wire.ask("HEAD", path, **pusher.authorization).headers["content-length"] == str(len(content))
                assert wire.ask("GET", path, **pusher.authorization).body == content


def test_pipelined_downloads_come_in_their_order(front: Server, pusher: Pusher):
    contents = [os.urandom(size) for size in (2 * MIB, 10, 4 * MIB, 100_000)]
    targets = [f"/v2/library/app/blobs/{pusher.blob(content)}" for content in contents]
    with Wire(front) as wire:
        wire.send(b"".join(wire.head("GET", target, **pusher.authorization) for target in targets))
        assert [wire.reply().body for _ in contents] == contents


def test_many_read_at_once(front: Server, pusher: Pusher):
    content = os.urandom(4 * MIB)
    path = f"/v2/library/app/blobs/{pusher.blob(content)}"
    token = pusher.authorization
    got: list[bytes] = []

    def read() -> None:
        with Wire(front, seconds=30) as wire:
            got.extend(hashlib.sha256(wire.ask("GET", path, **token).body).digest() for _ in range(3))

    threads = [threading.Thread(target=read) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [hashlib.sha256(content).digest()] * 36


def test_a_reader_that_leaves_disturbs_no_other(front: Server, pusher: Pusher):
    content = os.urandom(20 * MIB)
    path = f"/v2/library/app/blobs/{pusher.blob(content)}"
    for _ in range(10):
        with Wire(front) as wire:
            wire.send(wire.head("GET", path, **pusher.authorization))
            wire.exactly(100_000)
    assert pusher.ask("GET", path).content == content


def test_bytes_that_are_not_in_memory_come_from_the_disk(front: Server, pusher: Pusher):
    content = os.urandom(6 * MIB)
    digest = pusher.blob(content)
    hexadecimal = digest.removeprefix("sha256:")
    file = front.data / "registry/docker/registry/v2/blobs/sha256" / hexadecimal[:2] / hexadecimal / "data"
    descriptor = os.open(file, os.O_RDONLY)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)
    assert pusher.ask("GET", f"/v2/library/app/blobs/{digest}").content == content


def test_a_blob_whose_bytes_are_gone_is_an_error_and_not_a_short_reply(front: Server, pusher: Pusher):
    digest = pusher.blob(os.urandom(MIB))
    hexadecimal = digest.removeprefix("sha256:")
    file = front.data / "registry/docker/registry/v2/blobs/sha256" / hexadecimal[:2] / hexadecimal / "data"
    file.chmod(0o600)
    os.truncate(file, 1000)
    assert pusher.ask("GET", f"/v2/library/app/blobs/{digest}").status_code == 500
