"""Who is measured: the stock docker-registry, and Roadstead as `manage.py serve` runs it."""

import base64
import json
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bench import processes
from bench.aims import OURS, STOCK
from bench.databases import Database
from bench.wire import Connection
from tests import server

STOCK_CONFIGURATION = """\
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage:
  cache: {{blobdescriptor: inmemory}}
  filesystem: {{rootdirectory: {root}}}
  delete: {{enabled: true}}
http: {{addr: "127.0.0.1:{port}", secret: benchmark}}
"""


@dataclass(frozen=True)
class Contestant:
    """A running server. `roots` are the processes whose trees do its work, its database's among them."""

    name: str
    address: tuple[str, int]
    roots: tuple[int, ...]
    storage: Path
    stop: Callable[[], object]
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        return f"{self.address[0]}:{self.address[1]}"

    @property
    def blobs(self) -> Path:
        return self.storage / "docker/registry/v2/blobs/sha256"

    @property
    def repositories(self) -> Path:
        return self.storage / "docker/registry/v2/repositories"

    def authorization(self, scope: str) -> str:
        """A Bearer header's value for this scope; empty where the registry asks for none."""
        if not self.password:
            return ""
        with self.connect(self.basic()) as connection:
            target = f"/service/token?service=harbor-registry&scope={quote(scope)}"
            granted = json.loads(connection.read(connection.ask("GET", target, expect=200)))
        return f"Bearer {granted['token']}"

    def basic(self) -> str:
        credentials = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        return f"Basic {credentials}"

    def connect(self, authorization: str = "") -> Connection:
        return Connection(self.address, authorization)

    def workers(self) -> list[int]:
        """The processes that answer requests: those Roadstead marks so, or all that a stock registry has."""
        running = processes.tree(*self.roots)
        return [pid for pid in running if processes.environment(pid, "ROADSTEAD_ROLE") == "web"] or running

    def rss_bytes(self) -> int:
        return sum(processes.rss_bytes(pid) for pid in self.workers())

    def anonymous_bytes(self) -> int:
        return sum(processes.anonymous_bytes(pid) for pid in self.workers())

    def forget(self, digest: str) -> None:
        """Remove a timed upload's bytes behind the server's back, so that the disk stays as it was."""
        algorithm_hex = digest.removeprefix("sha256:")
        (self.blobs / algorithm_hex[:2] / algorithm_hex / "data").unlink(missing_ok=True)


def stock(folder: Path, name: str = STOCK) -> Contestant:
    """The reference: Debian's docker-registry on the filesystem with its in-memory descriptor cache, without its
    access log and without authentication (which it could only do by htpasswd or a foreign token service)."""
    folder.mkdir(parents=True)
    port = free_port()
    configuration = folder / "config.yml"
    configuration.write_text(STOCK_CONFIGURATION.format(root=folder / "storage", port=port))
    (folder / "storage").mkdir()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(["docker-registry", "serve", str(configuration)], stdout=log, stderr=log)
    address = ("127.0.0.1", port)
    wait_until_it_listens(address, process)
    return Contestant(name, address, (process.pid,), folder / "storage", _stopper(process))


def ours(folder: Path, name: str = OURS, database: Database | None = None, *, fast_lane: bool = True) -> Contestant:
    """Roadstead with two web workers, its access log on and every token checked."""
    running = server.start(
        folder,
        database_url=database.url if database else "",
        ROADSTEAD_WEB_WORKERS="2",
        ROADSTEAD_FAST_LANE="on" if fast_lane else "off",
    )
    roots = (running.process.pid, database.pid) if database else (running.process.pid,)
    address = (running.host, running.port)
    return Contestant(name, address, roots, running.data / "registry", running.stop, "admin", running.admin_password)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_it_listens(address: tuple[str, int], process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with {process.returncode} instead of serving")
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"{process.args!r} does not listen on {address[0]}:{address[1]} after 30 s")


def _stopper(process: subprocess.Popen[bytes]) -> Callable[[], None]:
    def stop() -> None:
        process.terminate()
        process.wait()

    return stop
