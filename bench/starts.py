"""How long `make run` takes until it answers: with everything installed, and from a clean clone."""

import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.contestants import free_port
from bench.wire import Connection, UnexpectedAnswer

PROJECT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Start:
    title: str
    aim_seconds: float
    seconds: float


def installed(aim_seconds: float) -> list[Start]:
    """The first start makes the database, the secrets and the admin; later ones find them."""
    with tempfile.TemporaryDirectory(prefix="roadstead-bench-") as folder:
        first = _answers_after(PROJECT, Path(folder))
        again = sorted(_answers_after(PROJECT, Path(folder)) for _ in range(3))[1]
    return [Start("make run, first start", aim_seconds, first), Start("make run, data there", aim_seconds, again)]


def clean_clone(aim_seconds: float) -> Start:
    """Clones what is committed, and lets pip fetch all it needs."""
    with tempfile.TemporaryDirectory(prefix="roadstead-bench-") as folder:
        clone = Path(folder) / "roadstead"
        began = time.perf_counter()
        subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(clone)], check=True)
        cloned = time.perf_counter() - began
        return Start("clone and make run", aim_seconds, cloned + _answers_after(clone, Path(folder) / "data"))


def _answers_after(project: Path, data: Path) -> float:
    port = free_port()
    environment = {**os.environ, "ROADSTEAD_DATA": str(data), "ROADSTEAD_LISTEN": f"127.0.0.1:{port}"}
    environment["PIP_NO_CACHE_DIR"] = "1"
    for mine in ("PYTHONDONTWRITEBYTECODE", "MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "VIRTUAL_ENV", "ROUNDS"):
        environment.pop(mine, None)
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            ["make", "run"], cwd=project, env=environment, stdout=said, stderr=said, start_new_session=True
        )
        try:
            while not _answers(("127.0.0.1", port)):
                if running.poll() is not None or time.perf_counter() - began > PATIENCE_SECONDS:
                    said.seek(0)
                    raise UnexpectedAnswer(f"make run does not answer: {said.read()[-2000:].decode()}")
                time.sleep(0.02)
            return time.perf_counter() - began
        finally:
            _end(running)


def _answers(address: tuple[str, int]) -> bool:
    try:
        with Connection(address) as connection:
            connection.discard(connection.ask("GET", "/v2/", expect=401))
    except OSError:
        return False
    return True


def _end(running: subprocess.Popen[bytes]) -> None:
    """`make` hands no signal on, so the whole group gets it."""
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait(timeout=60)
