"""Running programs of others: finding each, or skipping with the line that installs it; what it says when it fails."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from shutil import which

import pytest

# Debian's own: another program of the same name may stand before it in a developer's PATH.
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


class Failed(AssertionError):
    """A program ended with a status other than 0. Its text is all that it said."""


def need(name: str, package: str) -> str:
    """The path of Debian's program, or a skip that says how to get it."""
    found = which(name, path=PATH)
    if not found:
        pytest.skip(f"{name} is missing: apt-get install {package}")
    return found


def need_root(name: str) -> None:
    if os.geteuid() != 0:
        pytest.skip(f"{name} is run as root only")


def run(command: Sequence[str | Path], environ: Mapping[str, str], stdin: bytes = b"", seconds: float = 120) -> str:
    """What the program wrote to its standard output."""
    words = [str(word) for word in command]
    done = subprocess.run(words, env=dict(environ), input=stdin, capture_output=True, timeout=seconds, check=False)
    if done.returncode:
        said = f"{done.stdout.decode(errors='replace')}{done.stderr.decode(errors='replace')}"
        raise Failed(f"{Path(words[0]).name} {' '.join(words[1:])} ended with {done.returncode}:\n{said}")
    return done.stdout.decode()


def start(command: Sequence[str | Path], environ: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A daemon that is told to stop when this process ends, however it ends."""
    with log.open("wb") as output:
        words = ["setpriv", "--pdeathsig", "TERM", *map(str, command)]
        return subprocess.Popen(
            words, env=dict(environ), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )


def stop(process: subprocess.Popen[bytes], seconds: float = 20) -> None:
    """Ask it to stop; kill it where it does not."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(is_ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise Failed(f"{process.args!r} is not ready:\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.05)


def unmount_below(folder: Path) -> None:
    """Engines keep mounts in their storage; a folder cannot be removed before them."""
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for mount in reversed([mount for mount in mounts if mount.startswith(f"{folder}/")]):
        subprocess.run(["umount", mount], check=False, capture_output=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
