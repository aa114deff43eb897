"""Work: blobs on their way in, over raw sockets."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import quote

from bench.bodies import Body
from bench.contestants import Contestant
from bench.measure import MIB, Figure, Meter
from bench.wire import Connection, location

REPOSITORY = "bench/uploads"
SCOPE = f"repository:{REPOSITORY}:pull,push"

Way = Callable[[Connection, Body], None]


def put_whole(connection: Connection, body: Body) -> None:
    """POST, then all bytes in one PUT."""
    target = _closing(_start(connection), body.digest)
    connection.discard(connection.send_file("PUT", target, body.path, chunked=body.chunked, expect=201))


def patch_then_put(connection: Connection, body: Body) -> None:
    """POST, all bytes in one PATCH, an empty PUT: what docker, podman and skopeo do."""
    answer = connection.send_file("PATCH", _start(connection), body.path, chunked=body.chunked, expect=202)
    connection.discard(answer)
    connection.discard(connection.ask("PUT", _closing(location(answer), body.digest), expect=201))


def put_small(connection: Connection, repository: str, content: bytes, digest: str) -> None:
    """A small blob from memory, untimed."""
    target = _closing(_start(connection, repository), digest)
    headers = "Content-Type: application/octet-stream\r\n"
    connection.discard(connection.ask("PUT", target, headers, body=content, expect=201))


def put_body(connection: Connection, repository: str, body: Body) -> None:
    """A body from its file into a repository, untimed."""
    target = _closing(_start(connection, repository), body.digest)
    connection.discard(connection.send_file("PUT", target, body.path, chunked=body.chunked, expect=201))


def _start(connection: Connection, repository: str = REPOSITORY) -> str:
    answer = connection.ask("POST", f"/v2/{repository}/blobs/uploads/", expect=202)
    connection.discard(answer)
    return location(answer)


def _closing(target: str, digest: str) -> str:
    return f"{target}{'&' if '?' in target else '?'}digest={quote(digest)}"


@dataclass
class Uploads:
    """Each client sends one body that nobody has seen."""

    title: str
    bodies: list[Body]
    way: Way
    unit: str = field(default="MiB/s", init=False)

    def prepare(self) -> None:
        for body in self.bodies:
            body.renew()

    def run(self, at: Contestant) -> Figure:
        authorization = at.authorization(SCOPE)
        os.sync()  # what was written before must not be written during this
        connections = [at.connect(authorization) for _ in self.bodies]
        with ThreadPoolExecutor(len(connections)) as clients, Meter(at) as meter:
            list(clients.map(self.way, connections, self.bodies))
        for connection, body in zip(connections, self.bodies, strict=True):
            connection.close()
            at.forget(body.digest)
        return meter.figure(sum(body.size for body in self.bodies) / MIB)
