"""Clients that are one program and its settings: crane, oras and regctl, built with Go."""

from pathlib import Path

import pytest

from tests.engines import golang, programs
from tests.engines.registries import Registry


class CommandLine:
    """Settings and sign-ins lie in a folder of its own, as Docker's would."""

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder
        try:
            self.program = golang.program(name)
        except golang.NotBuiltError as missing:
            pytest.skip(str(missing))

    def __call__(self, *words: str | Path, stdin: bytes = b"", seconds: float = 120) -> str:
        """What it prints, without the last line's end."""
        home = str(self.folder)
        environ = {"PATH": programs.PATH, "HOME": home, "DOCKER_CONFIG": home, "TMPDIR": home}
        return programs.run([self.program, *words], environ, stdin, seconds).strip()


class Crane(CommandLine):
    def login(self, registry: Registry, password: str | None = None) -> str:
        secret = registry.password if password is None else password
        who = ["--username", registry.username, "--password-stdin"]
        return self("auth", "login", "--insecure", *who, registry.host, stdin=secret.encode())


class Oras(CommandLine):
    def login(self, registry: Registry, password: str | None = None) -> str:
        secret = registry.password if password is None else password
        who = ["--username", registry.username, "--password-stdin"]
        return self("login", "--plain-http", *who, registry.host, stdin=secret.encode())


class Regctl(CommandLine):
    def login(self, registry: Registry, password: str | None = None) -> str:
        secret = registry.password if password is None else password
        self("registry", "set", "--tls", "disabled", "--skip-check", registry.host)
        who = ["--user", registry.username, "--pass-stdin"]
        return self("registry", "login", *who, registry.host, stdin=secret.encode())
