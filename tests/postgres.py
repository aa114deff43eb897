"""A PostgreSQL 15 of the tests' own: on a free port, in a temporary folder, gone when they end."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

BIN = Path("/usr/lib/postgresql/15/bin")


def is_installed() -> bool:
    return (BIN / "postgres").exists()


@contextmanager
def running() -> Iterator[str]:
    """The URL of a server that lives as long as this block, or as this process where that is killed."""
    folder = Path(tempfile.mkdtemp(prefix="roadstead-postgres-"))
    server = None
    try:
        password = _make_cluster(folder)
        port = _free_port()
        server = _start(folder, port)
        url = f"postgres://roadstead:{password}@127.0.0.1:{port}/postgres"
        _wait(url, server)
        yield url
    finally:
        if server:
            server.send_signal(signal.SIGINT)  # its fast stop: it waits for no client that a test left behind
            server.wait(timeout=30)
        shutil.rmtree(folder)


def new_database(url: str) -> str:
    """Make an empty database beside the one of this URL, and return the URL of the new one."""
    name = f"roadstead_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def drop_database(url: str) -> None:
    """Drop it with all who are still connected to it."""
    parts = urlsplit(url)
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as connection:
        name = sql.Identifier(parts.path.removeprefix("/"))
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def _make_cluster(folder: Path) -> str:
    password = secrets.token_urlsafe(16)
    file = folder / "password"
    file.write_text(password)
    for path in (folder, file):
        os.chown(path, *_owner())
    options = [
        "--username=roadstead",
        f"--pwfile={file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]
    subprocess.run(
        [*_unprivileged(), BIN / "initdb", *options, "-D", folder / "data"], check=True, capture_output=True, cwd="/"
    )
    return password


def _start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": 200}
    given = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        command = [*_unprivileged(), "--pdeathsig", "INT", str(BIN / "postgres"), "-D", str(folder / "data"), *given]
        return subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def _owner() -> tuple[int, int]:
    """PostgreSQL refuses to run as root; then it runs as its package's own user."""
    user = pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    return user.pw_uid, user.pw_gid


def _unprivileged() -> list[str]:
    uid, gid = map(str, _owner())
    return ["setpriv", "--reuid", uid, "--regid", gid, "--clear-groups"] if os.getuid() == 0 else ["setpriv"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
