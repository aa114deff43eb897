"""Docker's engine, started by the tests, and its command line."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

from tests.engines import programs
from tests.engines.containerd import Containerd
from tests.engines.registries import Registry

DAEMON_OPTIONS = (
    "--storage-driver=overlay2",
    "--iptables=false",
    "--ip6tables=false",
    "--ip-forward=false",
    "--bridge=none",
    "--insecure-registry=127.0.0.0/8",
)


class Docker:
    name = "docker"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = programs.need("docker", "docker.io")

    def __call__(self, *words: str | Path, stdin: bytes = b"", seconds: float = 120) -> str:
        return programs.run([self.client, *words], self.environ, stdin, seconds)

    @property
    def environ(self) -> dict[str, str]:
        return {
            "PATH": programs.PATH,
            "HOME": str(self.folder),
            "DOCKER_HOST": f"unix://{self.folder}/docker.sock",
            "DOCKER_CONFIG": str(self.folder / "config"),
            "DOCKER_BUILDKIT": "0",
        }

    def login(self, registry: Registry, password: str | None = None) -> str:
        secret = registry.password if password is None else password
        return self("login", "--username", registry.username, "--password-stdin", registry.host, stdin=secret.encode())

    def logout(self, registry: Registry) -> None:
        self("logout", registry.host)

    def make(self, reference: str, rootfs: bytes, *command: str) -> None:
        words = ", ".join(f'"{word}"' for word in command)
        self("import", "--change", f"CMD [{words}]", "-", reference, stdin=rootfs)

    def derive(self, reference: str, base: str, *command: str) -> None:
        words = ", ".join(f'"{word}"' for word in command)
        self("build", "--network=none", "--tag", reference, "-", stdin=f"FROM {base}\nRUN [{words}]\n".encode())

    def tag(self, reference: str, other: str) -> None:
        self("tag", reference, other)

    def push(self, reference: str) -> None:
        self("push", reference, seconds=300)

    def pull(self, reference: str) -> None:
        self("pull", reference, seconds=300)

    def run(self, reference: str, *command: str) -> str:
        return self("run", "--rm", "--pull=never", "--network=none", reference, *command)

    def forget(self) -> None:
        self("image", "prune", "--all", "--force")


@contextmanager
def running() -> Iterator[tuple[Docker, Containerd]]:
    """Docker's daemon, which brings a containerd, for as long as the block lasts."""
    daemon = programs.need("dockerd", "docker.io")
    programs.need_root("dockerd")
    folder = Path(tempfile.mkdtemp(prefix="roadstead-docker-"))
    docker = Docker(folder)
    socket = folder / "docker.sock"
    places = [f"--data-root={folder}/data", f"--exec-root={folder}/exec", f"--pidfile={folder}/pid"]
    log = folder / "log"
    process = programs.start([daemon, *DAEMON_OPTIONS, *places, f"--host=unix://{socket}"], docker.environ, log)
    try:
        programs.wait_until(socket.exists, process, log)
        docker("version")
        yield docker, Containerd(folder / "exec" / "containerd" / "containerd.sock")
    finally:
        programs.stop(process)
        programs.unmount_below(folder)
        rmtree(folder)
