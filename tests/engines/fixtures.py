"""The engines, and a registry for them, each started once however many tests use it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engines import docker as dockers
from tests.engines import podman as podmen
from tests.engines import registries
from tests.engines.containerd import Containerd
from tests.engines.docker import Docker
from tests.engines.podman import Podman
from tests.engines.proxy import Proxy
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo

# `stock` proves the tests themselves: what fails against the stock registry too is an error of the test.
AGAINST_STOCK = os.environ.get("ROADSTEAD_TESTS_AGAINST") == "stock"


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Registry]:
    """A running registry, as its admin sees it, and the project `library`, which anyone may pull from."""
    folder = tmp_path_factory.mktemp("registry")
    if AGAINST_STOCK:
        with registries.stock(folder, folder / "registry") as stock:
            yield stock
        return
    from tests import server as servers

    server = servers.start(folder, database_url=new_database())
    yield registries.of(server)
    server.stop()


@pytest.fixture(scope="session")
def developer(registry: Registry) -> Registry:
    """The registry as a developer of the private project `journeys` sees it: may push and pull, not delete."""
    if registry.is_stock:
        return registry.within("journeys")
    return registry.make_project("journeys").join(registry.make_user("dora"), registries.RoleId.DEVELOPER)


@pytest.fixture(scope="session")
def maintainer(registry: Registry, developer: Registry) -> Registry:
    """The same project's maintainer, who may delete."""
    if registry.is_stock:
        return developer
    return registry.within("journeys").join(registry.make_user("mia"), registries.RoleId.MAINTAINER)


@pytest.fixture(scope="session")
def _dockerd() -> Iterator[tuple[Docker, Containerd]]:
    with dockers.running() as engines:
        yield engines


@pytest.fixture
def docker(_dockerd: tuple[Docker, Containerd]) -> Docker:
    """Docker without an image or a sign-in."""
    _dockerd[0].forget()
    return _dockerd[0]


@pytest.fixture
def containerd(_dockerd: tuple[Docker, Containerd]) -> Containerd:
    _dockerd[1].forget()
    return _dockerd[1]


@pytest.fixture(scope="session")
def _podman() -> Iterator[Podman]:
    with podmen.running() as podman:
        yield podman


@pytest.fixture
def podman(_podman: Podman) -> Podman:
    _podman.forget()
    return _podman


@pytest.fixture
def skopeo(tmp_path: Path) -> Skopeo:
    return Skopeo(tmp_path)


@pytest.fixture
def proxy(registry: Registry) -> Iterator[Proxy]:
    """A way to the registry that counts what is sent on it and can be cut."""
    with Proxy(registry.host) as started:
        yield started
