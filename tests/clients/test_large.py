"""Images of a real size, alone and several at once."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.engines import images
from tests.engines.containerd import Containerd
from tests.engines.docker import Docker
from tests.engines.images import MIB, Layout
from tests.engines.podman import Podman
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo

pytestmark = pytest.mark.timeout(900)

LAYERS = 6
LAYER_SIZE = 50 * MIB
NAMES = [f"noise-{number}" for number in range(LAYERS)]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, list[str]]:
    """300 MB in six layers, and the digest of the file in each of them."""
    digests = []

    def layers() -> Iterator[bytes]:
        for name in NAMES:
            noise = images.noise(LAYER_SIZE)
            digests.append(hashlib.sha256(noise).hexdigest())
            yield images.archive({name: noise})
        yield images.rootfs({})

    folder: Path = tmp_path_factory.mktemp("large") / "image"
    return images.layout(folder, layers(), ["/bin/sha256sum", *(f"/{name}" for name in NAMES)]), digests


def test_300_mb_arrive_whole_in_every_engine(
    large: tuple[Layout, list[str]],
    skopeo: Skopeo,
    docker: Docker,
    podman: Podman,
    containerd: Containerd,
    developer: Registry,
):
    made, digests = large
    reference = developer.reference("large")
    skopeo.login(developer)
    skopeo.copy(made.for_skopeo, f"docker://{reference}", seconds=300)
    for engine in (docker, podman, containerd):
        engine.login(developer)
        engine.pull(reference)
        assert [line.split()[0] for line in engine.run(reference).splitlines()] == digests
        engine.forget()


def test_docker_pushes_300_mb(large: tuple[Layout, list[str]], skopeo: Skopeo, docker: Docker, developer: Registry):
    made, digests = large
    reference = developer.reference("large-from-docker")
    archive = made.folder.parent / "image.tar"
    skopeo.copy(made.for_skopeo, f"docker-archive:{archive}:{reference}", seconds=300)
    docker("load", "--input", archive, seconds=300)
    archive.unlink()
    docker.login(developer)
    docker.push(reference)
    docker.forget()
    docker.pull(reference)
    assert [line.split()[0] for line in docker.run(reference).splitlines()] == digests


def test_four_clients_push_the_same_300_mb_into_four_repositories_at_once(
    large: tuple[Layout, list[str]], skopeo: Skopeo, developer: Registry
):
    made, _ = large
    references = [developer.reference(f"at-once-{number}") for number in range(4)]
    skopeo.login(developer)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: skopeo.copy(made.for_skopeo, f"docker://{name}", seconds=600), references))
    assert {skopeo.digest(name) for name in references} == {made.digest}


def test_four_clients_move_one_tag_at_once_and_one_of_them_wins(skopeo: Skopeo, developer: Registry):
    made = [
        images.layout(skopeo.folder / f"rival-{number}", [images.archive({"file": images.noise(MIB)})], ["/file"])
        for number in range(4)
    ]
    reference = developer.reference("contested")
    skopeo.login(developer)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda image: skopeo.copy(image.for_skopeo, f"docker://{reference}"), made))
    assert skopeo.digest(reference) in {image.digest for image in made}
    for image in made:
        assert skopeo.manifest(developer.reference("contested", image.digest))["layers"]
