"""What the tests' images hold: busybox and a few files, or bytes that nothing can compress."""

import io
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path

from tests.engines import programs

MIB = 1 << 20
COMMANDS = ("sh", "cat", "ls", "rm", "echo", "uname")


def rootfs(files: Mapping[str, bytes]) -> bytes:
    """A tar of a system that runs: busybox under its usual names, and these files."""
    busybox = Path(programs.need("busybox", "busybox-static")).read_bytes()
    links = {f"bin/{command}": "busybox" for command in COMMANDS}
    return archive({"bin/busybox": busybox, **files}, links)


def archive(files: Mapping[str, bytes], links: Mapping[str, str] | None = None) -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
        for name, target in (links or {}).items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            tar.addfile(link)
    return output.getvalue()


def noise(size: int) -> bytes:
    """Bytes that are new at each call and stay as many when compressed."""
    return os.urandom(size)
