"""Layers: removed files stay removed, and what the registry has is not sent twice."""

import pytest

from tests.engines import images
from tests.engines.containerd import Containerd
from tests.engines.docker import Docker
from tests.engines.images import MIB
from tests.engines.podman import Podman
from tests.engines.programs import Failed
from tests.engines.proxy import Proxy
from tests.engines.registries import Registry


def test_a_file_removed_in_an_upper_layer_stays_removed_in_every_engine(
    docker: Docker, podman: Podman, containerd: Containerd, developer: Registry
):
    base, lean = developer.reference("whiteout", "base"), developer.reference("whiteout", "lean")
    docker.make(base, images.rootfs({"secret": b"leave me out", "kept": b"kept"}), "/bin/ls", "/")
    docker.derive(lean, base, "/bin/rm", "/secret")
    docker.login(developer)
    docker.push(lean)
    docker.forget()
    for engine in (docker, podman, containerd):
        engine.login(developer)
        engine.pull(lean)
        names = engine.run(lean).split()
        assert "kept" in names
        assert "secret" not in names


def test_a_file_removed_by_buildah_stays_removed_in_docker(docker: Docker, podman: Podman, developer: Registry):
    base, lean = developer.reference("buildah-whiteout", "base"), developer.reference("buildah-whiteout", "lean")
    podman.make(base, images.rootfs({"secret": b"leave me out"}), "/bin/ls", "/")
    podman.derive(lean, base, "/bin/rm", "/secret")
    podman.login(developer)
    podman.push(lean)
    docker.login(developer)
    docker.pull(lean)
    assert "secret" not in docker.run(lean).split()


def test_layers_known_in_one_repository_are_mounted_into_another(docker: Docker, developer: Registry, proxy: Proxy):
    layer = 8 * MIB
    through = developer.at(proxy.host)
    first, second = through.reference("mount-source"), through.reference("mount-target")
    docker.make(first, images.rootfs({"noise": images.noise(layer)}), "/bin/ls", "/noise")
    docker.login(through)
    docker.push(first)
    assert proxy.up.passed > layer
    sent_before = proxy.up.passed
    docker.tag(first, second)
    docker.push(second)
    assert proxy.up.passed - sent_before < MIB
    docker.forget()
    docker.pull(second)
    assert "/noise" in docker.run(second)


def test_a_second_push_of_the_same_image_sends_no_layer(podman: Podman, developer: Registry, proxy: Proxy):
    through = developer.at(proxy.host)
    reference = through.reference("unchanged")
    podman.make(reference, images.rootfs({"noise": images.noise(8 * MIB)}), "/bin/ls", "/noise")
    podman.login(through)
    podman.push(reference)
    sent_before = proxy.up.passed
    podman.push(reference)
    assert proxy.up.passed - sent_before < MIB


def test_nothing_is_mounted_from_a_project_that_the_pusher_may_not_read(
    docker: Docker, registry: Registry, developer: Registry, proxy: Proxy
):
    if registry.is_stock:
        pytest.skip("the stock registry knows no projects")
    layer = 4 * MIB
    hidden = registry.make_project("hidden").at(proxy.host)
    secret, wanted = hidden.reference("secret"), developer.at(proxy.host).reference("wanted")
    docker.make(secret, images.rootfs({"noise": images.noise(layer)}), "/bin/ls", "/noise")
    docker.login(hidden)
    docker.push(secret)
    docker.login(developer.at(proxy.host))
    with pytest.raises(Failed, match=r"(?i)denied|unauthorized|not allowed"):
        docker.push(secret)
    docker.tag(secret, wanted)
    sent_before = proxy.up.passed
    docker.push(wanted)
    assert proxy.up.passed - sent_before > layer
