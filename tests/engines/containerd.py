"""containerd by its own client, as Kubernetes' nodes pull. It keeps no sign-in: each call carries one."""

from pathlib import Path

from tests.engines import programs
from tests.engines.registries import Registry

NAMESPACE = "tests"


class Containerd:
    name = "containerd"

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self.client = programs.need("ctr", "containerd")
        self._sign_in: dict[str, str] = {}
        self._containers = 0

    def __call__(self, *words: str, seconds: float = 120) -> str:
        command = [self.client, "--address", str(self.socket), "--namespace", NAMESPACE, *words]
        return programs.run(command, {"PATH": programs.PATH}, seconds=seconds)

    def login(self, registry: Registry, password: str | None = None) -> str:
        secret = registry.password if password is None else password
        self._sign_in[registry.host] = f"{registry.username}:{secret}"
        return ""

    def logout(self, registry: Registry) -> None:
        self._sign_in.pop(registry.host, None)

    def tag(self, reference: str, other: str) -> None:
        self("images", "tag", "--force", reference, other)

    def push(self, reference: str) -> None:
        self("images", "push", "--plain-http", *self._user(reference), reference, seconds=300)

    def pull(self, reference: str) -> None:
        self("images", "pull", "--plain-http", *self._user(reference), reference, seconds=300)

    def run(self, reference: str, *command: str) -> str:
        self._containers += 1
        return self("run", "--rm", reference, f"test-{self._containers}", *command)

    def forget(self) -> None:
        if images := self("images", "list", "--quiet").split():
            self("images", "remove", "--sync", *images)

    def _user(self, reference: str) -> list[str]:
        sign_in = self._sign_in.get(reference.partition("/")[0])
        return ["--user", sign_in] if sign_in else []
