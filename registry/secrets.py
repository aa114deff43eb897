"""The installation's own secrets: one file per purpose, made at first need, readable by its owner only."""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from registry.env import BadValue


def read_or_make(folder: Path, name: str) -> str:
    """The secret of this name. Made with 256 random bits where there is none; two processes that
    make it at once agree on one. Refuses a file that others may read, or that is empty."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / name
    if not file.exists():
        keep(file, secrets.token_urlsafe(32))
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadValue(f"{file} may be read by others; run: chmod 600 {file}")
    secret = file.read_text().strip()
    if len(secret) < 32:
        raise BadValue(f"{file} is too short to be a secret of ours; restore it from a backup")
    return secret


def keep(file: Path, secret: str) -> str:
    """Write a secret where there is none yet; answers the one that is there then. It is written under a name
    of our own and linked: the first one wins, and no reader sees half a file."""
    mine = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as written:
            written.write(secret + "\n")
            written.flush()
            os.fsync(written.fileno())
        with suppress(FileExistsError):
            os.link(mine, file)
    finally:
        mine.unlink()
    return file.read_text().strip()
