"""Podman and buildah, on one storage of their own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

from tests.engines import programs
from tests.engines.registries import Registry

# Without these podman asks for more than a container inside a container may have.
RUN_OPTIONS = ("--rm", "--network=none", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024")


class Podman:
    name = "podman"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = programs.need("podman", "podman")
        self.buildah = programs.need("buildah", "buildah")
        (folder / "auth.json").write_text("{}")  # buildah wants the file that the variable names

    def __call__(self, *words: str | Path, stdin: bytes = b"", seconds: float = 120) -> str:
        engine = ["--cgroup-manager=cgroupfs", "--runtime=runc", "--events-backend=none"]
        places = [f"--network-config-dir={self.folder}/networks", f"--tmpdir={self.folder}/temporary"]
        return programs.run([self.program, *self._storage, *engine, *places, *words], self.environ, stdin, seconds)

    def build(self, *words: str | Path, stdin: bytes = b"", seconds: float = 120) -> str:
        """Call buildah."""
        return programs.run([self.buildah, *self._storage, *words], self.environ, stdin, seconds).strip()

    @property
    def environ(self) -> dict[str, str]:
        return {
            "PATH": programs.PATH,
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder),
            "REGISTRY_AUTH_FILE": str(self.folder / "auth.json"),
        }

    def login(self, registry: Registry, password: str | None = None) -> str:
        secret = registry.password if password is None else password
        who = ["--username", registry.username, "--password-stdin"]
        return self("login", "--tls-verify=false", *who, registry.host, stdin=secret.encode())

    def logout(self, registry: Registry) -> None:
        self("logout", registry.host)

    def make(self, reference: str, rootfs: bytes, *command: str) -> None:
        """Made by buildah from scratch."""
        archive = self.folder / "rootfs.tar"
        archive.write_bytes(rootfs)
        container = self.build("from", "scratch")
        self.build("add", container, archive, "/")
        self.build("config", f"--cmd={' '.join(command)}", container)
        self.build("commit", "--rm", container, reference)

    def derive(self, reference: str, base: str, *command: str) -> None:
        container = self.build("from", "--pull-never", base)
        self.build("run", "--isolation=chroot", container, "--", *command)
        self.build("commit", "--rm", container, reference)

    def tag(self, reference: str, other: str) -> None:
        self("tag", reference, other)

    def push(self, reference: str, *options: str) -> None:
        self("push", "--tls-verify=false", *options, reference, seconds=300)

    def pull(self, reference: str, *options: str) -> None:
        self("pull", "--tls-verify=false", *options, reference, seconds=300)

    def run(self, reference: str, *command: str) -> str:
        return self("run", "--pull=never", *RUN_OPTIONS, reference, *command)

    def forget(self) -> None:
        self("rmi", "--all", "--force")

    @property
    def _storage(self) -> list[str]:
        return [f"--root={self.folder}/root", f"--runroot={self.folder}/run", "--storage-driver=overlay"]


@contextmanager
def running() -> Iterator[Podman]:
    """Podman has no daemon: what ends with the block is its storage."""
    programs.need_root("podman")
    folder = Path(tempfile.mkdtemp(prefix="roadstead-podman-"))
    try:
        yield Podman(folder)
    finally:
        programs.unmount_below(folder)
        rmtree(folder)
