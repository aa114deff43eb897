"""A whole Roadstead, started as people start it: manage.py serve in a folder of its own, on a free port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
READY_SECONDS = 60.0


@dataclass
class Server:
    """A running Roadstead. Its data folder outlives it, so that another start finds what was there."""

    host: str
    port: int
    data: Path
    process: subprocess.Popen[bytes]
    output: Path
    log: Path
    scheme: str = "http"
    environ: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def admin_password(self) -> str:
        return (self.data / "admin-password").read_text().strip()

    def manage(self, *words: str) -> str:
        """What manage.py prints, run on this server's data."""
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self, seconds: float = 60.0) -> int:
        """Ask it to end, and wait until it has. Answers the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    def kill(self) -> None:
        """End it at once, as a power cut would: first the launcher, whose children the kernel then kills."""
        children = self.session()
        self.process.kill()
        self.process.wait()
        until = time.monotonic() + 10
        while any(_is_alive(pid) for pid in children):
            if time.monotonic() > until:
                raise AssertionError(f"processes outlive their launcher: {[p for p in children if _is_alive(p)]}")
            time.sleep(0.02)

    def log_lines(self, logger: str, *, seconds: float = 20.0, **wanted: object) -> list[dict[str, Any]]:
        """The lines of this logger that say what is wanted; waits for the first, since they are written in batches."""
        until = time.monotonic() + seconds
        while True:
            lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
            found = [each for each in lines if each["logger"] == logger and wanted.items() <= each.items()]
            if found or time.monotonic() > until:
                return found
            time.sleep(0.05)

    def session(self) -> list[int]:
        """The numbers of all processes that descend from the launcher."""
        found: list[int] = []
        waiting = [self.process.pid]
        while waiting:
            below = children_of(waiting.pop())
            found += below
            waiting += below
        return found


def start(
    folder: Path,
    *,
    database_url: str = "",
    port: int | None = None,
    log: str = "log.txt",
    wait: bool = True,
    **environ: str,
) -> Server:
    """Start it with its data in `folder`; variables go by their names in registry/env.py."""
    chosen = free_port() if port is None else port
    data = folder / "data"
    folder.mkdir(parents=True, exist_ok=True)
    given = {
        "ROADSTEAD_DATA": str(data),
        "ROADSTEAD_LISTEN": f"127.0.0.1:{chosen}",
        "ROADSTEAD_WEB_WORKERS": "2",
        "ROADSTEAD_JOB_WORKERS": "1",
        "DATABASE_URL": database_url,
        **environ,
    }
    whole = {**_clean_environment(), **given}
    output, errors = folder / f"output-{chosen}.txt", folder / log
    with output.open("wb") as out, errors.open("ab") as err:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "serve"],
            env=whole,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    scheme = "https" if environ.get("ROADSTEAD_TLS_CERT") else "http"
    server = Server("127.0.0.1", chosen, data, process, output, errors, scheme, whole)
    if wait:
        _wait_until_ready(server)
    return server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> list[int]:
    """The processes that this one has started and that live."""
    try:
        return [
            int(each)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for each in (task / "children").read_text().split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return []


def command_line(pid: int) -> str:
    """What a process was started as; "" where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _wait_until_ready(server: Server) -> None:
    """Until it answers, and has said so: then all web processes run."""
    until = time.monotonic() + READY_SECONDS
    while not (b"is ready at" in server.output.read_bytes() and _answers(server)):
        if server.process.poll() is not None or time.monotonic() > until:
            server.process.kill()
            said = server.output.read_text() + server.log.read_text()
            raise AssertionError(f"the server did not start:\n{said[-4000:]}")
        time.sleep(0.05)


def _answers(server: Server) -> bool:
    try:
        return httpx.get(f"{server.url}/v2/", verify=False).status_code == 401  # noqa: S501  a certificate of the test's
    except httpx.TransportError:
        return False


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _clean_environment() -> dict[str, str]:
    """Ours, without what is set for the tests themselves."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "PYTHONWARNINGS")
    return {name: value for name, value in os.environ.items() if name in kept}
