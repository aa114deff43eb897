"""An image pushed by one engine runs in every other."""

import pytest

from tests.engines import images
from tests.engines.containerd import Containerd
from tests.engines.docker import Docker
from tests.engines.podman import Podman
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo

SHOW = ("/bin/cat", "/greeting")


@pytest.mark.both_databases
def test_what_docker_pushes_runs_in_podman_and_containerd(
    docker: Docker, podman: Podman, containerd: Containerd, developer: Registry
):
    reference = developer.reference("from-docker")
    docker.make(reference, images.rootfs({"greeting": b"made by docker"}), *SHOW)
    docker.login(developer)
    docker.push(reference)
    for engine in (podman, containerd):
        engine.login(developer)
        engine.pull(reference)
        assert engine.run(reference) == "made by docker"


def test_what_podman_pushes_runs_in_docker_and_containerd(
    docker: Docker, podman: Podman, containerd: Containerd, developer: Registry
):
    reference = developer.reference("from-podman")
    podman.make(reference, images.rootfs({"greeting": b"made by buildah"}), *SHOW)
    podman.login(developer)
    podman.push(reference)
    for engine in (docker, containerd):
        engine.login(developer)
        engine.pull(reference)
        assert engine.run(reference) == "made by buildah"


def test_an_image_goes_from_docker_through_podman_and_containerd_and_back(
    docker: Docker, podman: Podman, containerd: Containerd, developer: Registry
):
    first, second, third = (developer.reference("crossing", tag) for tag in ("first", "second", "third"))
    docker.make(first, images.rootfs({"greeting": b"still the same"}), *SHOW)
    docker.login(developer)
    docker.push(first)
    for engine, came_as, goes_as in ((podman, first, second), (containerd, second, third)):
        engine.login(developer)
        engine.pull(came_as)
        engine.tag(came_as, goes_as)
        engine.push(goes_as)
    docker.forget()
    docker.pull(third)
    assert docker.run(third) == "still the same"


def test_docker_pulls_again_what_it_pushed_and_had_forgotten(docker: Docker, developer: Registry):
    reference = developer.reference("again")
    docker.make(reference, images.rootfs({"greeting": b"here again"}), *SHOW)
    docker.login(developer)
    docker.push(reference)
    docker.forget()
    docker.pull(reference)
    assert docker.run(reference) == "here again"


def test_a_digest_brings_what_was_pushed_though_its_tag_has_moved(
    docker: Docker, podman: Podman, skopeo: Skopeo, developer: Registry
):
    tagged = developer.reference("moved", "latest")
    skopeo.login(developer)
    docker.login(developer)
    podman.login(developer)
    docker.make(tagged, images.rootfs({"greeting": b"old"}), *SHOW)
    docker.push(tagged)
    old = developer.reference("moved", skopeo.digest(tagged))
    docker.make(tagged, images.rootfs({"greeting": b"new"}), *SHOW)
    docker.push(tagged)
    docker.forget()
    for engine in (docker, podman):
        engine.pull(old)
        assert engine.run(old) == "old"
        engine.pull(tagged)
        assert engine.run(tagged) == "new"
