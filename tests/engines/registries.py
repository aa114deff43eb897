"""The registry that clients are pointed at, and who they are to it: ours, or the stock one that proves the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from tests.engines import programs

if TYPE_CHECKING:
    from tests.server import Server

STOCK_USER = "admin"
STOCK_PASSWORD = "stock-password"
STOCK_HTPASSWD = "admin:$2b$04$rxAdJyNtpfX6rpXb8lqaYeHJD9ng80ObCwvxC1zCIcuVkWpbsK8Dy\n"

STOCK_SETTINGS = """
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {storage}}}, delete: {{enabled: true}}}}
http: {{addr: "{host}"}}
auth: {{htpasswd: {{realm: stock, path: {folder}/htpasswd}}}}
"""


class RoleId(IntEnum):
    PROJECT_ADMIN = 1
    DEVELOPER = 2
    GUEST = 3
    MAINTAINER = 4
    LIMITED_GUEST = 5


@dataclass(frozen=True)
class Registry:
    """A registry as one user sees it: where it listens, the user's name and password, and the project to work in.
    Its storage is the folder in which its bytes lie."""

    host: str
    username: str
    password: str
    storage: Path
    project: str = "library"
    is_stock: bool = False

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def repository(self, name: str) -> str:
        return f"{self.project}/{name}"

    def reference(self, name: str, tag: str = "1") -> str:
        """How an engine calls it: `127.0.0.1:5000/library/app:1`, or `…/app@sha256:…` where the tag is a digest."""
        return f"{self.host}/{self.repository(name)}{'@' if ':' in tag else ':'}{tag}"

    def within(self, project: str) -> "Registry":
        return replace(self, project=project)

    def at(self, host: str) -> "Registry":
        """The same registry by another address, such as a proxy's."""
        return replace(self, host=host)

    def client(self) -> httpx.Client:
        """Plain HTTP with this user's Basic credentials."""
        return httpx.Client(base_url=self.url, auth=(self.username, self.password), timeout=60)

    def make_project(self, name: str, *, is_public: bool = False) -> "Registry":
        """The project is new: one that exists is an error."""
        wanted = {"project_name": name, "metadata": {"public": str(is_public).lower()}}
        self._make("/api/v2.0/projects", wanted)
        return self.within(name)

    def make_user(self, name: str, password: str = "Plain-words-1") -> "Registry":  # noqa: S107
        wanted = {"username": name, "email": f"{name}@example.com", "realname": name, "password": password}
        self._make("/api/v2.0/users", wanted)
        return replace(self, username=name, password=password)

    def join(self, user: "Registry", role: RoleId) -> "Registry":
        """Let the user be a member of this project; the answer is what the user sees of it."""
        wanted = {"role_id": int(role), "member_user": {"username": user.username}}
        self._make(f"/api/v2.0/projects/{self.project}/members", wanted)
        return user.within(self.project)

    def grant(self, user: "Registry", role: RoleId, **patterns: str) -> "Registry":
        """Let the user have the role for the `repositories` and `tags` of this project that the patterns match."""
        wanted = {"role_id": int(role), "member_user": {"username": user.username}, **patterns}
        self._make(f"/api/v2.0/projects/{self.project}/grants", wanted)
        return user.within(self.project)

    def _make(self, path: str, wanted: object) -> None:
        with self.client() as client:
            answer = client.post(path, json=wanted)
        assert answer.status_code == 201, f"{path}: {answer.status_code} {answer.text}"


def of(server: "Server") -> Registry:
    """A running Roadstead as its admin sees it."""
    return Registry(f"{server.host}:{server.port}", "admin", server.admin_password, server.data / "registry")


@contextmanager
def stock(folder: Path, storage: Path) -> Iterator[Registry]:
    """Debian's docker-registry on this storage, for as long as the block lasts. Its one user may do everything."""
    program = programs.need("docker-registry", "docker-registry")
    port = programs.free_port()
    host = f"127.0.0.1:{port}"
    (folder / "htpasswd").write_text(STOCK_HTPASSWD)
    (folder / "settings.yml").write_text(STOCK_SETTINGS.format(folder=folder, storage=storage, host=host))
    log = folder / "log"
    process = programs.start([program, "serve", folder / "settings.yml"], {"PATH": programs.PATH}, log)
    try:
        programs.wait_until(lambda: programs.answers(port), process, log)
        yield Registry(host, STOCK_USER, STOCK_PASSWORD, storage, is_stock=True)
    finally:
        programs.stop(process)
