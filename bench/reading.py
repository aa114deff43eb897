"""Work: manifests, blobs and lists on their way out."""

import random
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from bench import seeds
from bench.contestants import Contestant
from bench.measure import MIB, Figure, Meter
from bench.wire import Connection, UnexpectedAnswer

SCRIPT = Path(__file__).with_name("manifests.lua")
SCOPE = f"repository:{seeds.REPOSITORY}:pull"


@dataclass
class ManifestReads:
    """wrk, one thread and sixteen connections, asks for a hundred tags in turn."""

    title: str
    seconds: int = 3
    unit: str = field(default="req/s", init=False)

    def prepare(self) -> None:
        pass

    def run(self, at: Contestant) -> Figure:
        headers = ["-H", f"Accept: {seeds.MEDIA_TYPE}"]
        if authorization := at.authorization(SCOPE):
            headers += ["-H", f"Authorization: {authorization}"]
        self._wrk(at, headers, 1)
        with Meter(at) as meter:
            answered = self._wrk(at, headers, self.seconds)
        return meter.figure(answered)

    def _wrk(self, at: Contestant, headers: list[str], seconds: int) -> int:
        command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", str(SCRIPT), *headers, f"http://{at.host}", "--"]
        targets = [f"/v2/{seeds.REPOSITORY}/manifests/{tag}" for tag in seeds.TAGS]
        said = subprocess.run([*command, *targets], check=True, capture_output=True, text=True).stdout
        if wrong := re.search(r"Non-2xx.*|Socket errors.*", said):
            raise UnexpectedAnswer(f"{at.name}: {wrong[0]}")
        counted = re.search(r"(\d+) requests in", said)
        if counted is None:
            raise UnexpectedAnswer(said)
        return int(counted[1])


@dataclass
class BlobReads:
    """Each client asks for whole blobs, or for `range_size` bytes somewhere in one, until time is up."""

    title: str
    blobs: list[seeds.StoredBlob]
    clients: int
    range_size: int = 0
    seconds: float = 2.5
    unit: str = field(default="MiB/s", init=False)

    def prepare(self) -> None:
        pass

    def run(self, at: Contestant) -> Figure:
        authorization = at.authorization(SCOPE)
        connections = [at.connect(authorization) for _ in range(self.clients)]
        with ThreadPoolExecutor(self.clients) as clients, Meter(at) as meter:
            until = time.perf_counter() + self.seconds
            amount = sum(clients.map(lambda connection: self._read(connection, until), connections))
        for connection in connections:
            connection.close()
        return meter.figure(amount / MIB)

    def _read(self, connection: Connection, until: float) -> int:
        amount = 0
        while time.perf_counter() < until:
            blob = random.choice(self.blobs)
            headers, status = "", 200
            if self.range_size:
                first = random.randrange(blob.size - self.range_size)
                headers, status = f"Range: bytes={first}-{first + self.range_size - 1}\r\n", 206
            target = f"/v2/{seeds.REPOSITORY}/blobs/{blob.digest}"
            received = connection.discard(connection.ask("GET", target, headers, expect=status))
            if received != (self.range_size or blob.size):
                raise UnexpectedAnswer(f"GET {target}: {received} bytes")
            amount += received
        return amount


@dataclass
class Lists:
    """One client asks for the same page again and again, at least three times."""

    title: str
    target: str
    scope: str
    last_entry: str
    seconds: float = 1.5
    unit: str = field(default="req/s", init=False)

    def prepare(self) -> None:
        pass

    def run(self, at: Contestant) -> Figure:
        with at.connect(at.authorization(self.scope)) as connection:
            answer = connection.read(connection.ask("GET", self.target, expect=200))
            if self.last_entry.encode() not in answer:
                raise UnexpectedAnswer(f"{at.name}: {self.target} lacks {self.last_entry}: {answer[:200]!r}")
            count, until = 0, time.perf_counter() + self.seconds
            with Meter(at) as meter:
                while count < 3 or time.perf_counter() < until:
                    connection.discard(connection.ask("GET", self.target, expect=200))
                    count += 1
        return meter.figure(count)
