"""Skopeo, which copies, lists and deletes without an engine."""

import json
from pathlib import Path
from typing import Any

from tests.engines import programs
from tests.engines.registries import Registry


class Skopeo:
    name = "skopeo"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = programs.need("skopeo", "skopeo")

    def __call__(self, *words: str | Path, stdin: bytes = b"", seconds: float = 120) -> str:
        return programs.run([self.program, *words], self.environ, stdin, seconds)

    @property
    def environ(self) -> dict[str, str]:
        return {"PATH": programs.PATH, "HOME": str(self.folder), "REGISTRY_AUTH_FILE": str(self.folder / "auth.json")}

    def login(self, registry: Registry, password: str | None = None) -> str:
        secret = registry.password if password is None else password
        who = ["--username", registry.username, "--password-stdin"]
        return self("login", "--tls-verify=false", *who, registry.host, stdin=secret.encode())

    def logout(self, registry: Registry) -> None:
        self("logout", registry.host)

    def copy(self, source: str, target: str, *options: str, seconds: float = 120) -> None:
        """Source and target as skopeo writes them: `docker://…`, `oci:folder`, `docker-archive:file`."""
        self(*self.copying(source, target, *options)[1:], seconds=seconds)

    def copying(self, source: str, target: str, *options: str) -> list[str]:
        """The command that copies, for who must end it before its time."""
        insecure = ["--src-tls-verify=false", "--dest-tls-verify=false"]
        return [self.program, "copy", "--quiet", *insecure, *options, source, target]

    def manifest(self, reference: str) -> dict[str, Any]:
        """As the registry serves it, not as skopeo would show it."""
        document: dict[str, Any] = json.loads(self("inspect", "--raw", "--tls-verify=false", f"docker://{reference}"))
        return document

    def digest(self, reference: str) -> str:
        return self("inspect", "--format={{.Digest}}", "--tls-verify=false", f"docker://{reference}").strip()

    def tags(self, repository: str) -> list[str]:
        listed: list[str] = json.loads(self("list-tags", "--tls-verify=false", f"docker://{repository}"))["Tags"]
        return listed

    def delete(self, reference: str) -> None:
        self("delete", "--tls-verify=false", f"docker://{reference}")
