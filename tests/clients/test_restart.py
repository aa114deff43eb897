"""A registry that stops, or is killed, while clients are at work, and comes back."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import server as servers
from tests.engines import images, registries
from tests.engines.docker import Docker
from tests.engines.fixtures import AGAINST_STOCK
from tests.engines.images import MIB
from tests.engines.proxy import Proxy
from tests.server import Server

pytestmark = pytest.mark.skipif(AGAINST_STOCK, reason="it is our own server that is stopped")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Starts a server of this test's own, or starts it again, on the same port and folder."""
    port = servers.free_port()
    started: list[Server] = []

    def again() -> Server:
        started.append(servers.start(tmp_path, port=port))
        return started[-1]

    yield again
    for server in started:
        server.stop()


@pytest.mark.parametrize("end", [Server.stop, Server.kill])
def test_docker_pushes_on_when_the_registry_is_back(
    start: Callable[[], Server], docker: Docker, end: Callable[[Server], object]
):
    server = start()
    with Proxy(f"{server.host}:{server.port}") as wire:
        registry = registries.of(server).at(wire.host)
        reference = registry.reference("interrupted")
        noise = {f"noise-{number}": images.noise(8 * MIB) for number in range(3)}
        docker.make(reference, images.rootfs(noise), "/bin/ls", "/")
        docker.login(registry)
        wire.bytes_per_second = 10 * MIB
        with subprocess.Popen([docker.client, "push", "--quiet", reference], env=docker.environ) as pushing:
            wire.wait_for(wire.up.passed + 6 * MIB)
            end(server)
            start()
            wire.bytes_per_second = 1024 * MIB
            assert pushing.wait(120) == 0
        docker.forget()
        docker.pull(reference)
        assert set(noise) <= set(docker.run(reference).split())
