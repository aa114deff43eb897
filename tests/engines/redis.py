"""A real Redis, in memory only."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.engines import programs


@dataclass
class Redis:
    """A running redis-server, which may be stopped and started again on its port."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        programs.stop(self.process)

    def start_again(self) -> None:
        self.process = _start(self.port, self.folder)


@contextmanager
def running(folder: Path) -> Iterator[Redis]:
    port = programs.free_port()
    redis = Redis(port, folder, _start(port, folder))
    try:
        yield redis
    finally:
        redis.stop()


def _start(port: int, folder: Path) -> subprocess.Popen[bytes]:
    program = programs.need("redis-server", "redis-server")
    options = {"--port": port, "--bind": "127.0.0.1", "--save": "", "--appendonly": "no", "--dir": folder}
    words = [str(word) for pair in options.items() for word in pair]
    log = folder / "redis.log"
    process = programs.start([program, *words], {"PATH": programs.PATH}, log)
    programs.wait_until(lambda: programs.answers(port), process, log)
    return process
